"""Four eyes: nobody approves with a second account of their own."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.actors import Actor
from accounts.linked_accounts import accounts_of
from accounts.models import User
from accounts.roles import Role
from allocation.models import ProviderExit
from allocation.services import approve_run
from allocation.services.exits import decide_exit
from audit.models import Destruction
from common.four_eyes import FourEyes, decide
from letters.models import AppealRule, LetterText, PrintBatch
from letters.services import approve_batch
from letters.services.texts import approve
from oversight.retention.services import approve_destruction
from tests import factories as make
from tests.town import Town

FIRST = {"proposed_by", "created_by"}
SECOND = {"approved_by", "decided_by"}


@pytest.fixture
def one_human(db: None, settings) -> tuple[User, Actor]:
    """A user's account, and a second account of the same human with all rights of an approver."""
    first = make.UserFactory.with_role(Role.ADMIN, username="anna")
    second = make.UserFactory.with_role(Role.SENIOR_OFFICER, username="anna.lokal")
    settings.STAFF_LINKED_ACCOUNTS = [["anna", "anna.lokal"]]
    return first, Actor.staff(second)


def _taking_two() -> set[type[Model]]:
    def names(model: type[Model]) -> set[str]:
        return {field.name for field in model._meta.get_fields()}

    return {model for model in apps.get_models() if names(model) & FIRST and names(model) & SECOND}


def test_every_four_eyes_decision_is_covered():
    others = {model._meta.object_name for model in _taking_two() if not issubclass(model, FourEyes)}
    assert others == {"AllocationRun", "PrintBatch", "ProviderExit", "LetterText", "AppealRule", "Destruction"}
    assert {model._meta.object_name for model in _taking_two() if issubclass(model, FourEyes)} == {
        *("AddressLook", "ManualLine", "ProfileChange", "ProtectionChange", "QuotaChange", "RoundProof", "Term"),
    }


@pytest.mark.parametrize("model", FourEyes.__subclasses__(), ids=lambda model: model.__name__)
def test_proposal_is_not_approved_by_the_second_account(one_human: tuple[User, Actor], model: type[FourEyes]):
    first, second = one_human
    with pytest.raises(ValidationError, match="Den som föreslog"):
        decide(model(proposed_by=first), approve=True, actor=second)


def test_run_print_exit_text_notice_and_destruction_need_another_human(town: Town, one_human: tuple[User, Actor]):
    first, second = one_human
    town.run.proposed_by = first
    town.run.save()
    batch = PrintBatch.objects.create(
        stack="x", letters_count=1, pages_count=1, sheets_count=1, manifest_sha256="0" * 64, created_by=first
    )
    text = LetterText(kind="receipt", language="sv", version=99, blocks={}, proposed_by=first)
    text.save()
    rule = AppealRule.objects.create(kind="decision", legal_basis="SoL", proposed_by=first)
    destruction = Destruction.objects.create(as_of=datetime.date(2020, 11, 23), proposed_by=first)
    ProviderExit.objects.filter(pk=town.exit.pk).update(status="proposed", created_by=first, decided_by=None)
    tries = [
        lambda: decide_exit(exit=ProviderExit.objects.get(pk=town.exit.pk), approve=True, actor=second),
        lambda: approve_run(run=town.run, actor=second),
        lambda: approve_batch(batch=batch, actor=second),
        lambda: approve(proposal=text, actor=second),
        lambda: approve(proposal=rule, actor=second),
        lambda: approve_destruction(destruction=destruction, actor=second),
    ]
    for attempt in tries:
        with pytest.raises(ValidationError, match=r"En annan person|själv"):
            attempt()


def test_account_links_work_in_any_order(db: None, settings):
    ids = {name: make.UserFactory.create(username=name).pk for name in "abcde"}
    User.objects.filter(username="c").update(oidc_issuer="https://old.example", oidc_subject="anna")
    User.objects.filter(username="d").update(oidc_issuer="https://new.example", oidc_subject="anna")
    # Capital letters and spaces around a name are no other name, as in sign-in.
    settings.STAFF_LINKED_ACCOUNTS = [["B", " c"], ["a", "b"]]
    assert accounts_of(ids["a"]) == {ids[name] for name in "abcd"} == accounts_of(ids["d"])
    assert accounts_of(ids["e"]) == {ids["e"]}
