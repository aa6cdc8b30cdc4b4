"""The log review."""

from django.urls import path

from oversight.review import views

urlpatterns = [
    path("", views.log_reviews, name="log_reviews"),
    path("<slug:review>/", views.log_review, name="log_review"),
    path("<slug:review>/avsluta/", views.close_log_review, name="close_log_review"),
    path("<slug:review>/protokoll.pdf", views.protocol_pdf, name="log_review_pdf"),
    path("<slug:review>/protokoll.csv", views.protocol_csv, name="log_review_csv"),
]
