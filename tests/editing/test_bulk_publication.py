"""Publication of many entries at once: entries published together, or refused with reasons."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    make_area,
    make_citation,
    make_goal,
    make_milestone,
    make_policy,
    make_relation,
    make_topic,
    make_user,
)
from tests.statuses import in_status
from timeline.editing.bulk_publication import objections_to_all, publish_all
from timeline.models import Area, Entry, Policy, Topic
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def of(*entries):
    """Return the keys of these entries, by model."""
    keys = {}
    for entry in entries:
        keys.setdefault(type(entry), []).append(entry.pk)
    return keys


def cited(entry):
    make_citation(entry)
    return entry


def test_what_refers_to_each_other_is_published_together():
    one, other = cited(make_policy()), cited(make_policy())
    make_relation(one, "implements", other)
    make_relation(other, "amends", one)
    goal = cited(make_goal(declared_by=one))
    milestone = cited(make_milestone())
    milestone.policies.add(other)
    by = make_user()
    publish_all(of(goal, milestone, one, other), by=by)
    for entry in Entry.objects.all():
        assert entry.is_public
        assert entry.published_by == by
        assert entry.changed_at == entry.published_at
        (revision,) = entry.revisions.filter(action="published")
        assert (revision.created_by, revision.status, revision.public_from) == (
            by,
            "published",
            entry.published_at,
        )


def test_what_refers_to_what_is_refused_is_refused_as_well_and_the_rest_is_not():
    bare, free = make_policy(title="没有来源的"), cited(make_milestone())
    leaning = cited(make_policy(title="依据前者的"))
    make_relation(leaning, "implements", bare)
    goal = cited(make_goal(declared_by=leaning))
    refused = objections_to_all(of(goal, free, leaning, bare), by=make_user())
    assert {key: [(one.field, one.other) for one in found] for key, found in refused.items()} == {
        ("entry", bare.pk): [("citations", None)],
        ("entry", leaning.pk): [("relations", bare.pk)],
        ("entry", goal.pk): [("declared_by", leaning.pk)],
    }


def test_of_two_with_one_document_number_published_together_the_second_is_refused():
    first, second = (cited(make_policy(document_number="甬党〔2010〕14号")) for _ in range(2))
    ((key, (objection,)),) = objections_to_all(of(second, first), by=make_user()).items()
    assert (key, objection.field) == (("entry", second.pk), "document_number")


def test_what_is_public_already_is_refused():
    entry, topic = in_status(Status.PUBLISHED), make_topic()
    refused = objections_to_all(of(entry, topic), by=make_user())
    assert [*refused] == [("entry", entry.pk), ("topic", topic.pk)]
    assert all("Published" in objection.message for (objection,) in refused.values())


def test_a_reference_record_and_an_entry_with_one_key_are_told_apart():
    parent = make_area(title="旧区")
    area = make_area(published=False)
    entry = cited(make_policy(pk=area.pk))
    parent.withdraw(by=make_user(), comment="撤并")
    area.parent = parent
    area.save()
    assert [*objections_to_all(of(entry, area), by=make_user())] == [("area", area.pk)]


def test_records_that_name_each_other_across_models_are_published_once():
    parent = make_area(published=False)
    child = make_area(published=False, parent=parent)
    topic = make_topic(published=False)
    entry = cited(make_policy(topics=[topic]))
    publish_all({Area: [child.pk, parent.pk], Topic: [topic.pk], Policy: [entry.pk]}, by=make_user())
    for record in (parent, child, topic, entry):
        assert [one.action for one in record.revisions.all()] == ["published"]


def test_publishing_many_takes_as_many_queries_as_publishing_few(django_assert_num_queries, settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    by = make_user()
    numbers = itertools.count()

    def some(count):
        made = []
        for _ in range(count):
            policy, other = (
                cited(make_policy(document_number=f"甬政发〔2013〕{next(numbers) + 1}号")) for _ in range(2)
            )
            make_relation(policy, "implements", other)
            made += [policy, other, cited(make_goal(declared_by=policy)), cited(make_milestone())]
        return of(*made)

    few, many = some(1), some(3)
    with CaptureQueriesContext(connection) as captured:
        publish_all(few, by=by)
    with django_assert_num_queries(len(captured)):
        publish_all(many, by=by)
    assert Entry.objects.published().count() == 4 * 4
