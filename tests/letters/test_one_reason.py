"""Twenty people of a round, with outcomes of all kinds: letter, own pages, desk and phone script say the same.

What they must say is derived from the run's stored files alone, in plain Python, and from no table.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun, ContactTask, RunDocument
from allocation.services.store import document
from choices.models import Household, HouseholdMember, Person
from desk.calls import call
from letters.content import compose
from letters.models import Letter
from letters.services import create_letters
from tests import factories as make
from tests.citizens.signing_in import as_citizen
from tests.world import HOURS, LONG_AGO, SYSTEM, World, staff

pytestmark = pytest.mark.django_db

# The bands of docs/where-i-stand.md, and the sentences of a reason: written here a second time on purpose.
BANDS = ((1, 3), (4, 6), (7, 10), (11, 15), (16, 20))
REASON = {
    "ceiling": "{name} har inte plats för all din hjälp just nu.",
    "share": "Just nu ger de så mycket som de får.",
    "behind_waiting": "Andra står före dig i kön till {name}.",
    "never_fits": "{name} kan inte ge så mycket hjälp som du behöver. Därför kan du inte stå i kö dit.",
}
# The same in the other languages of pages: reason, place, lottery. Letters are not in Arabic.
PLACE = {
    "sv-l": "Du står ungefär på plats {band} i kön till {name}.",
    "fi": "Olet suunnilleen sijalla {band} palvelunantajan {name} jonossa.",
    "en": "You are at about place {band} in the queue for {name}.",
    "ar": "أنت تقريباً في المكان {band} في قائمة الانتظار لدى {name}.",
}
LOTTERY = {
    "sv-l": "Ditt lottnummer är {lot}.",
    "fi": "Arpanumerosi on {lot}.",
    "en": "Your lottery number is {lot}.",
    "ar": "رقمك في القرعة هو {lot}.",
}
# Sign between groups of digits, where it is not a space.
GROUPS = {"en": ",", "ar": ""}
REASONS = {
    "sv-l": {
        "ceiling": "{name} har inte plats för all din hjälp nu.",
        "share": "Kommunen bestämmer hur mycket hjälp företag och föreningar får ge.",
        "behind_waiting": "Andra står före dig i kön till {name}.",
        "never_fits": "{name} kan inte ge så mycket hjälp som du behöver.",
    },
    "fi": {
        "ceiling": "{name} ei juuri nyt pysty antamaan kaikkea apua, jota tarvitset.",
        "share": "Kunta on päättänyt, kuinka suuren osan kotipalvelusta muut kuin kunta saavat hoitaa.",
        "behind_waiting": "Muita on jonossa ennen sinua: {name}.",
        "never_fits": "{name} ei voi antaa niin paljon apua kuin tarvitset.",
    },
    "en": {
        "ceiling": "{name} does not have room for all your help right now.",
        "share": "The municipality has decided how much of the home care others may provide.",
        "behind_waiting": "Others are ahead of you in the queue for {name}.",
        "never_fits": "{name} cannot provide as much help as you need.",
    },
    "ar": {
        "ceiling": "ليس لدى {name} مكان لكل مساعدتك حالياً.",
        "share": "قررت البلدية مقدار الرعاية المنزلية الذي يجوز لغير البلدية أن يقدّمه.",
        "behind_waiting": "هناك آخرون قبلك في قائمة الانتظار لدى {name}.",
        "never_fits": "لا يستطيع {name} تقديم كل ما لديك من مساعدة.",
    },
}
NAMES = {"kommunen": "Utförare kommunen", "p": "Utförare p", "q": "Utförare q"}


@dataclass(frozen=True)
class Story:
    """Content that one person must be told, by the files."""

    provider: str
    stays: bool
    answered: bool
    how: str
    wish: int | None
    # Provider → reason, place (None: in no queue), lottery number.
    unmet: dict[str, tuple[str, int | None, int]]


def _stories(run: AllocationRun) -> dict[str, Story]:
    problem: dict[str, Any] = json.loads(document(run, RunDocument.Kind.PROBLEM))
    outcome: dict[str, Any] = json.loads(document(run, RunDocument.Kind.OUTCOME))
    units = {unit["id"]: unit for unit in problem["units"]}
    current = {each["id"]: each["current"] for unit in problem["units"] for each in unit["members"]}
    found = {}
    for row in outcome["placements"]:
        text = f"{problem['seed']}|{problem['round']}|{row['unit']}"
        lot = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)
        found[row["person"]] = Story(
            provider=row["provider"],
            stays=current[row["person"]] == row["provider"],
            answered=units[row["unit"]]["answered"],
            how=row["how"],
            wish=row["wish"],
            unmet={each["provider"]: (each["why"], each["place_in_queue"], lot) for each in row["unmet"]},
        )
    return found


def _town(world: World) -> None:
    """Room for one at p and a few at q: the others wait, choose the municipality, are silent or decline."""
    for _ in range(8):
        world.choose(world.person(), world.p, world.q, world.municipal)
    for _ in range(3):
        world.choose(world.person(), world.q, world.municipal)
    for _ in range(2):
        world.choose(world.person(), world.municipal)
    world.choose(world.person(minutes=0), world.p)
    world.choose(world.person(), declines_to_choose=True)
    world.choose(world.person(current=world.q), world.p, world.q)
    # More help than p can ever give: goes to the municipality, and is called, whatever the lottery says.
    newcomer = world.person(minutes=90 * HOURS)
    newcomer.placements.all().delete()
    world.choose(newcomer, world.p)
    one, two = world.person(), world.person()
    household = Household.objects.create()
    for each in (one, two):
        HouseholdMember.objects.create(household=household, person=each, valid_from=LONG_AGO)
        world.choose(each, world.p, world.municipal, together=True)
    for _ in range(3):
        world.person()


@pytest.fixture
def applied_run(world, apply, settings) -> AllocationRun:
    _town(world)
    run: AllocationRun = apply()
    create_letters(run=run, actor=SYSTEM)
    return run


def _words(text: str) -> str:
    """Without marks of direction, with one kind of space."""
    plain = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{FIRST STRONG ISOLATE}", "")
    return " ".join(plain.replace("\N{POP DIRECTIONAL ISOLATE}", "").split())


def _letter(person: Person) -> str:
    """Empty before the call to somebody who is called: the letter comes after it."""
    letter = Letter.objects.select_related("text").filter(person=person, holder=None).first()
    if letter is None:
        return ""
    content = compose(facts=letter.facts, blocks=letter.text.blocks)
    parts = [content.title, content.lead]
    for section in content.sections:
        parts += [*section.lines, *section.paragraphs]
    return _words(" ".join(parts))


def _band(place: int) -> str:
    return next("{}–{}".format(*band) for band in BANDS if band[0] <= place <= band[1])


def _number(lot: int) -> str:
    return f"{lot:,}".replace(",", " ")


def _faults(story: Story, letter: str, home: str, queue: str, desk: str, script: str) -> list[str]:
    """Faults of a text: said otherwise, or left out. Somebody who is called has a script, and no letter yet."""
    name = NAMES[story.provider]
    first = ("script", script) if script else ("letter", letter)
    texts = dict([first, ("home", home), ("desk", desk)])
    faults = [f"{where}: provider" for where, text in texts.items() if name not in text]
    if script and letter:
        faults.append("letter: before the call")
    if (
        story.how == "wish"
        and not story.unmet
        and not story.stays
        and not script
        and "Du får den du helst vill ha." not in letter
    ):
        faults.append("letter: first wish")
    if not script and not story.answered and "Vi fick inget val" not in letter and "du inte vill välja" not in letter:
        faults.append("letter: no answer")
    for provider, (why, place, lot) in story.unmet.items():
        reason = REASON[why].format(name=NAMES[provider])
        where_told = dict([first] if place is None else [first, ("queue", queue)])
        faults += [f"{where}: reason {why}" for where, text in where_told.items() if reason not in text]
        if place is None:
            faults += [
                f"{where}: place" for where, text in where_told.items() if f"i kön till {NAMES[provider]}" in text
            ]
            continue
        stands = f"Du står ungefär på plats {_band(place)} i kön till {NAMES[provider]}."
        faults += [f"{where}: place" for where, text in where_told.items() if stands not in text]
        faults += [
            f"{where}: lottery"
            for where, text in where_told.items()
            if f"Ditt lottnummer är {_number(lot)}." not in text or "lottat om ordningen" not in text
        ]
        faults += [f"desk: place {place}"] if f"plats {place} i kön" not in desk else []
        faults += [f"{where}: exact place" for where, text in where_told.items() if f"plats {place} i" in text]
        faults += [f"{where}: first come" for where, text in where_told.items() if "räknas från" in text]
    return faults


def test_letter_pages_desk_and_script_tell_the_reason_of_the_files(applied_run, world):
    stories = _stories(applied_run)
    user: User = make.UserFactory.with_role(Role.SENIOR_OFFICER)
    officer, senior, faults, called = Client(), staff("sven", Role.SENIOR_OFFICER), {}, 0
    officer.force_login(user)
    for person in Person.objects.order_by("pk"):
        story = stories[person.reference]
        mine = as_citizen(Client(), person)
        task = ContactTask.objects.filter(person=person, kind=ContactTask.Kind.MOVED).first()
        called += task is not None
        found = _faults(
            story,
            _letter(person),
            _words(mine.get("/mitt/").text),
            _words(mine.get("/mitt/ko/").text),
            _words(officer.get(f"/handlaggare/personer/{person.reference}/").text),
            _words(" ".join(call(reference=task.reference, actor=senior).say)) if task else "",
        )
        if found:
            faults[person.reference, story] = found
    assert faults == {}
    # All kinds of outcomes are among them.
    assert len(stories) == 22
    assert called
    assert {story.how for story in stories.values()} >= {"wish", "no_answer_kept", "fallback"}
    assert len({why for story in stories.values() for why, _place, _lot in story.unmet.values()}) > 1
    assert any(story.wish and story.wish > 1 for story in stories.values())


def _faults_in(language: str, story: Story, letter: str, queue: str) -> list[str]:
    """Faults of the letter (empty: in no such language, or not written yet) and the own page in a language."""
    faults = []
    for provider, (why, place, lot) in story.unmet.items():
        name = NAMES[provider]
        owed = [REASONS[language][why].format(name=name)]
        if place is not None:
            owed += [PLACE[language].format(band=_band(place), name=name)]
            owed += [LOTTERY[language].format(lot=f"{lot:,}".replace(",", GROUPS.get(language, " ")))]
        texts = {"letter": letter} | ({} if place is None else {"queue": queue})
        faults += [f"{where}: {words}" for where, text in texts.items() if text for words in owed if words not in text]
    return faults


def test_letter_and_page_tell_the_same_reason_in_every_language(world, apply):
    _town(world)
    persons = list(Person.objects.order_by("pk"))
    for number, person in enumerate(persons):
        person.language = ("fi", "en", "sv-l")[number % 3]
        person.save(update_fields=["language"])
    run = apply()
    create_letters(run=run, actor=SYSTEM)
    stories, faults, languages = _stories(run), {}, set()
    for person in persons:
        mine, story, letter = as_citizen(Client(), person), stories[person.reference], _letter(person)
        for language in (person.language, "ar"):
            mine.cookies["django_language"] = language
            queue = _words(mine.get("/mitt/ko/").text)
            found = _faults_in(language, story, letter if language != "ar" else "", queue)
            languages |= {language} if any(place for _why, place, _lot in story.unmet.values()) else set()
            if found:
                faults[person.reference, language] = found
    assert faults == {}
    assert languages == {"fi", "en", "sv-l", "ar"}


def test_another_reason_is_detected(applied_run):
    stories = _stories(applied_run)
    # In a queue, so that every text owes a reason and a place.
    waiting = [story for story in stories.values() if any(place for _why, place, _lot in story.unmet.values())]
    assert waiting
    assert min(len(_faults(story, "", "", "", "", "")) for story in waiting) > 5
