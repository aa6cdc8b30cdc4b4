"""Sentences on a run's decisions and reasons, shared by letter, web page and phone script.

``{provider}`` is the provider's name.
"""

from collections.abc import Mapping

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.facts.ahead import Ahead
from allocation.facts.origins import Origin
from allocation.public_availability import place_band

# Reasons of the engine for an unmet wish (``allocation.engine.outcome.Why``).
WHY_NOT: dict[str, Promise] = {
    "ceiling": _("{provider} har inte plats för all din hjälp just nu."),
    "share": _(
        "Kommunen har bestämt hur stor del av hemtjänsten andra än kommunen får ge. Just nu ger de så mycket som de"
        " får."
    ),
    "guarantee_reserved": _("Kommunen har lovat andra utförare det arbete som är kvar."),
    "behind_waiting": _("Andra står före dig i kön till {provider}. Ingen får gå före i kön."),
    "intake_stopped": _("{provider} tar inte emot någon ny just nu."),
    "never_fits": _("{provider} kan inte ge så mycket hjälp som du behöver. Därför kan du inte stå i kö dit."),
    "no_contract": _("{provider} arbetar inte i ditt område. Därför kan du inte stå i kö dit."),
}

# Reasons by which nobody can stand in a queue there: no place came about.
NO_QUEUE = ("never_fits", "no_contract")

# Origin of a place in a queue (``allocation.facts.origins.Origin.sentences``).
ORIGIN: dict[str, Promise] = {
    "together": _("Du har valt tillsammans med den du bor med. Ni har en gemensam plats i kön."),
    "round": _(
        "Du valde i tid. Sista dagen var den {since}. Vi har lottat om ordningen bland alla som valde i tid. Det"
        " spelade ingen roll vilken dag du valde."
    ),
    "round_open": _(
        "Du har valt i tid. När tiden att välja är slut lottar vi om ordningen bland alla som valde i tid. Det spelar"
        " ingen roll vilken dag du väljer."
    ),
    "day": _(
        "Din plats räknas från den {since}. De som valde tidigare står före dig. Bland dem som valde samma dag lottar"
        " vi."
    ),
    "day_together": _(
        "Er plats räknas från den {since}. Då hade ni alla valt. De som valde tidigare står före er. Bland dem som"
        " valde samma dag lottar vi."
    ),
    "kept": _("Du har kvar den platsen även om du har ändrat ditt val efteråt."),
    "member_first": _("Kommunens regel om hushåll gör att du går före andra i kön."),
    "lot": _("Ditt lottnummer är {lot}. Lägst nummer kommer först. Numret visar inte hur många som står före dig."),
}
# The same in a few words, for staff.
ORIGIN_LABEL: dict[str, Promise] = {
    "together": _("gemensam plats för hushållet"),
    "round": _("lottning i valet"),
    "round_open": _("lottas när tiden att välja är slut"),
    "day": _("dagen avgör"),
    "day_together": _("dagen då alla hade valt avgör"),
    "kept": _("platsen är kvar efter ändrat val"),
    "member_first": _("någon i hushållet är redan där"),
    "lot": _("lottnummer {lot}"),
}
# Place in a queue for a citizen to read: a band, so that nobody can be counted out.
PLACE: dict[str, Promise] = {
    "place": _("Du står ungefär på plats {place} i kön till {provider}."),
    "place_far": _("Du står längre bak än plats 100 i kön till {provider}."),
}
# The rule for all queues.
QUEUE_ORDER: Promise = _(
    "I en valomgång lottar vi om ordningen bland alla som väljer i tid. Annars går vi efter dagen då valet kom till"
    " oss."
)

# ``OutcomeRow.How``: the way to the provider.
HOW: dict[str, Promise] = {
    "wish": _("{provider} hade plats för dig."),
    "kept": _("Därför behåller du {provider}."),
    "no_answer_kept": _("Därför behåller du {provider}."),
    "no_answer_municipal": _("Därför får du {provider}."),
    "no_answer_guarantee": _(
        "Därför får du {provider}. Kommunen har lovat dem ett visst antal timmar och de har plats."
    ),
    "no_answer_free_space": _("Därför får du {provider}. De har plats."),
    "no_answer_rotation": _("Därför får du {provider}. Det var deras tur."),
    "fallback": _("Därför får du {provider}."),
    "exit": _("Din utförare kan inte hjälpa dig längre. Därför får du en ny."),
}

# Next step for a person, outside rounds (``allocation.facts.ahead.Ahead``).
NO_HELP: Promise = _("Du har inget beslut om hjälp som du väljer utförare för. Ring oss om du undrar.")
HELP_STARTS: Promise = _("Din hjälp börjar %(day)s.")
DECIDED: Promise = _("Det är redan bestämt att %(provider)s hjälper dig från %(day)s. Det ändras inte.")
LEAVES: Promise = _("%(provider)s ska sluta hjälpa dig. Vi hör av oss och berättar vem som kommer i stället.")
SOUGHT: Promise = _("Vi letar efter en utförare åt dig. Du får ett brev när det är bestämt.")
KEEPS: Promise = _("Du behåller %(provider)s.")

# Consequence of a choice outside rounds (``allocation.facts.ahead.after_choice``), as in the letters of receipts.
AFTER_CHOICE: dict[str, Promise] = {
    "no_help": _("Ditt val används när du har fått hjälp beviljad."),
    "declines": _("Du kan välja när du vill."),
    "stays": _("Du behåller {provider}."),
    "no_queue": _("Finns det plats får du ett brev om när utföraren börjar. Är det fullt får du ett brev om det."),
    "any": _(
        "Finns det plats får du ett brev om när utföraren börjar. Är det fullt får du ett brev om din plats i kön."
    ),
}


def ahead_words(ahead: Ahead) -> str:
    """Sentences on the person's provider, if nobody does anything."""
    if ahead.then:
        return str(DECIDED) % {
            "provider": ahead.then.contract.provider.name,
            "day": date_format(ahead.then.valid_from),
        }
    starts = ahead.help.starts
    if starts is None:
        return str(NO_HELP)
    words = [] if ahead.has_help else [str(HELP_STARTS) % {"day": date_format(starts)}]
    if ahead.now and (ahead.leaves or ahead.keeps):
        words.append(str(LEAVES if ahead.leaves else KEEPS) % {"provider": ahead.now.contract.provider.name})
    else:
        words.append(str(SOUGHT))
    return " ".join(words)


def place_words(place: int, provider: str) -> str:
    """Sentence on a place in a queue, as a band."""
    band = place_band(place)
    return str(PLACE["place" if band else "place_far"]).format(
        place="{}–{}".format(*band) if band else "", provider=provider
    )


def origin_words(origin: Origin, words: Mapping[str, Promise] = ORIGIN) -> list[str]:
    """Sentences on how a place came about, in the reader's language. ``words``: ``ORIGIN`` or ``ORIGIN_LABEL``."""
    lot = number_format(origin.open_lot.number, force_grouping=True) if origin.open_lot else ""
    since = date_format(origin.since)
    return [str(words[name]).format(since=since, lot=lot) for name in origin.sentences]
