"""manage.py generate_demo: write the demo municipality's files only."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from demo.generator import make_town, write_files
from demo.municipality import DEFAULT_PEOPLE, DEFAULT_SEED, folder


class Command(BaseCommand):
    help = "Skriver demokommunens filer. Samma antal och frö ger samma filer, till sista tecknet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=DEFAULT_PEOPLE)
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument("--out", type=Path, default=None, help="mapp (annars var/demo)")

    def handle(self, *args: Any, **options: Any) -> None:
        out = options["out"] or folder(options["people"], options["seed"])
        for path in write_files(make_town(people=options["people"], seed=options["seed"]), out).values():
            self.stdout.write(str(path))
