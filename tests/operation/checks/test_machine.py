"""A full disk and a wrong clock are found."""

import datetime

import pytest
from django.db import connection
from django.utils import timezone

from tests import factories as make
from timeline.delivery import release
from timeline.editing.revisions import record_revision
from timeline.models import Revision
from timeline.operation.checks.findings import Level
from timeline.operation.checks.machine import check_clock, check_disk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOUR = datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("free", "levels"), [(50 * 2**20, {Level.ERROR}), (500 * 2**20, {Level.WARNING}), (2**34, set())]
)
def test_little_room_is_a_warning_and_hardly_any_an_error(monkeypatch, free, levels):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": free}))
    assert {finding.level for finding in check_disk()} == levels


def test_a_clock_that_is_right_is_not_mentioned():
    record_revision(make.make_milestone(), by=make.make_editor(), comment="")
    assert list(check_clock()) == []


def test_changes_from_the_future_mean_that_the_clock_was_set_back():
    record_revision(make.make_milestone(), by=make.make_editor(), comment="")
    Revision.objects.update(created_at=timezone.now() + HOUR)
    (finding,) = check_clock()
    assert finding.level == Level.ERROR
    assert "changes from the future" in finding.problem
    assert "timedatectl" in finding.remedy


def test_a_clock_from_before_the_installation_is_wrong(monkeypatch):
    later = release.Release("code", timezone.now() + HOUR)
    monkeypatch.setattr("timeline.delivery.release.running", lambda: later)
    assert [finding.problem.partition(" is before")[0] for finding in check_clock()] == ["The clock"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no clock of its own")
def test_a_clock_that_differs_from_that_of_the_database_is_wrong(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime.now(datetime.UTC) + HOUR)
    assert any("the database differ" in finding.problem for finding in check_clock())
