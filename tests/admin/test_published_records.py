"""Saves of entries: one revision per save, working copies of public entries, deletion of drafts only."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.forms import address, chosen, conflict, fields_of, opened, policy_form, save
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.models import Entry, Milestone, Revision

pytestmark = pytest.mark.django_db


def test_what_was_public_offers_no_deletion(editor_client):
    public, draft = make.make_milestone(published=True), make.make_milestone()
    assert editor_client.get(reverse("admin:timeline_milestone_delete", args=[public.pk])).status_code == 403
    editor_client.post(reverse("admin:timeline_milestone_delete", args=[draft.pk]), {"post": "yes"})
    assert not Entry.objects.filter(pk=draft.pk).exists()
    editor_client.post(
        reverse("admin:timeline_milestone_changelist"),
        {"action": "delete_selected", "_selected_action": [public.pk], "post": "yes"},
    )
    assert Entry.objects.filter(pk=public.pk).exists()


def test_the_form_names_the_revision_that_it_shows(editor_client):
    entry = make.make_milestone()
    record_revision(entry, by=make.make_user())
    save(editor_client, entry, opened(editor_client, entry), title="新题")
    assert opened(editor_client, entry)["_read"] == "2"


def test_the_form_does_not_take_the_last_source_from_what_is_public(editor_client):
    policy = make.make_policy(published=True, title="关于试点的意见", document_type="opinions")
    citation = policy.citations.get()
    change = reverse("admin:timeline_policy_change", args=[policy.pk])
    opened = editor_client.get(change).content.decode()
    response = editor_client.post(
        change,
        policy_form(
            **{
                "slug": policy.slug,
                "_base": re.search(r'name="_base" value="([^"]+)"', opened)[1],
                "citations-TOTAL_FORMS": "1",
                "citations-INITIAL_FORMS": "1",
                "citations-0-id": "-1",
                "citations-0-entry": policy.pk,
                "citations-0-source": citation.source.pk,
                "citations-0-locator": "¶1",
                "citations-0-number": "1",
                "citations-0-weight": "0",
                "citations-0-DELETE": "on",
            }
        ),
    )
    assert "公开的条目至少要引用一个来源" in response.content.decode()
    assert policy.citations.count() == 1


def actions(entry):
    return [revision.action for revision in Revision.objects.for_record(entry).applied()]


def test_a_form_with_inlines_leaves_one_revision_with_its_reason(editor_client):
    entry = make.make_milestone(title="初稿")
    make.make_citation(entry, locator="¶1")
    form = opened(editor_client, entry)
    assert form["citations-0-locator"] == "¶1"
    save(editor_client, entry, form, **{"title": "改稿", "citations-0-locator": "¶2", "why": "核对原文"})
    (revision,) = Revision.objects.for_record(entry).applied()
    assert (revision.content["title"], revision.content["citations"][0]["locator"], revision.comment) == (
        "改稿",
        "¶2",
        "核对原文",
    )
    save(editor_client, entry, opened(editor_client, entry))
    assert Revision.objects.for_record(entry).count() == 1


def test_what_is_public_is_edited_as_a_working_copy(editor_client):
    entry = make.make_milestone(title="公开的", published=True)
    before = Client().get(entry.get_absolute_url()).content
    source = make.make_source(title="新来源", slug="z-last-of-all")
    form = opened(editor_client, entry)
    saved = save(
        editor_client, entry, form,
        **{"title": "修订的", "citations-TOTAL_FORMS": "2", "citations-1-source": source.pk, "citations-1-locator": "¶8",
           "citations-1-number": "1", "citations-1-weight": "0"},
    )  # fmt: skip
    assert saved.status_code == 302
    assert Client().get(entry.get_absolute_url()).content == before
    again = opened(editor_client, entry)
    assert again["title"] == "修订的"
    assert again["citations-1-locator"] == "¶8"
    # The working copy can be edited again, including its new citation.
    assert save(editor_client, entry, again, **{"citations-1-locator": "¶9"}).status_code == 302
    shown = editor_client.get(address("preview", entry.pk))
    assert "修订的" in shown.content.decode()
    assert "¶9" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "noindex" in shown.content.decode()
    assert Client().get(entry.get_absolute_url()).content == before
    page = editor_client.get(address("working_copy", entry.pk)).content.decode()
    assert "<del>公开</del>" in page
    page = fields_of(editor_client.get(address("publish_copy", entry.pk)).content.decode())
    editor_client.post(address("publish_copy", entry.pk), page | {"note": "补来源"})
    public = Client().get(entry.get_absolute_url()).content.decode()
    assert "修订的" in public
    assert "新来源" in public
    assert actions(entry)[-1] == "revised"


def test_two_who_edit_one_working_copy_are_told(editor_client):
    entry = make.make_milestone(title="公开的", published=True)
    assert conflict(editor_client, entry, {"title": "甲的修订"}, {"title": "乙的修订"}).status_code == 409
    assert find_working_copy(entry).content["title"] == "甲的修订"


def test_deleting_what_was_public_is_refused_and_withdrawal_offered(editor_client):
    entry = make.make_milestone(title="公开的", published=True)
    answer = editor_client.post(address("delete", entry.pk), {"post": "yes"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "请改为撤回" in page
    assert f"/verb/withdraw/?ids={entry.pk}" in page
    assert Milestone.objects.published().exists()


def test_a_working_copy_whose_public_text_was_changed_is_put_together_by_choosing(editor_client, folder):
    entry = make.make_milestone(slug="launch", title="原题", summary="原摘要", published=True)
    save(editor_client, entry, opened(editor_client, entry), title="修订的题", summary="修订的摘要")
    import_files(
        [folder(milestones="- {slug: launch, summary: 导入的摘要}")], by=make.make_user(), publish=True
    )
    page = editor_client.get(address("publish_copy", entry.pk))
    assert page.status_code == 409
    assert chosen(page.content.decode()) == {"title": "mine", "summary": None}
    choice = fields_of(page.content.decode()) | {"take-title": "mine", "take-summary": "theirs"}
    assert editor_client.post(address("conflict", entry.pk), choice).status_code == 302
    assert find_working_copy(entry).content["summary"] == "导入的摘要"
    ready = editor_client.get(address("publish_copy", entry.pk))
    assert ready.status_code == 200
    editor_client.post(address("publish_copy", entry.pk), fields_of(ready.content.decode()))
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("修订的题", "导入的摘要")


def test_what_was_withdrawn_is_edited_beside_what_its_page_says(editor_client, client):
    entry = make.make_milestone(title="撤回的题", published=True)
    entry.withdraw(by=make.make_user(), comment="有误")
    before = Client().get(entry.get_absolute_url()).content
    assert save(editor_client, entry, opened(editor_client, entry), title="更正的题").status_code == 302
    assert Client().get(entry.get_absolute_url()).content == before
    assert opened(editor_client, entry)["title"] == "更正的题"


def test_a_form_that_is_sent_again_after_publication_says_what_was_not_done(editor_client):
    source = make.make_source()
    form = fields_of(editor_client.get(address("add")).content.decode()) | {
        "title": "新的",
        "citations-TOTAL_FORMS": "1",
        "citations-0-source": str(source.pk),
        "citations-0-number": "1",
        "citations-0-weight": "0",
        "_transition": "publish",
    }
    editor_client.post(address("add"), form)
    public = Milestone.objects.published().get()
    answer = editor_client.post(address("add"), form | {"summary": "改过的"}, follow=True)
    page = answer.content.decode()
    assert "已存为修订稿" in page
    assert "“发布”没有执行" in page
    public.refresh_from_db()
    assert public.summary == ""
    assert find_working_copy(public).content["summary"] == "改过的"


def test_a_button_that_is_gone_is_not_to_be_pressed_again(editor_client):
    entry = make.make_milestone()
    record_revision(entry, by=make.make_user())
    form = opened(editor_client, entry)
    entry.submit(by=make.make_user())
    page = save(editor_client, entry, form, _transition="submit").content.decode()
    assert "您打开之后" in page
    assert "再按一次按钮" not in page
    assert "查看历史" in page


def test_what_is_public_is_corrected_and_published_by_one_button(editor_client):
    entry = make.make_milestone(title="错字", published=True)
    record_revision(entry, by=make.make_user())
    form = opened(editor_client, entry) | {"title": "改正", "_transition": "publish", "why": "错字"}
    answer = editor_client.post(address("change", entry.pk), form, follow=True)
    assert "已保存并发布" in answer.content.decode()
    assert Milestone.objects.published().get().title == "改正"
    assert find_working_copy(entry) is None
    last = Revision.objects.for_record(entry).by_number().last()
    assert (last.action, last.comment) == ("revised", "错字")


def test_only_reviewers_have_the_button_that_publishes_changes(with_rights):
    entry = make.make_milestone(title="公开", published=True)
    record_revision(entry, by=make.make_user())
    rights = ("view_milestone", "change_milestone", "view_citation")
    client = with_rights(*rights)
    form = fields_of(client.get(address("change", entry.pk)).content.decode()) | {"title": "改题"}
    assert 'value="publish"' not in client.get(address("change", entry.pk)).content.decode()
    assert client.post(address("change", entry.pk), form | {"_transition": "publish"}).status_code == 403
    assert Milestone.objects.get().title == "公开"
    assert find_working_copy(entry) is None
    client = with_rights(*rights, "publish_entry")
    assert 'value="publish"' in client.get(address("change", entry.pk)).content.decode()


def test_a_change_of_what_is_scheduled_is_not_said_to_be_published(editor_client):
    entry = make.make_milestone(title="错字")
    make.make_citation(entry)
    record_revision(entry, by=make.make_user())
    entry.publish(by=make.make_user(), public_from=timezone.now() + datetime.timedelta(days=3))
    form = opened(editor_client, entry) | {"title": "改正"}
    page = editor_client.post(address("change", entry.pk), form, follow=True).content.decode()
    assert "已保存并发布" not in page
    assert (Milestone.objects.get().title, Milestone.objects.get().is_public) == ("改正", False)
