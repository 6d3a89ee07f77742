"""Undoing imports of reference records and the chronicle, by their revisions."""

import pytest

from tests.dry_runs import content
from tests.factories import make_area, make_citation, make_editor, make_milestone, make_source, make_topic
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.importing import undo as undo_module
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import expected_result, undo
from timeline.models import Area, Chronicle, Source, Topic
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TOPIC = [{"slug": "data", "title": "数据"}]
AREAS = [{"slug": "outer", "title": "外"}, {"slug": "inner", "title": "内", "parent": "outer"}]


def numbers(result):
    return result.removed, result.withdrawn, result.restored


def test_drafts_that_it_created_are_removed_those_within_others_first():
    batch = import_files(content(topics=TOPIC, areas=AREAS), by=make_editor()).batch
    assert numbers(expected_result(batch)) == numbers(undo(batch, by=make_editor())) == (3, 0, 0)
    assert not Topic.objects.exists()
    assert not Area.objects.exists()


def test_what_it_published_is_withdrawn():
    batch = import_files(content(topics=TOPIC, areas=AREAS), by=make_editor(), publish=True).batch
    assert numbers(expected_result(batch)) == numbers(undo(batch, by=make_editor())) == (0, 3, 0)
    assert {*Area.objects.values_list("status", flat=True)} == {Status.WITHDRAWN}


def test_a_topic_that_a_later_public_entry_names_stays_with_the_reason():
    batch = import_files(content(topics=TOPIC), by=make_editor(), publish=True).batch
    entry = make_milestone(title="启动", topics=[Topic.objects.get()], published=True)
    done = undo(batch, by=make_editor())
    assert done.did_nothing
    assert done.skipped == [("数据", "It is not withdrawn: “启动”, which is public, names it.")]
    entry.withdraw(by=make_editor(), comment="误")
    assert numbers(undo(batch, by=make_editor())) == (0, 1, 0)


def test_an_entry_of_the_import_does_not_keep_what_it_names():
    make_topic(slug="data", published=False)
    row = {"slug": "launch", "title": "启动", "topics": ["data"], "citations": [{"source": "daily"}]}
    files = content(sources=[{"slug": "daily", "title": "日报"}], milestones=[row])
    batch = import_files(files, by=make_editor(), publish=True).batch
    # The topic had no row and became public with the entry.
    assert numbers(expected_result(batch)) == numbers(undo(batch, by=make_editor())) == (0, 3, 0)
    assert Topic.objects.get().status == Status.WITHDRAWN


def test_what_it_changed_in_public_is_as_before_and_its_history_says_so():
    topic = make_topic(slug="data", title="原题")
    batch = import_files(content(topics=TOPIC), by=make_editor(), publish=True).batch
    assert numbers(undo(batch, by=make_editor())) == (0, 0, 1)
    assert Topic.objects.published().get().title == "原题"
    assert [one.action for one in topic.revisions.all()] == ["saved", "imported", "undone"]


def test_what_was_published_by_hand_since_is_foretold_as_withdrawn():
    batch = import_files(content(topics=TOPIC, areas=AREAS), by=make_editor()).batch
    Topic.objects.get().publish(by=make_editor())
    assert numbers(expected_result(batch)) == numbers(undo(batch, by=make_editor())) == (2, 1, 0)
    assert Topic.objects.get().status == Status.WITHDRAWN


def test_what_was_withdrawn_or_deleted_by_hand_since_is_not_foretold():
    batch = import_files(content(topics=TOPIC, areas=AREAS), by=make_editor(), publish=True).batch
    Topic.objects.get().withdraw(by=make_editor(), comment="重复")
    assert numbers(expected_result(batch)) == numbers(undo(batch, by=make_editor())) == (0, 2, 0)
    drafts = import_files(content(sources=[{"slug": "daily", "title": "日报"}]), by=make_editor()).batch
    delete_draft(Source.objects.get(), by=make_editor())
    assert numbers(expected_result(drafts)) == (0, 0, 0)


def test_a_working_copy_that_it_made_is_discarded():
    topic = make_topic(slug="data", title="原题")
    batch = import_files(content(topics=TOPIC), by=make_editor()).batch
    assert numbers(expected_result(batch)) == numbers(undo(batch, by=make_editor())) == (0, 0, 1)
    assert find_working_copy(topic) is None


def test_a_draft_that_a_working_copy_names_stays():
    batch = import_files(content(topics=TOPIC), by=make_editor()).batch
    entry = make_milestone(slug="launch", title="启动", published=True)
    import_files(content(milestones=[{"slug": "launch", "topics": ["data"]}]), by=make_editor())
    done = undo(batch, by=make_editor())
    assert [record for record, _why in done.skipped] == ["数据"]
    assert f"working copy of “{entry.title}”" in done.skipped[0][1]


def test_a_draft_source_that_a_draft_cites_stays():
    batch = import_files(content(sources=[{"slug": "daily", "title": "日报"}]), by=make_editor()).batch
    source = make_source(slug="other")
    entry = make_milestone()
    make_citation(entry, source=source)
    make_citation(entry, source=type(source).objects.get(slug="daily"))
    assert [record for record, _why in undo(batch, by=make_editor()).skipped] == ["日报"]


def test_a_draft_that_something_else_names_is_foretold_to_stay():
    batch = import_files(content(topics=TOPIC, areas=AREAS), by=make_editor()).batch
    make_milestone(title="启动", topics=[Topic.objects.get()])
    # Within what stays, the outer area stays too.
    make_area(title="更内", parent=Area.objects.get(slug="inner"))
    expected = expected_result(batch)
    assert (expected.removed, expected.foretold.removed) == (0, [])
    assert sorted(record for record, _why in expected.skipped) == ["内", "外", "数据"]
    done = undo(batch, by=make_editor())
    assert numbers(done) == numbers(expected)
    assert sorted(record for record, _why in done.skipped) == ["内", "外", "数据"]


def test_what_is_removed_is_foretold_by_name():
    batch = import_files(
        content(topics=TOPIC, milestones=[{"slug": "launch", "title": "启动", "topics": ["data"]}]),
        by=make_editor(),
    ).batch
    expected = expected_result(batch)
    assert sorted(map(str, expected.foretold.removed)) == ["启动", "数据"]
    assert numbers(expected) == numbers(undo(batch, by=make_editor())) == (2, 0, 0)


def names(result):
    foretold = result.foretold
    return [sorted(map(str, some)) for some in (foretold.removed, foretold.withdrawn, foretold.restored)]


def test_what_is_withdrawn_and_restored_is_foretold_by_name(monkeypatch):
    make_citation(make_milestone(slug="launch", title="启动"))
    files = content(topics=TOPIC, milestones=[{"slug": "launch", "title": "起步"}])
    batch = import_files(files, by=make_editor(), publish=True).batch
    # What becomes a draft again also has its former text again.
    assert names(expected_result(batch)) == [[], ["数据", "起步"], ["起步"]]
    monkeypatch.setattr(undo_module, "MAX_FORESEEN", 1)
    assert names(expected_result(batch)) == [[], ["数据", "起步"], []]


def test_of_a_working_copy_that_ends_the_record_is_foretold(monkeypatch):
    make_topic(slug="data", title="旧题", published=True)
    batch = import_files(content(topics=TOPIC), by=make_editor()).batch
    assert [str(one) for one in expected_result(batch).foretold.copies] == ["旧题"]
    monkeypatch.setattr(undo_module, "MAX_FORESEEN", 0)
    assert [str(one) for one in expected_result(batch).foretold.copies] == ["旧题"]


def test_of_a_large_import_the_first_of_each_model_are_named_up_to_a_number(monkeypatch):
    rows = [{"slug": f"t{number}", "title": f"专题{number}"} for number in range(25)]
    batch = import_files(content(topics=rows, areas=AREAS), by=make_editor(), publish=True).batch
    monkeypatch.setattr(undo_module, "MAX_FORESEEN", 1)
    expected = expected_result(batch)
    assert (expected.withdrawn, len(expected.foretold.withdrawn)) == (27, 20)


def test_the_chronicle_stays_once_it_is_public():
    site = [{"slug": "chronicle", "title": "编年", "city": "云澜"}]
    batch = import_files(content(site=site, topics=TOPIC), by=make_editor(), publish=True).batch
    assert numbers(expected_result(batch)) == (0, 1, 0)
    done = undo(batch, by=make_editor())
    assert (numbers(done), [record for record, _why in done.skipped]) == ((0, 1, 0), ["编年"])
    assert Chronicle.objects.published().exists()


def test_what_was_edited_since_and_what_was_undone_already_are_foretold():
    batch = import_files(content(topics=TOPIC, areas=AREAS), by=make_editor()).batch
    topic = Topic.objects.get()
    topic.title = "另改"
    topic.save()
    record_revision(topic, by=make_editor())
    expected = expected_result(batch)
    assert [record for record, _why in expected.skipped] == ["另改"]
    assert expected == undo(batch, by=make_editor())
    batch.refresh_from_db()
    again = expected_result(batch)
    assert (numbers(again), again.skipped) == ((0, 0, 0), expected.skipped)
    assert again == undo(batch, by=make_editor())


def test_what_something_public_names_is_foretold_to_stay():
    batch = import_files(content(topics=TOPIC), by=make_editor(), publish=True).batch
    make_milestone(title="启动", published=True, topics=[Topic.objects.get()])
    expected = expected_result(batch)
    assert [record for record, _why in expected.skipped] == ["数据"]
    assert expected == undo(batch, by=make_editor())


def test_what_only_names_it_since_the_import_does_not_keep_it():
    entry = make_milestone(slug="launch", title="启动", published=True)
    make_citation(entry)
    record_revision(entry, by=make_editor())
    files = content(topics=TOPIC, milestones=[{"slug": "launch", "topics": ["data"]}])
    batch = import_files(files, by=make_editor(), publish=True).batch
    expected = expected_result(batch)
    assert (numbers(expected), expected.skipped) == ((0, 1, 1), [])
    assert expected == undo(batch, by=make_editor())


def test_a_large_import_is_counted_by_the_database(monkeypatch):
    batch = import_files(content(topics=TOPIC, areas=AREAS), by=make_editor()).batch
    expected = numbers(expected_result(batch))
    monkeypatch.setattr(undo_module, "MAX_FORESEEN", 1)
    assert numbers(expected_result(batch)) == expected == (3, 0, 0)
    assert "at most" in expected_result(batch).summary()


def test_only_the_forecast_of_a_large_import_is_an_upper_limit():
    batch = import_files(content(topics=TOPIC), by=make_editor()).batch
    assert "at most" not in expected_result(batch).summary()
