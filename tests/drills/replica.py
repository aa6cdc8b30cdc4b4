"""A read replica for figures: a standby that streams, is away, falls behind and is promoted.

Figures are the same each time: counted on the standby when it has everything, otherwise in the database.
"""

import os
import shutil
import time

from tests.drills.cluster import Cluster
from tests.drills.protocol import check, new_folder, say, set_up

FOLDER = new_folder()


def main() -> None:
    first, second = Cluster(FOLDER / "first"), Cluster(FOLDER / "second", "log_statement=all")
    first.create()
    first.start()
    try:
        second.follow(first)
        os.environ["DATABASE_REPLICA_URL"] = second.url()
        drill(first, second.start(standby=True))
    finally:
        second.stop()
        first.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)


def drill(first: Cluster, second: Cluster) -> None:
    set_up(first)
    from django.db import connections

    from common import replica
    from oversight.figures.models import FigureSheet
    from oversight.figures.sheet import count_missing
    from oversight.health import checks
    from tests.torture import story
    from tests.torture.stage import TRIAL, Stage

    def counted() -> tuple[int, list]:
        """Periods that the standby counted, and the figures."""
        before = second.log.read_text().count("REPEATABLE READ, READ ONLY")
        FigureSheet.objects.all().delete()
        count_missing(day=story.DAY)
        found = FigureSheet.objects.order_by("period", "basis", "whole")
        rows = list(found.values_list("period", "basis", "whole", "content"))
        return second.log.read_text().count("REPEATABLE READ, READ ONLY") - before, rows

    def told() -> str:
        (part,) = (part for part in checks.checks() if part.code == "replica")
        return f"{'well' if part.is_well else 'red'}: {part.says} ({part.limit})"

    story.fix_the_draw()
    stage = Stage(150)
    stage.build()
    stage.fresh()
    connections["replica"].settings_dict["NAME"] = TRIAL
    connections.close_all()
    # It has the databases, which were made after the backup.
    second.wait(lambda: told().startswith("well"))
    say("standby", f"pg_basebackup of the running server, then streaming; /halsa/ {told()}")
    there, figures = counted()
    check(f"the standby counts {there} of {len(figures)} sheets, which are stored", there == len(figures) > 0)
    second.stop()
    connections["replica"].close()
    began = time.monotonic()
    there, again = counted()
    say("standby away", f"/halsa/ {told()}; the database counts, {time.monotonic() - began:.1f} s")
    check("the same figures, and the part is red", again == figures and told().startswith("red"))
    second.start(standby=True)
    say("  done", f"it is started; /halsa/ {told()}")

    second.sql("SELECT pg_wal_replay_pause()")
    story.decide()
    began = time.monotonic()
    there, decided = counted()
    say(
        "standby behind",
        f"a round is decided meanwhile; counted after {time.monotonic() - began:.1f} s by the database",
    )
    check("the figures have the decision", there == 0 and decided != figures)
    check("they waited once, not for each sheet", time.monotonic() - began < 2 * replica.PATIENCE)
    time.sleep(checks.REPLICA_SECONDS)
    say("  a minute later", f"/halsa/ {told()}")
    check("the part is red", told().startswith("red"))
    second.sql("SELECT pg_wal_replay_resume()")
    second.wait(lambda: told().startswith("well"))
    there, again = counted()
    check("it has caught up: the standby counts the same figures", there == len(again) and again == decided)

    second.sql("SELECT pg_promote()")
    second.wait(lambda: second.sql("SELECT NOT pg_is_in_recovery()")[0][0])
    there, again = counted()
    say("standby promoted", f"it goes its own way; /halsa/ {told()}")
    check("the database counts, and the part is red", there == 0 and again == decided and told().startswith("red"))
    stage.close()


if __name__ == "__main__":
    main()
