"""Each test has a folder of its own for the progress of jobs, as each SQLite database has."""

import pytest


@pytest.fixture(autouse=True)
def job_folder(settings, tmp_path):
    settings.JOB_FOLDER = tmp_path / "jobs"
