"""Imports of reference records and the chronicle: drafts and working copies, or published at once."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.dry_runs import assert_same, content
from tests.factories import (
    make_area,
    make_chronicle,
    make_citation,
    make_editor,
    make_milestone,
    make_phase,
    make_source,
    make_topic,
)
from tests.imports import row_counts, where
from timeline.editing.integrity import violations
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.models import Chronicle, Entry, Milestone, Phase, Revision, Source, Topic
from timeline.models.records import publishable_models
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SITE = [{"slug": "chronicle", "title": "编年", "city": "云澜"}]
TOPICS = [{"slug": "data", "title": "数据", "phases": ["first"]}]
PHASES = [{"slug": "first", "title": "起步", "period": "2011/2015"}]


def statuses(model):
    return dict(model.objects.values_list("slug", "status"))


def citing(**cells):
    return {"slug": "launch", "title": "启动", "citations": [{"source": "daily"}], **cells}


def test_without_publication_new_records_are_drafts():
    report = assert_same(content(site=SITE, topics=TOPICS, phases=PHASES))
    assert (report.problems, report.published) == ([], 0)
    import_files(content(site=SITE, topics=TOPICS, phases=PHASES), by=make_editor())
    for model in (Chronicle, Topic, Phase):
        record = model.objects.get()
        assert record.status == Status.DRAFT
        assert [one.action for one in record.revisions.all()] == ["imported"]


def test_with_publication_they_are_public_with_a_revision_each_and_a_second_import_does_nothing():
    by = make_editor()
    files = content(site=SITE, topics=TOPICS, phases=PHASES)
    report = assert_same(files, by=by, publish=True)
    assert (report.problems, +report.published_of) == ([], {"site": 1, "topics": 1, "phases": 1})
    batch = import_files(files, by=by, publish=True).batch
    for model in (Chronicle, Topic, Phase):
        record = model.objects.published().get()
        assert record.published_by == by
        assert [(one.action, one.batch) for one in record.revisions.all()] == [("published", batch)]
    again = import_files(files, by=by, publish=True)
    assert (row_counts(again), again.batch, Revision.objects.count()) == ({"unchanged": 3}, None, 3)


def test_what_is_public_gets_a_working_copy_and_is_changed_at_once_with_publication():
    topic, chronicle = make_topic(slug="data", title="数据"), make_chronicle(slug="chronicle", title="编年")
    files = content(
        site=[{"slug": "chronicle", "title": "编年新"}], topics=[{"slug": "data", "title": "数据新"}]
    )
    report = assert_same(files)
    assert (report.problems, report.working_copies) == ([], 2)
    import_files(files, by=make_editor())
    for record in (topic, chronicle):
        copy = find_working_copy(record)
        assert (copy.content["title"], copy.action, copy.status) == (f"{record.title}新", "imported", "draft")
        assert type(record).objects.get().title == record.title
    assert row_counts(import_files(files, by=make_editor())) == {"unchanged": 2}
    report = assert_same(files, publish=True)
    assert (report.changed_public, report.working_copies) == (2, 0)
    import_files(files, by=make_editor(), publish=True)
    assert Topic.objects.published().get().title == "数据新"


def test_a_citation_of_a_public_topic_goes_into_its_working_copy():
    topic, source = make_topic(slug="data"), make_source(slug="daily")
    files = content(topic_citations=[{"topic": "data", "source": "daily", "locator": "¶1"}])
    assert assert_same(files).working_copies == 1
    import_files(files, by=make_editor())
    assert [one["source"] for one in find_working_copy(topic).content["citations"]] == [source.slug]
    assert not topic.citations.exists()
    report = assert_same(files)
    assert row_counts(report) == {"unchanged": 1}


def test_publication_brings_along_the_drafts_that_are_named_and_what_they_name():
    phase = make_phase(slug="first", published=False)
    topic = make_topic(slug="data", published=False)
    topic.phases.add(phase)
    make_topic(slug="other", published=False)
    make_source(slug="daily", published=False)
    files = content(milestones=[citing(topics=["data"])])
    by = make_editor()
    report = assert_same(files, by=by, publish=True)
    assert (report.problems, +report.published_of) == (
        [],
        {"milestones": 1, "topics": 1, "phases": 1, "sources": 1},
    )
    batch = import_files(files, by=by, publish=True).batch
    assert statuses(Topic) == {"data": "published", "other": "draft"}
    assert statuses(Phase) == {"first": "published"}
    assert {one.title for one in batch.revisions.all()} == {
        "启动", topic.title, phase.title, Source.objects.get().title,
    }  # fmt: skip
    assert [*violations()] == []


def test_a_change_of_what_is_public_publishes_the_draft_that_it_names_now():
    make_milestone(slug="launch", published=True)
    make_topic(slug="data", published=False)
    files = content(milestones=[{"slug": "launch", "topics": ["data"]}])
    report = assert_same(files, publish=True)
    assert (report.changed_public, report.published_of["topics"]) == (1, 1)
    import_files(files, by=make_editor(), publish=True)
    assert statuses(Topic) == {"data": "published"}
    assert [*violations()] == []


def test_a_draft_that_the_import_no_longer_names_stays_one():
    old, new = make_topic(slug="old", published=False), make_topic(slug="new", published=False)
    entry = make_milestone(slug="launch", topics=[old])
    make_citation(entry)
    files = content(milestones=[{"slug": "launch", "topics": [new.slug]}])
    report = assert_same(files, publish=True, by=make_editor())
    assert (report.problems, report.published_of["topics"]) == ([], 1)
    import_files(files, by=make_editor(), publish=True)
    assert statuses(Topic) == {"old": "draft", "new": "published"}


@pytest.mark.parametrize("publish", [False, True])
def test_a_cell_that_names_what_was_withdrawn_is_wrong(publish):
    make_source(slug="daily")
    make_topic(slug="data", title="数据").withdraw(by=make_editor(), comment="重复")
    report = assert_same(content(milestones=[citing(topics=["data"])]), publish=publish)
    (problem,) = report.problems
    assert where(problem)[2:] == ("topics", "data")
    assert problem.message == (
        "“数据”, which this names, was withdrawn. A reviewer publishes it again first, or it is left out."
    )


def test_a_citation_of_a_withdrawn_source_is_wrong_if_it_is_new():
    source = make_source(slug="daily", title="日报")
    entry = make_milestone(slug="launch")
    make_citation(entry, source=source, locator="¶1")
    source.withdraw(by=make_editor(), comment="误")
    same = {"slug": "launch", "citations": [{"source": "daily", "locator": "¶1"}]}
    assert assert_same(content(milestones=[same])).problems == []
    other = {"slug": "launch", "citations": [{"source": "daily", "locator": "¶2"}]}
    assert [where(one)[2] for one in assert_same(content(milestones=[other])).problems] == ["source"]


def test_a_draft_is_not_published_that_names_what_was_withdrawn():
    topic = make_topic(title="旧专题")
    entry = make_milestone(slug="launch", topics=[topic])
    make_citation(entry)
    topic.withdraw(by=make_editor(), comment="重复")
    report = assert_same(content(milestones=[{"slug": "launch"}]), publish=True)
    assert [one.message for one in report.problems] == ["“旧专题”, which this names, was withdrawn."]
    freed = content(milestones=[{"slug": "launch", "topics": []}])
    assert assert_same(freed, publish=True).problems == []


def test_an_objection_to_a_draft_without_a_row_stands_at_the_row_that_names_it():
    make_source(slug="daily")
    outer = make_area(title="旧区")
    make_area(slug="inner", title="内区", published=False, parent=outer)
    outer.withdraw(by=make_editor(), comment="撤并")
    row = citing(programme="试点", designee="inner")
    report = assert_same(content(pilot_designations=[row]), publish=True)
    (problem,) = report.problems
    assert where(problem)[2:] == ("designee", "inner")
    assert (
        problem.message
        == "area “内区”, which would be published with it: “旧区”, which this names, was withdrawn."
    )
    assert not Entry.objects.exists()


def test_nobody_publishes_their_own_draft_by_naming_it(settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    by = make_editor()
    import_files(content(topics=[{"slug": "data", "title": "数据"}]), by=by)
    make_milestone(slug="launch", published=True)
    files = content(milestones=[{"slug": "launch", "topics": ["data"]}])
    report = assert_same(files, publish=True, by=by)
    assert ["own work" in one.message for one in report.problems] == [True]
    assert assert_same(files, publish=True, by=make_editor()).problems == []


def test_records_of_different_tables_with_one_key_are_told_apart():
    """Keys count in each table by themselves."""
    make_milestone(pk=7, slug="launch", published=True)
    make_topic(pk=7, slug="data")
    make_phase(pk=7, slug="first", published=False)
    rows = {"milestones": "launch", "topics": "data", "phases": "first"}
    files = content(**{table: [{"slug": slug, "title": "新名"}] for table, slug in rows.items()})
    assert assert_same(files).working_copies == 2
    report = assert_same(files, publish=True, by=make_editor())
    assert (report.problems, report.changed_public) == ([], 2)
    assert +report.published_of == {"phases": 1}
    import_files(files, by=make_editor())
    assert statuses(Phase) == {"first": "draft"}
    assert (Phase.objects.get().title, Topic.objects.get().title == "新名") == ("新名", False)


def test_a_problem_leaves_all_of_them_as_they_were():
    files = content(topics=TOPICS, phases=PHASES, milestones=[{"slug": "launch", "title": "启动"}])
    report = import_files(files, by=make_editor(), publish=True)
    assert [one.message for one in report.problems] == [
        "“启动” cites no source; every published entry cites one."
    ]
    assert not any(model.objects.exists() for model in publishable_models())


def test_publishing_many_takes_as_many_queries_as_few(django_assert_num_queries):
    by = make_editor()

    def some(prefix, count):
        numbers = range(count)
        return content(
            sources=[{"slug": f"{prefix}-s{n}", "title": f"源{n}"} for n in numbers],
            topics=[{"slug": f"{prefix}-t{n}", "title": f"题{n}"} for n in numbers],
            milestones=[
                {
                    "slug": f"{prefix}-m{n}",
                    "title": f"事{n}",
                    "topics": [f"{prefix}-t{n}"],
                    "citations": [{"source": f"{prefix}-s{n}"}],
                }
                for n in numbers
            ],
        )

    import_files(some("a", 1), by=by, publish=True)
    with CaptureQueriesContext(connection) as captured:
        import_files(some("b", 2), by=by, publish=True)
    with django_assert_num_queries(len(captured)):
        import_files(some("c", 20), by=by, publish=True)
    assert Milestone.objects.published().count() == 23


def test_what_a_public_record_names_now_is_public_from_now_on_and_what_a_scheduled_one_names_from_then_on():
    then = timezone.now() + datetime.timedelta(days=1)
    make_milestone(slug="public", published=True)
    scheduled = make_milestone(slug="scheduled")
    make_citation(scheduled)
    scheduled.publish(by=make_editor(), public_from=then)
    topics = {slug: make_topic(slug=slug, published=False) for slug in ("now", "later", "both", "earlier")}
    topics["earlier"].publish(by=make_editor(), public_from=then)
    named = {"public": ["now", "both", "earlier"], "scheduled": ["later", "both"]}
    files = content(milestones=[{"slug": slug, "topics": some} for slug, some in named.items()])
    before = timezone.now()
    assert import_files(files, by=make_editor(), publish=True).problems == []
    found = dict(Topic.objects.values_list("slug", "published_at"))
    assert found.pop("later") == then
    assert all(before <= since <= timezone.now() for since in found.values())
