"""Letter pages: posting a batch, texts by two people, returned mail; accessible in a browser."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from administration.post.difference import changes
from common import clock
from letters import samples
from letters.address import address_lines
from letters.facts.common import mail_address
from letters.models import AppealRule, Letter, LetterText, PrintBatch, ReturnedLetter
from letters.selectors import waiting_letters
from letters.services import compose_print_batch, load_texts, render_letter
from letters.services.texts import approve, propose_appeal_rule, propose_text
from tests.letters.sample import text_of
from tests.pages.test_browser import _check
from tests.town import Town

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


def make_batch(town: Town) -> PrintBatch:
    load_texts(actor=SYSTEM)
    text = LetterText.objects.get(kind="receipt", language="sv")
    Letter.objects.create(
        kind="receipt",
        person=town.person,
        language="sv",
        text=text,
        layout_version=2,
        cause_on="2020-11-23",
        facts=samples.ordinary("receipt", "sv")
        | {"reference": "K7M2PX9TQ4WD", "sort_town": "Tumba", "name": town.person.full_name}
        | {"address": address_lines(mail_address(town.person))},
        reference="K7M2PX9TQ4WD",
        stack="post-2020-11-23",
    )
    render_letter(letter_id=Letter.objects.get(reference="K7M2PX9TQ4WD").pk)
    return compose_print_batch(stack="post-2020-11-23", actor=SYSTEM)


def as_role(town: Town, role: Role) -> Client:
    client = Client()
    client.force_login(town.staff[role])
    return client


def test_invalid_batch_is_rejected_and_cannot_be_approved(town: Town, settings, tmp_path):
    batch = make_batch(town)
    town.person.given_name = "Annan"
    town.person.save()
    senior = as_role(town, Role.SENIOR_OFFICER)
    page = senior.get(reverse("casework:batch", args=[batch.reference])).content.decode()
    assert "Personen heter något annat nu." in page
    assert "Godkänn korrekturet" not in page
    senior.post(reverse("casework:batch_step", args=[batch.reference, "underkann"]), {"reason": "Fel namn"})
    batch.refresh_from_db()
    assert (batch.status, batch.reject_reason) == ("rejected", "Fel namn")
    assert not Letter.objects.filter(batch=batch).exists()


def test_protected_letters_are_counted_for_those_with_access(town: Town):
    """A row with one letter on the protected route would reveal that a protected person got a new provider."""
    waiting = Letter.objects.filter(pk=town.protected_letter.pk)
    waiting.update(route=Letter.Route.PROTECTED, batch=None, posted_on=None, delivery="")

    def counted(role: Role) -> bool:
        rows = waiting_letters(actor=Actor.staff(town.staff[role]))
        return any(row["route"] == Letter.Route.PROTECTED for row in rows)

    assert counted(Role.SENIOR_OFFICER)
    assert not counted(Role.ADMIN)


def test_print_file_needs_access_to_everybody(town: Town):
    batch = make_batch(town)
    address = reverse("casework:batch_file", args=[batch.reference, "letters-001.pdf"])
    response = as_role(town, Role.SENIOR_OFFICER).get(address)
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    User.objects.filter(pk=town.staff[Role.SENIOR_OFFICER].pk).update(all_areas=False)
    assert as_role(town, Role.SENIOR_OFFICER).get(address).status_code == 404
    wrong = reverse("casework:batch_file", args=[batch.reference, "manifest.csv"])
    assert as_role(town, Role.SENIOR_OFFICER).get(wrong).status_code == 404


def test_text_is_proposed_by_one_and_approved_by_another(town: Town):
    load_texts(actor=SYSTEM)
    admin, senior = as_role(town, Role.ADMIN), as_role(town, Role.SENIOR_OFFICER)
    address = reverse("casework:text", args=["receipt", "sv"])
    form = admin.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"valid_from": "2030-01-01"}
    titles = {field.label: name for name, field in form.fields.items()}
    refused = admin.post(address, data | {titles["title"]: "Vi har fått {allt}"})
    assert "kan inte innehålla {allt}" in refused.content.decode()
    assert refused.status_code == 422
    admin.post(address, data | {titles["title"]: "Tack, vi har fått ditt val"})
    new = LetterText.objects.get(kind="receipt", language="sv", version=2)
    page = reverse("casework:text_version", args=["receipt", "sv", 2])
    assert "<del>Vi</del>" in senior.get(page).content.decode()
    step = reverse("casework:text_step", args=["receipt", "sv", 2, "godkann"])
    assert "Du har själv gjort förslaget" in admin.post(step, follow=True).content.decode()
    preview = senior.get(reverse("casework:text_preview", args=["receipt", "sv", 2]))
    assert "Tack, vi har fått ditt val" in text_of(preview.content)
    senior.post(step)
    new.refresh_from_db()
    assert new.approved_by == town.staff[Role.SENIOR_OFFICER]
    assert new not in LetterText.objects.in_use(new.approved_at.date())


def test_text_holds_from_its_approval_and_is_checked_again(town: Town, settings):
    load_texts(actor=SYSTEM)
    admin, senior = (Actor.staff(town.staff[role]) for role in (Role.ADMIN, Role.SENIOR_OFFICER))
    first, later = clock.today(), clock.today() + datetime.timedelta(days=12)
    blocks = LetterText.objects.in_use(first).get(kind="receipt", language="sv").blocks
    text = {"kind": "receipt", "language": "sv", "actor": admin}
    waits = propose_text(**text, blocks={**blocks, "title": "Tack"}, valid_from=first)
    planned = propose_text(**text, blocks={**blocks, "title": "Hej"}, valid_from=first + datetime.timedelta(days=5))
    approve(proposal=planned, actor=senior)
    rule = propose_appeal_rule(
        kind="decision", legal_basis="SoL", appealable=False, court="", valid_from=first, actor=admin
    )
    settings.CLOCK_TODAY = later

    # A release has added a block meanwhile.
    older = LetterText.objects.create(
        kind="receipt",
        language="sv",
        version=9,
        blocks={name: block for name, block in blocks.items() if name != "title"},
        proposed_by=town.staff[Role.ADMIN],
    )
    with pytest.raises(ValidationError, match="Stycket title saknas"):
        approve(proposal=older, actor=senior)
    approve(proposal=waits, actor=senior)
    approve(proposal=rule, actor=senior)

    # Letters of the days before had another text.
    waits.refresh_from_db()
    rule.refresh_from_db()
    assert waits.valid_from == rule.valid_from == later
    assert waits not in LetterText.objects.in_use(later - datetime.timedelta(days=1))
    assert waits in LetterText.objects.in_use(later)


def test_appeal_rule_needs_two_people(town: Town):
    admin, senior = as_role(town, Role.ADMIN), as_role(town, Role.SENIOR_OFFICER)
    rule = {"kind": "decision", "legal_basis": "SoL", "appealable": "on", "court": "", "valid_from": "2030-01-01"}
    address = reverse("casework:appeals")
    assert "Ange vilken domstol" in admin.post(address, rule).content.decode()
    admin.post(address, rule | {"court": "Förvaltningsrätten i Stockholm"})
    found = AppealRule.objects.get()
    senior.post(reverse("casework:appeal_step", args=[found.pk, "godkann"]))
    found.refresh_from_db()
    assert found.approved_by == town.staff[Role.SENIOR_OFFICER]


def test_returned_mail_is_scanned_and_handled(town: Town):
    make_batch(town)
    officer = as_role(town, Role.CASE_OFFICER)
    officer.post(reverse("casework:returns"), {"reference": "k7m2-px9t-q4wd", "reason": "moved"})
    assert "K7M2PX9TQ4WD" in officer.get(reverse("casework:returns")).content.decode()
    assert (
        reverse("casework:work_item", args=["retur", "K7M2PX9TQ4WD"]) in officer.get(reverse("casework:returns")).text
    )
    done = {"item": "retur:K7M2PX9TQ4WD", "seen": "0", "act": "hanterad", "handled": "address"}
    officer.post(reverse("casework:work_mark"), done)
    assert ReturnedLetter.objects.get().handled_by == town.staff[Role.CASE_OFFICER]


def test_cover_sheet_names_no_person(town: Town):
    senior = as_role(town, Role.SENIOR_OFFICER)
    Letter.objects.filter(pk=town.protected_letter.pk).update(route="protected")
    sheet = text_of(senior.get(reverse("casework:cover_sheet")).content)
    assert all(line in sheet for line in ("Skatteverket", "Box 2820", "403 20 Göteborg"))
    assert town.protected_letter.reference in sheet
    assert town.protected.family_name not in sheet
    assert town.protected.identity_number not in sheet.replace("-", "")
    senior.post(reverse("casework:protected_mail"), {"letters": town.protected_letter.reference})
    town.protected_letter.refresh_from_db()
    assert town.protected_letter.posted_on is not None


def test_text_change_is_shown_word_by_word():
    found = changes({"a": "Ring oss i dag.", "b": "Kvar.", "c": "Bort."}, {"a": "Ring oss nu.", "b": "Kvar."})
    assert [change.name for change in found] == ["a", "c"]
    assert found[0].pieces == [("same", "Ring oss "), ("out", "i dag."), ("in", "nu.")]
    assert found[1].pieces == [("out", "Bort.")]


PAGES = [
    ("post", []),
    ("batch", ["batch"]),
    ("held", []),
    ("returns", []),
    ("protected_mail", []),
    ("texts", []),
    ("text_version", ["receipt", "sv", "1"]),
    ("appeals", []),
]


def test_pages_are_accessible(page: Page, live_server, live_town: Town, sign_in):
    batch = make_batch(live_town)
    Letter.objects.filter(pk=live_town.protected_letter.pk).update(route="protected")
    Letter.objects.filter(pk=live_town.letter.pk).update(route="hold", hold_reason="Adressen saknas.")
    AppealRule.objects.create(kind="decision", legal_basis="SoL", proposed_by=live_town.staff[Role.ADMIN])
    as_role(live_town, Role.CASE_OFFICER).post(
        reverse("casework:returns"), {"reference": "K7M2PX9TQ4WD", "reason": "moved"}
    )
    sign_in(Role.SENIOR_OFFICER)
    for name, words in PAGES:
        arguments = [batch.reference if word == "batch" else word for word in words]
        assert page.goto(live_server.url + reverse(f"casework:{name}", args=arguments)).status == 200
        _check(page)
    sign_in(Role.ADMIN)
    page.goto(live_server.url + reverse("casework:text", args=["receipt", "sv"]))
    _check(page)
