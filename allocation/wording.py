"""Sentences on a run's decisions and reasons, shared by letter, web page and phone script.

``{provider}`` is the provider's name.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Reasons of the engine for an unmet wish (``allocation.engine.outcome.Why``).
WHY_NOT: dict[str, Promise] = {
    "ceiling": _("{provider} har inte plats för all din hjälp just nu."),
    "share": _(
        "Kommunen har bestämt hur stor del av hemtjänsten som andra än kommunen får utföra. Den delen är full just nu."
    ),
    "guarantee_reserved": _("Den plats som är kvar har kommunen lovat till andra utförare."),
    "behind_waiting": _("Andra står före dig i kön till {provider}. Ingen får gå före i kön."),
    "intake_stopped": _("{provider} tar inte emot nya personer just nu."),
    "never_fits": _("{provider} kan inte ta emot så mycket hjälp som du har. Därför går det inte att stå i kö dit."),
    "no_contract": _("{provider} har inget avtal i ditt område. Därför går det inte att stå i kö dit."),
}

# ``OutcomeRow.How``: the way to the provider.
HOW: dict[str, Promise] = {
    "wish": _("{provider} hade plats för dig."),
    "kept": _("Därför behåller du {provider}."),
    "no_answer_kept": _("Därför behåller du {provider}."),
    "no_answer_municipal": _("Därför får du {provider}."),
    "no_answer_guarantee": _(
        "Därför får du {provider}. Kommunen har lovat dem ett visst antal timmar och de har plats."
    ),
    "no_answer_free_space": _("Därför får du {provider}. De har ledig plats."),
    "no_answer_rotation": _("Därför får du {provider}. Det var deras tur."),
    "fallback": _("Därför får du {provider}."),
    "exit": _("Din utförare kan inte hjälpa dig längre. Därför får du en ny."),
}
