"""The workflow: where each transition leads, and that its declaration is complete."""

import dataclasses

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from tests.factories import make_user
from tests.statuses import SCHEDULED, in_status, perform
from timeline.models import Action, Entry, Milestone, Revision
from timeline.workflow import (
    ENDED,
    TRANSITIONS,
    UNPUBLISHED,
    Status,
    TransitionFields,
    TransitionNotAllowedError,
    transition_of,
    transition_to,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# Statuses and transitions that are not listed here are not compared: a site may add some.
ALLOWED = {
    ("draft", "submit"): "review",
    ("review", "send_back"): "draft",
    ("draft", "publish"): "published",
    ("review", "publish"): "published",
    ("withdrawn", "publish"): "published",
    ("review", "recall"): "draft",
    ("published", "reschedule"): "published",
    ("published", "publish_now"): "published",
    ("published", "withdraw"): "withdrawn",
}
ALLOWED_NAMES = {name for _status, name in ALLOWED}
EACH = pytest.mark.parametrize("name", TRANSITIONS)


def refuse(model, keys, by, transition, comment):
    raise ValidationError(f"{transition.name} of {len(keys)}: {comment}")


def test_the_transitions_lead_from_the_draft_to_the_public_and_back():
    statuses, names = zip(*ALLOWED, strict=True)
    table = {(source, one.name): one.target for one in TRANSITIONS.values() for source in one.sources}
    assert {
        (source, name): target
        for (source, name), target in table.items()
        if source in statuses and name in names
    } == ALLOWED


@EACH
@pytest.mark.parametrize("status", Status.values)
def test_each_transition_leads_where_it_may_and_is_refused_everywhere_else(status, name):
    transition = TRANSITIONS[name]
    is_scheduled = transition.scheduled_only and status in transition.sources
    entry = in_status(SCHEDULED if is_scheduled else status)
    before = entry.changed_at
    if status in transition.sources:
        perform(entry, transition, by=make_user())
        entry.refresh_from_db()
        assert entry.status == transition.target
        assert entry.changed_at > before
        assert Revision.objects.for_record(entry).applied().last().action == transition.action
    else:
        with pytest.raises(TransitionNotAllowedError) as refusal:
            perform(entry, transition, by=make_user())
        assert str(Status(status).label) in refusal.value.messages[0]
        entry.refresh_from_db()
        assert (entry.status, entry.changed_at) == (status, before)


def test_every_status_is_before_or_after_publication_or_is_it():
    assert {*UNPUBLISHED, Status.PUBLISHED, *ENDED} == {*Status}
    assert len(Status) == len(UNPUBLISHED) + 1 + len(ENDED)


@pytest.mark.parametrize("status", ENDED)
def test_one_transition_ends_a_publication_in_each_way(status):
    (transition,) = [one for one in TRANSITIONS.values() if one.target == status]
    assert transition_to(status) == transition


@EACH
def test_a_revision_says_which_transition_it_records(name):
    transition = TRANSITIONS[name]
    assert transition_of(transition.action) == transition_of(transition.action_of_copy) == transition


@EACH
def test_what_is_done_to_a_working_copy_is_told_in_words_of_its_own(name):
    transition = TRANSITIONS[name]
    if transition.name in ALLOWED_NAMES:
        assert transition.copy_message
        # What makes it public at once leaves no working copy to be told of.
        assert ("%(who)s" in transition.copy_sentence) == (transition.name != "publish_now")


def test_only_what_is_scheduled_has_a_time_to_move():
    with pytest.raises(TransitionNotAllowedError, match="public already"):
        in_status(Status.PUBLISHED).reschedule(by=make_user())


@EACH
def test_each_transition_has_its_method_and_its_permission(name):
    assert callable(getattr(Milestone, name))
    # Compared with the model: the label in the database has the language that was active during migrate.
    assert (f"{name}_entry", TRANSITIONS[name].permission_label) in Entry._meta.permissions
    assert Permission.objects.filter(codename=f"{name}_entry").exists()


def test_each_transition_is_recorded_as_an_action_of_its_own():
    actions = [transition.action for transition in TRANSITIONS.values()]
    assert len({*actions}) == len(actions)
    assert {*actions} <= {*Action}


@EACH
def test_what_ends_a_publication_asks_for_the_reason_that_readers_are_told(name):
    transition = TRANSITIONS[name]
    told = (bool(transition.public_label), "%(date)s" in transition.public_notice)
    assert told == (transition.ends_publication, transition.ends_publication)
    if transition.ends_publication:
        assert transition.fields is TransitionFields.REASON


@EACH
def test_each_effect_of_a_transition_is_a_function(name):
    effects = [import_string(effect) for effect in TRANSITIONS[name].effects]
    assert effects
    assert all(callable(effect) for effect in effects)


def test_a_transition_is_undone_where_an_effect_fails(monkeypatch):
    submit = TRANSITIONS["submit"]
    failing = dataclasses.replace(submit, effects=(*submit.effects, f"{__name__}.refuse"))
    monkeypatch.setitem(TRANSITIONS, "submit", failing)
    entry = in_status(Status.DRAFT)
    with pytest.raises(ValidationError, match="submit of 1: 请审"):
        entry.submit(by=make_user(), comment="请审")
    entry.refresh_from_db()
    assert entry.status == "draft"
    assert not Revision.objects.exists()
