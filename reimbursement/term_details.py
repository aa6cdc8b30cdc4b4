"""The part of a term that differs by kind, as strict types. ``Term.details`` is one of them as JSON."""

from typing import Annotated, Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from msgspec import Meta

from reimbursement.engine.problem import AlarmOnly, MonthDays, Step
from reimbursement.models.term import TermKind

Account = Annotated[str, Meta(pattern="^[0-9]{1,10}$")]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Organisation = Annotated[str, Meta(pattern="^[0-9]{10}$")]
VatNumber = Annotated[str, Meta(pattern="^SE[0-9]{12}$")]


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class PolicyDetails(Details, frozen=True):
    month_days: MonthDays
    alarm_only: AlarmOnly
    look_back_months: Annotated[int, Meta(ge=1, le=24)]


class ServiceDetails(Details, frozen=True):
    """``paid``: whether the service follows the choice, and so is paid."""

    paid: bool


class LadderDetails(Details, frozen=True):
    steps: tuple[Step, ...]


class TaxDetails(Details, frozen=True):
    """``account``: of input VAT; ``reason``: why no VAT is charged. One of them."""

    account: Account | None
    reason: Name | None


class AccountDetails(Details, frozen=True):
    account: Account


class ObjectsDetails(Details, frozen=True):
    """Dimension 1 of SIE: the cost centre."""

    cost_centre: Name


class PartyDetails(Details, frozen=True):
    organisation_number: Organisation
    vat_number: VatNumber | None
    street: Name
    postal_code: Annotated[str, Meta(pattern="^[0-9]{5}$")]
    city: Name


class PayeeDetails(PartyDetails, frozen=True):
    """``account``: of the provider's bank, by ``branch``: SE:BANKGIRO, SE:PLUSGIRO or a BIC."""

    account: Annotated[str, Meta(pattern="^[0-9-]{3,34}$")]
    branch: Annotated[str, Meta(pattern="^(SE:BANKGIRO|SE:PLUSGIRO|[A-Z0-9]{8}|[A-Z0-9]{11})$")]


class PayerDetails(PartyDetails, frozen=True):
    """``buyer_reference``: on every invoice. ``days``: until an invoice is due."""

    buyer_reference: Name
    days: Annotated[int, Meta(ge=0, le=90)]


BY_KIND: dict[str, type[Details]] = {
    TermKind.POLICY: PolicyDetails,
    TermKind.SERVICE: ServiceDetails,
    TermKind.LADDER: LadderDetails,
    TermKind.TAX: TaxDetails,
    TermKind.COST_ACCOUNT: AccountDetails,
    TermKind.LIABILITY_ACCOUNT: AccountDetails,
    TermKind.OBJECTS: ObjectsDetails,
    TermKind.PAYEE: PayeeDetails,
    TermKind.PAYER: PayerDetails,
}


def read_details(kind: str, details: Any) -> Any:
    """The details of a term, checked.

    Raises:
        ValidationError: a field is missing, unknown or impossible.
    """
    try:
        found = msgspec.convert(details, BY_KIND.get(kind, Details), strict=True)
    except msgspec.ValidationError as error:
        # The library's words are English; the forms check each field before.
        raise ValidationError(_("Villkoret är inte fullständigt: %(fault)s.") % {"fault": error}) from None
    if isinstance(found, LadderDetails):
        _check_ladder(found.steps)
    return found


def _check_ladder(steps: tuple[Step, ...]) -> None:
    expected = 1
    for step in steps:
        if step.first != expected or step.last < step.first:
            raise ValidationError(
                _("Trappans steg ska följa på varandra. Steget efter ska börja dag %(day)d.") % {"day": expected}
            )
        expected = step.last + 1
