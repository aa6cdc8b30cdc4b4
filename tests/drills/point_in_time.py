"""Recovery to a moment between two nights, from a base backup and archived WAL (the manual: To a chosen moment).

The letters of the second night were made after the moment: the recovered database does not know them, and
``verify_restore`` names their files.
"""

import io
import shutil
import signal

import yaml

from tests.drills.cluster import Cluster
from tests.drills.protocol import ROOT, check, new_folder, say, set_up

FOLDER = new_folder()
ARCHIVE = FOLDER / "wal"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.wal.yml").read_text())["services"]["postgres"]
# The settings of docker-compose.wal.yml, with the drill's folder.
ARCHIVING = [word.replace("/wal/", f"{ARCHIVE}/") for word in COMPOSE["command"] if "=" in word]


def main() -> None:
    first, second = Cluster(FOLDER / "first", *ARCHIVING), Cluster(FOLDER / "second")
    ARCHIVE.mkdir(mode=0o777)
    first.places.give(ARCHIVE)
    first.create()
    try:
        drill(first.start(), second)
    finally:
        first.stop()
        second.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)


def drill(first: Cluster, second: Cluster) -> None:
    set_up(first)
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from administration.night import do_night
    from letters.services import create_letters
    from providers.models import Municipality, NightDecides
    from tests.torture import dump, story
    from tests.torture.stage import TRIAL, Stage

    def night(number: int) -> None:
        settings.CLOCK_TODAY = story.NIGHTS[number]
        story.people_die(number, story.NIGHTS[number])
        do_night(business_date=story.NIGHTS[number], actor=story.ACTOR)
        story.render(20)

    story.fix_the_draw()
    stage = Stage(150)
    stage.build()
    stage.fresh()
    # Placed and written at once, without an officer in the morning.
    Municipality.objects.update(night_decides=NightDecides.ALONE, night_decides_basis="Nämndens beslut")
    connections.close_all()
    first.base_backup(FOLDER / "base")
    say("base backup", f"pg_basebackup while the server runs; WAL is archived to {ARCHIVE.name}/")
    night(0)
    wanted = dump.dump()
    ((moment,),) = first.sql("SELECT clock_timestamp()")
    # The round is decided, and its letters are made.
    create_letters(run=story.decide(), actor=story.ACTOR)
    night(1)
    later = dump.dump()
    new = later["letters"] - wanted["letters"]
    say("two nights", f"the first until {moment:%H:%M:%S}, then the second: {sum(new.values())} letters")
    first.sql("SELECT pg_switch_wal()")
    first.wait(
        lambda: first.sql("SELECT last_archived_wal IS NOT NULL AND failed_count = 0 FROM pg_stat_archiver")[0][0]
    )
    first.wait(lambda: _is_archived(first))
    connections.close_all()
    first.stop(signal.SIGQUIT)
    say("loss", "the server is killed and its data is not used again")

    second.copy_of(
        FOLDER / "base",
        f"restore_command=cp {ARCHIVE}/%f %p",
        f"recovery_target_time={moment.isoformat()}",
        "recovery_target_action=promote",
    )
    second.start()
    say("recovery", f"a copy of the base backup is started with recovery_target_time {moment:%H:%M:%S}")
    connections["default"].settings_dict["PORT"] = str(second.port)
    stage.use(TRIAL)
    found = dump.dump()
    check("the database is as it was after the first night", dump.differences(wanted, found) == [])
    told = io.StringIO()
    call_command("verify_restore", stdout=told, stderr=told, no_color=True)
    say("verify_restore", told.getvalue().strip().replace("\n", "\n    "))
    check("nothing is at fault", "Everything is as the database says." in told.getvalue())
    check(
        "the letters of the second night are named", f"{_files(new)} files are not in the database" in told.getvalue()
    )
    settings.CLOCK_TODAY = story.NIGHTS[0]
    create_letters(run=story.decide(), actor=story.ACTOR)
    night(1)
    check("the second night is done again, with the same outcome", dump.differences(later, dump.dump()) == [])
    stage.close()


def _is_archived(cluster: Cluster) -> bool:
    ((waiting,),) = cluster.sql("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'")
    return waiting == 0


def _files(letters) -> int:
    """Letters of the difference that have a PDF: the last value of a row."""
    return sum(count for row, count in letters.items() if row[-1])


if __name__ == "__main__":
    main()
