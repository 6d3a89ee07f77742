"""The admin of all entries: redirects to the admin of each kind, endpoints of the scripts."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.world import add_entries

pytestmark = pytest.mark.django_db


def test_the_list_of_all_entries_leads_to_the_screen_of_each_kind(editor_client, world):
    entries = add_entries(world, "一", status="draft")
    page = editor_client.get(reverse("admin:timeline_entry_changelist")).content.decode()
    for entry in entries:
        address = reverse(f"admin:timeline_{entry._meta.model_name}_change", args=[entry.pk])
        assert f'href="{address}"' in page
        response = editor_client.get(reverse("admin:timeline_entry_change", args=[entry.pk]), {"_popup": "1"})
        assert response["Location"] == f"{address}?_popup=1"


def test_every_page_of_an_entry_leads_to_that_of_its_kind_where_there_is_such_an_entry(editor_client, client):
    entry = make.make_policy()
    for page in ("change", "delete", "history"):
        answer = editor_client.get(reverse(f"admin:timeline_entry_{page}", args=[entry.pk]))
        assert answer["Location"] == reverse(f"admin:timeline_policy_{page}", args=[entry.pk])
        assert editor_client.get(reverse(f"admin:timeline_entry_{page}", args=["4711"])).status_code == 404
    client.force_login(make.make_user(is_staff=True))
    assert client.get(reverse("admin:timeline_entry_change", args=[entry.pk])).status_code == 403


def test_the_script_asks_the_same_parser(editor_client):
    address = reverse("admin:timeline_partial_date")
    assert editor_client.get(address, {"text": "2013年1月"}).json() == {
        "date": True,
        "words": "2013年1月（精确到月）",
    }
    assert editor_client.get(address, {"text": "去年"}).json()["date"] is False
    assert editor_client.get(address).json() == {"date": True, "words": ""}
    assert editor_client.post(address).status_code == 405


def test_markdown_is_previewed_through_the_sanitizer(editor_client):
    address = reverse("admin:timeline_markdown")
    shown = editor_client.post(
        address, {"text": "# 目标\n\n**2015年**<script>alert(1)</script>"}
    ).content.decode()
    assert "<h3>目标</h3>" in shown
    assert "<strong>2015年</strong>" in shown
    assert "<script" not in shown
    assert editor_client.get(address).status_code == 405


def test_the_preview_takes_no_form_of_another_site():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.make_editor())
    assert strict.post(reverse("admin:timeline_markdown"), {"text": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["timeline_partial_date", "timeline_markdown"])
@pytest.mark.parametrize("who", ["anonymous", "visitor"])
def test_only_staff_get_answers(client, name, who):
    if who == "visitor":
        client.force_login(make.make_user())
    address = reverse(f"admin:{name}")
    for response in (client.get(address, {"text": "2013"}), client.post(address, {"text": "2013"})):
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]
