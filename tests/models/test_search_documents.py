"""Search documents: every way to write a record writes its document, in the same transaction."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import (
    PUBLIC_SINCE,
    document_of,
    make_area,
    make_chronicle,
    make_citation,
    make_designation,
    make_editor,
    make_goal,
    make_milestone,
    make_organization,
    make_phase,
    make_policy,
    make_reference,
    make_source,
    make_topic,
    make_user,
)
from tests.searches import results
from timeline.editing.bulk_publication import publish_all
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.integrity import violations
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import delete_draft, deleted_drafts, record_revision, table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import undo
from timeline.exchange.readers.sources import Upload
from timeline.models import (
    REFERENCES,
    Action,
    Entry,
    Goal,
    Kind,
    Milestone,
    Policy,
    SearchDocument,
    Topic,
)
from timeline.models.search_documents import Searchable
from timeline.rows.tables import TABLES, table_of
from timeline.search.index import RecordType

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def documents_follow():
    """After each test, every search document matches its record."""
    yield
    assert list(violations()) == []


def found(query):
    return {entry.slug for entry in Entry.objects.published().matching_public(query)}


def title_of(record):
    return document_of(record).title.strip("\n")


def upload(text, name="milestones.yaml", **options):
    return import_files([Upload(name, text.encode())], by=make_user(), **options)


def test_entries_and_all_reference_records_have_documents_each_of_a_type_of_its_own():
    types = [model.RECORD_TYPE for model in (Entry, *REFERENCES)]
    assert sorted(types) == [*RecordType]
    # The type is three bits of a number of the index.
    assert max(types) < 8
    assert {table.model for table in TABLES.values() if issubclass(table.model, Searchable)} == {
        *REFERENCES,
        *(kind.model for kind in Kind),
    }


def test_a_document_holds_what_search_reads_folded():
    policy = make_policy(
        title="寧波市智慧城市規劃",
        title_en="Smart City PLAN",
        short_title="規劃",
        short_title_en="The Plan",
        aliases="十三五；13th plan",
        summary="光網　全覆盖",
        summary_en="Optical",
        body="## 目标\n\n**到2015年**，见[纲要](https://example.org/outline)。",
        body_en="See *below*",
        document_number="甬党〔2010〕14号",
        date="2013-01",
    )
    document = document_of(policy)
    assert document.title == "\n宁波市智慧城市规划\nsmart city plan\n规划\nthe plan\n十三五\n13th plan\n"
    assert document.summary == "光网 全覆盖 optical"
    assert document.rest == "甬党[2010]14号 目标 到2015年,见纲要。 see below\n2013-01\n2013\n2013年1月\n"
    assert (document.public_from, document.sort_earliest) == (None, date(2013, 1, 1))


@pytest.mark.parametrize(
    ("make", "columns", "texts"),
    [
        (make_topic, {"description": "**光網**", "description_en": "*Optical*"}, ("", "光网 optical")),
        (make_organization, {"description": "**光網**", "description_en": "*Optical*"}, ("", "光网 optical")),
        (make_area, {"description": "**光網**", "description_en": "*Optical*"}, ("", "光网 optical")),
        (
            make_phase,
            {"summary": "光網", "summary_en": "Optical", "editor_note": "存疑"},
            ("光网 optical", "存疑"),
        ),
        (
            make_source,
            {
                "publisher": "报社",
                "author": "甲",
                "note": "轉載",
                "note_en": "Copy",
                "url": "https://example.org",
            },
            ("", "报社 甲 转载 copy"),
        ),
    ],
)
def test_a_document_of_a_reference_record_is_public_as_the_record_is(make, columns, texts):
    document = document_of(make(title="寧波", title_en="Ningbo", aliases="甬；Yong", **columns))
    assert document.title == "\n宁波\nningbo\n甬\nyong\n"
    assert (document.summary, document.rest) == texts
    assert document.public_from == PUBLIC_SINCE < timezone.now()
    assert document_of(make(published=False, **columns)).public_from is None


def test_only_a_phase_has_a_day_among_reference_records():
    assert document_of(make_phase(period="2011/2015")).sort_earliest == date(2011, 1, 1)
    assert document_of(make_source(published="2013")).sort_earliest is None


@pytest.mark.parametrize("model", REFERENCES)
def test_a_document_follows_its_reference_record(model):
    record = make_reference(model, title="甲", published=False)
    record.title = "乙"
    record.save()
    assert title_of(record) == "乙"
    model.objects.filter(pk=record.pk).update(title="丙")
    assert title_of(record) == "丙"
    table = table_of(model)
    table.apply(record, table.whole_row_of(record) | {"title": "丁"})
    assert title_of(record) == "丁"
    make_reference(model, published=False)
    record.delete()
    assert SearchDocument.objects.count() == 1
    model.objects.all().delete()
    assert not SearchDocument.objects.exists()


def test_a_reference_record_is_deleted_without_the_document_of_an_entry_with_its_number():
    topic, launch = make_topic(published=False), make_milestone(title="启动")
    topic.delete()
    assert title_of(launch) == "启动"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_designation, "programme"),
        (make_designation, "programme_en"),
        (make_milestone, "occasion"),
        (make_milestone, "occasion_en"),
        (make_goal, "indicator"),
        (make_goal, "indicator_en"),
    ],
)
def test_a_document_holds_the_columns_that_a_kind_adds(make, field):
    assert "光网宽带" in document_of(make(**{field: "光網寬帶"})).rest


@pytest.mark.parametrize("make", [make_policy, make_designation, make_milestone, make_goal, make_phase])
def test_a_document_holds_what_editors_write_to_readers_of_the_page(make):
    document = document_of(make(editor_note="存疑", editor_note_en="Doubtful"))
    assert "存疑 doubtful" in document.rest
    assert "存疑" not in document.title + document.summary


@pytest.mark.parametrize("make", [make_milestone, make_phase])
def test_a_document_tells_names_apart_and_has_each_once(make):
    names = {
        "title_en": "One grid",
        "short_title": "网格",
        "short_title_en": "Grid",
        "aliases": "一網；网格；全科 网格",
    }
    document = document_of(make(title="“一张网”；网格", **names))
    assert document.title == '\n"一张网";网格\none grid\n网格\ngrid\n一网\n全科 网格\n'
    assert str(document).startswith('"一张网";网格')


def test_a_document_number_is_searched_as_it_is_kept_however_it_was_written():
    assert document_of(make_policy(document_number="甬党 [2010] 第014号")).rest == "甬党[2010]14号"


def test_each_transition_moves_the_document():
    launch = make_milestone(slug="launch", title="启动")
    make_citation(launch)
    launch.submit(by=make_user())
    assert document_of(launch).public_from is None
    launch.send_back(by=make_user(), comment="误")
    tomorrow = timezone.now() + timedelta(days=1)
    launch.publish(by=make_user(), public_from=tomorrow)
    assert document_of(launch).public_from == tomorrow
    assert found("启动") == set()
    launch.withdraw(by=make_user(), comment="误")
    assert document_of(launch).public_from is None
    launch.publish(by=make_user())
    assert found("启动") == {"launch"}
    launch.withdraw(by=make_user(), comment="误")
    assert found("启动") == set()


def test_what_is_published_together_is_found_together():
    entries = [make_policy(slug="plan", title="启动"), make_policy(slug="notice", title="启动")]
    for entry in entries:
        make_citation(entry)
    publish_all({Policy: [entry.pk for entry in entries]}, by=make_user())
    assert found("启动") == {"plan", "notice"}


def test_an_older_copy_takes_nothing_back():
    launch = make_milestone(slug="launch", title="启动")
    make_citation(launch)
    older, another = Milestone.objects.get(), Milestone.objects.get()
    another.title = "启用"
    another.save()
    launch.publish(by=make_user())
    assert found("启用") == {"launch"}
    older.summary = "慈溪"
    older.save(update_fields=["summary"])
    assert found("启用 慈溪") == {"launch"}
    older.save()
    assert found("启动 慈溪") == {"launch"}


def test_a_goal_moves_with_what_declares_it():
    policy = make_policy(date="2013")
    goal = make_goal(declared_by=policy)
    policy.date = "2014"
    policy.save()
    assert document_of(goal).sort_earliest == date(2014, 1, 1)


@pytest.mark.parametrize("entries", [Entry.objects, Policy.objects])
def test_rows_that_are_updated_take_their_documents_along(entries):
    make_policy(slug="plan", title="规划", document_number="甬党〔2010〕14号", published=True)
    make_milestone(slug="launch", title="启动", occasion="大会", published=True)
    entries.filter(title="规划").update(title="计划")
    assert found("计划 甬党[2010]14号") == {"plan"}
    assert found("启动 大会") == {"launch"}


def test_what_no_document_reads_is_updated_without_them(django_assert_num_queries):
    make_milestone()
    with django_assert_num_queries(1):
        Entry.objects.update(examined=True)


@pytest.mark.parametrize(
    "delete",
    [
        lambda entry: entry.delete(),
        lambda entry: Milestone.objects.filter(pk=entry.pk).delete(),
        lambda entry: Entry.objects.all().delete(),
        lambda entry: Entry.objects.get().delete(),
        lambda entry: delete_draft(entry, by=make_user()),
    ],
)
def test_what_is_deleted_leaves_no_document(delete):
    delete(make_milestone())
    assert not Entry.objects.exists()
    assert not SearchDocument.objects.exists()


def test_a_deleted_draft_that_is_restored_is_searched_again():
    launch, author = make_milestone(title="启动"), make_user()
    record_revision(launch, by=author, action=Action.SAVED)
    delete_draft(launch, by=author)
    restore_revision(deleted_drafts(Milestone)[0], by=author)
    assert Entry.objects.matching("启动").count() == 1


def test_an_import_writes_documents_and_undoing_it_puts_them_back():
    changed = make_milestone(slug="launch", title="启动")
    record_revision(changed, by=make_user(), action=Action.SAVED)
    batch = upload("- {slug: launch, title: 慈溪启动}\n- {slug: opening, title: 慈溪开幕}").batch
    assert {entry.slug for entry in Entry.objects.matching("慈溪")} == {"launch", "opening"}
    undo(batch, by=make_editor())
    assert {entry.slug for entry in Entry.objects.matching("启动")} == {"launch"}
    assert not Entry.objects.matching("慈溪").exists()


def test_an_import_of_reference_records_writes_documents_and_undoing_it_puts_them_back():
    changed = make_topic(slug="network", title="光网", published=False)
    text = "- {slug: network, title: 慈溪光网}\n- {slug: brain, title: 慈溪大脑}"
    batch = upload(text, "topics.yaml").batch
    assert {topic.slug for topic in Topic.objects.matching("慈溪")} == {"network", "brain"}
    undo(batch, by=make_editor())
    assert title_of(changed) == "光网"
    assert SearchDocument.objects.count() == 1


def test_an_import_that_publishes_is_found():
    upload("- {slug: launch, title: 启动}")
    make_citation(Milestone.objects.get())
    upload("- {slug: launch, title: 慈溪启动}", publish=True)
    assert found("慈溪") == {"launch"}


def test_a_dry_run_and_a_refused_import_write_no_documents():
    make_milestone(slug="launch", title="启动")
    upload("- {slug: launch, title: 慈溪}\n- {slug: opening, title: 慈溪}", dry_run=True)
    upload("- {slug: launch, title: 慈溪}\n- {slug: opening, title: 慈溪, date: 2013-13}")
    assert [str(document) for document in SearchDocument.objects.all()] == ["启动"]


def test_a_working_copy_changes_the_document_when_it_is_published():
    launch = make_milestone(slug="launch", title="启动", published=True)
    row = table_of_record(launch).whole_row_of(launch)
    save_working_copy(launch, row | {"title": "慈溪启动"}, by=make_user())
    assert found("慈溪") == set()
    perform_copy_transition(launch, "publish", by=make_user())
    assert found("慈溪") == {"launch"}


def test_a_document_is_rolled_back_with_its_record():
    launch = make_milestone(title="启动")
    with transaction.atomic():
        launch.title = "慈溪"
        launch.save()
        transaction.set_rollback(True)
    assert title_of(launch) == "启动"


def test_a_goal_that_is_updated_by_its_manager_keeps_its_indicator():
    goal = make_goal(title="目标", indicator="光网")
    Goal.objects.filter(pk=goal.pk).update(title="慈溪目标")
    assert document_of(goal).rest == "光网"


def test_documents_of_other_records_are_not_taken_for_entries():
    launch = make_milestone(slug="launch", title="启动", published=True)
    make_topic(pk=launch.pk, title="慈溪")
    for entries in (Entry.objects.all(), Entry.objects.published(), Entry.objects.filter(kind="milestone")):
        assert list(entries.matching("慈溪")) == list(entries.matching_public("慈溪")) == []
    assert (results("慈溪").count(), results("慈溪")[:20]) == (0, [])
    assert Topic.objects.matching("启动").count() == 0


def test_each_column_that_search_reads_is_an_input_of_the_document():
    for model in (*REFERENCES, *(kind.model for kind in Kind)):
        columns = (
            *model.TITLES, *model.SUMMARIES, *model.SEARCHED, *model.SEARCHED_MARKDOWN, *model.SEARCHED_DATES,
        )  # fmt: skip
        assert model.document_inputs() == {*columns, "aliases", "sort_earliest"}
        assert len({*columns}) == len(columns)


def test_a_column_that_only_summaries_name_is_searched_after_a_bulk_update(monkeypatch):
    monkeypatch.setattr(Topic, "SUMMARIES", ("description",))
    monkeypatch.setattr(Topic, "SEARCHED_MARKDOWN", ())
    topic = make_topic(description="光网")
    Topic.objects.update(description="城市大脑")
    assert document_of(topic).summary == "城市大脑"
    monkeypatch.undo()
    SearchDocument.objects.write(Topic.objects.all())


@pytest.mark.parametrize(
    ("number", "query"),
    [
        ("甬政发〔2013〕7—8号", "甬政发〔2013〕8号"),
        ("甬政发〔2013〕7—8号", "[2013]7-8号"),
        ("甬政发〔2013〕7—8号", "〔2013〕7—8号"),
        ("主席令第十二号", "主席令第12号"),
        ("主席令第12号", "主席令第十二号"),
        ("Ordinance No. 12 of 2019", "ordinance no. 12"),
    ],
)
def test_a_document_number_is_found_by_each_of_its_spellings(number, query):
    make_chronicle(other_document_numbers=True)
    make_policy(slug="a", document_number=number, published=True)
    assert found(query) == {"a"}
    assert found("甬政发〔2013〕9号") == set()
