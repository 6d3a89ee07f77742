"""The start of a worker, as the settings say."""

import pytest

from tests.jobs import fetched, queued_job
from timeline.exchange.jobs import starting
from timeline.exchange.jobs.starting import resume_jobs, start_worker
from timeline.models import JobState

pytestmark = pytest.mark.django_db


def test_in_tests_the_request_carries_out_what_waits():
    first, second = queued_job(), queued_job()
    start_worker()
    assert {fetched(job).state for job in (first, second)} == {JobState.DONE}


@pytest.mark.parametrize("start", [start_worker, resume_jobs])
def test_the_server_starts_nothing_where_a_command_is_run_apart(settings, start):
    settings.JOB_RUNNER = "command"
    job = queued_job()
    start()
    assert fetched(job).state == JobState.QUEUED


def test_a_worker_that_fails_is_started_a_few_times_and_no_more(settings, tmp_path, monkeypatch, caplog):
    starts = tmp_path / "starts"
    failing = ["sh", "-c", f"echo started >> '{starts}'; exit 1"]
    monkeypatch.setattr(starting, "COMMAND", failing)
    monkeypatch.setattr(starting, "RESTART_INTERVAL", 0)
    starting._run_worker()
    assert starts.read_text().count("started") == starting.MAX_STARTS
    assert "ended with code 1" in caplog.text
