"""What an open form asks: who else has it open and what was saved, in a few bytes, without a session or a lock."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.copies import make_member
from tests.factories import make_topic, make_user
from timeline.accounts.roles import EDITORS
from timeline.editing.revisions import latest_revision_number, record_revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_member(EDITORS, last_name="王", first_name="小明")


def ask(user, record, seen=0):
    client = Client()
    client.force_login(user)
    address = reverse("admin:timeline_topic_open", args=[record.pk])
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, {"_read": seen})
    writes = [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    return answer, writes


def test_who_else_has_it_open_is_said_with_the_time(editor):
    record, colleague = make_topic(), make_member(EDITORS, last_name="陈", first_name="静")
    assert ask(editor, record)[0].json() == {}
    (words,) = ask(colleague, record)[0].json().values()
    assert words.startswith("也正打开此表单的有：王小明（")
    assert "陈静" in ask(editor, record)[0].json()["editing"]


def test_a_form_that_is_closed_is_not_said_to_be_open_any_more(editor):
    record, colleague = make_topic(), make_member(EDITORS, last_name="陈", first_name="静")
    ask(editor, record)
    client = Client()
    client.force_login(editor)
    closing = {"_read": 0, "closed": "yes"}
    assert client.post(reverse("admin:timeline_topic_open", args=[record.pk]), closing).status_code == 204
    assert ask(colleague, record)[0].json() == {}


def test_what_was_saved_meanwhile_is_said(editor):
    record, colleague = make_topic(), make_member(EDITORS, last_name="陈", first_name="静")
    record_revision(record, by=editor)
    seen = latest_revision_number(record)
    record.title = "改名"
    record.save()
    record_revision(record, by=colleague)
    assert "陈静" in ask(editor, record, seen)[0].json()["saved"]
    assert "saved" not in ask(editor, record, seen + 1)[0].json()


def test_what_one_saved_oneself_on_another_page_is_said_without_a_name(editor):
    record = make_topic()
    record_revision(record, by=editor)
    seen = latest_revision_number(record)
    assert "saved" not in ask(editor, record, seen)[0].json()
    record.title = "改名"
    record.save()
    record_revision(record, by=editor)
    words = ask(editor, record, seen)[0].json()["saved"]
    assert "小明" not in words


def test_a_report_writes_one_row_and_is_small(editor):
    record = make_topic()
    ask(editor, record)
    answer, writes = ask(editor, record)
    assert len(writes) == 1
    assert writes[0].startswith('UPDATE "timeline_openform"')
    assert len(answer.content) < 300


def test_only_whoever_may_change_the_record_reports_a_form(client):
    record = make_topic()
    assert ask(make_user(is_staff=True), record)[0].status_code == 403
    client.force_login(make_member(EDITORS))
    assert client.get(reverse("admin:timeline_topic_open", args=[record.pk])).status_code == 405


def test_the_form_of_a_stored_record_asks_and_that_of_a_new_one_does_not(client, editor):
    client.force_login(editor)
    record = make_topic()
    page = client.get(reverse("admin:timeline_topic_change", args=[record.pk])).content.decode()
    assert reverse("admin:timeline_topic_open", args=[record.pk]) in page
    assert "data-open-form" not in client.get(reverse("admin:timeline_topic_add")).content.decode()
