from django.urls import path

from citizens.choosing import receipts, views

urlpatterns = [
    path("", views.start, name="choosing"),
    path("kontrollera/", views.check, name="check"),
    path("kvitto/<slug:reference>/", receipts.receipt, name="receipt"),
    path("kvitto/<slug:reference>/pdf/", receipts.receipt_pdf, name="receipt_pdf"),
    path("blankett/", receipts.paper_form, name="paper_form"),
    path("<slug:step>/", views.step, name="choosing_step"),
]
