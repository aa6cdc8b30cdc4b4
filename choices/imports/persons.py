"""Import of people and their households from the care system or the population register."""

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.actors import Actor
from choices import identity
from choices.imports.cells import (
    NO_ADDRESS,
    Column,
    care_of,
    country,
    day,
    identity_number,
    language,
    name_of_a_thing,
    one_of,
    phone,
    postcode,
    text,
    wording,
    yes_no,
)  # fmt: skip
from choices.imports.doubts import Doubt, many, rows_of
from choices.imports.file_kind import FileKind, Values
from choices.imports.person_households import compare_households, write_households
from choices.imports.report import Problem
from choices.imports.stage import Match, Stage
from choices.registers.death_listeners import tell_deaths
from choices.signals import announce
from choices.swedish_order import name_key
from common import clock
from common.references import new_reference
from providers.models import Area

# Larger households with home care are very rare; one placeholder in the column would make everybody one household.
LARGEST_HOUSEHOLD = 8
_LARGE_HOUSEHOLDS = """
SELECT row FROM import_stage WHERE household IN (
    SELECT household FROM import_stage WHERE household <> '' GROUP BY household HAVING count(*) > %(most)s
)
"""
_MET = "SELECT s.row FROM import_stage s JOIN choices_person p ON p.id = s.existing_id WHERE"
_LOST_HOUSEHOLD = "SELECT row FROM import_stage WHERE household = '' AND %(header)s = ANY(fields)"
# Of a person's number: a century that was guessed is wrong by a hundred years. Reserve numbers are left out.
_ODD_AGE = """
SELECT row FROM import_stage WHERE existing_id IS NULL AND identity_kind IN ('personal', 'coordination')
    AND (left(identity_number, 8) > %(young)s OR left(identity_number, 8) < %(old)s)
"""
_NO_NAME = """
SELECT row FROM import_stage WHERE (existing_id IS NULL OR fields <> '{}') AND (
    lower(given_name) IN ('null', 'none', 'nan', 'n/a', 'undefined', 'okänd', 'okänt', 'saknas', 'xx', 'xxx')
    OR lower(family_name) IN ('null', 'none', 'nan', 'n/a', 'undefined', 'okänd', 'okänt', 'saknas', 'xx', 'xxx')
)
"""
_HOME = ("street", "postal_code", "town")
# Words that some systems write in place of a protected name or address.
_PROTECTED = re.compile(r"\b(skydda[dt]e?|sekretess(märkt|markerad|markering|belagd)?)\b", re.IGNORECASE)
_MAIL = ("mail_street", "mail_postal_code", "mail_town")
_READ = ("given_name", "family_name", "care_of", *_HOME, "mail_care_of", *_MAIL)
# Columns of the file with the same name in the table.
_SAME = (
    "given_name", "family_name", "language", "area_id", "care_of", *_HOME, "mail_care_of", *_MAIL, "mail_country",
    "phone", "confidential", "protected_registration", "deceased_on",
)  # fmt: skip


class Persons(FileKind):
    code = "persons"
    unique = ("identity_number",)
    extra = {"identity_kind": "text", "sort_name": "text", "reference": "text"}

    def columns(self) -> list[Column]:
        areas = dict(Area.objects.values_list("code", "pk"))
        return [
            Column("identity_number", "personnummer", identity_number, filled=True),
            Column("given_name", "förnamn", wording(80), filled=True),
            Column("family_name", "efternamn", wording(80), required=True),
            Column("language", "språk", language, empty="sv"),
            Column("area_id", "område", one_of(areas), sql_type="bigint", filled=True),
            Column("care_of", "c/o", care_of(60)),
            Column("street", "gatuadress", wording(60, missing=NO_ADDRESS), required=True),
            Column("postal_code", "postnummer", postcode, required=True),
            Column("town", "postort", wording(27, missing=NO_ADDRESS), required=True),
            Column("mail_care_of", "post c/o", care_of(60)),
            Column("mail_street", "post gatuadress", wording(60, missing=NO_ADDRESS)),
            Column("mail_postal_code", "post postnummer", text(10)),
            Column("mail_town", "post postort", wording(27, missing=NO_ADDRESS)),
            Column("mail_country", "post land", country(40)),
            Column("phone", "telefon", phone),
            Column(
                "confidential",
                "sekretessmarkering",
                yes_no,
                filled=True,
                sql_type="boolean",
                never_cut=True,
            ),
            Column(
                "protected_registration",
                "skyddad folkbokföring",
                yes_no,
                filled=True,
                sql_type="boolean",
                never_cut=True,
            ),
            Column("deceased_on", "avliden", day, empty=None, sql_type="date"),
            Column("household", "hushåll", name_of_a_thing(40)),
        ]

    def check_row(self, values: Values, wrong: set[str]) -> Iterator[tuple[str, str]]:
        if not (values["confidential"] or values["protected_registration"]):
            for name in _READ:
                if _PROTECTED.search(values[name] or ""):
                    yield (
                        name,
                        _("Det ser ut som att personen har skyddade uppgifter. Skriv ja i en av kolumnerna om det."),
                    )
        if values["protected_registration"]:
            for name in ("care_of", *_HOME):
                if values[name]:
                    yield name, _("Den som har skyddad folkbokföring ska inte ha någon adress hos oss. Töm cellen.")
        else:
            yield from _half_address(values, _HOME)
        if any(values[name] for name in ("mail_care_of", *_MAIL, "mail_country")):
            yield from _half_address(values, _MAIL, wanted=True)
        if values["mail_postal_code"] and (values["mail_country"] or "").lower() in ("", "sverige"):
            try:
                values["mail_postal_code"] = postcode(values["mail_postal_code"])
            except ValueError as error:
                yield "mail_postal_code", str(error)
        if values["deceased_on"] and values["deceased_on"] > clock.today():
            yield "deceased_on", _("Datumet ligger i framtiden. Kontrollera året.")
        number = values["identity_number"]
        if values["deceased_on"] and number and values["deceased_on"] < identity.birth_date(number).earliest:
            yield "deceased_on", _("Datumet ligger före födelsedatumet. Rätta datumet eller numret.")

    def derive(self, values: Values) -> Sequence[Any]:
        number, family, given = (values[name] for name in ("identity_number", "family_name", "given_name"))
        if not (number and given) or family is None:
            return None, None, None
        return identity.parse(number)[1].value, name_key(given=given, family=family), new_reference()

    def check_file(self, stage: Stage) -> list[Problem]:
        return stage.problems(
            "SELECT s.row FROM import_stage s JOIN choices_person p USING (identity_number) "
            "WHERE p.merged_into_id IS NOT NULL",
            "identity_number",
            _("Personen har fått ett nytt nummer. Använd det nya."),
        )

    def doubts(self, stage: Stage) -> list[Doubt]:
        alive = "SELECT count(*) FROM choices_person WHERE deceased_on IS NULL AND merged_into_id IS NULL"
        met = _MET
        found: list[Doubt] = []
        today = clock.today()
        present = {name for name, header in stage.headers.items() if header in stage.present}
        if "deceased_on" in present:
            found += rows_of(
                stage,
                "revival",
                _("Avlidna som skulle bli levande igen: %(rows)s."),
                f"{met} p.deceased_on IS NOT NULL AND s.deceased_on IS NULL",
            )
            found += rows_of(
                stage,
                "death_moved",
                ngettext_lazy("%(rows)s dödsdatum skulle flyttas.", "%(rows)s dödsdatum skulle flyttas.", "rows"),
                f"{met} p.deceased_on <> s.deceased_on",
            )
            found += rows_of(
                stage,
                "deaths",
                ngettext_lazy(
                    "%(rows)s person skulle avlida på en gång.", "%(rows)s personer skulle avlida på en gång.", "rows"
                ),
                f"{met} p.deceased_on IS NULL AND s.deceased_on IS NOT NULL",
                least=many(stage, alive, least=10, percent=3),
            )
            found += rows_of(
                stage,
                "old_death",
                _("Personer som skulle ha avlidit för mer än ett år sedan: %(rows)s. Kontrollera året."),
                f"{met} p.deceased_on IS NULL AND s.deceased_on < %(a_year_ago)s",
                {"a_year_ago": today - datetime.timedelta(days=365)},
            )
        found += rows_of(
            stage,
            "protection",
            _("Personer som skulle mista sina skyddade uppgifter: %(rows)s."),
            f"{met} (p.confidential AND NOT s.confidential)"
            " OR (p.protected_registration AND NOT s.protected_registration)",
        )
        found += rows_of(
            stage,
            "moves",
            ngettext_lazy(
                "%(rows)s person skulle byta område på en gång.",
                "%(rows)s personer skulle byta område på en gång.",
                "rows",
            ),
            f"{met} p.area_id <> s.area_id",
            least=many(stage, alive, least=10, percent=5),
        )
        found += rows_of(
            stage,
            "names",
            ngettext_lazy(
                "%(rows)s person skulle byta namn på en gång. Kontrollera att kolumnerna inte har bytt plats.",
                "%(rows)s personer skulle byta namn på en gång. Kontrollera att kolumnerna inte har bytt plats.",
                "rows",
            ),
            f"{met} p.given_name <> s.given_name AND p.family_name <> s.family_name",
            least=many(stage, alive, least=10, percent=5),
        )
        found += rows_of(
            stage,
            "age",
            _("Nya personer under 18 eller över 110 år: %(rows)s. Kontrollera århundradet."),
            _ODD_AGE,
            {"young": f"{today.year - 18}{today:%m%d}", "old": f"{today.year - 110}{today:%m%d}"},
        )
        found += rows_of(
            stage,
            "no_name",
            _("Personer som skulle heta något som brukar betyda att namnet saknas: %(rows)s."),
            _NO_NAME,
        )
        found += self._lost(stage, present, alive)
        if "household" in present:
            found += rows_of(
                stage,
                "household",
                ngettext_lazy(
                    "%(rows)s person skulle ingå i ett hushåll med fler än %(most)s.",
                    "%(rows)s personer skulle ingå i hushåll med fler än %(most)s.",
                    "rows",
                ),
                _LARGE_HOUSEHOLDS,
                {"most": LARGEST_HOUSEHOLD},
            )
        return found

    def _lost(self, stage: Stage, present: set[str], alive: str) -> Iterator[Doubt]:
        """Facts that many people would lose at once: a column that came out empty."""
        several = many(stage, alive, least=10, percent=5)
        for name, message in (
            (
                "phone",
                ngettext_lazy(
                    "%(rows)s person skulle mista sitt telefonnummer på en gång.",
                    "%(rows)s personer skulle mista sitt telefonnummer på en gång.",
                    "rows",
                ),
            ),
            (
                "street",
                ngettext_lazy(
                    "%(rows)s person skulle mista sin adress på en gång.",
                    "%(rows)s personer skulle mista sin adress på en gång.",
                    "rows",
                ),
            ),
        ):
            if name in present:
                lost = f"{_MET} p.{name} <> '' AND s.{name} = '' AND NOT s.protected_registration"
                yield from rows_of(stage, f"lost_{name}", message, lost, least=several)
        if "language" in present:
            message = ngettext_lazy(
                "%(rows)s person skulle få svenska som språk på en gång.",
                "%(rows)s personer skulle få svenska som språk på en gång.",
                "rows",
            )
            yield from rows_of(
                stage, "lost_language", message, f"{_MET} p.language <> 'sv' AND s.language = 'sv'", least=several
            )
        if "household" in present:
            message = ngettext_lazy(
                "%(rows)s person skulle lämna sitt hushåll på en gång.",
                "%(rows)s personer skulle lämna sitt hushåll på en gång.",
                "rows",
            )
            yield from rows_of(
                stage, "lost_household", message, _LOST_HOUSEHOLD, {"header": stage.headers["household"]}, least=several
            )

    def compare(self, stage: Stage) -> None:
        stage.compare("choices_person", Match("identity_number", "identity_number", ""), _matches(stage))
        if stage.headers["household"] in stage.present:
            compare_households(stage)

    def write(self, stage: Stage, actor: Actor) -> None:
        stage.insert(
            "choices_person", [(n, n) for n in ("identity_number", "identity_kind", "sort_name", "reference", *_SAME)]
        )
        dead = stage.rows(
            "SELECT p.id FROM import_stage s JOIN choices_person p ON p.id = s.existing_id "
            "WHERE p.deceased_on IS NULL AND s.deceased_on IS NOT NULL"
        )
        stage.update("choices_person", _matches(stage), follows=[("sort_name", "sort_name")])
        tell_deaths([pk for (pk,) in dead])
        if stage.headers["household"] in stage.present:
            write_households(stage)
        announce()


def _matches(stage: Stage) -> list[Match]:
    return [Match(name, name, stage.headers[name]) for name in _SAME]


def _half_address(values: Values, names: tuple[str, str, str], *, wanted: bool = False) -> Iterator[tuple[str, str]]:
    """An address is complete or absent. Cells that are faulty by themselves (None) have been reported."""
    if wanted or any(values[name] != "" for name in names):
        for name in names:
            if values[name] == "":
                yield name, _("Adressen är inte hel. Fyll i gatuadress, postnummer och postort, eller töm alla tre.")
