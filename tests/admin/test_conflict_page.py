"""The page of an edit conflict: who saved, what is passed on, and where its answer leads."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client

from tests import factories as make
from tests.editing.entries import whole
from tests.forms import address, chosen, conflict, fields_of, opened, save
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Milestone, Source

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


def test_two_pages_of_one_person_are_not_two_persons_and_the_labels_say_so(editor_client):
    entry = make.make_milestone(title="原题")
    page = conflict(editor_client, entry, {"title": "另一页的题"}, {"title": "此页的题"})
    text = page.content.decode().partition('id="content"')[2]
    assert page.context["is_own"]
    assert "对方" not in text
    colleague = make.make_editor()
    form = opened(editor_client, entry)
    other = Client()
    other.force_login(colleague)
    save(other, entry, opened(other, entry), title="同事的题")
    page = save(editor_client, entry, form, title="此页的题")
    assert not page.context["is_own"]
    assert "对方的" in page.content.decode()


def test_the_page_of_a_working_copy_says_who_changed_the_public_text(editor_client, folder):
    entry = make.make_milestone(slug="launch", title="原题", published=True)
    record_revision(entry, by=make.make_user(), action=Action.RESTORED)
    importer = make.make_user()
    import_files([folder(milestones="- {slug: launch, title: 稿}")], by=importer)
    import_files([folder(milestones="- {slug: launch, summary: 公开的}")], by=importer, publish=True)
    save(editor_client, entry, opened(editor_client, entry), title="修订的题")
    page = editor_client.get(address("publish_copy", entry.pk))
    assert (page.status_code, page.context["who"]) == (409, str(importer))
    text = page.content.decode().partition('id="content"')[2]
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


def test_publishing_that_a_conflict_prevented_is_named_and_not_carried_out(editor_client):
    entry = make.make_milestone(title="原题", published=True)
    record_revision(entry, by=make.make_user())
    form = opened(editor_client, entry)
    save(editor_client, entry, form, title="对方的题")
    page = save(editor_client, entry, form, title="我的题", _transition="publish")
    assert page.status_code == 409
    choice = fields_of(page.content.decode()) | {"take-title": "mine"}
    answer = editor_client.post(address("conflict", entry.pk), choice)
    told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "“发布”没有执行" in told
    assert Milestone.objects.get().title == "原题"


@pytest.fixture
def conflict_over_new_source(editor_client):
    """An entry, and the page of a conflict in which my citation describes a source that is new."""
    entry = make.make_milestone(title="原题")
    make.make_citation(entry)
    row = {
        "citations-TOTAL_FORMS": "2",
        "citations-1-number": "1",
        "citations-1-weight": "0",
        "citations-1-new_source_type": "page",
        "citations-1-new_source_title": "报道",
        "citations-1-new_source_published": "2013-05",
    }
    page = conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题"} | row)
    assert page.status_code == 409
    return entry, page


def new_source():
    return Source.objects.filter(title="报道").first()


def test_a_conflict_creates_no_source_until_what_cites_it_is_chosen(editor_client, conflict_over_new_source):
    entry, page = conflict_over_new_source
    assert new_source() is None
    undecided = editor_client.post(address("conflict", entry.pk), fields_of(page.content.decode()))
    assert (undecided.status_code, new_source()) == (409, None)
    choice = fields_of(undecided.content.decode()) | {"take-title": "mine", "take-citations": "mine"}
    assert editor_client.post(address("conflict", entry.pk), choice).status_code == 302
    assert str(new_source().published) == "2013-05"
    assert entry.citations.filter(source=new_source()).exists()
    assert LogEntry.objects.filter(object_id=new_source().pk, action_flag=ADDITION).exists()


def test_a_new_source_that_is_not_chosen_is_not_created(editor_client, conflict_over_new_source):
    entry, page = conflict_over_new_source
    choice = fields_of(page.content.decode()) | {"take-title": "mine", "take-citations": "theirs"}
    assert editor_client.post(address("conflict", entry.pk), choice).status_code == 302
    assert (Milestone.objects.get().title, new_source()) == ("我的题", None)


def test_a_new_source_of_a_conflict_cannot_be_forged(editor_client, conflict_over_new_source):
    entry, page = conflict_over_new_source
    forged = fields_of(page.content.decode()) | {"take-citations": "mine"}
    forged["_new_sources"] = forged["_mine"]
    assert editor_client.post(address("conflict", entry.pk), forged).status_code == 400
    assert new_source() is None


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


def test_what_readers_are_to_be_told_survives_a_conflict(editor_client):
    entry = make.make_milestone(title="原题", published=True)
    page = conflict(
        editor_client,
        entry,
        {"title": "对方的题", "change_note": "对方的说明"},
        {"title": "我的题", "change_note": "我的说明"},
    )
    form = fields_of(page.content.decode())
    assert form["change_note"] == "我的说明"
    editor_client.post(address("conflict", entry.pk), form | {"take-title": "mine"})
    copy = find_working_copy(entry)
    assert (copy.content["title"], copy.change_note) == ("我的题", "我的说明")


def test_a_conflict_with_no_note_for_readers_keeps_that_of_the_other_editor(editor_client):
    entry = make.make_milestone(title="原题", published=True)
    theirs = {"title": "对方的题", "change_note": "对方的说明", "is_minor": "on"}
    page = conflict(editor_client, entry, theirs, {"title": "我的题"})
    form = fields_of(page.content.decode())
    editor_client.post(address("conflict", entry.pk), form | {"take-title": "theirs"})
    copy = find_working_copy(entry)
    assert (copy.content["title"], copy.change_note, copy.is_minor) == ("对方的题", "对方的说明", True)


@pytest.mark.parametrize("name", ["why", "change_note"])
def test_what_is_told_at_too_great_a_length_is_refused_and_everything_kept(editor_client, name):
    entry = make.make_milestone(title="原题", published=True)
    record_revision(entry, by=make.make_user())
    page = conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题"}).content.decode()
    assert 'maxlength="300"' not in page
    told = "长" * 301
    choice = fields_of(page) | {"take-title": "mine", name: told}
    answer = editor_client.post(address("conflict", entry.pk), choice)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert fields_of(text)[name] == told
    assert "301" in text
    assert chosen(text) == {"title": "mine"}
    assert find_working_copy(entry).title == "对方的题"
    editor_client.post(address("conflict", entry.pk), fields_of(text) | {"take-title": "mine", name: "短"})
    assert find_working_copy(entry).title == "我的题"


def test_where_nothing_is_public_the_page_speaks_of_the_present_text(editor_client):
    entry = make.make_milestone(title="原题", published=True)
    record_revision(entry, by=make.make_user())
    save_working_copy(entry, whole(entry) | {"title": "稿"}, by=make.make_user())
    entry.withdraw(by=make.make_user(), comment="有误")
    change = editor_client.get(address("change", entry.pk)).content.decode()
    assert "公开文本" not in change
    assert "与公开文本比较" not in change
    entry.refresh_from_db()
    entry.summary = "别处来的"
    entry.save()
    record_revision(entry, by=make.make_user(), action=Action.IMPORTED)
    page = editor_client.get(address("publish_copy", entry.pk))
    assert page.status_code == 409
    assert "公开文本" not in page.content.decode().partition('id="content"')[2]
