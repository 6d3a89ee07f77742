"""Bulk writes: one statement for each table, multi-table children included, and only the named columns."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import make_milestone, make_source, make_topic
from timeline.models import Citation, Entry, Milestone, Policy, Topic
from timeline.rows import bulk

pytestmark = pytest.mark.django_db


def checked(record):
    record.clean()
    return record


def policies(count):
    return [
        checked(Policy(slug=f"p{number}", title=f"规划{number}", document_type="plan", date="2013-01"))
        for number in range(count)
    ]


def test_children_are_rows_of_both_tables_and_know_their_key():
    records = policies(3)
    bulk.insert(Policy, records)
    assert {(record.slug, record.pk) for record in records} == {*Policy.objects.values_list("slug", "pk")}
    stored = Policy.objects.get(slug="p1")
    assert (stored.title, str(stored.date), stored.document_type) == ("规划1", "2013-01", "plan")
    assert {*Entry.objects.values_list("kind", flat=True)} == {"policy"}


def test_what_was_inserted_is_saved_as_any_record():
    (record,) = policies(1)
    bulk.insert(Policy, [record])
    record.title = "新"
    record.save()
    assert Policy.objects.get().title == "新"


def test_parts_that_have_no_slug_are_inserted_too():
    entry, source = make_milestone(), make_source()
    bulk.insert(Citation, [Citation(entry_id=entry.pk, source=source, locator=f"¶{n}") for n in range(3)])
    assert [*Citation.objects.order_by("locator").values_list("locator", flat=True)] == ["¶0", "¶1", "¶2"]


def test_nothing_is_inserted_with_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(Policy, [])
        bulk.link(Entry.topics.through, ("entry", "topic"), [])
        bulk.update(Policy, [], [])


def test_records_that_the_database_refuses_are_none_of_them_there():
    make_milestone(slug="p1")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Policy, policies(3))
    assert not Policy.objects.exists()


def test_an_update_writes_the_named_columns_of_both_tables_and_no_other():
    bulk.insert(Policy, policies(2))
    first, second = records = list(Policy.objects.order_by("slug"))
    for record in records:
        record.title, record.document_type, record.summary = "新", "report", "不写"
    bulk.update(Policy, [first], ["title", "document_type"])
    assert Policy.objects.values_list("title", "document_type", "summary").get(pk=first.pk) == (
        "新",
        "report",
        "",
    )
    assert Policy.objects.values_list("title", "document_type").get(pk=second.pk) == ("规划1", "plan")


def test_links_are_pairs_of_keys():
    launch, topics = make_milestone(), [make_topic(), make_topic()]
    bulk.link(Entry.topics.through, ("entry", "topic"), [(launch.pk, topic.pk) for topic in topics])
    assert {*Milestone.objects.get().topics.all()} == {*topics}


def test_many_records_cost_as_many_queries_as_few():
    queries = []
    for numbers in (range(2), range(2, 60)):
        records = [checked(Topic(slug=f"t{number}", title="题")) for number in numbers]
        with CaptureQueriesContext(connection) as found:
            bulk.insert(Topic, records)
        queries.append(len(found))
    assert queries[0] == queries[1]
    assert Topic.objects.count() == 60
