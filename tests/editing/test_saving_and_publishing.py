"""Changes of what is public, saved and published at once."""

import datetime

import pytest
from django.utils import timezone

from tests import factories as make
from tests.editing.entries import actions, whole
from timeline.editing import saving
from timeline.editing.answers import Conflict, Refused, Saved, Unchanged
from timeline.editing.revisions import record_revision
from timeline.editing.saving import Edit
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Policy, Revision
from timeline.rows.tables import table_of
from timeline.workflow import TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TABLE = table_of(Policy)


@pytest.fixture
def reviewer():
    return make.make_user()


@pytest.fixture
def entry(reviewer):
    entry = make.make_policy(title="原题", summary="原摘要", published=True)
    record_revision(entry, by=reviewer)
    return entry


def publish(entry, by, *, base=None, comment="", seen=None, **changed):
    base = base or saving.editable_row(TABLE, Policy.objects.get(pk=entry.pk))
    newest = Revision.objects.for_record(entry).by_number().last()
    edit = Edit(
        by, comment, seen_number=newest.number if seen is None else seen, transition=TRANSITIONS["publish"]
    )
    return saving.save(TABLE, entry.pk, base=base, row=base | changed, edit=edit)


def test_a_change_is_saved_and_public_at_once_and_the_history_has_both(entry, reviewer):
    answer = publish(entry, reviewer, comment="改正错字", summary="新摘要")
    assert isinstance(answer, Saved)
    assert (answer.transition, answer.is_working_copy) == (TRANSITIONS["publish"], False)
    assert (Policy.objects.published().get().summary, find_working_copy(entry)) == ("新摘要", None)
    assert actions(entry) == ["published", "revised"]
    saved, published = Revision.objects.for_record(entry).by_number()[1:]
    assert (saved.comment, published.comment) == ("", "改正错字")


def test_a_working_copy_is_published_with_what_was_added_to_it(entry, reviewer):
    save_working_copy(entry, whole(entry) | {"title": "修订的题"}, by=make.make_user())
    publish(entry, reviewer, summary="新摘要")
    policy = Policy.objects.published().get()
    assert (policy.title, policy.summary) == ("修订的题", "新摘要")


def test_a_working_copy_is_published_without_a_further_change(entry, reviewer):
    save_working_copy(entry, whole(entry) | {"title": "修订的题"}, by=make.make_user())
    assert isinstance(publish(entry, reviewer), Saved)
    assert Policy.objects.published().get().title == "修订的题"


def test_without_any_change_nothing_is_published(entry, reviewer):
    assert isinstance(publish(entry, reviewer), Refused)
    assert actions(entry) == ["published"]


def test_a_form_that_is_sent_twice_publishes_once(entry, reviewer):
    base = saving.editable_row(TABLE, entry)
    publish(entry, reviewer, base=base, summary="新摘要")
    assert isinstance(publish(entry, reviewer, base=base, summary="新摘要"), Unchanged)
    assert actions(entry) == ["published", "revised"]


def test_a_change_is_scheduled_from_the_form(entry, reviewer):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    base = saving.editable_row(TABLE, entry)
    inputs = {"public_from": tomorrow}
    edit = Edit(reviewer, seen_number=1, transition=TRANSITIONS["publish"], inputs=inputs)
    answer = saving.save(TABLE, entry.pk, base=base, row=base | {"summary": "新摘要"}, edit=edit)
    assert answer.revision.public_from == tomorrow
    assert Policy.objects.get().summary == "原摘要"


def test_what_cannot_be_public_is_refused_and_nothing_is_saved(entry, reviewer):
    hidden = make.make_policy(title="未公开")
    relation = {"type": "amends", "to": hidden.slug, "change": "", "change_en": ""}
    answer = publish(entry, reviewer, summary="新摘要", relations=[relation])
    assert isinstance(answer, Refused)
    assert "未公开" in " ".join(answer.reasons)
    assert Policy.objects.get(pk=entry.pk).summary == "原摘要"
    assert find_working_copy(entry) is None


def test_what_somebody_did_meanwhile_is_read_first(entry, reviewer):
    answer = publish(entry, reviewer, seen=0, summary="新摘要")
    assert isinstance(answer, Refused)
    assert answer.unread.action == "published"
    assert Policy.objects.get(pk=entry.pk).summary == "原摘要"


def test_what_another_saved_meanwhile_is_a_conflict(entry, reviewer):
    base = whole(entry)
    save_working_copy(entry, base | {"summary": "别人的摘要"}, by=make.make_user())
    answer = publish(entry, reviewer, base=base, summary="我的摘要")
    assert isinstance(answer, Conflict)
    assert not answer.with_public_text


def test_a_public_text_that_changed_under_the_working_copy_is_a_conflict(entry, reviewer):
    save_working_copy(entry, whole(entry) | {"title": "修订的题"}, by=make.make_user())
    Policy.objects.filter(pk=entry.pk).update(summary="直接改的摘要")
    answer = publish(entry, reviewer, body="我的正文")
    assert isinstance(answer, Conflict)
    assert answer.with_public_text
    assert (answer.mine["title"], answer.mine["body"]) == ("修订的题", "我的正文")
    assert Policy.objects.get(pk=entry.pk).title == "原题"
