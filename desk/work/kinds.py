"""The kinds of things that need a human, in the order in which they press."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from allocation.models import ContactTask
from desk.work import sources


@dataclass(frozen=True)
class Kind:
    """``rows``: actor, today → what there is to do. ``can_be_done``: ends when an officer says so, by a mark."""

    code: str
    title: Promise
    why: Promise
    rows: Callable[[Actor, datetime.date], list[sources.Rows]]
    can_be_done: bool = False


_CALL = ContactTask.Kind

_KINDS = (
    Kind(
        "korning",
        _("En körning misslyckades"),
        _("Inget har ändrats. Driften ska veta det."),
        sources.failures,
        can_be_done=True,
    ),
    Kind(
        "utan",
        _("Står utan utförare"),
        _("Ring. Personen har ingen som kommer."),
        sources.calls(_CALL.GAP),
    ),
    Kind(
        "samtal",
        _("Ring"),
        _("Personen ska få veta det av oss innan brevet kommer."),
        sources.calls(_CALL.MOVED, _CALL.PROPOSAL, _CALL.SILENT, _CALL.NEW_AREA),
    ),
    Kind(
        "bett",
        _("Har bett oss ringa"),
        _("Ring det nummer som personen har skrivit."),
        sources.calls(_CALL.ASKED),
    ),
    Kind(
        "upphor",
        _("Ring: utföraren slutar"),
        _("Avtalet upphör. Alla ska få en ny utförare."),
        sources.calls(_CALL.EXIT),
    ),
    Kind(
        "erbjudande",
        _("Svar på ett erbjudande"),
        _("Har personen svarat? Skriv in svaret."),
        sources.offers,
    ),
    Kind(
        "blankett",
        _("Blankett att registrera"),
        _("Ett val har kommit in på papper."),
        sources.scans,
    ),
    Kind(
        "nytt",
        _("Har inte valt"),
        _("Ny hjälp. Berätta att personen får välja."),
        sources.not_chosen,
    ),
    Kind(
        "retur",
        _("Brev som kom tillbaka"),
        _("Inga fler brev skickas dit förrän någon har tagit reda på varför."),
        sources.returns,
    ),
    Kind(
        "stoppat",
        _("Brev som inte kan skickas"),
        _("Ta reda på adressen, eller skicka det för hand."),
        sources.held_letters,
        can_be_done=True,
    ),
    Kind(
        "skyddad",
        _("Skyddad post"),
        _("Läggs i två kuvert och skickas för hand."),
        sources.protected_mail,
    ),
    Kind(
        "dodsfall",
        _("Dödsfall i ett hushåll"),
        _("Någon bor kvar. Valet tillsammans gäller inte längre."),
        sources.left_behind,
    ),
    Kind(
        "folkbokforing",
        _("Ny uppgift från folkbokföringen"),
        _("Ta ställning. Rätta i verksamhetssystemet om det behövs: det kommer hit med nästa inläsning."),
        sources.register_tasks,
        can_be_done=True,
    ),
    Kind(
        "fel",
        _("Fel på webbplatsen"),
        _("Någon har anmält något som inte går att använda. Skicka det till dem som sköter webbplatsen, och svara."),
        sources.faults,
        can_be_done=True,
    ),
    Kind(
        "fordelning",
        _("Fördelning som väntar"),
        _("Ett förslag att godkänna, eller en godkänd att genomföra."),
        sources.runs,
    ),
    Kind(
        "avslut",
        _("En utförare slutar"),
        _("Alla ska ha flyttat till den dagen."),
        sources.exits,
    ),
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in _KINDS}
