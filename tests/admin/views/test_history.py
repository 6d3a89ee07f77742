"""Revision pages: history, comparison, restoring, and recovery of deleted drafts."""

import html
import re

import pytest
from django.utils import timezone

from tests import factories as make
from tests.forms import address, fields_of, opened, save
from timeline.editing.revisions import delete_draft, record_revision
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db


def test_the_history_shows_who_when_and_why_and_compares_by_characters(editor_client):
    entry = make.make_milestone(title="宁波市智慧城市")
    record_revision(entry, by=make.make_user(username="甲编辑"), comment="起草")
    save(editor_client, entry, opened(editor_client, entry), title="宁波智慧城市建设", why="改题名")
    page = editor_client.get(address("history", entry.pk)).content.decode()
    for words in ("甲编辑", "起草", "改题名"):
        assert words in page
    compared = editor_client.get(address("compare", entry.pk, 1, 2)).content.decode()
    assert "<del>市</del>" in compared
    assert "<ins>建设</ins>" in compared


def test_any_two_revisions_are_compared_the_older_first(editor_client):
    entry = make.make_milestone(title="第一题")
    record_revision(entry, by=make.make_user())
    for title in ("第二题", "第三题"):
        save(editor_client, entry, opened(editor_client, entry), title=title)
    page = editor_client.get(address("history", entry.pk)).content.decode()
    assert re.findall(r'name="(old|new)" value="(\d)"[^>]* checked', page) == [("new", "3"), ("old", "2")]
    for chosen in ({"old": "1", "new": "3"}, {"old": "3", "new": "1"}):
        answer = editor_client.get(address("history", entry.pk), chosen, follow=True)
        assert answer.redirect_chain[0][0] == address("compare", entry.pk, 1, 3)
        assert "<del>一</del>" in answer.content.decode()
        assert "<ins>三</ins>" in answer.content.decode()
    for chosen in ({"old": "2", "new": "2"}, {"old": "2"}, {"old": "x", "new": "2"}):
        assert editor_client.get(address("history", entry.pk), chosen).status_code == 200
    gone = editor_client.get(address("history", entry.pk), {"old": "2", "new": "99999"}, follow=True)
    assert gone.status_code == 404


def test_nobody_compares_revisions_who_may_not_see_the_entry(client):
    entry = make.make_milestone()
    chosen = {"old": "1", "new": "2"}
    client.force_login(make.make_user(is_staff=True))
    assert client.get(address("history", entry.pk), chosen).status_code == 403


def test_revisions_of_one_minute_are_told_apart_by_number_and_second(editor_client):
    entry = make.make_milestone(title="一")
    record_revision(entry, by=make.make_user())
    save(editor_client, entry, opened(editor_client, entry), title="二")
    page = editor_client.get(address("history", entry.pk)).content.decode()
    for revision in Revision.objects.for_entry(entry):
        assert f"{timezone.localtime(revision.created_at):%Y-%m-%d %H:%M:%S}" in page
        assert f'<th scope="row">{revision.number}</th>' in page


def test_deleted_drafts_of_one_title_are_told_apart_by_their_addresses(editor_client):
    slugs = []
    for _time in range(2):
        entry = make.make_milestone(title="同名")
        slugs.append(entry.slug)
        delete_draft(entry, by=make.make_user())
        make.make_milestone(slug=entry.slug, title="占位")
    page = editor_client.get(address("deleted")).content.decode()
    assert slugs[0] != slugs[1]
    assert all(slug in page for slug in slugs)


def test_a_revision_is_restored_by_a_button(editor_client):
    entry = make.make_milestone(title="旧题")
    record_revision(entry, by=make.make_user())
    save(editor_client, entry, opened(editor_client, entry), title="新题")
    assert "旧" in editor_client.get(address("restore", entry.pk, 1)).content.decode()
    page = fields_of(editor_client.get(address("restore", entry.pk, 1)).content.decode())
    editor_client.post(address("restore", entry.pk, 1), page | {"why": "改错了"})
    entry.refresh_from_db()
    assert entry.title == "旧题"
    assert Revision.objects.for_entry(entry).applied().last().comment == "改错了"


def test_a_deleted_draft_is_recovered_from_the_list(editor_client):
    entry = make.make_milestone(title="误删的")
    editor_client.post(address("delete", entry.pk), {"post": "yes"})
    assert not Milestone.objects.exists()
    assert "误删的" in editor_client.get(address("deleted")).content.decode()
    editor_client.post(address("recover", entry.pk))
    assert Milestone.objects.get().title == "误删的"


def test_a_page_that_was_decided_upon_too_late_does_nothing(editor_client):
    entry = make.make_milestone(title="旧题")
    record_revision(entry, by=make.make_user())
    save(editor_client, entry, opened(editor_client, entry), title="新题")
    page = fields_of(editor_client.get(address("restore", entry.pk, 1)).content.decode())
    save(editor_client, entry, opened(editor_client, entry), title="更新的题")
    answer = editor_client.post(address("restore", entry.pk, 1), page, follow=True)
    assert "请重新查看" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.title == "更新的题"


def said(editor_client, answer):
    """Return the messages on the page that the response redirects to."""
    page = editor_client.get(answer["Location"]).content.decode()
    return [
        html.unescape(words) for words in re.findall(r'<li class="(?:success|error|info)">(.*?)</li>', page)
    ]


def test_a_draft_whose_address_was_taken_comes_back_and_the_admin_says_where(editor_client):
    topic, source = make.make_topic(slug="lost-topic"), make.make_source(slug="lost-source")
    entry = make.make_milestone(slug="launch", title="误删的", topics=[topic])
    make.make_citation(entry, source=source, locator="¶7")
    editor_client.post(address("delete", entry.pk), {"post": "yes"})
    make.make_policy(slug="launch")
    topic.delete()
    source.delete()
    answer = editor_client.post(address("recover", entry.pk))
    assert answer["Location"] == address("change", entry.pk)
    words = said(editor_client, answer)[-1]
    for named in ("launch", "launch-2", "专题：lost-topic", "lost-source · ¶7"):
        assert named in words
    assert Milestone.objects.get().title == "误删的"


def test_a_revision_is_restored_although_what_it_cites_moved(editor_client):
    source = make.make_source(slug="old")
    entry = make.make_milestone(title="一")
    make.make_citation(entry, source=source)
    record_revision(entry, by=make.make_user())
    source.slug = "new"
    source.save()
    save(editor_client, entry, opened(editor_client, entry), title="二")
    page = editor_client.get(address("restore", entry.pk, 1)).content.decode()
    editor_client.post(address("restore", entry.pk, 1), fields_of(page))
    assert Milestone.objects.get().title == "一"
    assert Milestone.objects.get().citations.get().source == source
