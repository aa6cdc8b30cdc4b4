"""Control register of providers: facts of the company by date, the agreement's points, checks and remarks."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.se import orgnr

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from followup.human import human
from followup.models import AgreementPoint, ProviderCheck, RegisteredFacts
from providers.models import Provider


def organisation_number(typed: str) -> str:
    """Ten digits. Raises ``ValidationError``: it is none."""
    try:
        number: str = orgnr.validate(typed)
    except NumberError:
        raise ValidationError(_("Skriv organisationsnumret med tio siffror, till exempel 556000-4615.")) from None
    # The third digit tells a company from a person (a sole trader's number is an identity number).
    if int(number[2]) < 2:
        raise ValidationError(_("Numret är ett personnummer. Skriv företagets organisationsnummer."))
    return number


@transaction.atomic
def register_facts(
    *,
    provider: Provider,
    number: str,
    legal_name: str,
    owners: str,
    leadership: str,
    valid_from: datetime.date,
    actor: Actor,
) -> RegisteredFacts:
    """Facts that hold from a day. Earlier facts end that day and stay in the history.

    Raises:
        ValidationError: not a number of an organisation, or a day before the last facts began.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    facts = RegisteredFacts(
        provider=provider,
        organisation_number=organisation_number(number),
        legal_name=legal_name.strip(),
        owners=owners.strip(),
        leadership=leadership.strip(),
        valid_from=valid_from,
        written_by_id=human(actor),
    )
    last = provider.registered_facts.order_by("-valid_from").first()
    if last is not None:
        if valid_from <= last.valid_from:
            raise ValidationError(
                {
                    "valid_from": _("Uppgifterna gäller redan från %(day)s. Skriv en senare dag.")
                    % {"day": last.valid_from}
                }
            )
        last.valid_until = valid_from
        last.save(update_fields=["valid_until"])
    facts.full_clean()
    facts.save()
    _record(provider, "control.facts", actor, valid_from=valid_from.isoformat())
    return facts


@transaction.atomic
def add_point(*, provider: Provider, title: str, actor: Actor) -> AgreementPoint:
    actor.require(Right.MANAGE_PROVIDERS)
    point = AgreementPoint(provider=provider, title=title.strip(), valid_from=clock.today())
    point.full_clean()
    point.save()
    _record(provider, "control.point", actor, point=point.pk)
    return point


@transaction.atomic
def register_check(*, check: ProviderCheck, actor: Actor) -> ProviderCheck:
    """Raises ``ValidationError``: a day to come, a remark without a day, a point of another provider's agreement."""
    actor.require(Right.MANAGE_PROVIDERS)
    check.made_by_id = human(actor)
    if check.made_on > clock.today():
        raise ValidationError({"made_on": _("Den dagen har inte kommit än.")})
    if check.point is not None and check.point.provider_id != check.provider_id:
        raise ValidationError({"point": _("Punkten hör till en annan utförares avtal.")})
    check.full_clean()
    check.save()
    _record(check.provider, "control.check", actor, check=check.reference, kind=check.kind, remark=bool(check.remark))
    return check


@transaction.atomic
def remedy(*, check: ProviderCheck, how: str, on: datetime.date, actor: Actor) -> ProviderCheck:
    """Raises ``ValidationError``: no remark is open, or a day to come or before the check."""
    actor.require(Right.MANAGE_PROVIDERS)
    check = ProviderCheck.objects.select_for_update().select_related("provider").get(pk=check.pk)
    if not check.remark or check.remedied_on is not None:
        raise ValidationError(_("Anmärkningen är redan rättad."))
    if on > clock.today():
        raise ValidationError({"remedied_on": _("Den dagen har inte kommit än.")})
    check.remedied_on, check.remedy = on, how.strip()
    check.full_clean()
    check.save()
    _record(
        check.provider, "control.remedy", actor, check=check.reference, late=check.remedy_by and on > check.remedy_by
    )
    return check


def _record(provider: Provider, action: str, actor: Actor, **data: object) -> None:
    record(actor=actor, action=action, object_reference=provider.code, data=data)
