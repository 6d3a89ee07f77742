"""Imports without publication compare public entries with their working copies and change these."""

import pytest

from tests import factories as make
from tests.imports import row_counts
from timeline.editing.answers import Conflict
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import table_of_record
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    save_working_copy,
)
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import undo
from timeline.models import Citation, ImportBatch, Milestone

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make.make_user()


@pytest.fixture
def entry():
    entry = make.make_milestone(slug="launch", title="启动十三五")
    make.make_citation(entry, source=make.make_source(slug="daily"), locator="¶1", remark="原话")
    entry.publish(by=make.make_editor())
    return entry


def copy_of(entry):
    return find_working_copy(entry).content


def imported(folder, user, **files):
    report = import_files([folder(**files)], by=user)
    assert report.problems == []
    return report


def test_a_correction_of_what_was_imported_wrongly_reaches_the_working_copy(folder, user, entry):
    imported(folder, user, milestones="- {slug: launch, title: 启动十四五}")
    assert copy_of(entry)["title"] == "启动十四五"
    report = imported(folder, user, milestones="- {slug: launch, title: 启动十三五}")
    assert row_counts(report) == {"changed": 1}
    assert [(change.old, change.new) for change in report.changes] == [("启动十四五", "启动十三五")]
    assert copy_of(entry)["title"] == "启动十三五"


def test_the_same_file_again_changes_nothing_while_a_working_copy_waits(folder, user, entry):
    files = {
        "milestones": "- {slug: launch, title: 启动十四五, citations: [{source: daily, locator: ¶2, remark: 新的话}]}"
    }
    first = imported(folder, user, **files)
    assert row_counts(first) == {"changed": 1, "new": 1}
    before = ImportBatch.objects.count()
    again = imported(folder, user, **files)
    assert row_counts(again) == {"unchanged": 2}
    assert (again.batch, again.working_copies, ImportBatch.objects.count()) == (None, 0, before)


def test_a_citation_that_only_the_working_copy_has_is_changed_there(folder, user, entry):
    imported(
        folder, user, citations="- {entry: launch, source: daily, locator: ¶2, remark: 先写的, date: 2013}"
    )
    report = imported(folder, user, citations="- {entry: launch, source: daily, locator: ¶2, remark: 改过的}")
    assert row_counts(report) == {"changed": 1}
    found = {part["locator"]: (part["remark"], part["date"]) for part in copy_of(entry)["citations"]}
    assert found == {"¶1": ("原话", None), "¶2": ("改过的", "2013")}
    assert [citation.locator for citation in Citation.objects.all()] == ["¶1"]


def test_a_citation_that_only_the_working_copy_has_is_taken_away_there(folder, user, entry):
    imported(folder, user, citations="- {entry: launch, source: daily, locator: ¶2}")
    report = imported(folder, user, citations="- {entry: launch, source: daily, locator: ¶2, delete: true}")
    assert row_counts(report) == {"deleted": 1}
    assert [part["locator"] for part in copy_of(entry)["citations"]] == ["¶1"]


def test_a_citation_that_the_working_copy_has_taken_away_comes_back_into_it(folder, user, entry, english):
    imported(folder, user, citations="- {entry: launch, source: daily, locator: ¶2}")
    imported(folder, user, citations="- {entry: launch, source: daily, locator: ¶1, delete: true}")
    assert [part["locator"] for part in copy_of(entry)["citations"]] == ["¶2"]
    gone_already = imported(
        folder, user, citations="- {entry: launch, source: daily, locator: ¶1, delete: true}"
    )
    assert row_counts(gone_already) == {"unchanged": 1}
    assert ["nothing to delete" in notice.message for notice in gone_already.notices] == [True]
    report = imported(folder, user, citations="- {entry: launch, source: daily, locator: ¶1, remark: 又来}")
    assert row_counts(report) == {"new": 1}
    assert [part["remark"] for part in copy_of(entry)["citations"]] == ["又来", ""]


def test_an_address_that_the_working_copy_changes_is_left_as_it_is_there(folder, user, entry):
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"slug": "start"}, by=user)
    imported(folder, user, milestones="- {slug: launch, summary: 摘要}")
    assert (copy_of(entry)["slug"], copy_of(entry)["summary"]) == ("start", "摘要")


def test_an_import_that_publishes_leaves_the_working_copy_and_says_so(folder, user, entry, english):
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"title": "编辑改的"}, by=user)
    files = folder(milestones="- {slug: launch, title: 启动二〇一六}")
    report = import_files([files], by=user, publish=True)
    assert ["has a working copy in the admin" in notice.message for notice in report.notices] == [True]
    assert Milestone.objects.get().title == "启动二〇一六"
    assert copy_of(entry)["title"] == "编辑改的"


@pytest.mark.parametrize("is_dry", [True, False])
def test_whose_working_copy_an_import_changes_is_said_in_the_preview_and_after(
    folder, user, entry, english, is_dry
):
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"summary": "同事写的"}, by=make.make_editor(username="bian2"))
    # The public text, in which the summary is empty, as in an exported file.
    report = import_files([folder(milestones="- {slug: launch, summary: ''}")], by=user, dry_run=is_dry)
    (notice,) = report.notices
    assert notice.message.startswith("“启动十三五” has a working copy of bian2, ")
    assert copy_of(entry)["summary"] == ("同事写的" if is_dry else "")


def test_a_working_copy_that_says_the_same_is_no_reason_for_a_notice(folder, user, entry, english):
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"summary": "同事写的"}, by=make.make_editor(username="bian2"))
    report = import_files([folder(milestones="- {slug: launch, summary: 同事写的}")], by=user, dry_run=True)
    assert report.notices == []


@pytest.mark.parametrize("word", ["no", "否", "false", ""])
def test_a_citation_that_is_not_to_go_does_not_go(tmp_path, user, entry, word):
    file = tmp_path / "citations.csv"
    file.write_text(
        f"entry,source,locator,remark,delete\nlaunch,daily,¶1,改过的,{word}\nlaunch,daily,¶2,新的,{word}\n",
        "utf-8",
    )
    report = import_files([file], by=user)
    assert row_counts(report) == {"changed": 1, "new": 1}
    assert [part["remark"] for part in copy_of(entry)["citations"]] == ["改过的", "新的"]


def test_a_working_copy_that_an_undoing_brings_back_knows_nothing_of_what_was_published_since(
    folder, user, entry
):
    imported(folder, user, milestones="- {slug: launch, occasion: 稿一}")
    second = imported(folder, user, milestones="- {slug: launch, occasion: 稿二}").batch
    import_files([folder(milestones="- {slug: launch, summary: 公开的新摘要}")], by=user, publish=True)
    undo(second, by=user)
    assert copy_of(entry)["occasion"] == "稿一"
    assert isinstance(perform_copy_transition(entry, "publish", by=make.make_editor()), Conflict)
    assert Milestone.objects.get().summary == "公开的新摘要"


def test_what_cannot_be_undone_because_of_a_working_copy_says_so(folder, user, entry, english):
    imported(folder, user, milestones="- {slug: launch, occasion: 稿一}")
    files = [folder(milestones="- {slug: launch, summary: 公开的错摘要}")]
    batch = import_files(files, by=user, publish=True).batch
    done = undo(batch, by=user)
    assert [why for _name, why in done.skipped] == ["It has a working copy: publish or discard that first."]
    discard_working_copy(entry, by=user, comment="重复")
    assert undo(batch, by=user).restored == 1
    assert Milestone.objects.get().summary == ""
