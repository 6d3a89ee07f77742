"""The page of an edit conflict: who saved, what is passed on, and where its answer leads."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages

from tests import factories as make
from tests.forms import address, conflict, fields_of, opened, save
from timeline.editing.revisions import record_revision
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Milestone

pytestmark = pytest.mark.django_db


def test_the_page_says_who_saved_an_entry_and_a_topic(editor_client):
    entry = make.make_milestone(title="原题")
    page = conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题"})
    user = page.wsgi_request.user
    assert page.context["who"] == str(user)
    topic = make.make_topic(title="原题")
    change = f"/admin/timeline/topic/{topic.pk}/change/"
    form = fields_of(editor_client.get(change).content.decode())
    editor_client.post(change, form | {"title": "对方的题"})
    assert editor_client.post(change, form | {"title": "我的题"}).context["who"] == str(user)


def test_the_page_of_a_working_copy_says_who_changed_the_public_text(editor_client, folder):
    entry = make.make_milestone(slug="launch", title="原题", published=True)
    record_revision(entry, by=make.make_user(), action=Action.RESTORED)
    importer = make.make_user()
    import_files([folder(milestones="- {slug: launch, title: 稿}")], by=importer)
    import_files([folder(milestones="- {slug: launch, summary: 公开的}")], by=importer, publish=True)
    save(editor_client, entry, opened(editor_client, entry), title="修订的题")
    page = editor_client.get(address("publish_copy", entry.pk))
    assert (page.status_code, page.context["who"]) == (409, str(importer))
    text = page.content.decode()
    assert all(words in text for words in ("公开文本", "修订稿", "起草修订稿时的公开文本"))
    assert not any(words in text for words in ("对方的", "我的", "您打开此页"))
    again = editor_client.post(address("conflict", entry.pk), fields_of(page.content.decode()))
    assert (again.status_code, again.context["who"]) == (409, str(importer))


def test_a_button_that_was_pressed_before_a_conflict_is_named_after_it_and_not_carried_out(editor_client):
    entry = make.make_milestone(title="原题")
    form = opened(editor_client, entry)
    save(editor_client, entry, form, title="对方的题")
    form["_read"] = "1"
    page = save(editor_client, entry, form, title="我的题", _transition="submit")
    assert page.status_code == 409
    undecided = editor_client.post(address("conflict", entry.pk), fields_of(page.content.decode()))
    choice = fields_of(undecided.content.decode()) | {"take-title": "mine"}
    answer = editor_client.post(address("conflict", entry.pk), choice)
    told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "“提交审核”没有执行" in told
    assert (Milestone.objects.get().title, Milestone.objects.get().status) == ("我的题", "draft")


def test_whoever_may_not_change_a_record_decides_no_conflict(client):
    user = make.make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_milestone"))
    client.force_login(user)
    entry = make.make_milestone()
    for method in (client.get, client.post):
        assert method(address("conflict", entry.pk)).status_code == 403


def test_a_draft_that_was_deleted_during_a_conflict_is_put_back_with_what_was_typed(editor_client):
    entry = make.make_milestone(title="原题")
    page = conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题"})
    editor_client.post(address("delete", entry.pk), {"post": "yes"})
    choice = fields_of(page.content.decode()) | {"take-title": "mine"}
    answer = editor_client.post(address("conflict", entry.pk), choice)
    assert answer["Location"] == address("change", entry.pk)
    assert Milestone.objects.get(pk=entry.pk).title == "我的题"
