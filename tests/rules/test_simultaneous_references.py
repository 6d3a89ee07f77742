"""Concurrent publications and withdrawals of what names each other, each with its own database connection, on PostgreSQL."""

# ruff: noqa: B023 (each function is called within its iteration)

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from tests import factories as make
from tests.rules.meetings import MEETINGS, SIMULTANEOUS, at_once, done, until_all_wait
from timeline.editing.bulk_publication import publish_all
from timeline.editing.integrity import violations
from timeline.editing.transitions import perform_transition
from timeline.models import Area, Milestone, Phase, Source, Topic

pytestmark = SIMULTANEOUS


@pytest.fixture
def reviewers():
    return make.make_editor(), make.make_editor()


def attempt(record, name, by, comment="有误"):
    """Perform the transition; return the reasons if it is refused."""
    try:
        perform_transition(record, name, by=by, comment=comment)
    except ValidationError as refusal:
        return refusal.messages
    return []


def entry_naming(topics, sources=()):
    entry = make.make_milestone(topics=topics)
    for source in sources or [make.make_source()]:
        make.make_citation(entry, source=source)
    return entry


def test_of_a_publication_and_the_withdrawal_of_what_it_names_one_is_refused(reviewers):
    for meet in MEETINGS:
        topic = make.make_topic()
        entry = entry_naming([topic])
        answers = meet(
            topic,
            lambda: attempt(entry, "publish", reviewers[0]),
            lambda: attempt(topic, "withdraw", reviewers[1]),
        )
        assert sorted(map(bool, answers)) == [False, True], answers
        assert [*violations()] == []


def test_two_entries_that_bring_the_same_drafts_along_are_both_published(reviewers):
    for meet in MEETINGS:
        phase, topics = (
            make.make_phase(published=False),
            [make.make_topic(published=False) for _n in range(3)],
        )
        sources = [make.make_source(published=False) for _number in range(3)]
        for topic in topics:
            topic.phases.add(phase)
        entries = entry_naming(topics, sources), entry_naming(topics[::-1], sources[::-1])
        answers = meet(
            topics[1],
            lambda: attempt(entries[0], "publish", reviewers[0]),
            lambda: attempt(entries[1], "publish", reviewers[1]),
        )
        assert answers == ([], [])
        assert Topic.objects.published().count() == Topic.objects.count()
        assert all(topic.revisions.filter(action="published").count() == 1 for topic in topics)
        assert [*violations()] == []


def test_a_draft_and_an_entry_that_brings_it_along_are_published_at_once(reviewers):
    for _time in range(4):
        phase, topic = make.make_phase(published=False), make.make_topic(published=False)
        topic.phases.add(phase)
        entry = entry_naming([topic])
        Milestone.objects.filter(pk=entry.pk).update(phase=phase)
        answers = at_once(
            topic,
            lambda: attempt(entry, "publish", reviewers[0]),
            lambda: attempt(topic, "publish", reviewers[1]),
        )
        # Whoever comes second with the topic itself finds it published.
        assert answers[0] == []
        assert Milestone.objects.get(pk=entry.pk).is_public
        assert Topic.objects.get(pk=topic.pk).is_public
        assert Phase.objects.get(pk=phase.pk).is_public
        assert [*violations()] == []


def test_an_area_and_that_in_which_it_lies_are_published_at_once(reviewers):
    for meet in MEETINGS:
        city = make.make_area(published=False)
        # Of two areas, the later one in the order of keys may be the inner or the outer one.
        inner, outer = make.make_area(published=False), make.make_area(published=False)
        Area.objects.filter(pk=inner.pk).update(parent=outer)
        Area.objects.filter(pk=outer.pk).update(parent=city)
        answers = meet(
            city,
            lambda: attempt(inner, "publish", reviewers[0]),
            lambda: attempt(outer, "publish", reviewers[1]),
        )
        assert answers[0] == []
        assert Area.objects.published().count() == Area.objects.count()
        assert [*violations()] == []


def test_two_bulk_publications_that_name_the_same_records_do_not_wait_for_each_other_for_ever(reviewers):
    for meet in MEETINGS:
        sources = [make.make_source(published=False) for _number in range(6)]
        topics = [make.make_topic(published=False) for _number in range(6)]
        first = [entry_naming([topic], [source]) for topic, source in zip(topics, sources, strict=True)]
        second = [
            entry_naming([topic], [source]) for topic, source in zip(topics[::-1], sources[::-1], strict=True)
        ]
        keys = [[entry.pk for entry in entries] for entries in (first, second)]
        answers = meet(
            topics[3],
            lambda: publish_all({Milestone: keys[0]}, by=reviewers[0]),
            lambda: publish_all({Milestone: keys[1]}, by=reviewers[1]),
        )
        assert answers == (None, None)
        assert Source.objects.published().count() == Source.objects.count()
        assert [*violations()] == []


@pytest.mark.parametrize("first", ["withdraw", "publish"])
def test_a_publication_and_a_withdrawal_wait_for_what_the_other_has_not_committed(reviewers, first):
    topic = make.make_topic()
    entry = entry_naming([topic])
    deeds = {"withdraw": topic, "publish": entry}
    second = "publish" if first == "withdraw" else "withdraw"
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assert attempt(deeds[first], first, reviewers[0]) == []
        begun = [pool.submit(done, lambda: attempt(deeds[second], second, reviewers[1]))]
        until_all_wait(begun)
    assert begun[0].result() != []
    assert [*violations()] == []
