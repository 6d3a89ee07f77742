"""The admin's front page: pending work, its counts, and links to its lists."""

import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from tests import factories as make
from tests.admin_lists import rows
from tests.world import add_entries, make_world
from timeline.editing.revisions import table_of_entry
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import publish_working_copy, save_working_copy
from timeline.models import Milestone
from timeline.templatetags import admin_tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor_client(client):
    client.force_login(make.make_editor())
    return client


def test_the_front_page_says_what_waits_and_leads_there(editor_client):
    make.make_milestone(title="甲的草稿", date="2013")
    make.make_milestone(title="待审的乙").submit(by=make.make_user())
    public = make.make_milestone(title="公开的丙", date="2013", title_en="C", summary_en="C", published=True)
    save_working_copy(public, {"title": "修订的丙"}, by=make.make_user())
    page = editor_client.get(reverse("admin:index")).content.decode()
    found = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong> (\S+)</a>', page)
    assert [(label, count) for _address, count, label in found] == [
        ("草稿", "1"), ("已退回", "0"), ("审核中", "1"), ("修订稿", "1"), ("定时发布", "0"), ("无日期", "1"), ("无来源", "2"), ("无英文", "2"),
    ]  # fmt: skip
    for address, count, label in found:
        listed = editor_client.get(address).context["cl"].result_count
        assert listed == int(count), label
    entry = Milestone.objects.get(title="甲的草稿")
    assert f'<a href="{reverse("admin:timeline_entry_change", args=[entry.pk])}">甲的草稿</a>' in page


def test_the_piles_do_not_overlap_and_hold_what_their_lists_show(editor_client):
    editor = make.make_user()
    make.make_milestone(title="草稿甲")
    returned = make.make_milestone(title="退回乙")
    perform_transition(returned, "submit", by=editor)
    perform_transition(returned, "send_back", by=editor, comment="缺少出处")
    revised = make.make_milestone(title="修订丙", published=True)
    former = make.make_milestone(title="修订过的丁", published=True)
    for words in ("第一稿", "第二稿"):
        for entry in (revised, former):
            save_working_copy(entry, table_of_entry(entry).whole_row_of(entry) | {"title": words}, by=editor)  # fmt: skip
    publish_working_copy(former, by=editor)
    page = editor_client.get(reverse("admin:index")).content.decode()
    found = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong> (\S+)</a>', page)
    for address, count, label in found:
        assert editor_client.get(address).context["cl"].result_count == int(count), label
    counts = {label: int(count) for _address, count, label in found}
    assert (counts["草稿"], counts["已退回"], counts["修订稿"]) == (1, 1, 1)
    assert len(rows(editor_client, "entry", stage="draft")) == 1
    assert "已退回" in rows(editor_client, "entry", stage="returned")[0]


def test_what_waits_costs_four_queries(django_assert_num_queries):
    add_entries(make_world(), "一", status="review")
    request = RequestFactory().get("/")
    request.user = make.make_editor()
    with django_assert_num_queries(4):
        Template("{% load admin_tags %}{% worklist %}").render(Context({"request": request}))


def test_what_waits_is_for_those_who_may_see_it(client):
    make.make_milestone(title="甲的草稿")
    client.force_login(make.make_user(is_staff=True))
    page = client.get(reverse("admin:index")).content.decode()
    assert "待办事项" not in page
    assert "甲的草稿" not in page


def test_the_admin_lists_its_rooms_in_the_order_of_work(editor_client):
    page = editor_client.get(reverse("admin:index")).content.decode()
    rooms = re.findall(r'<tr class="model-(\w+)', page)
    assert rooms[:5] == [name.lower() for name in admin_tags.MODEL_ORDER[:5]]
