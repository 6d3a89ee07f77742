"""Bad files: every problem is reported with its location, and nothing is imported."""

from collections import Counter

import pytest

from tests import factories as make
from tests.factories import everything
from tests.imports import where
from timeline.exchange.importing.import_files import import_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(scope="module")
def record(module_records):
    """Create the records that the bad files refer to, and return every row of the database."""
    board = make.make_source(slug="board")
    make.make_phase(slug="foundations", period="2011/2015")
    plan = make.make_policy(slug="plan-2013", date="2013-01")
    rules = make.make_policy(slug="rules-2014", date="2014")
    make.make_relation(rules, "implements", plan)
    make.make_citation(plan, source=board, locator="¶3")
    goal = make.make_goal(declared_by=plan, target="2015")
    make.make_assessment(goal, source=board)
    return everything()


# For each mistake: files, the (file, row, column, value) of each problem, and a part of the first message.
BAD_FILES = {
    "unknown column": (
        {"policies": "- {slug: new, title: 新, document_type: plan, tilte: 规划}"},
        [("policies.yaml", 1, "tilte", "规划")],
        "title",
    ),
    "misspelt reference": (
        {"policies": "- {slug: new, title: 新, document_type: plan, phase: foundation}"},
        [("policies.yaml", 1, "phase", "foundation")],
        "perhaps “foundations” is meant",
    ),
    "misspelt reference in a list": (
        {"milestones": "- {slug: new, title: 新, policies: [plan-2013, plan-2031]}"},
        [("milestones.yaml", 1, "policies", "plan-2013, plan-2031")],
        "There is no policy “plan-2031” (perhaps “plan-2013” is meant).",
    ),
    "misspelt source of a citation": (
        {
            "milestones": "- slug: new\n  title: 新\n  citations:\n    - source: board\n    - source: bored\n      locator: ¶9"
        },
        [("milestones.yaml", 1, "source", "bored")],
        "perhaps “board” is meant",
    ),
    "misspelt key of a relation": (
        {"relations": "- {from: plan-2013, type: amends, to: plan-2014}"},
        [("relations.yaml", 1, "to", "plan-2014")],
        "plan-2013",
    ),
    "impossible date": (
        {"milestones": "- {slug: new, title: 新, date: 2016-02-30}"},
        [("milestones.yaml", 1, "date", "2016-02-30")],
        "There is no day 30 in 2016-02, which has 29 days.",
    ),
    "no date at all": (
        {"milestones": "- {slug: new, title: 新, date: soon}"},
        [("milestones.yaml", 1, "date", "soon")],
        "is not a date. Write it as far as the source gives it",
    ),
    "unknown choice": (
        {"policies": "- {slug: new, title: 新, document_type: planning}"},
        [("policies.yaml", 1, "document_type", "planning")],
        "plan（",
    ),
    "slug twice": (
        {"milestones": "- {slug: new, title: 新}\n- {slug: other, title: 新}\n- {slug: new, title: 另}"},
        [("milestones.yaml", 3, "slug", "new")],
        "milestones.yaml, row 1 (line 1)",
    ),
    "no slug": (
        {"milestones": "- {title: 新}"},
        [("milestones.yaml", 1, "slug", "")],
        "identifies the row",
    ),
    "unprintable character": (
        {"milestones": '- {slug: new, title: 新, body: "one\\a"}'},
        [("milestones.yaml", 1, "body", "one\a")],
        "U+0007 at position 4",
    ),
    "missing title": (
        {"milestones": "- {slug: new, title: }"},
        [("milestones.yaml", 1, "title", "")],
        "A value is needed here.",
    ),
    "impossible address": (
        {"sources": "- {slug: new, title: 新, url: 'javascript:alert(1)'}"},
        [("sources.yaml", 1, "url", "javascript:alert(1)")],
        "URL",
    ),
    "impossible slug": (
        {"sources": "- {slug: 新 的, title: 新}"},
        [("sources.yaml", 1, "slug", "新 的")],
        "slug",
    ),
    "number that is none": (
        {"areas": "- {slug: new, title: 新, position: '-1'}"},
        [("areas.yaml", 1, "position", "-1")],
        "whole number",
    ),
    "neither yes nor no": (
        {"sources": "- {slug: new, title: 新, linked: perhaps}"},
        [("sources.yaml", 1, "linked", "perhaps")],
        "neither yes nor no",
    ),
    "list where one value belongs": (
        {"policies": "- {slug: new, title: [新, 旧], document_type: plan}"},
        [("policies.yaml", 1, "title", "新, 旧")],
        "not a list",
    ),
    "list where a slug belongs": (
        {"areas": "- {slug: [new, old], title: 新}"},
        [("areas.yaml", 1, "slug", "new, old")],
        "not a list",
    ),
    "list where one reference belongs": (
        {"areas": "- {slug: new, title: 新}\n- {slug: part, title: 部, parent: [new]}"},
        [("areas.yaml", 2, "parent", "new")],
        "not a list",
    ),
    "circle of areas": (
        {"areas": "- {slug: new, title: 新, parent: new}"},
        [("areas.yaml", 1, "parent", "new")],
        "new",
    ),
    "circle of policies": (
        {"relations": "- {from: plan-2013, type: implements, to: rules-2014}"},
        [("relations.yaml", 1, "to", "rules-2014")],
        "already leads back",
    ),
    "second chronicle": (
        {
            "site": "- {slug: one, title: 编年, city: 宁波}\n- {slug: two, title: 编年, city: 杭州}",
        },
        [("site.yaml", 2, "slug", "two")],
        "more than one chronicle",
    ),
    "goal due before it is declared": (
        {"goals": "- {slug: new, title: 新, declared_by: rules-2014, target: 2013}"},
        [("goals.yaml", 1, "target", "2013")],
        "Due 2013, before it is set (2014).",
    ),
    "slug of another kind": (
        {"milestones": "- {slug: plan-2013, title: 新}"},
        [("milestones.yaml", 1, "slug", "plan-2013")],
        "",
    ),
    "unknown table": (
        {"polices": "- {slug: new, title: 新}"},
        [("polices.yaml", 0, "", "")],
        "perhaps “policies” is meant",
    ),
    "broken YAML": (
        {"milestones": "- slug: new\n  title: [新\n"},
        [("milestones.yaml", 0, "", "")],
        "(line 2)",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_leaves_the_record_as_it_was_and_says_where_it_is_bad(name, folder, record):
    files, places, words = BAD_FILES[name]

    path = folder(**files, **{"organizations": "- {slug: fine, title: 没问题}"})
    preview, report = import_files([path], dry_run=True), import_files([path])

    assert preview.problems == report.problems
    assert [where(problem) for problem in report.problems] == places
    assert words in str(report.problems[0])
    assert everything() == record


def test_all_that_is_wrong_in_a_folder_is_said_at_once(folder, record):
    names = [name for name in BAD_FILES if name not in ("broken YAML", "slug of another kind")]
    texts: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        for table, text in BAD_FILES[name][0].items():
            # Each mistake has its own slugs, so that its rows are not duplicates of others.
            texts.setdefault(table, []).append(text.replace("new", f"new{number}"))
    files = {table: "\n".join(parts) + "\n" for table, parts in texts.items()}
    expected = Counter(
        (file, column, value.replace("new", f"new{number}"))
        for number, name in enumerate(names)
        for file, _row, column, value in BAD_FILES[name][1]
    )

    path = folder(**files)
    preview, report = import_files([path], dry_run=True), import_files([path])

    assert preview.problems == report.problems
    assert (
        Counter((file, column, value) for file, _, column, value in map(where, report.problems)) == expected
    )
    assert everything() == record
