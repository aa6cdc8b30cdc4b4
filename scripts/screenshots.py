"""Screenshots of every page at phone and desktop width: ``var/screenshots/<page>-<width>.png``.

.venv/bin/python scripts/screenshots.py            existing data (make demo first)
.venv/bin/python scripts/screenshots.py --town     fill an empty database with the test data first
.venv/bin/python scripts/screenshots.py --only run pages whose name contains "run"
.venv/bin/python scripts/screenshots.py --citizens every state of the citizens' pages in every language, on test data:
                                                   ``var/screenshots/citizens/<page>-<language>-<width>.png``
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")  # noqa: TID251
# Playwright's synchronous API runs inside an event loop, in which Django otherwise refuses database access.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # noqa: TID251
django.setup()

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from django.urls import reverse
from playwright.sync_api import Browser, sync_playwright

from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun, OutcomeRow
from choices.models import ChoiceRound
from providers.models import Area, AreaPostcode, Contract
from secrecy.protected import not_protected

WIDTHS = {375: 812, 1280: 900}
Pages = dict[str, str]


def public_pages() -> Pages:
    area, code = Area.objects.first(), AreaPostcode.objects.first()
    contract, round = Contract.objects.first(), ChoiceRound.objects.first()
    pages = {
        "start": reverse("start"),
        "choose-area": reverse("providers:choose_area"),
        "area-help": reverse("providers:area_help"),
        "area-help-wrong": reverse("providers:area_help") + "?postnummer=12",
        "login": reverse("login"),
        "not-found": "/finns-inte/",
    }
    if code:
        pages["area-help-answer"] = reverse("providers:area_help") + f"?postnummer={code.postal_code}"
    if area:
        pages["compare"] = reverse("providers:compare", args=[area.code])
    if contract:
        pages["provider"] = reverse("providers:provider", args=[contract.provider.code])
    if round:
        pages["round"] = reverse("round", args=[round.code])
    return pages


def staff_pages() -> Pages:
    pages = {name: reverse(f"casework:{name}") for name in ("home", "runs", "people")}
    run = AllocationRun.objects.first()
    if run:
        pages |= {name: reverse(f"casework:{name}", args=[run.reference]) for name in ("run", "calls")}
        rows = OutcomeRow.objects.filter(not_protected("person"), run=run)
        if row := rows.exclude(unmet=[]).order_by("person__sort_name").first():
            pages["person"] = reverse("casework:person", args=[row.person.reference])
    return pages


def take(browser: Browser, url: str, pages: Pages, folder: Path, user: User | None = None) -> None:
    cookies: list[Any] = []
    if user:
        client = Client()
        client.force_login(user)
        cookies = [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}]
    for width, height in WIDTHS.items():
        context = browser.new_context(viewport={"width": width, "height": height}, locale="sv-SE")
        context.add_cookies(cookies)
        page = context.new_page()
        for name, path in pages.items():
            page.goto(url + path)
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        context.close()


def citizens(only: str) -> int:
    """The states are made as tests make them, in the tests' database."""
    command = [sys.executable, "-m", "pytest", "tests/citizens/pictures.py", "-q", "-p", "no:cacheprovider"]
    folder = ROOT / "var" / "screenshots" / "citizens"
    settings = {"CITIZEN_PICTURES": str(folder), "CITIZEN_PICTURES_ONLY": only, "DJANGO_SETTINGS_MODULE": ""}
    kept = {name: value for name, value in {**os.environ, **settings}.items() if value}  # noqa: TID251
    return subprocess.run(command, cwd=ROOT, env=kept, check=False).returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--town", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--citizens", action="store_true")
    options = parser.parse_args()
    if options.citizens:
        sys.exit(citizens(options.only))
    if options.town:
        from tests.town import make_town

        make_town(people=60)
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    url = f"http://127.0.0.1:{server.port}"
    officer = User.objects.filter(groups__name=Role.SENIOR_OFFICER.value).first()
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=sandbox)
        wanted = {name: path for name, path in public_pages().items() if options.only in name}
        take(browser, url, wanted, folder)
        if officer:
            wanted = {name: path for name, path in staff_pages().items() if options.only in name}
            take(browser, url, wanted, folder, officer)
        browser.close()
    server.terminate()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
