"""Transitions as buttons of the form: repeated submissions, permissions, notes for readers."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests import factories as make
from tests.forms import address, fields_of, opened, save
from timeline.admin.transition_buttons import PublicationTimeField
from timeline.editing.working_copies import find_working_copy
from timeline.models import Milestone, Revision
from timeline.workflow import TRANSITIONS

pytestmark = pytest.mark.django_db


def page_of(editor_client, where):
    return editor_client.get(where).content.decode()


def test_a_form_that_was_saved_and_is_sent_again_to_be_submitted_is_submitted(editor_client):
    form = fields_of(page_of(editor_client, address("add"))) | {"title": "只有一条"}
    editor_client.post(address("add"), form)
    again = editor_client.post(address("add"), form | {"_transition": "submit", "why": "请审"})
    entry = Milestone.objects.get()
    assert again["Location"] == address("change", entry.pk)
    assert entry.status == "review"
    assert entry.revisions.order_by("number").last().comment == "请审"


def test_a_form_that_is_sent_twice_to_be_submitted_is_submitted_once(editor_client):
    form = fields_of(page_of(editor_client, address("add"))) | {"title": "只有一条", "_transition": "submit"}
    first, second = (editor_client.post(address("add"), form) for _time in range(2))
    assert first.status_code == second.status_code == 302
    entry = Milestone.objects.get()
    assert [revision.action for revision in entry.revisions.order_by("number")] == ["saved", "submitted"]


def test_a_form_that_was_saved_and_is_sent_again_to_be_published_says_why_it_is_not(editor_client):
    form = fields_of(page_of(editor_client, address("add"))) | {"title": "没有来源"}
    editor_client.post(address("add"), form)
    again = editor_client.post(address("add"), form | {"_transition": "publish", "summary": "后来写的"})
    page = again.content.decode()
    assert again.status_code == 200
    assert "没有引用来源" in page
    assert fields_of(page)["summary"] == "后来写的"
    assert (Milestone.objects.get().status, Milestone.objects.get().summary) == ("draft", "")


def test_a_changed_form_that_was_saved_and_is_sent_again_to_be_submitted_is_submitted(editor_client):
    entry = make.make_milestone()
    form = fields_of(page_of(editor_client, address("change", entry.pk))) | {"title": "改过的"}
    editor_client.post(address("change", entry.pk), form)
    form["_read"] = str(entry.revisions.order_by("number").last().number)
    editor_client.post(address("change", entry.pk), form | {"_transition": "submit"})
    assert Milestone.objects.get().status == "review"


def test_whoever_may_not_use_a_transition_changes_nothing_by_its_button(client):
    user = make.make_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=("view_milestone", "change_milestone", "view_citation"))
    )
    client.force_login(user)
    entry = make.make_milestone(title="原题")
    form = fields_of(page_of(client, address("change", entry.pk))) | {"title": "改题"}
    for transition in ("submit", "publish", "withdraw", "send_back"):
        answer = client.post(address("change", entry.pk), form | {"_transition": transition, "why": "试试"})
        assert answer.status_code == 403
    assert client.post(address("change", entry.pk), form | {"_transition": "no-such"}).status_code == 404
    assert (Milestone.objects.get().status, Milestone.objects.get().title) == ("draft", "原题")


@pytest.mark.parametrize("day", ["0001-01-01T00:00", "9999-12-31T23:59", "1899-12-31T00:00"])
def test_publishing_at_the_ends_of_the_calendar_is_refused_beside_the_field(editor_client, day):
    draft = make.make_milestone(title="草稿")
    make.make_citation(draft)
    answer = editor_client.post(address("verb", "publish"), {"ids": draft.pk, "now": day, "note": "长说明"})
    assert answer.status_code == 200
    assert "长说明" in answer.content.decode()
    assert Milestone.objects.get().published_at is None


@pytest.fixture
def proposed(editor_client):
    """A public entry with a working copy and what it proposes to tell readers."""
    entry = make.make_milestone(title="原题", published=True)
    save(
        editor_client,
        entry,
        opened(editor_client, entry),
        title="新题",
        change_note="更正标题",
        is_minor="on",
    )
    return entry


def notes_in_copy(entry):
    copy = find_working_copy(entry)
    return copy.change_note, copy.change_note_en, copy.is_minor


def test_a_note_for_readers_is_saved_without_a_change_of_the_text(editor_client, proposed):
    form = opened(editor_client, proposed) | {"is_minor": "on"}
    answer = save(editor_client, proposed, form, change_note="更正标题中的错字")
    assert [str(one) for one in get_messages(answer.wsgi_request)][-1].startswith("已存为修订稿")
    assert notes_in_copy(proposed) == ("更正标题中的错字", "", True)
    save(editor_client, proposed, opened(editor_client, proposed))
    assert notes_in_copy(proposed) == ("更正标题中的错字", "", False)
    assert Revision.objects.for_record(proposed).count() == 2


def test_a_note_for_readers_without_any_change_is_not_lost_silently(editor_client):
    entry = make.make_milestone(published=True)
    answer = save(editor_client, entry, opened(editor_client, entry), change_note="更正标题")
    assert any("更正标题" in str(one) for one in get_messages(answer.wsgi_request))
    assert find_working_copy(entry) is None


def test_a_pop_up_that_shows_no_notes_for_readers_changes_none(editor_client, proposed):
    url = f"{address('change', proposed.pk)}?_popup=1"
    form = fields_of(page_of(editor_client, url))
    assert "change_note" not in form
    editor_client.post(url, form | {"title": "又改的题"})
    assert find_working_copy(proposed).content["title"] == "又改的题"
    assert notes_in_copy(proposed) == ("更正标题", "", True)


def test_a_note_for_readers_that_was_left_as_it_was_replaces_no_newer_one(editor_client, proposed):
    form = opened(editor_client, proposed) | {"is_minor": "on"}
    save(editor_client, proposed, form, change_note="同事的说明")
    save(editor_client, proposed, form, title="又改的题")
    assert find_working_copy(proposed).content["title"] == "又改的题"
    assert notes_in_copy(proposed) == ("同事的说明", "", True)


def test_who_may_not_publish_changes_no_note_of_a_scheduled_working_copy(with_rights, proposed):
    make.make_citation(proposed)
    copy = find_working_copy(proposed)
    later = timezone.now() + timedelta(days=2)
    Revision.objects.filter(pk=copy.pk).update(status="published", is_scheduled=True, public_from=later)
    client = with_rights("view_milestone", "change_milestone", "view_citation")
    save(client, proposed, opened(client, proposed) | {"is_minor": "on"}, change_note="未经审核")
    assert notes_in_copy(proposed) == ("更正标题", "", True)


def test_a_time_in_the_present_minute_does_not_lie_ahead():
    present = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    for is_new, words in ((False, "留空"), (True, str(TRANSITIONS["publish_now"].label))):
        with pytest.raises(ValidationError, match=words):
            PublicationTimeField(is_new=is_new).clean(present)


def test_what_is_scheduled_is_not_published_by_moving_it_to_the_present_minute(editor_client):
    entry = make.make_milestone()
    make.make_citation(entry)
    entry.publish(by=make.make_user(), public_from=timezone.now() + timedelta(days=1))
    form = opened(editor_client, entry)
    present = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    page = save(editor_client, entry, form, _transition="reschedule", public_from=present).content.decode()
    assert "立即发布请留空" not in page
    assert not Milestone.objects.published().exists()
