"""Sentences on the rules, shared by web page, letter and phone script."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from providers.models import NoAnswerRule

# Rule for a person who does not choose. Frozen with the round's rule when letters are printed.
IF_YOU_DO_NOTHING: dict[str, Promise] = {
    NoAnswerRule.KEEP: _("Om du inte väljer behåller du den utförare du har i dag. Inget ändras för dig."),
    NoAnswerRule.MUNICIPAL: _("Om du inte väljer får du hjälp av kommunens egen hemtjänst."),
    NoAnswerRule.GUARANTEES: _(
        "Om du inte väljer kan kommunen välja åt dig. Då får du i första hand en utförare som kommunen har lovat ett "
        "visst antal timmar. Annars behåller du den utförare du har i dag."
    ),
    NoAnswerRule.FREE_SPACE: _("Om du inte väljer får du en utförare som har plats."),
    NoAnswerRule.ROTATION: _(
        "Om du inte väljer får du en av utförarna. De får i tur och ordning lika många av dem som inte väljer."
    ),
}
