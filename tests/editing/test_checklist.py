"""The checklist of a publication: of a draft, of a working copy, and of the drafts that come along."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from timeline.editing.checklist import Level, UnconfirmedWarningsError, checklist_of, confirmed_labels
from timeline.editing.checks import CHECKS
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Entry, Revision
from timeline.workflow import NotPublishableError

pytestmark = [pytest.mark.django_db, pytest.mark.checklist]


def whole_milestone(**kw):
    """A milestone in which no check finds anything."""
    columns = {
        "title": "启动智慧健康",
        "title_en": "Smart health begins",
        "date": "2013",
        "phase": make.make_phase(),
        "summary": "宁波市启动智慧健康保障体系的建设，" * 3,
        "summary_en": "Ningbo began to build its system of smart health.",
    }
    entry = make.make_milestone(**columns | kw)
    make.make_citation(entry, locator="¶1")
    return entry


def copy_of(entry, **columns):
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | columns, by=make.make_user())
    return find_working_copy(entry)


def names(findings):
    return [finding.name for finding in findings]


def test_nothing_is_found_in_what_is_whole():
    checklist = checklist_of(whole_milestone())
    assert (checklist.refused, checklist.warnings, checklist.is_clear) == ([], [], True)


def test_warnings_are_left_until_each_is_confirmed_by_name():
    checklist = checklist_of(whole_milestone(date="", phase=None))
    assert names(checklist.warnings) == ["date", "phase"]
    with pytest.raises(UnconfirmedWarningsError):
        checklist.check(["date"])
    assert names(checklist.unconfirmed(["date"])) == ["phase"]
    checklist.check(["date", "phase"])


def test_a_warning_says_which_values_it_is_about_and_where_they_are(english):
    (warning,) = checklist_of(whole_milestone(title_en="", body="正文")).warnings
    assert (warning.name, warning.values, warning.field) == ("english", ["title", "body"], "title_en")
    assert warning.level is Level.WARNED
    assert "Not in English: title, text." in warning.message


def test_what_was_confirmed_is_not_asked_again_for_the_same_value():
    entry = whole_milestone(title_en="", body="正文")
    record_revision(entry, by=make.make_user())
    confirmed = checklist_of(entry).confirmed_by(["english"])
    Revision.objects.for_record(entry).update(confirmed_warnings=confirmed)
    assert checklist_of(entry).unconfirmed() == []
    entry.body = ""
    entry.save()
    assert checklist_of(entry).unconfirmed() == []
    entry.editor_note = "注"
    entry.save()
    assert names(checklist_of(entry).unconfirmed()) == ["english"]


def test_what_a_revision_says_was_confirmed_is_told_in_words_of_which_record(english):
    make.make_topic(slug="health", title="健康")
    entry = whole_milestone()
    confirmed = {"date": [], "summary": [], "topic:health:summary": [], "topic:lost:english": [], "gone": []}
    revision = record_revision(entry, by=make.make_user())
    revision.confirmed_warnings = confirmed
    assert confirmed_labels(revision) == [
        "no date",
        "no summary",
        "健康: no introduction",
        "lost: no English",
    ]


def test_a_draft_source_without_access_is_asked_about_once_and_by_its_title(english):
    source = make.make_source(
        slug="page-1", title="新闻网页", url="https://example.org/", accessed=None, published=False
    )
    entry = whole_milestone()
    make.make_citation(entry, source=source, locator="¶2")
    (warning,) = [one for one in checklist_of(entry).warnings if one.check.name == "access"]
    assert (warning.record, warning.values) == (entry, ["page-1"])
    assert "新闻网页" in warning.message
    assert "page-1" not in warning.message


def test_a_skipped_check_finds_nothing(settings):
    settings.SKIPPED_CHECKS = ["date", "phase"]
    assert checklist_of(whole_milestone(date="", phase=None)).is_clear


# What refuses the publication, with the column that it is about.
REFUSED = {
    "no citation": (lambda: make.make_milestone(), "citations"),
    "a reference to a draft entry": (
        lambda: cited(make.make_milestone(policies=[make.make_policy()])),
        "policies",
    ),
    "a document number in use": (lambda: with_number_in_use(), "document_number"),
    "HTML in a text": (lambda: with_html(), "summary"),
}


def cited(entry):
    make.make_citation(entry, locator="¶1")
    return entry


def with_number_in_use():
    make.make_policy(document_number="甬政发〔2013〕1号", published=True)
    return cited(make.make_policy(document_number="甬政发〔2013〕1号"))


def with_html():
    entry = whole_milestone()
    with connection.cursor() as cursor:
        # As no form and no file brings it in.
        cursor.execute("UPDATE timeline_entry SET summary = %s WHERE id = %s", ["<p>摘要</p>", entry.pk])
    return entry


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_published_is_refused_with_its_field(case):
    build, field = REFUSED[case]
    checklist = checklist_of(build())
    assert [finding.field for finding in checklist.refused] == [field]
    with pytest.raises(NotPublishableError):
        checklist.check([*CHECKS])


def test_the_text_of_a_working_copy_is_checked_and_nothing_is_written(django_assert_max_num_queries):
    entry = whole_milestone(policies=[])
    entry.publish(by=make.make_user())
    draft = make.make_policy()
    copy = copy_of(entry, summary="", policies=[draft.slug], citations=[])
    before = Revision.objects.count()
    with django_assert_max_num_queries(80):
        checklist = checklist_of(entry, copy)
    # A copy without citations could not be saved, and the entry cites something that is not public.
    assert {finding.field for finding in checklist.refused} >= {"citations", "policies"}
    assert names(checklist.warnings) == ["summary"]
    assert Revision.objects.count() == before
    assert Entry.objects.get(pk=entry.pk).summary == entry.summary


def test_a_working_copy_that_corrects_everything_is_clear():
    entry = whole_milestone(summary="")
    entry.publish(by=make.make_user())
    copy = copy_of(entry, summary="宁波市启动智慧健康保障体系的建设，" * 3, summary_en="Ningbo began.")
    assert checklist_of(entry, copy).is_clear
    assert names(checklist_of(entry).warnings) == ["summary"]


@pytest.mark.parametrize("of_copy", [False, True])
def test_drafts_that_come_along_are_listed_with_their_own_warnings(of_copy):
    topic = make.make_topic(slug="health", title_en="Health", description="介绍", published=False)
    entry = whole_milestone(topics=[] if of_copy else [topic])
    copy = None
    if of_copy:
        entry.publish(by=make.make_user())
        copy = copy_of(entry, topics=["health"])
    checklist = checklist_of(entry, copy)
    assert checklist.drafts == [topic]
    assert names(checklist.warnings) == ["topic:health:english"]
    assert checklist.warnings[0].record == topic
    assert checklist.confirmed_by(["topic:health:english"]) == {"topic:health:english": ["description"]}


@pytest.mark.parametrize("record", ["policy", "goal", "topic", "source", "phase", "chronicle"])
def test_records_of_every_table_have_a_checklist_in_a_bounded_number_of_queries(
    record, django_assert_max_num_queries
):
    made = make.make_chronicle() if record == "chronicle" else getattr(make, f"make_{record}")()
    with django_assert_max_num_queries(60):
        checklist_of(made)


def test_the_queries_do_not_grow_with_the_drafts_that_come_along(django_assert_num_queries):
    def naming(count):
        entry = whole_milestone()
        link = "/milestones/nowhere/"
        for number in range(count):
            source = make.make_source(published=False, url="https://example.org/", title=f"来源{number % 2}")
            make.make_citation(entry, source=source, locator=f"¶{number}")
            topic = make.make_topic(published=False, description=f"[链接]({link})", title=f"主题{number % 2}")
            topic.citations.create(source=make.make_source(url="https://example.org/"))
            entry.topics.add(topic)
        return entry

    few, many = naming(2), naming(12)
    with CaptureQueriesContext(connection) as queries:
        assert len(checklist_of(few).drafts) == 4
    with django_assert_num_queries(len(queries)):
        checklist = checklist_of(many)
    assert len(checklist.drafts) == 24
    found = {one.name.rpartition(":")[2] for one in checklist.warnings}
    assert {"twin", "access", "link"} <= found
