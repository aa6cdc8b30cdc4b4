"""Timeline of a person, newest first."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allocation.models import ContactAttempt, ContactTask, Offer, Placement
from choices.models import Amendment, CareDecision, Choice, HouseholdMember, Mandate, MandateHolder, Person, Wish
from common.clock import STOCKHOLM
from desk.history import History
from desk.models import Note
from letters.models import Letter
from staff_ui.templatetags.pages import hours


@dataclass(frozen=True)
class Entry:
    """``last``: order within a day, the last event is highest. ``by``: the human author, if any."""

    on: datetime.date
    title: str
    text: str = ""
    by: str = ""
    last: bool = field(default=False)


def timeline(known: History) -> list[Entry]:
    entries = [
        *_decisions(known.decisions),
        *_choices(known.choices),
        *_amendments(known.amendments),
        *_placements(known.placements),
        *_offers(known.offers),
        *_calls(known.calls),
        *_letters(known.letters, known.sees_protected),
        *_household(known.person, known.household),
        *_mandates(known.mandates, known.sees_protected),
        *_notes(known.notes),
    ]
    person = known.person
    if person.deceased_on:
        entries.append(Entry(person.deceased_on, _("Avled")))
    # Starts are above ends of the day before, and both above their causes.
    return sorted(entries, key=lambda entry: (entry.on, entry.last), reverse=True)


def _day(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(STOCKHOLM).date()


def _text(day: datetime.date) -> str:
    return date_format(day)


def _decisions(decisions: list[CareDecision]) -> Iterator[Entry]:
    for decision in decisions:
        title = _("Beslut om %(service)s") % {"service": decision.service_type.name.lower()}
        words = {"hours": hours(decision.minutes), "day": _text(decision.valid_from)}
        text = _("%(hours)s per månad från %(day)s") % words
        if decision.valid_until:
            until = decision.valid_until - datetime.timedelta(days=1)
            text = _("%(text)s till och med %(day)s") % {"text": text, "day": _text(until)}
        yield Entry(decision.decided_on, title, text)


def _choices(choices: list[tuple[Choice, list[Wish]]]) -> Iterator[Entry]:
    for choice, wishes in choices:
        names = [wish.provider.name for wish in wishes]
        text = ", ".join(f"{rank}. {name}" for rank, name in enumerate(names, start=1)) or _("Vill inte välja")
        by = str(choice.registered_by) if choice.registered_by else ""
        if choice.correction == Choice.Correction.DATES:
            # Its text is that of its neighbour; only the queue dates differ.
            dates = ", ".join(f"{wish.provider.name} {_text(wish.queue_date)}" for wish in wishes)
            yield Entry(choice.received_on, _("Ködatum rättade: ett tidigare val kom fram"), dates, last=True)
            continue
        channel = choice.get_channel_display().lower()
        title = _("Valet kom in (%(channel)s)") % {"channel": channel}
        if choice.corrects_id:
            title = _("Valet rättades (%(channel)s)") % {"channel": channel}
        if choice.mandate:
            text = _("%(text)s. Med stöd av: %(kind)s") % {
                "text": text,
                "kind": choice.mandate.get_kind_display().lower(),
            }
        if _day(choice.registered_at) != choice.received_on:
            words = {"text": text, "day": _text(_day(choice.registered_at))}
            text = _("%(text)s. Registrerades %(day)s") % words
        yield Entry(choice.received_on, title, text, by)


def _amendments(amendments: list[Amendment]) -> Iterator[Entry]:
    for each in amendments:
        text = each.provider.name if each.provider else ""
        if each.undone_at:
            text = _("%(text)s. Togs tillbaka %(day)s") % {"text": text, "day": _text(_day(each.undone_at))}
        by = str(each.registered_by) if each.registered_by else ""
        yield Entry(each.said_on, each.get_kind_display(), text, by)


def _placements(placements: list[Placement]) -> Iterator[Entry]:
    """A switch is one line, with both providers. An end has a line only without a successor."""
    real = [each for each in placements if each.valid_until is None or each.valid_until > each.valid_from]
    before: Placement | None = None
    for place, placement in enumerate(real):
        provider = placement.contract.provider.name
        title = _("%(provider)s börjar") % {"provider": provider}
        if placement.interim:
            title = _("%(provider)s börjar, tillfälligt") % {"provider": provider}
        follows = before is not None and before.valid_until == placement.valid_from
        text = _("Efter %(provider)s") % {"provider": before.contract.provider.name} if follows and before else ""
        by = str(placement.decided_by) if placement.decided_by else ""
        yield Entry(placement.valid_from, title, ". ".join(filter(None, [text, placement.reason])), by, last=True)
        after = real[place + 1] if place + 1 < len(real) else None
        if placement.valid_until and (after is None or after.valid_from != placement.valid_until):
            title = _("%(provider)s slutar") % {"provider": provider}
            yield Entry(placement.valid_until - datetime.timedelta(days=1), title, placement.end_reason, last=True)
        before = placement


def _offers(offers: list[Offer]) -> Iterator[Entry]:
    for offer in offers:
        provider = offer.contract.provider.name
        words = {"provider": provider, "day": _text(offer.answer_by)}
        yield Entry(_day(offer.made_at), _("Erbjudande om plats hos %(provider)s, svara senast %(day)s") % words)
        if offer.answered_at and offer.status != Offer.Status.OPEN:
            words = {"provider": provider, "status": offer.get_status_display().lower()}
            yield Entry(_day(offer.answered_at), _("Erbjudandet från %(provider)s: %(status)s") % words)
        if offer.silence_broken_at:
            yield Entry(_day(offer.silence_broken_at), _("Hörde av sig och vill fortfarande byta"), provider)


def _calls(calls: list[tuple[ContactTask, list[ContactAttempt]]]) -> Iterator[Entry]:
    for task, _attempts in calls:
        yield Entry(_day(task.created_at), _("Samtal att ringa"), task.get_kind_display())
    attempts = [attempt for _task, tried in calls for attempt in tried]
    for attempt in sorted(attempts, key=lambda attempt: attempt.at):
        title = _("Ringde: %(result)s") % {"result": attempt.get_result_display().lower()}
        yield Entry(_day(attempt.at), title, attempt.note, str(attempt.by))


def _letters(letters: list[Letter], sees_protected: bool) -> Iterator[Entry]:
    for letter in letters:
        kind = letter.get_kind_display().lower()
        title = _("Brev: %(kind)s") % {"kind": kind}
        text = letter.hold_reason if letter.route == Letter.Route.HOLD else letter.get_route_display()
        if letter.holder:
            text = _("%(text)s. Kopia till %(name)s") % {
                "text": text.rstrip("."),
                "name": letter.holder.name_for(sees_protected=sees_protected),
            }
        yield Entry(_day(letter.created_at), title, text)
        if letter.posted_on:
            yield Entry(letter.posted_on, _("Brev postat: %(kind)s") % {"kind": kind})


def _notes(notes: list[Note]) -> Iterator[Entry]:
    for note in notes:
        yield Entry(_day(note.written_at), _("Anteckning"), note.text, str(note.written_by))


def _household(person: Person, members: list[HouseholdMember]) -> Iterator[Entry]:
    """Protected members are never mentioned."""
    shared = {member.household_id for member in members if member.person_id != person.pk}
    for member in members:
        if member.person_id != person.pk or member.household_id not in shared:
            continue
        yield Entry(member.valid_from, _("Delar hushåll med någon som har hjälp"))
        if member.valid_until:
            yield Entry(member.valid_until, _("Delar inte längre hushåll"))


def _mandates(mandates: list[tuple[Mandate, list[MandateHolder]]], sees_protected: bool) -> Iterator[Entry]:
    for mandate, holders in mandates:
        names = ", ".join(holder.name_for(sees_protected=sees_protected) for holder in holders)
        kind = mandate.get_kind_display()
        yield Entry(mandate.valid_from, _("%(kind)s får välja åt personen") % {"kind": kind}, names)
        if mandate.valid_until:
            title = _("%(kind)s får inte längre välja") % {"kind": kind}
            yield Entry(mandate.valid_until, title, names)
