"""The start of a worker by the server: a process of its own, which takes neither memory nor time from those that answer requests."""

import logging
import os
import subprocess
import sys
import threading
import time

from django.conf import settings
from django.db import Error, connections

from timeline.models import ImportJob

logger = logging.getLogger(__name__)

# The worker, which ends once no job waits or runs.
COMMAND = [sys.executable, "-m", "django", "run_jobs", "--until-empty"]
# How often a worker that fails is started again before a page about its jobs does so, and after how many seconds.
MAX_STARTS, RESTART_INTERVAL = 3, 2
_is_started = threading.Lock()


def start_worker() -> None:
    """See that a worker carries out what waits, as JOB_RUNNER says: by the server, by a command, or at once."""
    if settings.JOB_RUNNER == "request":
        # The worker imports the queue, whose jobs start it.
        from timeline.exchange.jobs.worker import run_next_job

        while run_next_job():
            pass
    elif settings.JOB_RUNNER == "server" and not _is_started.locked():
        threading.Thread(target=_run_worker, name="jobs", daemon=True).start()


def resume_jobs() -> None:
    """Start a worker if jobs were left by a server that has ended, without waiting for the database."""
    if settings.JOB_RUNNER == "server":
        threading.Thread(target=_resume, name="jobs", daemon=True).start()


def _resume() -> None:
    try:
        if ImportJob.objects.active().exists():
            start_worker()
    except Error as error:
        # Without a database, or before its migration, there is nothing to resume.
        logger.warning("The jobs of imports cannot be looked up: %s", str(error).strip().partition("\n")[0])
    finally:
        connections.close_all()


def _run_worker() -> None:
    """Run the process of a worker, one at a time, and again if it leaves jobs behind because it was killed."""
    if not _is_started.acquire(blocking=False):
        return
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": str(settings.SETTINGS_MODULE)}
    try:
        for _start in range(MAX_STARTS):
            code = subprocess.run(COMMAND, cwd=settings.BASE_DIR, env=environment).returncode
            if not code:
                break
            logger.error("The worker of imports ended with code %s", code)
            time.sleep(RESTART_INTERVAL)
    except OSError:
        logger.exception("The worker of imports cannot be started")
    finally:
        _is_started.release()
