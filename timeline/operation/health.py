"""Whether this process answers (`/healthz`), and whether it can serve the site (`/readyz`): for monitors, not visitors.

Both are answered before Django: without a host, https, a language or a session, and also if the database is away.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django import db
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from timeline.models import content_version
from timeline.operation.disk import MIN_FREE_BYTES, free_bytes
from timeline.operation.migrations import known_migrations
from timeline.operation.monitors import is_of_a_monitor

PROCESS, READINESS = "/healthz", "/readyz"
# Seconds for which an answer about readiness is given again: monitors that ask more often cost nothing.
MAX_AGE = 1
# Seconds for which a thread waits for the one that asks the database: others are left for visitors.
PATIENCE = 0.25

logger = logging.getLogger(__name__)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    applied, known = set(MigrationRecorder(connection).applied_migrations()), known_migrations()
    # Migrations of later code run while the processes of the former one still serve.
    return "" if known <= applied else "pending"


def _content_version() -> str:
    content_version.read()
    return ""


def _disk() -> str:
    return "" if min(free_bytes().values()) >= MIN_FREE_BYTES else "full"


# What a process needs to serve the site. Each returns what is wrong in a word, or "".
READINESS_CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "content_version": _content_version,
    "disk": _disk,
}


class HealthPages:
    """A WSGI application that answers monitors, and has another application answer visitors."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._known: tuple[dict[str, str], float] = {}, 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path not in (PROCESS, READINESS) or not is_of_a_monitor(environ):
            return self._application(environ, start_response)
        checks = self._readiness() if path == READINESS else {"process": "ok"}
        is_well = all(state == "ok" for state in checks.values())
        body = json.dumps({"status": "ok" if is_well else "unavailable", "checks": checks}).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK" if is_well else "503 Service Unavailable", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _readiness(self) -> dict[str, str]:
        """Return the state of each check, at most MAX_AGE seconds old. One thread at a time waits for the database."""
        if not self._lock.acquire(timeout=PATIENCE):
            return {"database": "slow"}
        try:
            known, until = self._known
            if time.monotonic() >= until:
                known = states()
                self._known = known, time.monotonic() + MAX_AGE
            return known
        finally:
            self._lock.release()


def states() -> dict[str, str]:
    """Return the state of each check as it is now."""
    # As at the beginning and the end of a request, since this one does not reach Django.
    db.close_old_connections()
    try:
        return {name: _state(name, check) for name, check in READINESS_CHECKS.items()}
    finally:
        db.close_old_connections()


def _state(name: str, check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except (db.Error, OSError) as error:
        logger.warning("Not ready, %s: %s", name, error)
        return "failing"
