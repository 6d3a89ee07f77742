"""What was changed in the admin since a folder was imported: kept where the folder says the same as then, asked about where not."""

import datetime

import pytest
from django.core.management import call_command
from django.db.models import F

from tests.factories import make_milestone, make_user
from timeline.editing.revisions import record_revisions
from timeline.exchange.exported_state import NAME
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Citation, Milestone, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SOURCES = "- {slug: board, title: 解读}\n- {slug: paper, title: 日报}"
LAUNCH = "- slug: launch\n  title: %s\n  summary: %s\n  citations: [{source: board, remark: %s}]\n"


@pytest.fixture
def files(folder):
    """Write the milestone, and import the folder for the first time."""

    def write(title="启动", summary="一句话。", remark="附注"):
        return folder(sources=SOURCES, milestones=LAUNCH % (title, summary, remark))

    assert bring(write()).problems == []
    return write


def bring(path, **options):
    return import_files([path], by=make_user(), publish=True, keep_edits=True, **options)


def edit(model=Milestone, name="li", **values):
    """Change the record as an editor does whose change was published."""
    record = model.objects.get()
    for attribute, value in values.items():
        setattr(record, attribute, value)
    record.save()
    entry = Milestone.objects.get()
    user = make_user(username=name, first_name="李编辑")
    record_revisions(Milestone, [entry.pk], by=user, action=Action.SAVED)


def state():
    entry = Milestone.objects.get()
    return entry.title, entry.summary, Citation.objects.get().remark


def test_what_only_an_editor_changed_is_kept_and_named(files):
    edit(summary="编辑改过。")
    report = bring(files(title="启用"))
    assert report.problems == []
    assert state() == ("启用", "编辑改过。", "附注")
    (notice,) = [str(one) for one in report.notices]
    assert (
        "launch.summary was changed in the admin since this folder was last imported or exported, by 李编辑"
        in notice
    )
    assert report.kept_edits == 1


def test_what_was_kept_stays_in_every_later_import(files):
    edit(summary="编辑改过。")
    bring(files(title="启用"))
    bring(files(title="再启用"))
    assert state() == ("再启用", "编辑改过。", "附注")


def test_what_both_changed_refuses_the_import_and_says_what_to_do(files):
    edit(summary="编辑改过。")
    report = bring(files(title="启用", summary="文件改过。"))
    (problem,) = report.problems
    assert (problem.column, problem.value, report.edit_conflicts) == ("summary", "文件改过。", 1)
    assert "李编辑" in problem.message
    assert "--overwrite-edits" in problem.message
    assert state() == ("启动", "编辑改过。", "附注")


def test_edits_are_overwritten_on_request_and_named(files):
    edit(summary="编辑改过。")
    report = bring(files(summary="文件改过。"), overwrite_edits=True)
    assert state() == ("启动", "文件改过。", "附注")
    assert "The file overwrites it." in str(report.edits[0])
    assert bring(files(summary="文件又改。")).problems == []


def test_what_the_editor_and_the_file_changed_alike_is_no_conflict(files):
    edit(summary="同样。")
    assert bring(files(summary="同样。")).problems == []
    assert state() == ("启动", "同样。", "附注")


def test_parts_are_compared_by_their_key(files):
    edit(Citation, remark="编辑的附注")
    report = bring(files(title="启用"))
    assert (state(), report.kept_edits) == (("启用", "一句话。", "编辑的附注"), 1)
    assert [problem.column for problem in bring(files(remark="文件的附注")).problems] == ["remark"]


def test_what_only_the_files_changed_is_taken(files):
    report = bring(files(summary="文件改过。", remark="文件的附注"))
    assert (report.problems, report.notices) == ([], [])
    assert state() == ("启动", "文件改过。", "文件的附注")


def test_the_dry_run_says_the_same(files):
    edit(summary="编辑改过。")
    path = files(title="启用")
    dry, report = bring(path, dry_run=True), bring(path)
    assert [str(one) for one in dry.notices] == [str(one) for one in report.notices]
    assert [(one.column, one.new) for one in dry.changes] == [("title", "启用")]


def test_a_file_of_another_name_compares_nothing(files, tmp_path):
    edit(summary="编辑改过。")
    path = tmp_path / "other" / "milestones.yaml"
    path.parent.mkdir()
    path.write_text(LAUNCH % ("启动", "一句话。", "附注"), encoding="utf-8")
    report = bring(path)
    assert (report.problems, report.kept_edits) == ([], 0)
    assert state() == ("启动", "一句话。", "附注")


def test_no_file_deletes_a_record(files, folder):
    path = folder(milestones="- {slug: launch, title: 启动, delete: yes}")
    (problem,) = bring(path).problems
    assert problem.message.startswith("No file deletes a record. Withdraw it in the admin")


def test_a_column_that_was_added_since_is_no_edit(files, folder):
    for revision in Revision.objects.for_record(Milestone.objects.get()):
        del revision.content["summary_en"]
        for citation in revision.content["citations"]:
            del citation["remark_en"]
        revision.save()
    english = LAUNCH.replace("summary: %s", "summary: %s\n  summary_en: One.") % (
        "启动",
        "一句话。",
        "附注, remark_en: A remark.",
    )
    report = bring(folder(milestones=english))
    assert [*report.problems, *report.notices] == []
    assert (Milestone.objects.get().summary_en, Citation.objects.get().remark_en) == ("One.", "A remark.")


def test_what_both_changed_is_shown_with_both_texts_from_where_they_differ(files):
    common = "这一年，市里决定把各部门的数据接到同一个平台上，此后几年逐步推开，并要求各区照办。" * 3
    edit(summary=f"{common}编辑补充。")
    (problem,) = bring(files(summary=f"{common}文件补充。")).problems
    assert problem.value == "…开，并要求各区照办。文件补充。"
    assert "The site has: “…开，并要求各区照办。编辑补充。”. The file was changed too." in problem.message


def exported(path):
    """Export all records into the folder."""
    call_command("export_content", path, force=True, verbosity=0)
    return path


def write_over(path, old, new):
    file = path / "milestones.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_after_an_export_into_the_folder_what_the_file_changes_is_no_conflict(files):
    edit(summary="编辑改过。")
    edit(Citation, "wang", remark="编辑的附注")
    path = write_over(exported(files()), "编辑改过。", "文件再改。")
    report = bring(write_over(path, "编辑的附注", "文件的附注"))
    assert [*report.problems, *report.notices] == []
    assert state() == ("启动", "文件再改。", "文件的附注")


def test_what_an_editor_changed_after_the_export_is_kept_or_a_conflict(files):
    edit(summary="编辑改过。")
    path = exported(files())
    edit(name="wang", summary="编辑又改。")
    report = bring(write_over(path, "启动", "启用"))
    assert (state(), report.kept_edits) == (("启用", "编辑又改。", "附注"), 1)
    (problem,) = bring(write_over(path, "编辑改过。", "文件再改。")).problems
    assert problem.column == "summary"


def test_an_import_after_the_export_is_the_newer_state_of_the_files(files):
    edit(summary="编辑改过。")
    path = exported(files())
    bring(write_over(path, "编辑改过。", "文件改过。"))
    report = bring(write_over(path, "文件改过。", "文件又改。"))
    assert [*report.problems, *report.notices] == []
    assert state() == ("启动", "文件又改。", "附注")


def test_a_folder_that_was_exported_and_never_imported_keeps_later_edits(tmp_path):
    milestone = make_milestone(title="启动", summary="一句话。")
    record_revisions(Milestone, [milestone.pk], by=make_user(), action=Action.SAVED)
    path = exported(tmp_path / "content")
    edit(summary="编辑改过。")
    report = bring(write_over(path, "启动", "启用"))
    assert report.kept_edits == 1
    assert "was changed in the admin since this folder was last imported or exported" in str(report.edits[0])
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("启用", "编辑改过。")


def test_a_folder_that_another_database_exported_says_nothing_of_this_one(files):
    edit(summary="编辑改过。")
    path = exported(files())
    Revision.objects.update(created_at=F("created_at") + datetime.timedelta(seconds=1))
    assert [one.column for one in bring(write_over(path, "编辑改过。", "文件再改。")).problems] == ["summary"]


def test_a_damaged_state_of_an_export_counts_for_nothing_and_is_told_once(files):
    edit(summary="编辑改过。")
    edit(Citation, "wang", remark="编辑的附注")
    path = write_over(exported(files()), "编辑改过。", "文件再改。")
    (path / NAME).write_text('{"revision": Infinity}', encoding="utf-8")
    report = bring(write_over(path, "编辑的附注", "文件的附注"))
    assert [one.column for one in report.problems] == ["summary", "remark"]
    (notice,) = [str(one) for one in report.notices]
    assert notice.startswith(f"{NAME}: This file does not say which state of the record the folder has.")


def test_what_was_committed_late_with_a_smaller_number_is_not_overwritten_in_silence(files):
    """On PostgreSQL, an edit that runs during the export may have a smaller number than the newest revision then."""
    path = files()
    edit(summary="编辑改过。")
    late = Revision.objects.order_by("-pk")[0]
    edit(Citation, "wang", remark="编辑的附注")
    Revision.objects.filter(pk=late.pk).delete()
    Milestone.objects.update(summary="一句话。")
    exported(path)
    late.save(force_insert=True)
    Milestone.objects.update(summary="编辑改过。")
    report = bring(write_over(path, "一句话。", "文件再改。"))
    assert [one.column for one in report.problems] == ["summary"]
    assert Milestone.objects.get().summary == "编辑改过。"
