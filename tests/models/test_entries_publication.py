"""Publication of entries: what prevents it, and what a public entry cannot lose."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from tests.factories import (
    ENTRY_MAKERS,
    make_citation,
    make_goal,
    make_milestone,
    make_policy,
    make_relation,
    make_source,
    make_user,
)
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import save_working_copy
from timeline.models import Citation, Policy
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize("make", ENTRY_MAKERS.values(), ids=lambda make: make.__name__)
def test_publishing_is_refused_where_nothing_is_cited(make):
    entry = make()
    with pytest.raises(NotPublishableError) as refusal:
        entry.publish(by=make_user())
    (objection,) = refusal.value.objections
    assert objection.field == "citations"
    assert entry.title in objection.message
    entry.refresh_from_db()
    assert (entry.status, entry.published_at) == ("draft", None)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_what_an_entry_names_and_is_not_public_is_called_what_it_is(is_withdrawn):
    policy = make_policy(title="某意见", published=is_withdrawn)
    if is_withdrawn:
        policy.withdraw(by=make_user(), comment="有误")
    related, milestone, goal = make_policy(), make_milestone(), make_goal(declared_by=policy)
    make_relation(related, "implements", policy)
    milestone.policies.add(policy)
    said = [
        [one.message for one in entry.objections_to_publishing(make_user()) if one.field != "citations"]
        for entry in (related, milestone, goal)
    ]
    state = "was withdrawn." if is_withdrawn else "is not published."
    assert said == [
        [f"The related policy “某意见” {state}"],
        [f"The policy “某意见”, which this names, {state}"],
        [f"“某意见”, which declared this goal, {state}"],
    ]


def test_two_public_policies_cannot_bear_one_document_number():
    make_policy(title="甲决定", document_number="甬党〔2010〕14号", published=True)
    second = make_policy(document_number="甬党[2010]14号")
    second.refresh_from_db()
    with pytest.raises(NotPublishableError) as refusal:
        second.publish(by=make_user())
    assert [objection.field for objection in refusal.value.objections] == ["citations", "document_number"]
    assert "甬党〔2010〕14号" in refusal.value.objections[1].message
    assert "甲决定" in refusal.value.objections[1].message


def test_a_draft_may_bear_the_document_number_of_another_draft():
    make_policy(document_number="甬党〔2010〕14号")
    second = make_policy(document_number="甬党〔2010〕14号", published=True)
    assert second.is_public


def test_a_policy_is_not_in_the_way_of_itself():
    policy = make_policy(document_number="甬党〔2010〕14号", published=True)
    policy.withdraw(by=make_user(), comment="有误")
    policy.publish(by=make_user())
    assert policy.is_public


def test_a_goal_waits_for_what_declares_it():
    policy = make_policy()
    goal = make_goal(declared_by=policy)
    make_citation(goal)
    with pytest.raises(NotPublishableError) as refusal:
        goal.publish(by=make_user())
    assert [objection.field for objection in refusal.value.objections] == ["declared_by"]
    make_citation(policy)
    policy.publish(by=make_user())
    goal.publish(by=make_user())
    assert goal.is_public


def cited(entry):
    make_citation(entry)
    return entry


def test_what_stands_in_the_way_of_each_stands_in_its_way_among_many(settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    by = make_user()
    make_policy(title="甲", document_number="甬党〔2010〕14号", published=True)
    same, leaning = make_policy(document_number="甬党〔2010〕14号"), cited(make_policy())
    make_relation(leaning, "implements", same)
    own = cited(make_policy())
    record_revision(own, by=by)
    withdrawn = cited(make_policy(published=True))
    withdrawn.withdraw(by=make_user(), comment="重复")
    save_working_copy(withdrawn, table_of(Policy).whole_row_of(withdrawn) | {"title": "新"}, by=make_user())
    policies = [same, leaning, own, Policy.objects.get(pk=withdrawn.pk)]
    together = Policy.objections_of(policies, by)
    assert together == {policy.pk: policy.objections_to_publishing(by) for policy in policies}
    assert [len(found) for found in together.values()] == [2, 1, 1, 1]


def test_a_public_policy_cannot_take_the_number_of_another():
    make_policy(document_number="甬党〔2010〕14号", published=True)
    other = make_policy(published=True)
    other.document_number = "甬党[2010]14号"
    with pytest.raises(ValidationError) as refusal:
        other.full_clean()
    assert list(refusal.value.message_dict) == ["document_number"]


def test_the_last_source_of_what_is_public_cannot_be_taken_away():
    entry = make_milestone(published=True)
    citation = entry.citations.get()
    for take_away in (citation.delete, entry.citations.all().delete, Citation.objects.all().delete):
        with pytest.raises(models.ProtectedError):
            take_away()
    assert entry.citations.count() == 1
    make_citation(entry)
    citation.delete()
    assert entry.citations.count() == 1


def test_a_source_that_is_cited_cannot_be_deleted():
    source = make_source()
    make_citation(make_milestone(), source=source)
    with pytest.raises(models.ProtectedError):
        source.delete()


def test_what_declares_a_goal_cannot_be_deleted():
    policy = make_policy()
    make_goal(declared_by=policy)
    with pytest.raises(models.ProtectedError):
        policy.delete()
