"""The whole lists of the queue: in pages, for those whom they are for."""

import re

import pytest
from django.urls import reverse

from tests.copies import make_member
from tests.factories import make_milestone, make_topic, make_user
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.admin.views.queue import PAGE_SIZE
from timeline.editing.comments import begin_thread
from timeline.editing.queue import QUEUE
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition

pytestmark = pytest.mark.django_db


def titles(page):
    return re.findall(r'class="queue-title" href="[^"]*">([^<]+)<', page)


def test_a_list_has_pages_of_a_fixed_size_and_a_fixed_number_of_queries(
    client, django_assert_max_num_queries
):
    editor = make_member(EDITORS)
    for number in range(PAGE_SIZE + 2):
        record = make_milestone(title=f"第 {number} 件")
        record_revision(record, by=editor)
        perform_transition(record, "submit", by=editor)
    client.force_login(make_member(REVIEWERS))
    address = reverse("queue", args=["review"])
    client.get(address)
    with django_assert_max_num_queries(20):
        page = client.get(address).content.decode()
    assert titles(page) == [f"第 {number} 件" for number in range(PAGE_SIZE)]
    assert len(page.encode()) < 150_000
    assert titles(client.get(address, {"page": 2}).content.decode()) == [
        f"第 {number} 件" for number in range(PAGE_SIZE, PAGE_SIZE + 2)
    ]


def test_all_comments_for_me_are_a_list(client):
    editor = make_member(EDITORS)
    begin_thread(make_topic(title="智慧交通"), by=make_user(), text="请看", people=[editor.pk])
    client.force_login(editor)
    assert titles(client.get(reverse("queue", args=["comments"])).content.decode()) == ["智慧交通"]


def test_each_list_is_for_those_whom_it_is_for(client):
    for user, allowed in (
        (make_member(REVIEWERS), {*QUEUE}),
        (make_member(EDITORS), {*QUEUE} - {"review"}),
        (make_user(is_staff=True), set()),
    ):
        client.force_login(user)
        found = {name for name in QUEUE if client.get(reverse("queue", args=[name])).status_code == 200}
        assert found == allowed
        assert client.get(reverse("queue", args=["nonsense"])).status_code == 404
    client.logout()
    assert client.get(reverse("queue", args=["review"])).status_code == 302
