"""manage.py demo: an invented Botkyrka in autumn 2020, from its files to the print file of letters, and the site."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

import environ
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from administration.main_job import NoWorker
from audit.sealing import seal_all
from demo import municipality, processes, show


class Command(BaseCommand):
    help = "Bygger demokommunen, kör valomgången och visar webbplatsen. Körs den igen görs bara det som är kvar."
    # Checks of templates and pages run on request; the demo does not wait for them at start.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=None, help=f"antal personer ({municipality.DEFAULT_PEOPLE})")
        parser.add_argument("--seed", type=int, default=municipality.DEFAULT_SEED)
        parser.add_argument("--no-serve", action="store_true", help="sluta när utskriften är klar")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        port, serve = options["port"], not options["no_serve"]
        if serve and not processes.is_free(port):
            raise CommandError(f"Port {port} är upptagen. Välj en annan med --port, till exempel --port 8001.")
        # SIGTERM acts like Ctrl-C: everything started is stopped in order.
        signal.signal(signal.SIGTERM, _interrupt)
        console = Console()
        logs = Path(settings.BASE_DIR) / "var" / "demo"
        try:
            show.migrate(console)
            result = show.finished()
            if result is None or options["people"] is not None or options["seed"] != municipality.DEFAULT_SEED:
                show.check_same(people=options["people"] or municipality.DEFAULT_PEOPLE, seed=options["seed"])
            if result and not serve:
                return show.tell_result(result, console)
            with processes.worker(logs / "worker.log"):
                if result is None:
                    show.build(
                        people=options["people"] or municipality.DEFAULT_PEOPLE, seed=options["seed"], console=console
                    )
                    result = show.run(console)
                show.add_payment(console)
                show.go_on(console)
                # The beat seals every five minutes; a demo may end sooner.
                seal_all()
                show.tell_result(result, console)
                if serve:
                    with processes.web_server(port, logs / "web.log") as web:
                        show.tell_sign_ins(port, console)
                        web.wait()
                    raise CommandError(f"Webbservern slutade. Se {logs / 'web.log'}.")
        except KeyboardInterrupt:
            console.print("Avslutat. Kör samma kommando igen för att fortsätta.")
        except show.AnotherDemo as other:
            raise CommandError(f"{other} Ta bort den först: python -m devservers destroy {_instance()}") from other
        except (ValidationError, NoWorker) as refused:
            raise CommandError(" ".join(getattr(refused, "messages", [str(refused)]))) from refused


def _instance() -> str:
    return str(environ.Env()("EMBEDDED_INSTANCE", default="dev"))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
