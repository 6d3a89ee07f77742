"""A working copy that was begun over a scheduled one, by the forms and pages: two copies, each with a state of its own."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tests.copies import DAY, do, make_member, make_revised, schedule
from tests.editing.entries import whole
from tests.factories import make_milestone
from tests.forms import address, fields_of, opened, save
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.working_copies import find_scheduled_copy, find_working_copy, save_working_copy
from timeline.i18n.display import format_datetime
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao():
    return make_member(EDITORS, username="zhao")


@pytest.fixture
def qian():
    return make_member(REVIEWERS, username="qian")


@pytest.fixture
def reviewer_client(qian):
    client = Client()
    client.force_login(qian)
    return client


@pytest.fixture
def entry(zhao, qian):
    """A public entry with a scheduled working copy, and another by zhao over it."""
    entry = make_revised(zhao, title="将公开")
    schedule(entry, qian)
    save_working_copy(entry, whole(entry) | {"title": "之后再改"}, by=zhao)
    return entry


def page_of(client, tag, *args):
    answer = client.get(address(tag, *args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_publishing_it_by_the_form_says_that_an_earlier_change_is_scheduled(reviewer_client, entry):
    form = opened(reviewer_client, entry)
    answer = save(reviewer_client, entry, form, _transition="publish", summary="再补一句")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "请先发布它或取消定时" in page
    assert "再补一句" in page
    assert Milestone.objects.get().title == "原题"
    assert find_working_copy(entry).title == "之后再改"


def test_the_form_says_what_is_scheduled_below_it_and_asks_for_no_other_time(reviewer_client, entry):
    page = page_of(reviewer_client, "change", entry.pk)
    for name in ("reschedule", "withdraw"):
        assert address("copy_verb", entry.pk, name) in page
    assert "public_from" not in fields_of(page)


def test_each_copy_says_what_was_done_with_it_alone(reviewer_client, entry, zhao, qian):
    for tag in ("change", "working_copy"):
        page = page_of(reviewer_client, tag, entry.pk)
        assert "修订稿将于公开" not in page
    do(entry, "submit", zhao, comment="请审")
    do(entry, "reschedule", qian, public_from=timezone.now() + 2 * DAY, comment="改到后天")
    page = page_of(reviewer_client, "working_copy", entry.pk)
    status = re.search(r'<section class="record-status.*?</section>', page, re.S)
    assert status
    assert "zhao" in status[0]
    assert "请审" in status[0]
    assert "改到后天" not in status[0]
    assert find_scheduled_copy(entry).comment == "改到后天"


def test_a_note_to_readers_is_that_of_one_copy(reviewer_client, entry, zhao, qian):
    """Over a scheduled copy an editor begins another with a note of its own; who changes the scheduled one sees its note."""
    other = make_revised(zhao, title="将公开")
    scheduled = schedule(other, qian)
    Revision.objects.filter(pk=scheduled.pk).update(change_note="更正施行日期")
    editor_client = Client()
    editor_client.force_login(zhao)
    form = opened(editor_client, other)
    assert form["change_note"] == ""
    assert opened(reviewer_client, other)["change_note"] == "更正施行日期"
    save(editor_client, other, form, title="之后再改")
    assert find_working_copy(other).change_note == ""
    assert find_scheduled_copy(other).change_note == "更正施行日期"


def test_the_words_of_the_author_are_shown_and_not_recorded_as_those_of_the_reviewer(
    reviewer_client, zhao, qian
):
    entry = make_revised(zhao)
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=zhao, comment="依公报改正")
    page = page_of(reviewer_client, "publish_copy", entry.pk)
    assert "依公报改正" in page
    assert fields_of(page)["note"] == ""
    reviewer_client.post(address("publish_copy", entry.pk), fields_of(page))
    published = Revision.objects.for_record(entry).applied().last()
    assert (published.created_by, published.comment) == (qian, "")


def test_an_editor_submits_a_change_over_what_is_scheduled_at_once(zhao, qian, reviewer_client):
    entry = make_revised(zhao, title="将公开")
    schedule(entry, qian)
    client = Client()
    client.force_login(zhao)
    assert 'value="submit"' in page_of(client, "change", entry.pk)
    assert 'value="submit"' not in page_of(reviewer_client, "change", entry.pk)
    refused = save(client, entry, opened(client, entry), _transition="submit")
    assert refused.status_code == 200
    assert find_working_copy(entry) == find_scheduled_copy(entry)
    save(client, entry, opened(client, entry), _transition="submit", title="之后再改")
    copy = find_working_copy(entry)
    assert (copy.status, copy.title, copy.is_scheduled) == ("review", "之后再改", False)
    assert find_scheduled_copy(entry).title == "将公开"


def test_a_decision_leads_back_to_the_queue_with_a_link_to_what_was_decided(reviewer_client, entry, zhao):
    do(entry, "submit", zhao)
    url = address("copy_verb", entry.pk, "send_back")
    form = fields_of(page_of(reviewer_client, "copy_verb", entry.pk, "send_back")) | {"reason": "再查"}
    answer = reviewer_client.post(url, form, follow=True)
    assert answer.redirect_chain == [(reverse("admin:index"), 302)]
    assert f'<a href="{address("working_copy", entry.pk)}">原题</a>' in answer.content.decode()


def test_the_schedule_leads_to_the_text_that_becomes_public_then(reviewer_client, entry):
    (item,) = reviewer_client.get(reverse("admin:timeline_entry_schedule")).context["items"]
    assert item.url == address("scheduled_copy", entry.pk)
    page = page_of(reviewer_client, "scheduled_copy", entry.pk)
    scheduled, newer = find_scheduled_copy(entry), find_working_copy(entry)
    assert scheduled.title != newer.title
    assert scheduled.title in page
    assert newer.title not in page
    for name in ("reschedule", "publish_now", "withdraw"):
        assert address("copy_verb", entry.pk, name) in page
    assert address("preview_scheduled", entry.pk) in page
    preview = page_of(reviewer_client, "preview_scheduled", entry.pk)
    assert scheduled.title in preview
    assert newer.title not in preview
    assert address("scheduled_copy", entry.pk) in page_of(reviewer_client, "working_copy", entry.pk)


def test_a_page_of_a_scheduled_copy_that_is_the_only_one_is_that_of_the_working_copy(
    reviewer_client, zhao, qian
):
    only = make_revised(zhao)
    assert reviewer_client.get(address("scheduled_copy", only.pk)).status_code == 302
    schedule(only, qian)
    for tag in ("scheduled_copy", "preview_scheduled"):
        assert reviewer_client.get(address(tag, only.pk))["Location"] == address("working_copy", only.pk)
    untouched = make_milestone(published=True)
    assert reviewer_client.get(address("scheduled_copy", untouched.pk)).status_code == 404


def test_who_writes_over_a_scheduled_copy_is_told_that_it_still_becomes_public(entry, zhao):
    client = Client()
    client.force_login(zhao)
    save(client, entry, opened(client, entry), title="再改一次")
    page = client.get(address("change", entry.pk)).content.decode()
    assert format_datetime(find_scheduled_copy(entry).public_from) in words_of_success(page)
    other = make_revised(zhao)
    save(client, other, opened(client, other), title="也改一次")
    assert _("Kept as a working copy. The public page stays as it is until that is published.") in page_of(
        client, "change", other.pk
    )


def words_of_success(page):
    return " ".join(re.findall(r'<li class="success">(.*?)</li>', page, re.S))


def test_no_page_offers_to_publish_it_before_the_earlier_one(reviewer_client, entry, qian):
    button = 'name="_transition" value="publish"'
    assert button not in page_of(reviewer_client, "change", entry.pk)
    assert address("publish_copy", entry.pk) not in page_of(reviewer_client, "working_copy", entry.pk)
    assert address("copy_verb", entry.pk, "publish") not in page_of(reviewer_client, "working_copy", entry.pk)
    do(entry, "withdraw", qian, comment="不急")
    assert button in page_of(reviewer_client, "change", entry.pk)
