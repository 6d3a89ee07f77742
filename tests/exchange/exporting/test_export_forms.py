"""Every form of an export keeps all text, and a file name must fit the format."""

import json

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.examples import examples
from tests.exports import exported, forms, rows_in_database, rows_in_file
from tests.texts import texts
from tests.world import make_world
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.export import export
from timeline.exchange.reading import read
from timeline.models import Citation, Entry, Goal, Milestone, Policy
from timeline.rows.tables import TABLES
from timeline.values.text import TextError, check_printable, clean_line, clean_prose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@forms
def test_an_empty_database_gives_files_without_rows(form, tmp_path):
    assert rows_in_file(exported(tmp_path, form)) == []


def is_printable(text):
    try:
        check_printable(text)
    except TextError:
        return False
    return True


lines = texts.map(clean_line).filter(is_printable)
prose = texts.map(clean_prose).filter(is_printable) | st.sampled_from(
    ["长" * 9000, "a\n" * 4000 + "b", "x" * 32766]
)


@forms
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(150))
@given(
    title=lines.filter(bool),
    title_en=lines,
    summary=prose,
    body=prose,
    locator=lines,
    remark=prose,
    topics=st.sets(st.sampled_from(["t1", "t2"])),
    number=st.integers(1, 32767),
    provisional=st.booleans(),
)
@example("=1+1", "", "'", "''", "'=", "_x000D_", set(), 1, False)
@example("a", "x" * 500, "葛\U000e0100", "a\n\n b\n", "007", "- {a: b}", {"t1"}, 2, True)
def test_no_text_is_lost(form, tmp_path, policy, title, title_en, summary, body, locator, remark, topics, number, provisional):  # fmt: skip
    assume(max(map(len, (title, locator))) <= 60)
    make.update_unchecked(
        Entry.objects.all(), title=title, title_en=title_en, summary=summary.strip(), body=body.strip()
    )
    make.update_unchecked(Policy.objects.all(), provisional=provisional)
    make.update_unchecked(Citation.objects.all(), locator=locator, remark=remark, number=number)
    policy.topics.set([topic for topic in TABLES["topics"].model.objects.all() if topic.slug in topics])
    path = exported(tmp_path, form, ["policies"])
    assert rows_in_file(path) == rows_in_database(["policies", "citations"])


@forms
def test_the_status_is_written_and_read(form, tmp_path, policy):
    path = exported(tmp_path, form, ["policies"])
    reading = read([path])
    cells = [row.cells for sheet in reading.sheets for row in sheet if not row.table.within]
    assert cells[0]["status"] == "draft"
    if path.suffix == ".yaml":
        assert "status: draft" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("format", "name", "endings"),
    [
        ("xlsx", "content", ".xlsx"),
        ("django", "all.zip", ".json"),
        ("csv", "all.json", ".csv, .zip"),
        ("yaml", "a.xlsx", ".yaml, .yml, .zip"),
    ],
)
def test_a_name_that_does_not_fit_the_format_is_refused(format, name, endings, tmp_path):
    with pytest.raises(ExportError, match=f"ends in: {endings}"):
        export(None, tmp_path / name, format)


def test_what_goals_and_milestones_refer_to_survives(tmp_path):
    make_world()
    export([*TABLES][:10], tmp_path / "all.json", "json")
    content = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert content["goals"][0]["declared_by"] == Goal.objects.get().declared_by.slug
    assert content["milestones"][0]["policies"] == [
        its.slug for its in Milestone.objects.get().policies.all()
    ]
