from django.urls import path

from administration.payment import manual_views, term_views, views

urlpatterns = [
    path("ersattning/", views.months, name="payment_months"),
    path("ersattning/villkor/", term_views.terms, name="payment_terms"),
    path("ersattning/villkor/nytt/<slug:kind>/", term_views.new_term, name="payment_new_term"),
    path("ersattning/villkor/<slug:reference>/<slug:step>/", term_views.term_step, name="payment_term_step"),
    path("ersattning/belopp/", manual_views.manual_lines, name="payment_manual"),
    path("ersattning/belopp/<slug:reference>/<slug:step>/", manual_views.manual_step, name="payment_manual_step"),
    path("ersattning/synpunkt/<slug:reference>/", views.answer, name="payment_answer"),
    path("ersattning/sok/", views.find, name="payment_find"),
    path("ersattning/<slug:month>/", views.basis, name="payment_basis"),
    path("ersattning/<slug:month>/steg/<slug:step>/", views.step, name="payment_step"),
    path("ersattning/<slug:month>/sie/", views.sie, name="payment_sie"),
    path("ersattning/<slug:month>/rad/<slug:reference>/", views.line, name="payment_line"),
    path("ersattning/<slug:month>/fil/<slug:provider>/<slug:kind>/", views.file, name="payment_file"),
    path("ersattning/<slug:month>/utforare/<slug:provider>/", views.provider, name="payment_provider"),
]
