"""Moving to a new time, wherever it is offered: without a time nothing becomes public, and the field says so."""

import datetime
import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.copies import DAY, make_member, make_revised, schedule
from tests.forms import address, fields_of, opened, save
from tests.transition_pages import asked
from timeline.accounts.roles import REVIEWERS
from timeline.editing.answers import Refused
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_listed_transition
from timeline.editing.working_copies import find_scheduled_copy
from timeline.i18n.display import format_datetime
from timeline.models import Milestone
from timeline.workflow import TRANSITIONS, TransitionFields, new_time_required

pytestmark = pytest.mark.django_db
MOVING = [one.name for one in TRANSITIONS.values() if one.fields is TransitionFields.NOTE_AND_NEW_TIME]
SCHEDULE = reverse("admin:timeline_entry_schedule")


@pytest.fixture
def reviewer(client):
    user = make_member(REVIEWERS)
    client.force_login(user)
    return user


@pytest.fixture
def entry(reviewer):
    """A new entry that becomes public tomorrow."""
    return scheduled_for(timezone.now() + DAY)


@pytest.fixture
def revised(reviewer):
    """A public entry, a change of which becomes public tomorrow."""
    revised = make_revised(reviewer)
    schedule(revised, reviewer)
    return revised


def scheduled_for(at):
    entry = make.make_milestone()
    make.make_citation(entry)
    record_revision(entry, by=make.make_user())
    entry.publish(by=make.make_user(), public_from=at)
    return entry


def by_form(client, entry, name):
    form = opened(client, entry) | {"_transition": name, "why": "先缓一缓", "public_from": ""}
    return save(client, entry, form)


def by_preview(client, entry, name):
    url = address("draft_preview", entry.pk)
    form = fields_of(client.get(url).content.decode())
    return client.post(url, form | {"_transition": name, "why": "先缓一缓", "public_from": ""})


def by_list(client, entry, name):
    page = asked(client, name, entry)
    form = fields_of(page.content.decode()) | {"note": "先缓一缓", "now": ""}
    return client.post(page.redirect_chain[-1][0], form)


def by_page_of_copy(client, entry, name):
    url = address("copy_verb", entry.pk, name)
    form = fields_of(client.get(url).content.decode()) | {"note": "先缓一缓", "now": ""}
    return client.post(url, form)


def by_schedule(client, entry, name):
    (item,) = client.get(SCHEDULE).context["items"]
    fields = {"table": "entry", "key": entry.pk, "number": item.number, "transition": name}
    fields |= {"is_copy": "yes"} if item.scheduled.is_copy else {}
    return client.post(SCHEDULE, fields | {"public_from": ""})


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("way", [by_form, by_preview, by_list, by_schedule])
def test_no_page_publishes_a_record_for_want_of_a_time(client, entry, way, name):
    at = Milestone.objects.get(pk=entry.pk).published_at
    page = way(client, entry, name)
    assert page.status_code == 200
    text = html.unescape(page.content.decode())
    assert new_time_required() in text
    assert way is by_schedule or "先缓一缓" in text
    assert Milestone.objects.get(pk=entry.pk).published_at == at
    assert not Milestone.objects.published().exists()


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("way", [by_form, by_page_of_copy, by_schedule])
def test_no_page_publishes_a_working_copy_for_want_of_a_time(client, revised, way, name):
    at = find_scheduled_copy(revised).public_from
    page = way(client, revised, name)
    assert page.status_code == 200
    assert new_time_required() in html.unescape(page.content.decode())
    assert find_scheduled_copy(revised).public_from == at
    assert Milestone.objects.get(pk=revised.pk).title == "原题"


@pytest.mark.parametrize("name", MOVING)
def test_no_service_publishes_for_want_of_a_time(reviewer, entry, revised, name):
    for answer in (
        perform_listed_transition(Milestone, entry.pk, name, by=reviewer),
        perform_copy_transition(revised, name, by=reviewer),
    ):
        assert isinstance(answer, Refused)
        assert answer.messages == {"public_from": [new_time_required()]}
    assert not Milestone.objects.get(pk=entry.pk).is_public
    assert find_scheduled_copy(revised) is not None


def test_the_field_is_marked_as_required(client, entry, revised):
    for page in (
        asked(client, "reschedule", entry),
        client.get(address("copy_verb", revised.pk, "reschedule")),
    ):
        assert re.search(r'<input type="datetime-local" name="now"[^>]* required', page.content.decode())


def test_records_of_different_times_are_all_moved_to_the_one_that_is_given(client, entry):
    other = scheduled_for(timezone.now() + 3 * DAY)
    page = asked(client, "reschedule", entry, other)
    form = fields_of(page.content.decode())
    assert form["now"] == ""
    for one in (entry, other):
        assert format_datetime(one.published_at) in page.content.decode()
    at = timezone.localtime(timezone.now() + 9 * DAY).replace(second=0, microsecond=0)
    client.post(page.redirect_chain[-1][0], form | {"now": f"{at:%Y-%m-%dT%H:%M}"})
    assert {*Milestone.objects.values_list("published_at", flat=True)} == {at.astimezone(datetime.UTC)}


def test_what_is_scheduled_is_published_at_once_by_a_verb_of_its_own(client, entry, revised):
    page = asked(client, "publish_now", entry)
    form = fields_of(page.content.decode())
    assert "now" not in form
    client.post(page.redirect_chain[-1][0], form | {"note": "提前"})
    assert Milestone.objects.get(pk=entry.pk).is_public
    url = address("copy_verb", revised.pk, "publish_now")
    client.post(url, fields_of(client.get(url).content.decode()))
    assert Milestone.objects.get(pk=revised.pk).title == "改题"
    assert find_scheduled_copy(revised) is None


def test_what_nobody_has_seen_is_called_off_by_its_form_and_preview(client, entry):
    label = TRANSITIONS["withdraw"].label_of_copy
    for tag in ("change", "draft_preview"):
        page = client.get(address(tag, entry.pk)).content.decode()
        assert re.search(rf'value="withdraw"[^>]*>\s*{label}', page), tag
