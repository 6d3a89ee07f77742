"""The checks are made in an order in which each has what it needs."""

import pytest
from django.db import OperationalError

from timeline.operation import doctor
from timeline.operation.checks.findings import Finding, Level
from timeline.operation.doctor import CHECKS, Check, examine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def failing():
    raise OperationalError("no route to host")


def test_each_check_comes_after_what_it_needs():
    seen = set()
    for check in CHECKS:
        assert {*check.needs} <= seen
        seen.add(check.name)
    assert len(seen) == len(CHECKS)


def test_all_are_made():
    results = list(examine())
    assert [result.check for result in results] == list(CHECKS)
    assert all(result.was_made for result in results)


def test_some_are_made_with_what_they_need():
    assert [result.check.name for result in examine(["search"])] == ["database", "migrations", "search"]


def test_without_a_database_what_needs_it_is_not_checked(monkeypatch):
    database = Check("database", "Database", failing)
    search = Check("search", "Search", lambda: iter([Finding(Level.ERROR, "asked", "")]), needs=("database",))
    backups = Check("backups", "Backups", lambda: iter([]))
    monkeypatch.setattr(doctor, "CHECKS", (database, search, backups))
    first, second, third = examine()
    assert first.level == Level.ERROR
    assert "no route to host" in first.findings[0].problem
    assert (second.was_made, second.findings) == (False, [])
    assert third.was_made
