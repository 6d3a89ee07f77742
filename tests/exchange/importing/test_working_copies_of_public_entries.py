"""Rows of public entries change working copies unless the import publishes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.dry_runs import content
from tests.factories import (
    make_milestone,
    make_source,
)
from tests.imports import import_rows, row_counts
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.importing.import_files import import_files
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
        citations=[{"entry": "launch", "source": "paper", "locator": "¶9", "remark": "原话"}],
    )
    assert (report.working_copies, report.problems) == (1, [])
    assert client.get(entry.get_absolute_url()).content == before
    row = find_working_copy(entry).content
    assert row["title"] == "更正的"
    assert ("paper", "¶9", "原话") in [
        (one["source"], one["locator"], one["remark"]) for one in row["citations"]
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


@pytest.fixture(scope="module")
def many_public_entries(module_records):
    """By size, the changes of as many public policies, milestones and goals; the milestones have working copies."""
    cited = {"citations": [{"source": "board"}]}
    old = {"slug": "old", "title": "旧", "document_type": "plan", **cited}
    sources, phases = (
        [{"slug": "board", "title": "报"}],
        [{"slug": "early", "title": "初", "period": "2010/.."}],
    )
    import_rows(sources=sources, phases=phases, policies=[old], _publish=True)
    changes = {}
    for count in (10, 30):
        names = [f"{count}-{number}" for number in range(count)]
        plans = [{"slug": f"p{name}", "title": name, "document_type": "plan", **cited} for name in names]
        launches = [{"slug": f"m{name}", "title": name, "policies": [f"p{name}"], **cited} for name in names]
        goals = [
            {"slug": f"g{name}", "title": name, "declared_by": f"p{name}", "phase": "early", **cited}
            for name in names
        ]
        import_rows(policies=plans, milestones=launches, goals=goals, _publish=True)
        import_rows(milestones=[{"slug": f"m{name}", "occasion": "会议"} for name in names])
        changes[count] = {
            "policies": [
                {"slug": f"p{name}", "date": "2014", "document_number": f"甬党〔20{count}〕{number}号"}
                for number, name in enumerate(names, 1)
            ],
            "milestones": [
                {"slug": f"m{name}", "summary": "摘要", "policies": [f"p{name}", "old"]} for name in names
            ],
            "goals": [{"slug": f"g{name}", "title": "改", "target": "2020"} for name in names],
            "citations": [{"entry": f"m{name}", "source": "board", "locator": "¶8"} for name in names],
            "relations": [{"from": f"p{name}", "type": "amends", "to": "old"} for name in names],
        }
    return changes


@pytest.mark.parametrize("publish", [False, True])
def test_a_dry_run_of_many_changed_public_entries_needs_as_many_queries_as_of_few(
    many_public_entries, publish
):
    queries = {}
    for count, tables in many_public_entries.items():
        with CaptureQueriesContext(connection) as captured:
            report = import_files(content(**tables), dry_run=True, publish=publish)
        assert (report.problems, report.working_copies) == ([], 0 if publish else 3 * count)
        assert (row_counts(report)["changed"], row_counts(report)["new"]) == (3 * count, 2 * count)
        queries[count] = len(captured)
    assert queries[30] <= queries[10] + 2
