"""Rows of public entries change working copies unless the import publishes."""

import pytest

from tests.factories import (
    make_milestone,
    make_source,
)
from tests.imports import import_rows
from timeline.editing.working_copies import find_working_copy
from timeline.models import (
    Milestone,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_what_is_public_gets_a_working_copy_from_whoever_may_not_publish(client):
    entry = make_milestone(slug="launch", title="公开的", published=True)
    make_source(slug="paper")
    before = client.get(entry.get_absolute_url()).content
    report = import_rows(
        milestones=[{"slug": "launch", "title": "更正的"}],
        citations=[{"entry": "launch", "source": "paper", "locator": "¶9", "wording": "原话"}],
    )
    assert (report.working_copies, report.problems) == (1, [])
    assert client.get(entry.get_absolute_url()).content == before
    row = find_working_copy(entry).content
    assert row["title"] == "更正的"
    assert ("paper", "¶9", "原话") in [
        (one["source"], one["locator"], one["wording"]) for one in row["citations"]
    ]
    again = import_rows(milestones=[{"slug": "launch", "title": "更正的"}])
    assert again.working_copies == 0


def test_what_is_public_is_changed_by_whoever_may_publish():
    make_milestone(slug="launch", title="公开的", published=True)
    import_rows(milestones=[{"slug": "launch", "title": "更正的"}], _publish=True)
    assert Milestone.objects.published().get().title == "更正的"


def test_not_even_a_working_copy_may_take_the_last_source_away():
    entry = make_milestone(slug="launch", published=True)
    citation = entry.citations.get()
    row = {"entry": "launch", "source": citation.source.slug, "locator": citation.locator, "delete": "yes"}
    (problem,) = import_rows(citations=[row]).problems
    assert (problem.column, problem.place.row) == ("delete", 1)
    assert entry.citations.count() == 1
