"""The workflow of a working copy by the forms and pages of each role: what they may, see and are told."""

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.copies import DAY, do, make_member, make_revised, schedule, status_of_copy
from tests.editing.entries import whole
from tests.factories import make_milestone, make_user, update_unchecked
from tests.forms import address, fields_of, opened, save
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_scheduled_copy, find_working_copy, save_working_copy
from timeline.models import Entry, Milestone, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """An editor, another one and a reviewer, by name."""
    return {
        "zhao": make_member(EDITORS, username="zhao"),
        "sun": make_member(EDITORS, username="sun"),
        "qian": make_member(REVIEWERS, username="qian"),
    }


@pytest.fixture
def clients(people):
    found = {}
    for name, user in people.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


@pytest.fixture
def entry(people):
    """A public entry with a working copy by zhao."""
    return make_revised(people["zhao"])


def page_of(client, tag, *args):
    answer = client.get(address(tag, *args))
    assert answer.status_code == 200, (tag, args, answer.status_code)
    return answer.content.decode()


def buttons(client, entry):
    found = re.findall(r'name="_transition" value="(\w+)"', page_of(client, "change", entry.pk))
    return {*found}


def local(at):
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def press(client, entry, name, **changed):
    return save(client, entry, opened(client, entry), _transition=name, **changed)


def confirm(client, entry, name, **inputs):
    """Fill in the page of a transition of the working copy and send it."""
    page = page_of(client, "copy_verb", entry.pk, name)
    return client.post(address("copy_verb", entry.pk, name), fields_of(page) | inputs)


def test_a_change_is_saved_and_submitted_by_one_button_and_the_public_page_stays(clients, people):
    entry = make_milestone(title="原题", published=True)
    record_revision(entry, by=people["qian"])
    press(clients["zhao"], entry, "submit", title="改题", why="请核对题名")
    copy = find_working_copy(entry)
    assert (copy.status, copy.content["title"], copy.comment) == ("review", "改题", "请核对题名")
    assert Milestone.objects.get().title == "原题"
    page = page_of(clients["qian"], "change", entry.pk)
    assert "zhao" in page
    assert "请核对题名" in page


def test_a_form_without_a_change_submits_nothing(clients, people):
    entry = make_milestone(title="原题", published=True)
    record_revision(entry, by=people["qian"])
    answer = press(clients["zhao"], entry, "submit")
    assert answer.status_code == 200
    assert find_working_copy(entry) is None


def test_each_role_is_offered_what_it_may_do(clients, entry):
    assert buttons(clients["zhao"], entry) == {"submit"}
    assert buttons(clients["qian"], entry) == {"submit", "publish", "withdraw"}
    confirm(clients["zhao"], entry, "submit", note="请审")
    assert buttons(clients["zhao"], entry) == {"recall"}
    assert buttons(clients["sun"], entry) == set()
    assert buttons(clients["qian"], entry) == {"send_back", "publish", "withdraw"}


def test_whoever_sends_a_change_back_says_why_and_its_author_reads_it_in_the_form_and_the_lists(
    clients, entry
):
    confirm(clients["zhao"], entry, "submit")
    assert "errorlist" in confirm(clients["qian"], entry, "send_back").content.decode()
    confirm(clients["qian"], entry, "send_back", reason="题名与原文不符")
    assert status_of_copy(entry) == "draft"
    for screen in (
        address("change", entry.pk),
        address("working_copy", entry.pk),
        address("changelist"),
        reverse("admin:timeline_entry_changelist") + "?stage=change_returned",
        reverse("admin:index"),
    ):
        page = clients["zhao"].get(screen).content.decode()
        assert "题名与原文不符" in page, screen
        assert "qian" in page, screen
    # Until it is submitted again, whatever its author changes.
    save(clients["zhao"], entry, opened(clients["zhao"], entry), title="再改")
    assert "题名与原文不符" in page_of(clients["zhao"], "change", entry.pk)
    confirm(clients["zhao"], entry, "submit")
    assert "题名与原文不符" not in page_of(clients["zhao"], "change", entry.pk)


def test_a_note_typed_for_the_publication_is_the_reason_on_the_page_that_asks_for_one(clients, entry):
    confirm(clients["zhao"], entry, "submit")
    page = page_of(clients["qian"], "working_copy", entry.pk)
    (button,) = re.findall(r'<button [^>]*form="publication-form"[^>]*>退回修改</button>', page)
    assert 'name="_ask"' in button
    address_of_step = re.search(r'formaction="([^"]*)"', button)[1]
    asked = clients["qian"].post(address_of_step, {"note": "日期与原文不符", "_ask": "1"}).content.decode()
    assert re.search(r'<textarea name="reason"[^>]* autofocus[^>]*>\s*日期与原文不符</textarea>', asked)
    # Nothing was done: the page only asks.
    assert status_of_copy(entry) == "review"


def test_a_reason_left_out_hides_no_change_after_the_page_was_opened(clients, entry):
    confirm(clients["zhao"], entry, "submit")
    url = address("copy_verb", entry.pk, "send_back")
    form = fields_of(clients["qian"].get(url).content.decode())
    save(clients["zhao"], entry, opened(clients["zhao"], entry), title="再改")
    assert "内容已被改动" in clients["qian"].post(url, form | {"reason": ""}).content.decode()


def test_a_returned_entry_tells_its_author_why_in_the_form_and_the_list(clients, people):
    entry = make_milestone(title="新题")
    record_revision(entry, by=people["zhao"])
    perform_transition(entry, "submit", by=people["zhao"])
    perform_transition(entry, "send_back", by=people["qian"], comment="缺少出处")
    for screen in (address("change", entry.pk), address("changelist"), reverse("admin:index")):
        page = clients["zhao"].get(screen).content.decode()
        assert "缺少出处" in page, screen
        assert "qian" in page, screen


def test_an_author_recalls_by_a_button_and_nobody_else_does(clients, entry):
    confirm(clients["zhao"], entry, "submit")
    for name in ("sun", "qian"):
        url = address("copy_verb", entry.pk, "recall")
        assert clients[name].get(url).status_code == 403
        assert clients[name].post(url, {"_read": "9"}).status_code == 403
        answer = press(clients[name], entry, "recall")
        assert answer.status_code == 200
        assert status_of_copy(entry) == "review"
    press(clients["zhao"], entry, "recall", why="再查")
    assert status_of_copy(entry) == "draft"


def test_a_new_entry_is_recalled_by_its_author_only(clients, people):
    entry = make_milestone()
    record_revision(entry, by=people["zhao"])
    press(clients["zhao"], entry, "submit")
    assert "recall" not in buttons(clients["sun"], entry)
    press(clients["sun"], entry, "recall")
    assert Milestone.objects.get().status == "review"
    press(clients["zhao"], entry, "recall")
    assert Milestone.objects.get().status == "draft"


@pytest.mark.parametrize("name", ["publish", "send_back", "reschedule", "withdraw"])
def test_what_reviewers_do_is_refused_to_editors_at_any_address(clients, people, entry, name):
    do(entry, "submit", people["zhao"])
    if name in ("reschedule", "withdraw"):
        schedule(entry, people["qian"])
    before = find_working_copy(entry)
    url = address("copy_verb", entry.pk, name)
    given = {"_read": before.number, "note": "好", "reason": "好"}
    assert clients["zhao"].get(url).status_code == clients["zhao"].post(url, given).status_code == 403
    form = opened(clients["zhao"], entry) | {"_transition": name, "why": "好"}
    assert clients["zhao"].post(address("change", entry.pk), form).status_code == 403
    assert find_working_copy(entry) == before
    assert Milestone.objects.get().title == "原题"


def test_only_an_author_or_a_reviewer_discards_and_the_author_is_told_why(clients, entry):
    url = address("discard_copy", entry.pk)
    assert "/discard/" not in page_of(clients["sun"], "working_copy", entry.pk)
    assert clients["sun"].get(url).status_code == 403
    assert clients["sun"].post(url, {"reason": "不要", "_read": "2"}).status_code == 403
    assert "/discard/" in page_of(clients["zhao"], "working_copy", entry.pk)
    page = fields_of(page_of(clients["qian"], "discard_copy", entry.pk))
    clients["qian"].post(url, page | {"reason": "与原文不符"})
    assert find_working_copy(entry) is None
    shown = page_of(clients["zhao"], "change", entry.pk)
    assert "qian" in shown
    assert "与原文不符" in shown


def test_a_reviewer_schedules_a_change_moves_its_time_and_calls_it_off(clients, entry):
    at, later = timezone.now() + DAY, timezone.now() + 2 * DAY
    answer = confirm(clients["qian"], entry, "publish", now=local(at))
    assert answer.status_code == 302
    assert local(find_scheduled_copy(entry).public_from) == local(at)
    assert f'value="{local(at)}"' in page_of(clients["qian"], "copy_verb", entry.pk, "reschedule")
    confirm(clients["qian"], entry, "reschedule", now=local(later))
    assert local(find_scheduled_copy(entry).public_from) == local(later)
    confirm(clients["qian"], entry, "withdraw", reason="暂缓")
    assert find_scheduled_copy(entry) is None
    assert "暂缓" in page_of(clients["zhao"], "change", entry.pk)
    assert "暂缓" in page_of(clients["zhao"], "history", entry.pk)


def test_why_a_schedule_was_called_off_is_read_in_the_form_of_what_was_written_on_top(clients, entry):
    confirm(clients["qian"], entry, "publish", now=local(timezone.now() + DAY))
    save(clients["zhao"], entry, opened(clients["zhao"], entry), summary="补一句")
    confirm(clients["qian"], entry, "withdraw", reason="暂缓")
    for tag in ("change", "working_copy", "history"):
        assert "暂缓" in page_of(clients["zhao"], tag, entry.pk), tag


def test_a_time_that_is_past_is_refused_and_what_was_typed_is_kept(clients, entry):
    answer = confirm(clients["qian"], entry, "publish", now=local(timezone.now() - DAY), note="随发布会")
    assert "随发布会" in answer.content.decode()
    assert "errorlist" in answer.content.decode()
    assert find_scheduled_copy(entry) is None


def test_a_reviewer_publishes_or_schedules_a_change_from_the_form(clients, entry):
    at = timezone.now() + DAY
    press(clients["qian"], entry, "publish", public_from=local(at))
    assert local(find_scheduled_copy(entry).public_from) == local(at)
    # Saving leaves the time that the form shows as it is.
    save(clients["qian"], entry, opened(clients["qian"], entry), summary="补一句")
    assert local(find_scheduled_copy(entry).public_from) == local(at)
    press(clients["qian"], entry, "publish_now")
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("改题", "补一句")


@pytest.fixture
def scheduled(people):
    """A new entry that becomes public tomorrow."""
    entry = make_milestone(title="原题", published=True)
    update_unchecked(Entry.objects.filter(pk=entry.pk), published_at=timezone.now() + DAY)
    record_revision(entry, by=people["qian"])
    return entry


def test_the_change_of_a_reviewer_takes_effect_at_once_in_what_is_scheduled(clients, scheduled):
    save(clients["qian"], scheduled, opened(clients["qian"], scheduled), title="审核员改")
    assert Milestone.objects.get().title == "审核员改"
    assert find_working_copy(scheduled) is None
    assert Revision.objects.for_record(scheduled).applied().last().title == "审核员改"


def test_the_change_of_an_editor_is_a_working_copy_of_what_is_scheduled(clients, scheduled):
    save(clients["zhao"], scheduled, opened(clients["zhao"], scheduled), title="编辑改")
    assert Milestone.objects.get().title == "原题"
    assert find_working_copy(scheduled).content["title"] == "编辑改"


def test_nobody_changes_what_is_scheduled_alone_where_nobody_publishes_their_own_work(
    clients, scheduled, settings
):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    save(clients["qian"], scheduled, opened(clients["qian"], scheduled), title="审核员改")
    assert Milestone.objects.get().title == "原题"


def test_whose_change_takes_effect_at_once_begins_no_change_to_be_submitted_or_published(clients, scheduled):
    assert buttons(clients["qian"], scheduled) == {"reschedule", "publish_now", "withdraw"}
    assert buttons(clients["zhao"], scheduled) == {"submit"}


def test_a_preview_has_no_buttons_of_a_change_that_it_does_not_show(clients, scheduled):
    save(clients["zhao"], scheduled, opened(clients["zhao"], scheduled), title="编辑改")
    page = page_of(clients["qian"], "draft_preview", scheduled.pk)
    assert {*re.findall(r'name="_transition" value="(\w+)"', page)} == {
        "reschedule",
        "publish_now",
        "withdraw",
    }
    assert f'value="{local(Milestone.objects.get().published_at)}"' in page


def test_what_is_not_public_yet_is_not_said_to_be_read(clients, scheduled):
    answer = press(clients["zhao"], scheduled, "submit", title="编辑改")
    page = clients["zhao"].get(answer["Location"]).content.decode()
    assert "公开页面" not in page.partition('id="content"')[2]
    when = timezone.localtime(Milestone.objects.get().published_at)
    for tag in ("publish_copy", "working_copy", "discard_copy", "preview"):
        page = html.unescape(page_of(clients["qian"], tag, scheduled.pk))
        assert "公开文本" not in page
        assert "原来的" not in page
        if tag == "publish_copy":
            assert "届时读者才能看到" in page
            assert "留空即随条目一起" in page
            assert f"{when:%H:%M}" in page


def test_what_could_not_be_published_is_refused_in_what_is_scheduled(clients, scheduled):
    form = opened(clients["qian"], scheduled) | {"citations-0-DELETE": "on"}
    answer = clients["qian"].post(address("change", scheduled.pk), form)
    assert answer.status_code == 200
    assert Milestone.objects.get().citations.count() == 1


def test_the_time_of_an_entry_is_moved_by_the_form_earlier_later_and_to_now(clients, scheduled):
    assert "reschedule" not in buttons(clients["zhao"], scheduled)
    for at in (timezone.now() + 3 * DAY, timezone.now() + DAY / 2):
        press(clients["qian"], scheduled, "reschedule", public_from=local(at))
        assert local(Milestone.objects.get().published_at) == local(at)
    assert f'value="{local(at)}"' in page_of(clients["qian"], "change", scheduled.pk)
    press(clients["qian"], scheduled, "publish_now")
    assert Milestone.objects.get().is_public
    history = [one.action for one in Revision.objects.for_record(scheduled).applied()]
    assert history[-3:] == ["rescheduled", "rescheduled", "released"]


def test_what_is_read_first_is_the_newest_state_of_a_change(clients, people, entry):
    form = opened(clients["qian"], entry)
    save_working_copy(entry, whole(entry) | {"title": "又改"}, by=people["zhao"])
    answer = clients["qian"].post(address("change", entry.pk), form | {"_transition": "publish"})
    assert answer.status_code in (200, 409)
    assert Milestone.objects.get().title == "原题"


def test_lists_tell_the_stage_of_changes(clients, people):
    made = {
        name: make_revised(people["zhao"], title=name)
        for name in ("draft", "review", "scheduled", "returned")
    }
    for name in ("review", "returned"):
        do(made[name], "submit", people["zhao"])
    do(made["returned"], "send_back", people["qian"], comment="再查")
    schedule(made["scheduled"], people["qian"])
    for name in ("review", "returned", "scheduled"):
        page = clients["zhao"].get(address("changelist"), {"stage": f"change_{name}"})
        assert [one.pk for one in page.context["cl"].result_list] == [made[name].pk], name
    page = clients["zhao"].get(address("changelist"), {"stage": "revised"})
    assert len(page.context["cl"].result_list) == 4
    assert clients["zhao"].get(reverse("admin:index")).status_code == 200


def test_a_change_is_not_published_from_a_list_where_nobody_has_read_it(clients, entry):
    for name in ("submit", "publish"):
        answer = clients["qian"].post(address("verb", name), {"ids": entry.pk}, follow=True)
        assert answer.status_code == 200
        assert status_of_copy(entry) == "draft"


def test_a_page_of_a_working_copy_that_is_scheduled_below_another_leads_to_both(clients, people, entry):
    copy = schedule(entry, people["qian"])
    save_working_copy(entry, copy.content | {"summary": "再补"}, by=people["zhao"])
    page = page_of(clients["qian"], "working_copy", entry.pk)
    assert address("copy_verb", entry.pk, "reschedule") in page
    refused = clients["qian"].get(address("publish_copy", entry.pk), follow=True)
    assert refused.redirect_chain == [(address("working_copy", entry.pk), 302)]
    confirm(clients["qian"], entry, "publish_now")
    assert Milestone.objects.get().title == "改题"
    assert find_working_copy(entry).content["summary"] == "再补"


def test_unknown_steps_have_no_page(clients, entry):
    assert clients["qian"].get(address("copy_verb", entry.pk, "explode")).status_code == 404
    without = make_milestone(published=True)
    record_revision(without, by=make_user())
    assert clients["qian"].get(address("copy_verb", without.pk, "submit")).status_code == 404


def test_an_old_form_saved_after_the_publication_says_who_published(clients, entry, english):
    do(entry, "submit", User.objects.get(username="zhao"))
    form = opened(clients["zhao"], entry)
    do(entry, "publish", User.objects.get(username="qian"))
    answer = clients["zhao"].post(address("change", entry.pk), form | {"summary": "又补一句"}, follow=True)
    page = answer.content.decode()
    assert "qian" in page
    assert "所改的另存为修订稿，尚未提交" in page
    assert status_of_copy(entry) == "draft"
