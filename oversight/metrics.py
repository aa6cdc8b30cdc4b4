"""The page of Prometheus metrics: requests and queries of the web processes, and the state of the whole system.

The state is read from the database at each scrape, so that it does not matter which process did the work.
"""

from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector
from redis import RedisError

from allocation.models import AllocationRun, Night, RunFailure
from choices.models import ImportFile, RegisterFile
from common import clock, heartbeats, metrics
from letters.selectors import unrendered, unsent
from oversight.health.checks import checks


@require_safe
@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    """For Prometheus. 404 without ``METRICS_TOKEN``; 401 without it in the request."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not metrics.is_allowed(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(metrics.exposition() + generate_latest(_SYSTEM), content_type=CONTENT_TYPE_LATEST)


class _State(Collector):
    def collect(self) -> Iterator[Gauge]:
        yield _parts()
        # Unknown numbers are left out: they are not zero.
        with suppress(RedisError):
            yield _queue()
        with suppress(DatabaseError):
            yield from [*_night(), *_letters(), *_imports()]


def _parts() -> Gauge:
    gauge = Gauge("hemtjanst_part_ok", "1 when the part of /halsa/ is well, otherwise 0.", labels=["part"])
    for check in checks():
        gauge.add_metric([check.code], check.is_well)
    return gauge


def _queue() -> Gauge:
    return Gauge("hemtjanst_queue_length", "Tasks that wait for a worker.", value=heartbeats.queued())


def _night() -> Iterator[Gauge]:
    failures = dict(RunFailure.objects.order_by().values_list("kind").annotate(Count("id")))
    failed = Gauge("hemtjanst_run_failures", "Failed runs since the beginning.", labels=["kind"])
    for kind in AllocationRun.Kind:
        failed.add_metric([kind.value], failures.get(kind.value, 0))
    yield failed
    night = Night.objects.filter(finished_at__isnull=False).order_by("-business_date").first()
    if night is None or night.finished_at is None:
        return
    yield Gauge("hemtjanst_night_finished_seconds", "End of the last night, Unix time.", night.finished_at.timestamp())
    duration = (night.finished_at - night.started_at).total_seconds()
    yield Gauge("hemtjanst_night_duration_seconds", "Duration of the last night.", duration)
    report = Gauge("hemtjanst_night_people", "Counts of the last night, by step.", labels=["step"])
    for step, count in sorted(night.report.items()):
        if isinstance(count, int):
            report.add_metric([step], count)
    yield report


def _letters() -> Iterator[Gauge]:
    waiting = Gauge("hemtjanst_letters_waiting", "Letters to be made or sent.", labels=["for"])
    oldest = Gauge("hemtjanst_letters_oldest_seconds", "Age of the oldest of them; 0: none.", labels=["for"])
    for name, letters in (("pdf", unrendered()), ("post", unsent())):
        found = letters.order_by().aggregate(count=Count("id"), oldest=Min("created_at"))
        waiting.add_metric([name], found["count"])
        oldest.add_metric([name], (clock.now() - found["oldest"]).total_seconds() if found["oldest"] else 0)
    yield from (waiting, oldest)


def _imports() -> Iterator[Gauge]:
    count = Gauge("hemtjanst_imports", "Imported files since the beginning.", labels=["kind"])
    last = Gauge("hemtjanst_import_last_seconds", "Time of the last one, Unix time.", labels=["kind"])
    read = list(ImportFile.objects.order_by().values_list("kind").annotate(Count("id"), Max("applied_at")))
    register = RegisterFile.objects.filter(finished_at__isnull=False).aggregate(n=Count("id"), at=Max("finished_at"))
    if register["at"]:
        read.append(("register", register["n"], register["at"]))
    for kind, number, at in read:
        count.add_metric([kind], number)
        last.add_metric([kind], at.timestamp())
    yield from (count, last)


_SYSTEM = CollectorRegistry()
_SYSTEM.register(_State())
