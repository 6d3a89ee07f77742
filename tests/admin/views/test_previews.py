"""Previews of entries that are not public, at addresses of the admin."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.forms import address_of
from tests.statuses import HIDDEN, bring_to
from tests.world import add_entries
from timeline.workflow import Status

pytestmark = pytest.mark.django_db


def test_the_preview_of_a_draft_says_what_its_page_will_say(editor_client, world):
    drafts = add_entries(world, "新的", status="draft")
    previews = {
        entry: editor_client.get(address_of("entry_preview", entry)).content.decode() for entry in drafts
    }
    bring_to(drafts, Status.PUBLISHED, by=world.user)
    for entry, preview in previews.items():
        page = Client().get(entry.get_absolute_url()).content.decode()
        for words in (
            "新的title",
            "新的summary",
            "新的body",
            "新的editor_note",
            "新的wording",
            world.topic.title,
        ):
            assert words in preview, (entry.kind, words)
            assert words in page, (entry.kind, words)


def test_a_preview_stands_between_its_public_neighbours(editor_client):
    make.empty()
    for title, date, published in (("前", "2011", True), ("近", "2012-05", False), ("后", "2013", True)):
        make.make_milestone(title=f"邻居{title}", date=date, published=published)
    page = editor_client.get(
        address_of("entry_preview", make.make_milestone(date="2012-06"))
    ).content.decode()
    assert [title in page for title in ("邻居前", "邻居近", "邻居后")] == [True, False, True]


@pytest.mark.parametrize("status", HIDDEN)
def test_a_preview_says_that_only_editors_see_it_and_is_kept_nowhere(editor_client, world, status):
    for entry in add_entries(world, "预览", status=status):
        answer = editor_client.get(address_of("entry_preview", entry))
        page = answer.content.decode()
        assert "此页仅编辑可见，状态：" in page
        assert f'href="{address_of("change", entry)}"' in page
        assert 'name="robots" content="noindex"' in page
        assert "no-store" in answer["Cache-Control"]


def test_a_preview_links_to_no_other_language(editor_client):
    draft = make.make_milestone()
    page = editor_client.get(address_of("entry_preview", draft)).content.decode()
    assert "hreflang" not in page
    assert 'class="languages"' not in page
    public = make.make_milestone(published=True)
    assert "hreflang" in editor_client.get(public.get_absolute_url()).content.decode()


def test_what_is_public_is_looked_at_where_readers_do(editor_client):
    entry = make.make_milestone(published=True)
    assert editor_client.get(address_of("entry_preview", entry))["Location"] == entry.get_absolute_url()


def test_the_form_leads_to_the_public_page_or_to_the_preview_where_there_is_none(editor_client):
    draft, public = make.make_milestone(), make.make_milestone(published=True)
    links = {}
    for entry in (draft, public):
        page = editor_client.get(address_of("change", entry)).content.decode()
        (links[entry],) = re.findall(r'<a href="([^"]*)" class="viewsitelink"', page)
    assert html.unescape(links[draft]) == address_of("entry_preview", draft)
    assert editor_client.get(links[public])["Location"].endswith(public.get_absolute_url())


def test_the_preview_of_a_draft_names_nothing_that_is_not_public(editor_client):
    policy = make.make_policy(title="还是草稿")
    goal, milestone = make.make_goal(declared_by=policy), make.make_milestone(policies=[policy])
    for entry in (goal, milestone):
        page = editor_client.get(address_of("entry_preview", entry)).content.decode()
        assert "还是草稿" not in page, entry.kind
    assert "提出它的条目未公开" in editor_client.get(address_of("entry_preview", goal)).content.decode()


def test_a_preview_is_for_those_who_may_see_the_entry(client):
    entry = make.make_milestone()
    where = address_of("entry_preview", entry)
    assert client.get(where)["Location"].startswith(reverse("admin:login"))
    client.force_login(make.make_user(is_staff=True))
    assert client.get(where).status_code == 403
