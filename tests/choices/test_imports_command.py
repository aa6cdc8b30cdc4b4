"""manage.py import_file, and documentation of every column in docs/import.md."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from choices import imports
from choices.models import ImportFile, Person
from tests.import_files import as_csv, grid
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path) -> Path:
    make_world()
    path = tmp_path / "personer.csv"
    path.write_bytes(as_csv(grid("persons", {})))
    return path


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("import_file", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_dry_run_reports_and_writes_nothing(file):
    said = run("persons", file, "--dry-run")
    assert "1 rad: 1 ny, 0 ändrade, 0 oförändrade." in said
    assert "Inget är skrivet. Teckenkodning: UTF-8." in said
    assert not Person.objects.exists()


def test_file_is_imported_and_logged_as_the_system(file):
    assert "1 rad: 1 ny" in run("persons", file)
    assert Person.objects.count() == 1
    assert ImportFile.objects.get().applied_by is None
    assert "Filen är redan inläst. Ingenting ändrades." in run("persons", file)


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_refused_file_exits_with_an_error_and_a_report(file, options):
    file.write_bytes(as_csv(grid("persons", {"område": "öster"})))
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"Filen har 1 fel\. Ingenting har lästs in\."):
        call_command("import_file", "persons", str(file), *options, stdout=out)
    assert "område" in out.getvalue()
    assert not Person.objects.exists()


def test_missing_file(file):
    with pytest.raises(CommandError, match="Filen går inte att öppna"):
        run("persons", file.with_name("nej.csv"))


def test_kinds_and_columns_are_listed_and_documented(file):
    listed = run("--list-kinds")
    document = (Path(settings.BASE_DIR) / "docs" / "import.md").read_text(encoding="utf-8")
    assert set(imports.kinds()) == {
        "persons",
        "decisions",
        "choices",
        "mandates",
        "placements",
        "quotas",
        "performed",
        "absences",
    }
    for code, kind in imports.kinds().items():
        assert code in listed
        _before, _, section = document.partition(f"(`{code}`)")
        section = section.partition("\n## ")[0]
        for column in kind.columns():
            assert column.header in listed
            assert f"| `{column.header}` |" in section, f"{code}: {column.header}"
