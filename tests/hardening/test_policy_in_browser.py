"""The Content-Security-Policy as enforced by a browser."""

import io

import pikepdf
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page

from accounts.roles import Role
from desk.models import Scan
from desk.scans import path_of
from letters.files import write_whole
from tests import factories as make
from tests.town import Town


def _pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


def test_own_content_is_shown_and_injected_scripts_are_blocked(page: Page, live_server, live_town: Town, sign_in):
    stopped: list[str] = []

    def keep(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            stopped.append(message.text)

    page.on("console", keep)
    sign_in(Role.SENIOR_OFFICER)
    scan: Scan = make.ScanFactory.create(kind="application/pdf", added_by=live_town.staff[Role.CASE_OFFICER])
    write_whole(path_of(scan), _pdf())
    for address in (
        reverse("start"),
        reverse("casework:home"),
        reverse("casework:person", args=[live_town.person.reference]),
        reverse("casework:run", args=[live_town.run.reference]),
        reverse("casework:scan", args=[scan.reference]),
    ):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        assert stopped == []
    assert page.frames[1].url.endswith(reverse("casework:scan_file", args=[scan.reference]))

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.got = 1\">')")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.got = 2'; document.body.append(s)"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.got") is None
    assert stopped
