"""Create the data and sessions, and count afterwards. ``python -m benchmarks.web.data make|count``; speaks JSON."""

import datetime
import json
import sys
import tempfile
from pathlib import Path


def make(people: int, choosers: int) -> list[dict[str, object]]:
    """A session for each of ``choosers`` who may choose today, in an open round."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from benchmarks import one_size as whole  # first: it sets Django up
    from choices.models import Person
    from choices.services import create_round, freeze_round
    from common import clock
    from providers.models import Area
    from secrecy.protected import not_protected

    call_command("migrate", verbosity=0, skip_checks=True)
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        whole.build(people, Path(folder))
    today = clock.today()
    round = create_round(
        code="bench",
        name="Bench",
        areas=list(Area.objects.all()),
        opens_on=today - datetime.timedelta(days=5),
        closes_on=today + datetime.timedelta(days=5),
        starts_on=today + datetime.timedelta(days=90),
        actor=whole.ACTOR,
    )
    freeze_round(round=round, actor=whole.ACTOR)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, words text)")
        cursor.execute("ANALYZE")
    # People with an earlier choice start at the answers; these are asked everything.
    ordinary = Person.objects.filter(not_protected(), deceased_on=None, merged_into=None, choices__isnull=True)
    found = list(ordinary.filter(placements__isnull=False).distinct().order_by("pk")[:choosers])
    if len(found) < choosers:
        sys.exit(f"only {len(found)} of {people} people have not chosen: more --people or fewer --choosers")
    return [_let_in(person) for person in found]


def _let_in(person: "object") -> dict[str, object]:
    from django.contrib.sessions.backends.db import SessionStore

    from citizens.access import EID, SESSION_KEY
    from common import clock

    now = clock.now().isoformat()
    session = SessionStore()
    session[SESSION_KEY] = {
        "person": person.pk,  # type: ignore[attr-defined]
        "mandate": None,
        "holder": None,
        "code": None,
        "how": EID,
        "at": now,
        "seen": now,
    }
    session.create()
    return {"person": person.pk, "session": session.session_key}  # type: ignore[attr-defined]


def count() -> dict[str, object]:
    """Contents of the database: choices of the round per person, and the bare inserts."""
    import django

    django.setup()
    from django.db import connection

    from choices.models import Choice

    choices: dict[int, list[list[str]]] = {}
    for choice in Choice.objects.filter(round__code="bench").prefetch_related("wishes__provider"):
        choices.setdefault(choice.person_id, []).append([wish.provider.code for wish in choice.wishes.all()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_bare")
        (bare,) = cursor.fetchone()
    return {"choices": choices, "bare": bare}


if __name__ == "__main__":
    answer = make(int(sys.argv[2]), int(sys.argv[3])) if sys.argv[1] == "make" else count()
    sys.stdout.write(json.dumps(answer) + "\n")
