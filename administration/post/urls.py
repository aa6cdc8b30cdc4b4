"""Letters: pending, print batches, returned mail, texts."""

from django.urls import path

from administration.post import arms, batches, mail, texts

urlpatterns = [
    path("post/", batches.post, name="post"),
    path("post/valomgang/<slug:code>/<slug:kind>/", batches.invite, name="invite"),
    path("post/fordelning/<slug:reference>/", batches.write_decisions, name="write_decisions"),
    path("post/provark/", batches.test_sheet, name="test_sheet"),
    path("post/utskrift/<slug:reference>/", batches.batch, name="batch"),
    path("post/utskrift/<slug:reference>/fil/<str:name>", batches.batch_file, name="batch_file"),
    path("post/utskrift/<slug:reference>/<slug:step>/", batches.batch_step, name="batch_step"),
    path("post/skickas-inte/", mail.held, name="held"),
    path("post/skickas-inte/<slug:reference>/", mail.write_again, name="write_again"),
    path("post/retur/", mail.returns, name="returns"),
    path("post/skyddad/", mail.protected, name="protected_mail"),
    path("post/skyddad/foljebrev/", mail.cover_sheet, name="cover_sheet"),
    path("post/texter/", texts.texts, name="texts"),
    path("post/texter/<slug:kind>/<slug:language>/", texts.text, name="text"),
    path("post/texter/<slug:kind>/<slug:language>/<int:version>/", texts.version, name="text_version"),
    path("post/texter/<slug:kind>/<slug:language>/<int:version>/prov/", texts.text_preview, name="text_preview"),
    path("post/texter/<slug:kind>/<slug:language>/<int:version>/<slug:step>/", texts.text_step, name="text_step"),
    path("post/vapen/", arms.arms, name="arms"),
    path("post/vapen/ta-bort/", arms.arms_remove, name="arms_remove"),
    path("post/overklagande/", texts.appeals, name="appeals"),
    path("post/overklagande/<int:number>/<slug:step>/", texts.appeal_step, name="appeal_step"),
]
