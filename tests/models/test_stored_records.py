"""Stored records: the facts that checks need of other records, queried from the database."""

import datetime

import pytest

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.models import Entry, Milestone, Policy, Topic
from timeline.models.stored_records import STORED

pytestmark = pytest.mark.django_db


def test_nothing_is_there_that_is_not_stored():
    make.make_topic(slug="geo")
    assert STORED.slugs(Topic) == ["geo"]
    assert STORED.created_key(Topic, "geo") is None


def test_records_are_fetched_by_their_keys():
    first, second, _other = make.make_topic(), make.make_topic(), make.make_topic()
    assert {*STORED.fetch(Topic, [first.pk, second.pk, 10**6])} == {first, second}


def test_the_newest_phase_that_had_begun_is_found():
    make.make_phase(period="2001/2010")
    newest = make.make_phase(period="2011/2015")
    make.make_phase(period="2016/2020")
    assert STORED.phase_begun_by(datetime.date(2014, 5, 1)) == newest.pk
    assert STORED.phase_begun_by(datetime.date(2000, 5, 1)) is None


def test_no_entry_is_placed_in_a_withdrawn_phase_by_its_date():
    before, withdrawn = make.make_phase(period="2001/2010"), make.make_phase(period="2011/2015")
    withdrawn.withdraw(by=make.make_user(), comment="重复")
    assert make.make_policy(date="2013").phase == before


def test_the_date_of_an_entry_and_the_area_around_an_area_are_found():
    policy, city = make.make_policy(issued="2013-05"), make.make_area()
    assert str(STORED.timeline_date_of(policy.pk)) == "2013-05"
    town = make.make_area(parent=city)
    assert STORED.parents_of_areas() == {city.pk: None, town.pk: city.pk}
    assert STORED.lies_in(town.pk, city.pk)
    assert not STORED.lies_in(city.pk, town.pk)
    assert not STORED.lies_in(None, city.pk)


def test_relations_are_found_by_the_policy_that_has_them_but_for_one():
    a, b, c = (make.make_policy() for _time in range(3))
    first, second = make.make_relation(a, "amends", b), make.make_relation(a, "implements", c)
    assert STORED.relations_of([a.pk, b.pk]) == {("amends", a.pk, b.pk), ("implements", a.pk, c.pk)}
    assert STORED.relations_of([a.pk], but=first.pk) == {("implements", a.pk, second.to_policy_id)}


def test_policies_are_found_by_their_document_numbers():
    policy = make.make_policy(document_number="甬党〔2010〕14号")
    make.make_policy(document_number="甬党〔2010〕15号")
    assert STORED.with_document_numbers({policy.document_number}) == [policy]


def test_citations_are_counted_and_what_is_not_public_is_found():
    public, draft = make.make_milestone(published=True), make.make_milestone()
    assert STORED.citation_counts([public.pk, draft.pk]) == {public.pk: 1, draft.pk: 0}
    assert [entry.pk for entry in STORED.unpublished([public.pk, draft.pk])] == [draft.pk]


def test_the_entries_that_a_list_names_are_found():
    policies = [make.make_policy(), make.make_policy()]
    launch = make.make_milestone(policies=policies)
    field = Milestone._meta.get_field("policies")
    assert STORED.linked_entries(field, [launch.pk]) == [(launch.pk, policy.pk) for policy in policies]


def test_what_somebody_wrote_since_it_was_published_is_theirs():
    user, launch = make.make_user(), make.make_milestone()
    record_revision(launch, by=user)
    make.make_policy()
    keys = [*Entry.objects.values_list("pk", flat=True)]
    assert STORED.changed_by(user, Entry, keys) == [launch.pk]
    assert STORED.changed_by(make.make_user(), Entry, keys) == []
    assert Policy.objects.count() == 1
