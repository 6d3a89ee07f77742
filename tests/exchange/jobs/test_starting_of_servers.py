"""Workers as processes: one is killed, the server takes up its job, and editors save while a preview runs."""

import contextlib
import sqlite3
import subprocess
import sys

import pytest

from tests.databases import make_sqlite
from tests.factories import ROOT
from tests.servers import environment, manage, serving, until

pytestmark = pytest.mark.long

ROWS = 6_000
QUEUE = f"""
from django.contrib.auth.models import User
from timeline.exchange.jobs.queue import queue_job
from timeline.exchange.prepared_imports import prepare, store_preview
from timeline.models import JobStep, Milestone
by = User.objects.create_user("wang")
Milestone.objects.create(slug="there", title="已有")
content = "slug,title\\n" + "".join(f"m{{number}},第{{number}}件大事\\n" for number in range({ROWS}))
options = {{"encoding": None, "clear_empty": False, "publish": False, "comment": ""}}
prepared = prepare("milestones.csv", content.encode(), options, by=by)
"""


class Site:
    """An SQLite database with an upload, and its job as the table has it."""

    def __init__(self, folder, queue):
        self.path = folder / "chronicle.sqlite3"
        self.address = make_sqlite(self.path)
        manage(self.address, "shell", "-v", "0", "-c", QUEUE + queue, check=True)

    def value(self, query):
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as database:
            return database.execute(query).fetchone()[0]

    def state(self):
        return self.value("SELECT state FROM timeline_importjob")

    def milestones(self):
        return self.value("SELECT count(*) FROM timeline_milestone")

    def rows_done(self):
        files = [*self.path.parent.glob("chronicle.sqlite3-jobs/*.rows")]
        return int(files[0].read_text()) if files else 0

    @contextlib.contextmanager
    def worker(self):
        command = [sys.executable, "manage.py", "run_jobs", "--until-empty"]
        with subprocess.Popen(command, cwd=ROOT, env=environment(self.address) | SERVED) as process:
            try:
                yield process
            finally:
                process.kill()


# The worker reports from a thread, as that of a server does.
SERVED = {"TEST_JOB_RUNNER": "server"}


@pytest.fixture(autouse=True)
def nobody_starts_a_worker_while_jobs_are_queued(monkeypatch):
    monkeypatch.setenv("TEST_JOB_RUNNER", "command")


def test_the_server_takes_up_an_import_whose_worker_was_killed(tmp_path):
    site = Site(tmp_path, "store_preview(prepared)\nqueue_job(prepared, JobStep.IMPORT)")
    with site.worker() as worker:
        assert until(site.rows_done)
        worker.kill()
    assert (site.state(), site.milestones()) == ("running", 1)
    with serving(tmp_path, site.address, **SERVED):
        # After the time that a job without a sign of life is waited for.
        assert any(until(lambda: site.state() == "done") for _wait in range(3))
    assert site.milestones() == ROWS + 1
    assert site.value("SELECT attempts FROM timeline_importjob") == 2
    assert site.value("SELECT count(*) FROM timeline_importbatch") == 1


def test_editors_save_while_a_large_preview_runs(tmp_path):
    site = Site(tmp_path, "queue_job(prepared, JobStep.PREVIEW)")
    saved = 0
    with site.worker(), contextlib.closing(sqlite3.connect(site.path, timeout=1)) as editor:
        while site.state() != "done":
            # An error, if the preview kept the lock.
            editor.execute("UPDATE timeline_entry SET title = title WHERE slug = 'there'")
            editor.commit()
            saved += site.state() == "running"
    assert saved > 10
    assert site.value("SELECT count(*) FROM timeline_previewedrow") == ROWS
