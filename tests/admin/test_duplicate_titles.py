"""Duplicate titles: a second record with a title needs a confirmation."""

import html
import itertools

import pytest
from django.urls import reverse

from tests import factories as make
from tests.forms import fields_of
from timeline.models import Area, Organization, Policy, Source, Topic

pytestmark = pytest.mark.django_db


def add(editor_client, noun, popup=False, **typed):
    address = reverse(f"admin:timeline_{noun}_add") + ("?_popup=1" if popup else "")
    form = fields_of(editor_client.get(address).content.decode()) | typed
    return address, form, editor_client.post(address, form)


SIMPLIFIED, TRADITIONAL = "智慧医疗（试点）", "智慧醫療 (試點)"
# The other combinations of admin, popup and script run only with `make test-all`.
SHORT = [
    *((model, False, TRADITIONAL) for model in (Topic, Organization, Area, Source)),
    (Topic, True, SIMPLIFIED),
]


@pytest.mark.parametrize(
    ("model", "popup", "title"),
    [
        pytest.param(*case, marks=() if case in SHORT else pytest.mark.long)
        for case in itertools.product(
            [Topic, Organization, Area, Source], [False, True], [SIMPLIFIED, TRADITIONAL]
        )
    ],
)
def test_a_second_record_of_a_title_is_made_by_saving_once_more(editor_client, model, popup, title):
    first = model.objects.create(title=SIMPLIFIED)
    noun = model._meta.model_name
    address, _form, answer = add(editor_client, noun, popup, title=title)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert model.objects.count() == 1
    assert f'<a href="{reverse(f"admin:timeline_{noun}_change", args=[first.pk])}"' in page
    editor_client.post(address, fields_of(page))
    assert [record.title for record in model.objects.order_by("pk")] == [first.title, title]


def test_another_title_that_is_there_too_is_asked_about_anew(editor_client):
    make.make_topic(title="医疗")
    make.make_topic(title="教育")
    address, _form, answer = add(editor_client, "topic", title="医疗")
    page = editor_client.post(address, fields_of(answer.content.decode()) | {"title": "教育"})
    assert page.status_code == 200
    assert Topic.objects.count() == 2


def test_a_new_title_is_no_question_nor_is_a_record_that_keeps_its_own(editor_client):
    _address, _form, answer = add(editor_client, "topic", title="医疗")
    assert answer.status_code == 302
    make.make_topic(title="医疗")
    for topic in Topic.objects.all():
        address = reverse("admin:timeline_topic_change", args=[topic.pk])
        form = fields_of(editor_client.get(address).content.decode())
        assert editor_client.post(address, form).status_code == 302


def test_a_form_that_is_sent_twice_does_not_ask_about_its_own_record(editor_client):
    address, form, _answer = add(editor_client, "topic", title="医疗")
    assert editor_client.post(address, form).status_code == 302
    assert Topic.objects.count() == 1


@pytest.mark.parametrize(("year", "is_made"), [("2013", False), ("2014", True), ("", False)])
def test_a_policy_of_the_same_title_is_asked_about_where_its_year_is_the_same_or_not_known(
    editor_client, year, is_made
):
    make.make_policy(title="关于印发工作要点的通知", date="2013-05")
    make.make_policy(title="无日期的通知")
    _address, _form, answer = add(
        editor_client, "policy", title="关于印发工作要点的通知", date=year, document_type="plan"
    )
    assert Policy.objects.filter(title="关于印发工作要点的通知").count() == 1 + is_made
    assert (answer.status_code == 302) is is_made


def test_a_title_is_shown_as_text(editor_client):
    make.make_topic(title="甲&乙")
    _address, _form, answer = add(editor_client, "topic", title="甲&乙")
    assert ">甲&amp;乙 (" in answer.content.decode()
    assert "甲&乙" in html.unescape(answer.content.decode())
