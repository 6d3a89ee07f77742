"""Every import is recorded, with one revision for each entry, and can be undone."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    CONTENT,
    OTHER_CONTENT,
    make_citation,
    make_goal,
    make_milestone,
    make_source,
    make_topic,
    make_user,
)
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import deleted_drafts, record_revision, table_of_record
from timeline.editing.working_copies import (
    find_working_copy,
    save_working_copy,
)
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import expected_result, undo
from timeline.exchange.readers.sources import Upload
from timeline.models import Action, Area, Goal, ImportBatch, Milestone, Policy, Revision, Topic
from timeline.models.records import publishable_models
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.django_db


def actions(entry):
    return [revision.action for revision in Revision.objects.for_record(entry).applied()]


def record():
    """Return every record as a whole row, and its status if it is an entry; without history."""
    return {
        name: {
            row["slug"]: (row, getattr(table.model._base_manager.get(pk=key), "status", None))
            for key, row in table.whole_rows_of(
                list(table.model._base_manager.values_list("pk", flat=True))
            ).items()
        }
        for name, table in TABLES.items()
        if not table.within
    }


def test_an_import_says_who_when_from_which_files_why_and_what_it_did(folder):
    user = make_user()
    path = folder(milestones="- {slug: launch, title: 启动}")
    report = import_files([path], by=user, comment="补录")
    batch = ImportBatch.objects.get()
    assert report.batch == batch
    assert (batch.created_by, batch.note, batch.counts, batch.published) == (
        user,
        "补录",
        {"milestones": {"new": 1}},
        False,
    )
    (file,) = batch.files
    assert (file["name"], file["bytes"]) == ("content", (path / "milestones.yaml").stat().st_size)
    assert len(file["sha256"]) == 64
    (revision,) = Revision.objects.all()
    assert (revision.batch, revision.action, revision.comment) == (batch, "imported", "补录")


def test_an_import_that_changes_nothing_and_one_that_is_refused_leave_no_record(folder):
    path = folder(milestones="- {slug: launch, title: 启动}")
    import_files([path], by=make_user())
    assert import_files([path], by=make_user()).batch is None
    assert import_files([folder(milestones="- {slug: launch, title: ''}")], by=make_user()).batch is None
    assert (
        import_files([folder(milestones="- {slug: new, title: 新}")], by=make_user(), dry_run=True).batch
        is None
    )
    assert ImportBatch.objects.count() == 1


def test_undoing_removes_what_was_new_and_puts_back_what_was_changed_lists_and_parts_too(folder):
    user = make_user()
    entry = make_milestone(slug="launch", title="原题", topics=[make_topic(slug="old", title="原专题")])
    make_topic(slug="new")
    make_citation(entry, source=make_source(slug="paper"), locator="¶1", remark="原话")
    record_revision(entry, by=user)
    before = record()
    batch = import_files(
        [
            folder(
                topics="- {slug: old, title: 改专题}\n- {slug: fresh, title: 新专题}",
                milestones="- {slug: launch, title: 改题, topics: [new, fresh]}\n- {slug: other, title: 新条目}",
                citations="- {entry: launch, source: paper, locator: ¶1, remark: 改话}\n- {entry: launch, source: paper, locator: ¶2}",
            )
        ],
        by=user,
    ).batch
    assert record() != before
    expected = expected_result(batch)
    done = undo(batch, by=user)
    assert record() == before
    assert done == expected
    assert (done.removed, done.restored, done.withdrawn, done.skipped) == (2, 2, 0, [])
    assert actions(entry) == ["saved", "imported", "undone"]
    batch.refresh_from_db()
    assert batch.undone_by == user
    with pytest.raises(ValidationError, match="已经撤销"):
        undo(batch, by=user)


def test_what_the_import_made_public_is_withdrawn(folder):
    make_source(slug="paper")
    user = make_user()
    content = "- {slug: launch, title: 启动, citations: [{source: paper}]}"
    batch = import_files([folder(milestones=content)], by=user, publish=True).batch
    done = undo(batch, by=user)
    launch = Milestone.objects.get()
    assert (done.withdrawn, launch.status) == (1, "withdrawn")
    assert str(batch.pk) in launch.withdrawal_reason


def test_what_was_there_before_and_had_no_history_is_put_back_and_not_removed(folder):
    make_milestone(slug="launch", title="原题")
    batch = import_files([folder(milestones="- {slug: launch, title: 改题}")], by=make_user()).batch
    undo(batch, by=make_user())
    assert Milestone.objects.get().title == "原题"


def test_what_was_edited_since_is_left_alone_and_listed(folder):
    user = make_user()
    make_topic(slug="data", title="原题", published=False)
    batch = import_files(
        [
            folder(
                topics="- {slug: data, title: 改题}",
                milestones="- {slug: a, title: 甲}\n- {slug: b, title: 乙}",
            )
        ],
        by=user,
    ).batch
    entry = Milestone.objects.get(slug="a")
    entry.title = "后来改的"
    entry.save()
    record_revision(entry, by=user)
    topic = Topic.objects.get()
    topic.title = "后来改的专题"
    topic.save()
    done = undo(batch, by=user)
    assert {name for name, _why in done.skipped} == {"后来改的", "后来改的专题"}
    assert [milestone.slug for milestone in Milestone.objects.all()] == ["a"]
    assert Topic.objects.get().title == "后来改的专题"


def imported(folder, user, **content):
    return import_files([folder(**content)], by=user).batch


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("table", ["milestones", "topics"])
def test_an_import_that_another_changed_since_stands_until_that_one_is_undone(folder, table):
    user = make_user()
    model = TABLES[table].model
    first = imported(folder, user, **{table: "- {slug: a, title: 甲}"})
    second = imported(folder, user, **{table: "- {slug: a, title: 乙}"})
    done = undo(first, by=user)
    assert (done.did_nothing, model.objects.get().title) == (True, "乙")
    assert f"Import {second.pk} changed it since; undo that one first." in done.messages()[1]
    first.refresh_from_db()
    assert (first.undone_at, first.is_in_force) == (None, True)
    assert not undo(second, by=user).skipped
    assert model.objects.get().title == "甲"
    assert not undo(first, by=user).skipped
    assert not model.objects.exists()
    with pytest.raises(ValidationError, match="already"):
        undo(first, by=user)


def test_working_copies_of_two_imports_are_undone_one_after_the_other(folder):
    user = make_user()
    entry = make_milestone(slug="launch", title="公开的", published=True)
    first = imported(folder, user, milestones="- {slug: launch, summary: 甲}")
    second = imported(folder, user, milestones="- {slug: launch, summary: 乙}")
    assert undo(first, by=user).did_nothing
    undo(second, by=user)
    assert find_working_copy(entry).content["summary"] == "甲"
    assert not undo(first, by=user).skipped
    assert find_working_copy(entry) is None


def test_what_was_left_alone_is_undone_later_and_nothing_else(folder):
    user = make_user()
    make_topic(slug="x", title="原甲", published=False)
    make_milestone(slug="m", title="原条目")
    first = imported(
        folder,
        user,
        topics="- {slug: x, title: 甲}\n- {slug: y, title: 乙}",
        milestones="- {slug: m, title: 条目}\n- {slug: n, title: 新}",
    )
    second = imported(folder, user, topics="- {slug: y, title: 丙}")
    done = undo(first, by=user)
    assert (done.removed, done.restored, [name for name, _why in done.skipped]) == (1, 2, ["丙"])
    first.refresh_from_db()
    assert (first.undone_by, first.skipped_count) == (user, 1)
    # Changes of a later import are not undone with the first, even if the values are the same.
    third = imported(
        folder,
        user,
        topics="- {slug: x, title: 甲}",
        milestones="- {slug: m, title: 条目}\n- {slug: n, title: 新}",
    )
    undo(second, by=user)
    done = undo(first, by=user)
    assert (done.removed, done.restored) == (1, 0)
    assert {topic.slug: topic.title for topic in Topic.objects.all()} == {"x": "甲"}
    assert {entry.slug: entry.title for entry in Milestone.objects.all()} == {"m": "条目", "n": "新"}
    assert not undo(third, by=user).skipped
    first.refresh_from_db()
    assert not first.is_in_force
    assert {topic.slug: topic.title for topic in Topic.objects.all()} == {"x": "原甲"}


def test_a_draft_that_is_made_again_after_the_undoing_stays(folder):
    user = make_user()
    first = imported(folder, user, milestones="- {slug: a, title: 甲}", topics="- {slug: x, title: 专题}")
    topic = Topic.objects.get()
    topic.title = "改过"
    topic.save()
    assert undo(first, by=user).removed == 1
    restore_revision(deleted_drafts(Milestone)[0], by=user)
    assert undo(first, by=user).did_nothing
    assert Milestone.objects.get().title == "甲"


def test_what_others_use_since_is_left_alone_and_listed(folder):
    user = make_user()
    batch = import_files([folder(topics="- {slug: data, title: 数据}")], by=user).batch
    make_milestone(topics=[Topic.objects.get()])
    done = undo(batch, by=user)
    assert [name for name, _why in done.skipped] == ["数据"]
    assert Topic.objects.exists()


def test_a_working_copy_that_the_import_made_goes_and_the_one_before_comes_back(folder):
    user = make_user()
    entry = make_milestone(slug="launch", title="公开的", published=True)
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"title": "编辑改的"}, by=user)
    batch = import_files([folder(milestones="- {slug: launch, summary: 导入的摘要}")], by=user).batch
    assert find_working_copy(entry).content["summary"] == "导入的摘要"
    undo(batch, by=user)
    copy = find_working_copy(entry).content
    assert (copy["title"], copy["summary"]) == ("编辑改的", "")


@pytest.mark.long
def test_an_import_over_a_whole_chronicle_is_undone_to_the_letter():
    user = make_user()
    import_files([CONTENT], by=user, publish=True)
    before, public = record(), public_count()
    batch = import_files([OTHER_CONTENT], by=user, publish=True).batch
    added = public_count() - public
    assert record() != before
    done = undo(batch, by=user)
    after = record()
    assert done.withdrawn == added > 0
    for name, rows in before.items():
        for slug, (row, status) in rows.items():
            assert after[name][slug] == (row, status), (name, slug)
    assert done.skipped == []


def public_count():
    return sum(model._default_manager.published().count() for model in publishable_models())


def undone_queries(count, prefix):
    text = "slug,title,target\n" + "".join(f"{prefix}-{n},目标{n},2015\n" for n in range(count))
    batch = import_files([Upload("goals.csv", text.encode())], by=make_user()).batch
    with CaptureQueriesContext(connection) as queries:
        done = undo(batch, by=make_user())
    assert (done.removed, Goal.objects.count()) == (count, 0)
    return len(queries)


def test_what_nobody_touched_since_is_removed_with_as_many_queries_for_many_as_for_few():
    assert undone_queries(12, "many") == undone_queries(2, "few")
    assert Revision.objects.filter(action=Action.DELETED).count() == 14


def test_what_another_refers_to_since_stays_and_the_rest_goes(folder):
    batch = import_files(
        [
            folder(
                policies="".join(f"- {{slug: p{n}, title: 规划{n}, document_type: plan}}\n" for n in range(3))
            )
        ],
        by=make_user(),
    ).batch
    make_goal(declared_by=Policy.objects.get(slug="p1"))
    done = undo(batch, by=make_user())
    assert (done.removed, [record for record, _why in done.skipped]) == (2, ["规划1"])
    assert [policy.slug for policy in Policy.objects.all()] == ["p1"]


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "b", "a")])
def test_areas_that_contain_each_other_are_removed_at_once(folder, order):
    parents = {"a": "", "b": ", parent: a", "c": ", parent: b"}
    rows = "\n".join(f"- {{slug: {slug}, title: 区{slug}{parents[slug]}}}" for slug in order)
    batch = import_files([folder(areas=rows)]).batch
    result = undo(batch, by=make_user())
    assert (result.removed, result.skipped) == (3, [])
    assert not Area.objects.exists()


def test_what_is_edited_after_it_was_compared_and_before_it_is_removed_stays(folder):
    batch = import_files([folder(topics="[{slug: kept, title: 甲}, {slug: gone, title: 乙}]")]).batch
    user = make_user()

    def edit(done):
        topic = Topic.objects.get(slug="kept")
        if topic.title == "甲":
            topic.title = "丙"
            topic.save()
            record_revision(topic, by=user)

    result = undo(batch, by=user, progress=edit)
    assert (result.removed, [title for title, _reason in result.skipped]) == (1, ["丙"])
    assert [topic.title for topic in Topic.objects.all()] == ["丙"]


@pytest.mark.django_db(transaction=True)
def test_an_import_is_compared_before_others_have_to_wait(folder):
    batch = import_files([folder(topics="- {slug: gone, title: 甲}")]).batch
    in_transaction = []
    undo(batch, by=make_user(), progress=lambda done: in_transaction.append(connection.in_atomic_block))
    # On PostgreSQL the snapshot is a transaction, which locks nothing.
    assert in_transaction == [connection.vendor == "postgresql", True]
    assert not Topic.objects.exists()
