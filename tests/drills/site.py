"""The program on several hosts of a drill: its web, worker and beat on each, and what a visitor sees of one of them."""

import os
import time
from pathlib import Path

import httpx

from tests.drills.cluster import Cluster
from tests.drills.network import Host
from tests.drills.protocol import check, say
from tests.drills.web import stretched, until

WEB_PORT = 8000
# Each task is asked for every second.
QUIET_SECONDS = 10


class Site:
    def __init__(self, folder: Path, cluster: Cluster, environment: dict[str, str], database: str) -> None:
        self._folder = folder
        self._cluster, self._common = cluster, {**os.environ, **environment, "DATABASE_URL": database}

    def start(self, host: Host, module: str, *arguments: str) -> None:
        host.start(module, *arguments, environment=self._of(host), log=self._folder / f"{host.name}.log")

    def _of(self, host: Host) -> dict[str, str]:
        from django.conf import settings

        return {
            **self._common,
            "MEDIA_ROOT": str(self._folder / host.name),
            "CLOCK_TODAY": settings.CLOCK_TODAY.isoformat(),
        }

    def decide(self) -> None:
        """On the first host. The letters wait in the queue."""
        import redis
        from django.conf import settings

        from letters.services import create_letters
        from tests.torture import story

        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        story.fix_the_draw()
        settings.CLOCK_TODAY = story.DAY
        create_letters(run=story.decide(), actor=story.ACTOR)

    def begin(self, number: int) -> None:
        from django.conf import settings
        from django.db import connections

        from tests.torture import story

        settings.CLOCK_TODAY = story.NIGHTS[number]
        story.people_die(number, story.NIGHTS[number])
        connections.close_all()

    def night(self, number: int, *hosts: Host) -> None:
        self.begin(number)
        for host in hosts:
            self.work(host)
        self.until_done(number)
        self.until_quiet()
        for host in hosts:
            self.stop_work(host)

    def work(self, host: Host) -> None:
        options = ("-A", "tests.torture.celery_app")
        self.start(host, "celery", *options, "worker", "--concurrency=1", "--loglevel=ERROR")
        beat = self._folder / f"{host.name}-beat"
        beat.with_suffix(".pid").unlink(missing_ok=True)
        self.start(host, "celery", *options, "beat", f"--schedule={beat}", f"--pidfile={beat}.pid", "--loglevel=ERROR")

    def stop_work(self, host: Host) -> None:
        host.stop("celery")

    def until_done(self, number: int) -> None:
        from django.db import connections

        from allocation.models import Night
        from letters.models import Letter
        from tests.torture import story

        def is_done() -> bool:
            connections.close_all()
            on_the_way = Letter.objects.filter(route=Letter.Route.PRINT, batch__isnull=True).exists()
            return Night.objects.filter(business_date=story.NIGHTS[number]).exists() and not on_the_way

        until(is_done)

    def until_quiet(self) -> None:
        """Other tasks follow the night: orders to providers are made from it, and the next night changes them."""

        def newest() -> list[tuple[object, ...]]:
            return self._cluster.sql("SELECT max(id) FROM audit_event", "torture_trial")

        found, since = newest(), time.monotonic()
        while time.monotonic() - since < stretched(QUIET_SECONDS):
            time.sleep(1)
            if (now := newest()) != found:
                found, since = now, time.monotonic()

    def night_with_cable_pulled(self, number: int, north: Host, south: Host) -> None:
        from tests.torture import story

        self.begin(number)
        self.work(south)
        writing = (
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE mode = 'RowExclusiveLock'"
            f" AND relation = 'allocation_night'::regclass AND client_addr = '{south.address}'"
        )
        until(lambda: self._cluster.sql(writing, "torture_trial") == [(1,)], pause=0.01)
        south.pull_cable()
        held = "SELECT count(*) FROM allocation_night WHERE business_date = "
        (nights,) = self._cluster.sql(f"{held}'{story.NIGHTS[number]}'", "torture_trial")
        say("cable pulled", f"south is cut off in a transaction of its night; {nights[0]} nights of the date are done")
        began = time.monotonic()
        self.work(north)
        self.until_done(number)
        seconds = time.monotonic() - began
        say("  north", f"did the night and its letters, {seconds:.0f} s after the cut")
        self.until_quiet()
        south.put_cable()
        time.sleep(stretched(QUIET_SECONDS))
        self.stop_work(north)
        self.stop_work(south)
        (nights,) = self._cluster.sql(f"{held}'{story.NIGHTS[number]}'", "torture_trial")
        check("one night of the date, after south was back for ten seconds of an idle machine", nights == (1,))

    def get(self, host: Host, path: str, **more) -> httpx.Response:
        return httpx.get(
            f"http://{host.address}:{WEB_PORT}{path}", timeout=stretched(60), headers={"Host": "localhost"}, **more
        )

    def post(self, host: Host, path: str, cookie: str = "", **more) -> httpx.Response:
        headers = {"Host": "localhost", "Cookie": cookie, "Referer": "http://localhost/"}
        return httpx.post(f"http://{host.address}:{WEB_PORT}{path}", timeout=stretched(60), headers=headers, **more)

    def wait(self, host: Host) -> None:
        until(lambda: self._is_up(host))

    def _is_up(self, host: Host) -> bool:
        try:
            return self.get(host, "/halsa/webb/").status_code == 200
        except httpx.TransportError:
            return False

    def a_letter(self) -> tuple[str, str]:
        from django.urls import reverse

        from letters.models import Letter

        open_to_see = Letter.objects.filter(route=Letter.Route.PRINT, rendered_at__isnull=False)
        reference = open_to_see.filter(person__confidential=False, holder=None).values_list("reference", flat=True)[0]
        return reference, reverse("casework:letter", args=[reference])

    def session(self) -> str:
        """Cookies of a senior officer who has signed in."""
        from django.test import Client

        from accounts.models import User

        client = Client()
        client.force_login(User.objects.get(username="ansvarig"))
        return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())

    def staff_page(self, host: Host, path: str) -> httpx.Response:
        headers = {"Host": "localhost", "Cookie": self.session()}
        return httpx.get(f"http://{host.address}:{WEB_PORT}{path}", timeout=stretched(60), headers=headers)
