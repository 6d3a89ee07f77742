"""manage.py run_jobs."""

import pytest
from django.core.management import call_command

from tests.jobs import fetched, queued_job
from timeline.models import JobState

pytestmark = pytest.mark.django_db


def test_it_carries_out_what_waits_and_ends():
    jobs = [queued_job(), queued_job()]
    call_command("run_jobs", "--until-empty")
    assert {fetched(job).state for job in jobs} == {JobState.DONE}
