"""The messages after the form of a record was saved."""

import re

import pytest
from django.utils import timezone, translation

from tests import factories as make
from tests.copies import DAY, do, make_revised
from tests.forms import address_of, fields_of
from timeline.admin.form_messages import publication_message, resubmission_message, working_copy_message
from timeline.admin.transition_buttons import success_message
from timeline.editing.answers import Saved
from timeline.workflow import TRANSITIONS

pytestmark = pytest.mark.django_db


def test_a_working_copy_says_what_readers_see_meanwhile():
    topic = make.make_topic()
    assert "公开页面" in working_copy_message(topic)
    topic.withdraw(by=make.make_user(), comment="有误")
    assert "公开页面" not in working_copy_message(topic)


def test_a_form_that_is_sent_again_says_what_was_not_done():
    topic = make.make_topic(published=False)
    first = resubmission_message(Saved(topic), None)
    assert first
    again = resubmission_message(Saved(topic), TRANSITIONS["publish"])
    assert again.startswith(first)
    assert str(TRANSITIONS["publish"].label) in again.removeprefix(first)


@pytest.mark.parametrize("maker", [make.make_source, make.make_organization])
def test_a_button_that_was_pressed_over_what_is_unread_says_who_did_what(editor_client, maker):
    record = maker(published=False)
    form = fields_of(editor_client.get(address_of("change", record)).content.decode())
    record.submit(by=make.make_user(username="wang"), comment="请核对")
    answer = editor_client.post(address_of("change", record), form | {"_transition": "publish"})
    errors = " ".join(re.findall(r'<ul class="errorlist nonfield.*?</ul>', answer.content.decode(), re.S))
    assert "wang" in errors
    assert f'href="{address_of("history", record)}"' in errors
    record.refresh_from_db()
    assert record.status == "review"


@pytest.fixture
def withdrawn():
    entry = make_revised(make.make_user())
    entry.withdraw(by=make.make_user(), comment="有误")
    return entry


def test_the_working_copy_of_a_withdrawn_record_promises_no_publication(withdrawn):
    with translation.override("en"):
        for message in (
            publication_message(withdrawn),
            success_message(do(withdrawn, "publish", make.make_user())),
        ):
            assert "withdrawn, and readers do not see it" in message
            assert "press “Publish”" in message
            assert "from now on" not in message


def test_that_of_a_public_and_of_a_scheduled_record_says_when_readers_see_it():
    public, scheduled = make_revised(make.make_user()), make.make_policy()
    make.make_citation(scheduled)
    scheduled.publish(by=make.make_user(), public_from=timezone.now() + DAY)
    with translation.override("en"):
        assert "from now on" in publication_message(public)
        assert "from now on." in publication_message(public, TRANSITIONS["publish_now"])
        assert "now" not in publication_message(public, TRANSITIONS["reschedule"])
        assert "once that is public" in publication_message(scheduled)
