"""The log review. Included by ``casework.urls``: the names are in its namespace."""

from django.urls import path

from casework.review import views

urlpatterns = [
    path("", views.log_reviews, name="log_reviews"),
    path("<slug:review>/", views.log_review, name="log_review"),
    path("<slug:review>/avsluta/", views.close_log_review, name="close_log_review"),
    path("<slug:review>/protokoll.pdf", views.protocol_pdf, name="log_review_pdf"),
    path("<slug:review>/protokoll.csv", views.protocol_csv, name="log_review_csv"),
]
