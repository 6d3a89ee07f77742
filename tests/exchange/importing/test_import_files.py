"""Imports: all or nothing, every problem reported with its location, and unchanged records not written."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.factories import (
    CONTENT,
    everything,
    make_milestone,
    make_policy,
)
from tests.imports import GOOD, only_problem, row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.models import (
    Goal,
    Milestone,
    Policy,
    PolicyRelation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_rows_arrive_as_drafts_with_what_is_nested_in_them(folder):
    report = import_files([folder(**GOOD)])

    assert report.problems == []
    assert row_counts(report) == Counter(new=12)
    plan = Policy.objects.get(slug="plan-2013")
    assert plan.status == "draft"
    assert str(plan.date) == "2013-01"
    assert plan.phase.slug == "foundations"
    assert sorted(citation.locator for citation in plan.citations.all()) == ["¶3", "¶5"]
    assert PolicyRelation.objects.get().natural_key() == ("rules-2014", "implements", "plan-2013")
    goal = Goal.objects.get()
    assert goal.declared_by.slug == "plan-2013"
    assert goal.assessments.get().delivery == "achieved"
    assert goal.assessments.get().citations.get().source.slug == "board"
    assert report.counts["citations"] == Counter(new=4)


def test_problems_come_in_the_order_of_the_files(folder):
    report = import_files(
        [
            folder(
                milestones="- {slug: a, title: 甲, date: soon}\n- {slug: b, title: 乙}\n- {slug: c, title: 丙, date: soon}",
                areas="- {slug: d, title: 丁, parent: nowhere}",
            )
        ]
    )
    assert [(problem.place.file, problem.place.row) for problem in report.problems] == [
        ("areas.yaml", 1),
        ("milestones.yaml", 1),
        ("milestones.yaml", 3),
    ]


def test_a_problem_in_one_sentence_names_file_row_line_column_and_value(folder):
    problem = only_problem(
        import_files([folder(milestones="- {slug: a, title: 甲}\n\n- {slug: b, title: 乙, date: soon}")])
    )
    assert str(problem).startswith("milestones.yaml, row 2 (line 3), column date, value “soon”: ")


def test_importing_a_whole_chronicle_again_changes_nothing():
    first = import_files([CONTENT])
    assert first.problems == []
    assert set(row_counts(first)) == {"new"}
    before = everything()

    again = import_files([CONTENT])

    assert again.problems == []
    assert again.changes == []
    assert row_counts(again) == Counter(unchanged=row_counts(first)["new"])
    assert {table: counts.total() for table, counts in again.counts.items()} == {
        table: counts.total() for table, counts in first.counts.items()
    }
    assert everything() == before  # including the times of change


def test_a_record_that_no_file_names_is_left_alone(folder):
    make_milestone(slug="launch")
    import_files([folder(**GOOD)])
    assert Milestone.objects.filter(slug="launch").exists()


def test_a_dry_run_says_what_would_change_and_writes_nothing(folder):
    make_policy(slug="plan-2013", title="草案", date="2012", document_type="plan")
    before = everything()
    report = import_files([folder(**GOOD)], dry_run=True)
    assert report.problems == []
    assert row_counts(report) == Counter(new=11, changed=1)
    assert {change.column for change in report.changes} >= {"title", "date"}
    assert everything() == before


def test_progress_is_told_up_to_the_last_row(folder):
    told = []
    import_files([folder(**GOOD)], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 12


def test_every_file_that_cannot_be_read_is_named(folder, tmp_path):
    path = folder(milestones="- [", areas="- {slug: a, title: 甲, parent: b}")
    (path / "goals.yaml").write_bytes(b"- slug: \xff")
    report = import_files([path, tmp_path / "nowhere"])
    assert [problem.place.file for problem in report.problems] == sorted(
        ["areas.yaml", "goals.yaml", "milestones.yaml", str(tmp_path / "nowhere")]
    )


SMALL_FILES = ["areas", "phases", "sources", "organizations", "pilot_designations"]
junk = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from(
        [
            b"&a ",
            b"*a",
            b"[",
            b"{",
            b"}",
            b": ",
            b"- ",
            b"\n",
            b"\n- ",
            b'"',
            b"\\0",
            b"!!binary ",
            b"? ",
            b"|\n",
            b"~",
        ]
    ),
)


@given(data=st.data())
@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_damage_to_a_file_makes_the_import_crash_or_write(data, tmp_path_factory):
    name = data.draw(st.sampled_from(SMALL_FILES))
    content = (CONTENT / f"{name}.yaml").read_bytes()[:1200]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(junk)
        match data.draw(st.sampled_from(["flip", "insert", "cut", "end"])):
            case "flip":
                content = content[:at] + bytes([content[at] ^ (1 + piece[0] % 255)]) + content[at + 1 :]
            case "insert":
                content = content[:at] + piece + content[at:]
            case "cut":
                content = (content[:at] + content[at + data.draw(st.integers(1, 40)) :]) or b"-"
            case "end":
                content = content[:at] or b"-"
    path: Path = tmp_path_factory.mktemp("damaged") / f"{name}.yaml"
    path.write_bytes(content)
    before = everything()

    report = import_files([path], dry_run=True)

    assert all(problem.place.file == path.name and problem.message for problem in report.problems)
    assert everything() == before
