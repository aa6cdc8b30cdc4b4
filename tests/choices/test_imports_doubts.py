"""Doubts: suspicious but possible content is imported only with a named approval."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from stdnum import luhn

from accounts.models import User
from audit.models import Event
from choices import imports
from choices.imports import DoubtsApproval, ImportDoubted, ImportRefused
from choices.models import CareDecision, ImportFile, Person
from tests.import_files import as_csv, grid, table, take_in
from tests.world import SYSTEM, make_world, staff
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

NUMBERS = [number(n) for n in range(30)]


@pytest.fixture
def world():
    make_world()
    staff("anna", "admin")
    take_in("persons", *({"personnummer": each} for each in NUMBERS))
    take_in("decisions", *({"personnummer": each, "beslut": f"B{each}"} for each in NUMBERS))


def _decision(serial: int) -> dict[str, str]:
    return {"personnummer": NUMBERS[serial], "beslut": f"B{NUMBERS[serial]}"}


def _dead(count: int) -> list[dict[str, str]]:
    return [{"personnummer": each, "avliden": "2020-11-01"} for each in NUMBERS[:count]]


def _moved(count: int) -> list[dict[str, str]]:
    from providers.services import add_area

    add_area(code="south", name="Södra", actor=SYSTEM)
    return [{"personnummer": each, "område": "south"} for each in NUMBERS[:count]]


def _were(**fields: str) -> list[dict[str, str]]:
    Person.objects.filter(identity_number__in=NUMBERS[1:11]).update(**fields)
    return [{"personnummer": each} for each in NUMBERS[1:11]]


def _out_of_households() -> list[dict[str, str]]:
    take_in("persons", *({"personnummer": n, "hushåll": f"H{at // 2}"} for at, n in enumerate(NUMBERS[1:11])))
    return [{"personnummer": each} for each in NUMBERS[1:11]]


def _ended_before() -> dict[str, str]:
    CareDecision.objects.filter(source_reference=f"B{NUMBERS[0]}").update(valid_until="2020-10-01")
    return {"till och med": ""}


DOUBTFUL = {
    "revival": ("persons", lambda: [{"personnummer": NUMBERS[0]}], 1),
    "death_moved": ("persons", lambda: [{"personnummer": NUMBERS[0], "avliden": "2020-10-01"}], 1),
    "deaths": ("persons", lambda: _dead(11)[1:], 10),
    "old_death": ("persons", lambda: [{"personnummer": NUMBERS[1], "avliden": "2002-11-01"}], 1),
    "moves": ("persons", lambda: _moved(11)[1:], 10),
    "names": (
        "persons",
        lambda: [{"personnummer": n, "förnamn": "Öberg", "efternamn": "Åsa"} for n in NUMBERS[1:11]],
        10,
    ),
    "household": ("persons", lambda: [{"personnummer": n, "hushåll": "H1"} for n in NUMBERS[1:21]], 20),
    "protection": ("persons", lambda: [{"personnummer": NUMBERS[25], "sekretessmarkering": "nej"}], 1),
    "no_name": ("persons", lambda: [{"personnummer": NUMBERS[1], "efternamn": "Okänd"}], 1),
    "lost_phone": ("persons", lambda: [{"personnummer": n, "telefon": ""} for n in NUMBERS[1:11]], 10),
    "lost_street": (
        "persons",
        lambda: [{"personnummer": n, "gatuadress": "", "postnummer": "", "postort": ""} for n in NUMBERS[1:11]],
        10,
    ),
    "lost_language": ("persons", lambda: _were(language="fi"), 10),
    "lost_household": ("persons", _out_of_households, 10),
    "reopened": ("decisions", lambda: [_decision(0) | _ended_before()], 1),
    "far_away": ("decisions", lambda: [_decision(0) | {"från": "2102-01-10"}], 1),
    "hours": ("decisions", lambda: [_decision(0) | {"minuter per månad": "6000"}], 1),
    "less": ("decisions", lambda: [_decision(n) | {"minuter per månad": "500"} for n in range(10)], 10),
    "dates_back": ("decisions", lambda: [_decision(0) | {"från": "2019-01-10"}], 1),
    "ended": (
        "decisions",
        lambda: [_decision(n) | {"till och med": "2020-12-31"} for n in range(10)],
        10,
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", DOUBTFUL)
def test_doubts_are_listed_separately_and_need_approval(world, code):
    Person.objects.filter(identity_number=NUMBERS[0]).update(deceased_on="2020-11-01")
    Person.objects.filter(identity_number=NUMBERS[25]).update(confidential=True)
    kind, rows, count = DOUBTFUL[code]
    file = table(kind, *rows())
    before = list(Person.objects.order_by("id").values()), list(CareDecision.objects.order_by("id").values())
    files = ImportFile.objects.count()

    preview = imports.preview(kind=kind, table=file, actor=SYSTEM)
    assert [(doubt.code, doubt.count) for doubt in preview.doubts] == [(code, count)]
    for yes in (None, DoubtsApproval("anna", "000000")):
        with pytest.raises(ImportDoubted) as doubted:
            imports.apply(kind=kind, table=file, actor=SYSTEM, yes=yes)
        assert doubted.value.code == preview.doubts_code
    assert (list(Person.objects.order_by("id").values()), list(CareDecision.objects.order_by("id").values())) == before
    assert ImportFile.objects.count() == files

    receipt = imports.apply(kind=kind, table=file, actor=SYSTEM, yes=DoubtsApproval("anna", preview.doubts_code))
    assert receipt.changed == count
    event = Event.objects.filter(action=f"import.{kind}").latest("id")
    assert (event.data["yes_by"], event.data["doubts"]) == ("anna", {code: count})


def test_doubt_names_the_number_of_its_rows(world):
    earlier = {"från": "2019-01-10"}
    one, two = table("decisions", _decision(0) | earlier), table("decisions", *(_decision(n) | earlier for n in (0, 1)))
    assert _sentences("decisions", one) == ["1 beslut skulle börja tidigare än det gör nu."]
    assert _sentences("decisions", two) == ["2 beslut skulle börja tidigare än de gör nu."]
    households = table("persons", *({"personnummer": n, "hushåll": "H1"} for n in NUMBERS[1:21]))
    with translation.override("fi"):
        assert _sentences("persons", households) == ["20 henkilöä kuuluisi kotitalouksiin, joissa on yli 8 jäsentä."]


def _sentences(kind: str, file: imports.Table) -> list[str]:
    return [doubt.message for doubt in imports.preview(kind=kind, table=file, actor=SYSTEM).doubts]


def test_ordinary_changes_need_no_approval(world):
    assert imports.preview(kind="persons", table=table("persons", *_dead(9)), actor=SYSTEM).doubts == []
    eight = [{"personnummer": n, "hushåll": "H1"} for n in NUMBERS[:8]]
    assert imports.preview(kind="persons", table=table("persons", *eight), actor=SYSTEM).doubts == []
    more = _decision(0) | {"minuter per månad": "5999"}
    assert imports.preview(kind="decisions", table=table("decisions", more), actor=SYSTEM).doubts == []


def _doubts(kind: str, *rows: dict[str, str]) -> list[tuple[str, int]]:
    found = imports.preview(kind=kind, table=table(kind, *rows), actor=SYSTEM)
    assert found.ok, found.errors
    return [(doubt.code, doubt.count) for doubt in found.doubts]


def test_guessed_century_of_a_new_person_is_doubtful(world):
    child, aged = _of("20101204"), _of("18991204")
    assert _doubts("persons", {"personnummer": child}, {"personnummer": aged}) == [("age", 2)]
    take_in("persons", {"personnummer": child}, yes_by="anna")
    assert _doubts("persons", {"personnummer": child, "telefon": ""}) == []


def _of(date: str) -> str:
    numbers = (f"{date}{serial}" for serial in range(9800, 9990))
    return next(each for each in numbers if luhn.is_valid(each[2:]))


def test_hours_in_the_column_for_minutes_are_doubtful(world):
    CareDecision.objects.all().delete()
    rows = [_decision(serial) | {"minuter per månad": str(serial * 3)} for serial in range(30)]
    assert _doubts("decisions", *rows) == [("minutes", 19)]
    rows = [_decision(serial) | {"minuter per månad": str(serial * 180)} for serial in range(30)]
    assert _doubts("decisions", *rows) == []


def test_decisions_without_minutes_are_doubtful(world):
    CareDecision.objects.all().delete()
    assert _doubts("decisions", *(_decision(n) | {"minuter per månad": "0"} for n in range(18))) == [("zero", 18)]
    assert (
        _doubts("decisions", *(_decision(n) | {"minuter per månad": "0" if n < 17 else "600"} for n in range(30))) == []
    )


def test_mandate_that_would_be_in_force_again_or_alone_is_doubtful(world):
    ended = {"personnummer": NUMBERS[0], "till och med": "2020-10-31"}
    take_in("mandates", ended)
    assert _doubts("mandates", ended) == []
    assert _doubts("mandates", ended | {"till och med": ""}) == [("reopened", 1)]
    assert _doubts("mandates", ended | {"gemensamt": "nej"}) == [("alone", 1)]


def test_choice_received_long_ago_is_doubtful(world):
    late = {"personnummer": NUMBERS[0], "valomgång": "", "registrerad": ""}
    assert _doubts("choices", late | {"kom in": "2019-09-14"}) == [("old", 1)]
    assert _doubts("choices", late | {"kom in": "2020-03-14"}) == []


def test_absence_of_another_year_is_doubtful(world):
    away = {"personnummer": NUMBERS[0]}
    wrong = away | {"första dagen borta": "2002-11-10", "sista dagen borta": "2002-11-17"}
    assert _doubts("absences", wrong) == [("far_away", 1)]
    assert _doubts("absences", away) == []


@pytest.mark.parametrize("who", ["nobody", "officer", "gone"])
def test_only_users_with_the_right_to_import_approve_doubts(world, who):
    staff("officer", "case_officer")
    staff("gone", "admin")
    User.objects.filter(username="gone").update(is_active=False)
    Person.objects.filter(identity_number=NUMBERS[0]).update(deceased_on="2020-11-01")
    file = table("persons", {"personnummer": NUMBERS[0]})
    code = imports.preview(kind="persons", table=file, actor=SYSTEM).doubts_code
    with pytest.raises(ImportRefused, match="1 problems"):
        imports.apply(kind="persons", table=file, actor=SYSTEM, yes=DoubtsApproval(who, code))
    assert Person.objects.get(identity_number=NUMBERS[0]).deceased_on


def test_approval_covers_only_the_displayed_doubts(world):
    people = Person.objects.filter(identity_number__in=NUMBERS[:2])
    people.filter(identity_number=NUMBERS[0]).update(deceased_on="2020-11-01")
    file = table("persons", {"personnummer": NUMBERS[0]}, {"personnummer": NUMBERS[1]})
    code = imports.preview(kind="persons", table=file, actor=SYSTEM).doubts_code
    people.update(deceased_on="2020-11-01")
    with pytest.raises(ImportDoubted):
        imports.apply(kind="persons", table=file, actor=SYSTEM, yes=DoubtsApproval("anna", code))
    assert people.filter(deceased_on=None).count() == 0


def test_command_requires_a_name(world, tmp_path):
    Person.objects.filter(identity_number=NUMBERS[0]).update(deceased_on="2020-11-01")
    path = tmp_path / "personer.csv"
    path.write_bytes(as_csv(grid("persons", {"personnummer": NUMBERS[0]})))
    out = io.StringIO()
    call_command("import_file", "persons", str(path), "--dry-run", stdout=out)
    code = out.getvalue().split("--yes-to ")[1].split()[0]
    assert "Avlidna som skulle bli levande igen: 1." in out.getvalue()
    with pytest.raises(CommandError, match=code):
        call_command("import_file", "persons", str(path), stdout=out)
    with pytest.raises(CommandError, match="Ange både"):
        call_command("import_file", "persons", str(path), "--yes-to", code, stdout=out)
    call_command("import_file", "persons", str(path), "--yes-to", code, "--yes-by", "anna", stdout=out)
    assert Person.objects.get(identity_number=NUMBERS[0]).deceased_on is None
