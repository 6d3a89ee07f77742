"""The report of an import: its totals, its plain values for scripts, and the fingerprint of its content."""

import json
from collections import Counter

import pytest

from tests.imports import row_counts
from timeline.exchange.importing.import_row import ColumnChange
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.types import FileLocation, Notice, Problem

PLACE = FileLocation("政策.csv", "policies", 1, 2, {"date": "日期"})


def test_the_total_is_of_all_tables():
    report = Report(counts={"topics": Counter(new=2), "policies": Counter(new=1, changed=3)})
    assert row_counts(report) == Counter(new=3, changed=3)
    assert row_counts(Report()) == Counter()


@pytest.mark.usefixtures("english")
def test_scripts_are_told_plain_values_with_columns_as_the_file_names_them():
    report = Report(
        counts={"policies": Counter(changed=1)},
        changes=[ColumnChange(PLACE, "plan", "topics", ["a"], [])],
        problems=[Problem(PLACE, "It is wrong.", "date", "soon")],
        notices=[Notice(PLACE, "Left out.")],
        encodings={"政策.csv": "GBK"},
        published_of=Counter(policies=1),
    )
    place = {"file": "政策.csv", "table": "policies", "row": 1, "line": 2}
    assert json.loads(json.dumps(report.as_plain())) == {
        "counts": {"policies": {"changed": 1}},
        "changes": [{"place": place, "key": "plan", "column": "topics", "old": ["a"], "new": []}],
        "problems": [
            {"place": place, "message": "It is wrong.", "column": "日期", "value": "soon", "line": 2}
        ],
        "notices": ["政策.csv, row 1 (line 2): Left out."],
        "questions": [],
        "encodings": {"政策.csv": "GBK"},
        "published": 1,
        "published_of": {"policies": 1},
        "kept_drafts": 0,
        "changed_public": 0,
        "working_copies": 0,
        "has_later_checks": False,
        "kept_edits": 0,
        "edit_conflicts": 0,
        "import": None,
    }


def test_reports_that_say_the_same_have_the_same_name_and_no_others():
    def report(old="甲", **told):
        row = {"table": "policies", "key": "plan", "columns": {"title": [old, "乙"]}}
        return Report(rows=[row], **told)

    others = [
        report("丙"),
        report(problems=[Problem(PLACE, "It is wrong.")]),
        report(notices=[Notice(PLACE, "Left out.")]),
        Report(),
    ]
    assert report().fingerprint == report().fingerprint
    assert len({report().fingerprint, *(other.fingerprint for other in others)}) == 5
