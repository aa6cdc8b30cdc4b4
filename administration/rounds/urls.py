"""Rounds, from draft to closed."""

from django.urls import path

from administration.rounds import proofs, views

urlpatterns = [
    path("valomgangar/", views.rounds, name="rounds"),
    path("valomgangar/ny/", views.new, name="round_new"),
    path("valomgangar/om/<slug:code>/", views.detail, name="round"),
    path("valomgangar/om/<slug:code>/andra/", views.change, name="round_change"),
    path("valomgangar/om/<slug:code>/las/", views.freeze, name="round_freeze"),
    path("valomgangar/om/<slug:code>/stang/", views.close, name="round_close"),
    path("valomgangar/om/<slug:code>/utan-svar/", views.unanswered, name="round_unanswered"),
    path("valomgangar/om/<slug:code>/korrektur/", proofs.proof, name="round_proof"),
    path("valomgangar/om/<slug:code>/korrektur/brev.pdf", proofs.proof_pdf, name="round_proof_pdf"),
    path("valomgangar/om/<slug:code>/korrektur/<slug:step>/", proofs.proof_step, name="round_proof_step"),
]
