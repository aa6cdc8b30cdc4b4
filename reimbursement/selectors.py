"""Reading of a basis. A person appears by initials and year of birth, a protected one by reference."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Person
from providers.models import Provider
from reimbursement.computing import public_reference
from reimbursement.models import Absence, BasisLine, ManualLine, PaymentBasis, Remark, Term


@dataclass(frozen=True)
class Label:
    """``reference``: of the person in payment, the same each month. ``name``: initials and year of birth, or "".

    ``person``: the person, for the gate; None if protected, or if the file is destroyed.
    """

    reference: str
    name: str
    person: Person | None


@dataclass(frozen=True)
class ProviderTotal:
    """Öre. ``before``: of the month before, None if there is none."""

    provider: Provider
    people: int
    lines: int
    corrections: int
    before: int | None

    @property
    def ore(self) -> int:
        return self.lines + self.corrections

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.ore - self.before


def labels(people: Iterable[str]) -> dict[str, Label]:
    """Reference of a person → how payment names them."""
    wanted = {reference for reference in people if reference}
    known = {row.reference: row for row in Person.objects.filter(reference__in=wanted) if not row.is_protected}
    return {reference: _label(reference, known.get(reference)) for reference in wanted}


def _label(reference: str, person: Person | None) -> Label:
    if person is None:
        return Label(public_reference(reference), "", None)
    initials = "".join(f"{name[0]}." for name in (person.given_name, person.family_name) if name)
    year = person.birth_date.year
    return Label(public_reference(reference), f"{initials} {year}" if year else initials, person)


def months(*, actor: Actor) -> QuerySet[PaymentBasis]:
    """All months, the latest first, with ``ore``: the sum of their lines."""
    actor.require(Right.MANAGE_PAYMENT)
    return PaymentBasis.objects.annotate(ore=Sum("lines__ore"))


def own_months(*, actor: Actor) -> QuerySet[PaymentBasis]:
    """Months that a provider may see, the latest first, with ``ore``: the sum of its own lines."""
    actor.require(Right.OWN_PAYMENT)
    own = Q(lines__provider__code=actor.provider or "")
    return PaymentBasis.objects.exclude(state=PaymentBasis.State.DRAFT).annotate(ore=Sum("lines__ore", filter=own))


def totals(basis: PaymentBasis) -> list[ProviderTotal]:
    """One row per provider with lines, this month or the month before."""
    now = {row["provider"]: row for row in _sums(basis)}
    earlier = PaymentBasis.objects.filter(month__lt=basis.month).first()
    before = {} if earlier is None else {row["provider"]: row["lines"] + row["corrections"] for row in _sums(earlier)}
    none = {"people": 0, "lines": 0, "corrections": 0}
    return [
        ProviderTotal(
            provider=provider,
            **{name: now.get(provider.pk, none)[name] for name in none},
            before=None if earlier is None else before.get(provider.pk, 0),
        )
        for provider in Provider.objects.filter(pk__in=[*now, *before])
    ]


def _sums(basis: PaymentBasis) -> Iterable[dict[str, int]]:
    for row in (
        basis.lines.order_by()
        .values("provider")
        .annotate(
            people=Count("person", distinct=True, filter=~Q(person="")),
            plain=Sum("ore", filter=Q(corrects=None)),
            corrected=Sum("ore", filter=Q(corrects__isnull=False)),
        )
    ):
        yield {
            "provider": row["provider"],
            "people": row["people"],
            "lines": row["plain"] or 0,
            "corrections": row["corrected"] or 0,
        }


def provider_lines(*, basis: PaymentBasis, provider: Provider) -> QuerySet[BasisLine]:
    lines: QuerySet[BasisLine] = basis.lines.filter(provider=provider).named()
    return lines


def lines_of(basis: PaymentBasis, *, actor: Actor) -> QuerySet[BasisLine]:
    """Lines of a month that the actor may read: an officer all of them, a provider its own."""
    lines = BasisLine.objects.named().filter(basis=basis).select_related("basis", "provider")
    if actor.may(Right.MANAGE_PAYMENT):
        return lines
    return lines.filter(provider__code=actor.provider) if actor.may(Right.OWN_PAYMENT) else lines.none()


def month_of(month: str, *, actor: Actor) -> PaymentBasis | None:
    """The basis of ``2020-11``, for an officer. None: there is none, or the text is no month."""
    actor.require(Right.MANAGE_PAYMENT)
    first = re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", month, re.ASCII)
    return PaymentBasis.objects.filter(month=f"{month}-01").first() if first else None


def lines_about(reference: str, *, actor: Actor) -> QuerySet[BasisLine]:
    """Lines that the actor may read about the person whom payment calls ``reference``, the latest month first. A
    provider: its own lines of the months that it has been sent.
    """
    lines = BasisLine.objects.named().select_related("basis", "provider").order_by("-basis__month", "position")
    if not actor.may(Right.MANAGE_PAYMENT):
        actor.require(Right.OWN_PAYMENT)
        lines = lines.filter(provider__code=actor.provider or "").exclude(basis__state=PaymentBasis.State.DRAFT)
    person = person_by_payment_reference(reference, basis_lines=lines)
    return lines.filter(person=person) if person else lines.none()


def remarks_of(basis: PaymentBasis, *, actor: Actor) -> QuerySet[Remark]:
    """Remarks on a month: an officer reads all, a provider its own."""
    remarks = basis.remarks.select_related("provider", "made_by", "answered_by")
    if actor.may(Right.MANAGE_PAYMENT):
        return remarks
    return remarks.filter(provider__code=actor.provider) if actor.may(Right.OWN_PAYMENT) else remarks.none()


def remarks(*, actor: Actor) -> QuerySet[Remark]:
    """Remarks on every month, for an officer."""
    actor.require(Right.MANAGE_PAYMENT)
    return Remark.objects.select_related("basis")


def absences_of(person: Person, *, actor: Actor) -> QuerySet[Absence]:
    """Absences of a person whom the officer may see, with earlier versions."""
    actor.require(Right.REGISTER_ABSENCE)
    return Absence.objects.filter(person=person).select_related("registered_by", "provider", "replaced_by_row")


def own_absences(*, person: Person, actor: Actor) -> QuerySet[Absence]:
    """Standing absences of a client that the actor's provider has reported."""
    own = Absence.objects.standing().filter(person=person, provider__code=actor.provider)
    return own.select_related("provider") if actor.provider else own.none()


def terms(*, actor: Actor) -> QuerySet[Term]:
    """Terms in every state."""
    actor.require(Right.MANAGE_PAYMENT)
    return Term.objects.all()


def open_terms(*, actor: Actor) -> QuerySet[Term]:
    """Proposals that await another person, oldest first."""
    actor.require(Right.MANAGE_PAYMENT)
    return _related(Term.objects.filter(state=Term.State.PROPOSED)).order_by("proposed_at")


def terms_of(kind: str, *, actor: Actor) -> QuerySet[Term]:
    """Approved terms of a kind, past, present and to come; also those that were replaced."""
    actor.require(Right.MANAGE_PAYMENT)
    return _related(Term.objects.filter(state=Term.State.APPROVED, kind=kind))


def _related(terms: QuerySet[Term]) -> QuerySet[Term]:
    return terms.select_related("area", "service_type", "provider", "proposed_by", "decided_by")


def tax_codes() -> list[str]:
    """Codes that are defined, in order."""
    found = Term.objects.filter(state=Term.State.APPROVED, kind=Term.Kind.TAX, replaced=False)
    return sorted(set(found.values_list("tax_code", flat=True)))


def manual_lines(*, actor: Actor) -> QuerySet[ManualLine]:
    actor.require(Right.MANAGE_PAYMENT)
    return ManualLine.objects.select_related("provider", "proposed_by", "decided_by")


def person_by_payment_reference(reference: str, *, basis_lines: QuerySet[BasisLine]) -> str:
    """Reference of the person whom payment calls ``reference``, "" if no line is about such a person."""
    people = basis_lines.exclude(person="").order_by().values_list("person", flat=True).distinct()
    return next((person for person in people if public_reference(person) == reference), "")


def covering(rows: Iterable[Any], day: datetime.date) -> Any:
    """The dated row of the engine that covers the day, or None."""
    for row in rows:
        if row.valid_from <= day and (row.valid_until is None or day < row.valid_until):
            return row
    return None
