"""The figures of a site for Prometheus (`/metrics`): its requests, jobs, mails, backups, content and disks."""

import datetime
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django import db
from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from timeline.delivery import release, request_metrics
from timeline.models import ImportJob, QueuedMail, content_version
from timeline.models.import_jobs import JobState
from timeline.operation import health
from timeline.operation.backup_files import backups_in
from timeline.operation.disk import free_bytes, free_bytes_of_backups
from timeline.operation.monitors import is_of_a_monitor
from timeline.operation.state import software_version

PATH = "/metrics"
# As in `health.py`: seconds for which the state of the site is given again, and for which a thread waits for another.
MAX_AGE, PATIENCE = 1, 0.25
# A value for the values of its labels.
_Values = dict[tuple[str, ...], float]

logger = logging.getLogger(__name__)


class MetricsPage:
    """A WSGI application that answers Prometheus, and has another application answer visitors."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._known: tuple[bytes, float] = b"", 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or not is_of_a_monitor(environ):
            return self._application(environ, start_response)
        body = generate_latest(request_metrics.registry()) + self._state()
        headers = [
            ("Content-Type", CONTENT_TYPE_PLAIN_0_0_4),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _state(self) -> bytes:
        """Return the state of the site, at most MAX_AGE seconds old; nothing while another thread waits for the database."""
        if not self._lock.acquire(timeout=PATIENCE):
            return b""
        try:
            text, until = self._known
            if time.monotonic() >= until:
                site = CollectorRegistry()
                site.register(SiteCollector())
                text = generate_latest(site)
                self._known = text, time.monotonic() + MAX_AGE
            return text
        finally:
            self._lock.release()


class SiteCollector:
    """The state of the site. What cannot be read now is left out, so that an alert on its absence finds it."""

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield _gauge(
            "build_info", "The running software.", {(software_version(), _release()): 1}, "version release"
        )
        states = health.states()
        checks: _Values = {(name,): float(state == "ok") for name, state in states.items()}
        yield _gauge("ready", "1 for each check of /readyz that is ok.", checks, "check")
        if states["database"] == "ok":
            # As in `health.py`: this request does not reach Django, which would close connections.
            try:
                yield from _of_the_database()
            except db.Error as error:
                logger.warning("The state of the site cannot be read: %s", error)
            finally:
                db.close_old_connections()
        yield from _of_the_disks()


def _of_the_database() -> Iterator[Metric]:
    found = dict(ImportJob.objects.order_by().values_list("state").annotate(Count("pk")))
    jobs: _Values = {(str(state.value),): float(found.get(state, 0)) for state in JobState}
    yield _gauge("import_jobs", "Previews and imports of large files by state.", jobs, "state")
    queued_at = ImportJob.objects.filter(state=JobState.QUEUED).aggregate(first=Min("queued_at"))["first"]
    waits = "For how many seconds the oldest import has been waiting; 0 without one."
    yield _gauge("import_jobs_waiting_seconds", waits, {(): _seconds_since(queued_at) if queued_at else 0})
    yield _gauge("mails_waiting", "Mails that are not sent yet.", {(): QueuedMail.objects.count()})
    version = content_version.read().number
    yield _gauge("content_version", "Committed changes of what visitors see.", {(): version})


def _of_the_disks() -> Iterator[Metric]:
    free: _Values = {
        (str(folder),): float(size) for folder, size in (free_bytes_of_backups() | free_bytes()).items()
    }
    yield _gauge("disk_free_bytes", "Free bytes of the disks on which the site writes.", free, "folder")
    if not settings.BACKUP_FOLDER:
        return
    try:
        backups = backups_in(Path(settings.BACKUP_FOLDER))
    except OSError as error:
        logger.warning("The backups cannot be read: %s", error)
        return
    yield _gauge("backups", "Backups in BACKUP_FOLDER.", {(): len(backups)})
    if backups:
        age = _seconds_since(backups[0][0])
        yield _gauge("newest_backup_age_seconds", "The age of the newest backup in BACKUP_FOLDER.", {(): age})


def _gauge(name: str, help_text: str, values: _Values, labels: str = "") -> Metric:
    gauge = GaugeMetricFamily(f"chronicle_{name}", help_text, labels=labels.split())
    for key, value in values.items():
        gauge.add_metric(key, value)
    return gauge


def _seconds_since(moment: datetime.datetime) -> float:
    return (timezone.now() - moment).total_seconds()


def _release() -> str:
    return release.running().identifier
