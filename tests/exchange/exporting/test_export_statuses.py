"""Exports of records in every status: visitors get what is public, editors get all, with the status."""

import json

import pytest

from tests.exports import READ_BACK
from tests.factories import everything, make_area, make_chronicle, make_editor, make_milestone, make_topic
from tests.imports import row_counts
from timeline.exchange.exporting.export import export
from timeline.exchange.exporting.selection import published
from timeline.exchange.importing.import_files import import_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def records():
    """Topics in three statuses, a draft of the chronicle, and a draft entry that names them."""
    make_chronicle(slug="chronicle", published=False)
    public, draft, gone = (
        make_topic(slug=slug, published=slug != "draft") for slug in ("public", "draft", "gone")
    )
    gone.withdraw(by=make_editor(), comment="重复")
    make_area(slug="inner", parent=make_area(slug="outer"))
    make_milestone(slug="launch", topics=[public, draft])
    make_milestone(slug="opened", topics=[public], published=True)


def exported(to, **options):
    export(None, to, "json", **options)
    return json.loads(to.read_text(encoding="utf-8"))


def test_visitors_get_what_is_public_without_its_status(tmp_path, records):
    content = exported(tmp_path / "all.json", visible=published, has_status=False)
    assert [row["slug"] for row in content["topics"]] == ["public"]
    assert [row["slug"] for row in content["milestones"]] == ["opened"]
    assert content["site"] == []
    assert not any("status" in row for rows in content.values() for row in rows)


def test_what_visitors_get_does_not_name_a_draft(tmp_path, records):
    """Not even where a later change of the rules should let one be named."""
    draft, area = make_area(slug="planned", published=False), make_area(slug="within")
    type(area).objects.filter(pk=area.pk).update(parent=draft)
    content = exported(tmp_path / "all.json", visible=published)
    assert {row["slug"]: row["parent"] for row in content["areas"]} == {
        "inner": "outer", "outer": None, "within": None,
    }  # fmt: skip


def test_editors_get_the_status_of_every_record(tmp_path, records):
    content = exported(tmp_path / "all.json")
    found = {row["slug"]: row["status"] for row in content["topics"]}
    assert found == {"public": "published", "draft": "draft", "gone": "withdrawn"}
    assert [row["status"] for row in content["site"]] == ["draft"]


@pytest.mark.parametrize("format", [*READ_BACK])
def test_an_export_that_is_imported_again_changes_nothing(tmp_path, records, format):
    to = tmp_path / format / READ_BACK[format]
    to.parent.mkdir()
    export(None, to, format)
    by = make_editor(username="importer")
    before = everything()
    report = import_files([to], by=by)
    assert (report.problems, set(row_counts(report))) == ([], {"unchanged"})
    assert all("withdrawn" in notice.message for notice in report.notices)
    assert everything() == before
