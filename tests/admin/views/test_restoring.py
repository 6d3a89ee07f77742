"""Pages that restore revisions and recover deleted drafts: what is lost is named before and after."""

import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from tests import factories as make
from tests.copies import make_member
from tests.editing.entries import revision_with, whole
from tests.forms import address, address_of, fields_of, opened, save
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.restoring import recoverable_drafts, restore_revision
from timeline.editing.revisions import delete_draft, deleted_drafts_of, record_revision, reload
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy
from timeline.models import Milestone, PilotDesignation, Revision

pytestmark = pytest.mark.django_db


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
    assert Revision.objects.for_record(entry).applied().last().comment == "改错了"


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
    topic = make.make_topic(slug="lost-topic", published=False)
    source = make.make_source(slug="lost-source", published=False)
    entry = make.make_milestone(slug="launch", title="误删的", topics=[topic])
    make.make_citation(entry, source=source, locator="¶7")
    editor_client.post(address("delete", entry.pk), {"post": "yes"})
    make.make_policy(slug="launch")
    topic.delete()
    source.delete()
    answer = editor_client.post(address("recover", entry.pk))
    assert answer["Location"] == address("change", entry.pk)
    words = said(editor_client, answer)[-1]
    for named in ("launch", "launch-2", "专题", "lost-topic", "lost-source · ¶7"):
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


def test_what_is_left_out_is_named_before_and_after(editor_client):
    topic = make.make_topic(slug="lost-topic", published=False)
    entry = make.make_milestone(title="一", topics=[topic])
    record_revision(entry, by=make.make_user())
    entry.topics.clear()
    record_revision(entry, by=make.make_user())
    topic.delete()
    page = editor_client.get(address("restore", entry.pk, 1)).content.decode()
    assert '<li>专题 · lost-topic <span class="basis">' in page
    answer = editor_client.post(address("restore", entry.pk, 1), fields_of(page))
    assert "lost-topic" in said(editor_client, answer)[-1]


def test_what_cannot_be_saved_any_more_is_named_and_mended_in_the_form(editor_client):
    entry = make.make_milestone(title="今")
    revision_with(entry, whole(entry) | {"title": "昔", "date": "2013-99"}, make.make_user())
    form_url = f"{address('change', entry.pk)}?take=1"
    page = editor_client.get(address("restore", entry.pk, 1)).content.decode()
    assert f'href="{form_url}"' in page
    assert "日期" in re.search(r'<section class="errornote losses">.*?</section>', page, re.S)[0]
    answer = editor_client.post(address("restore", entry.pk, 1), {"_read": "1"})
    assert answer["Location"] == form_url
    form = editor_client.get(form_url).content.decode()
    assert '<a href="#id_date">' in form
    fields = fields_of(form)
    assert (fields["title"], fields["date"]) == ("昔", "")
    assert opened(editor_client, entry)["title"] == "今"
    editor_client.post(form_url, fields | {"date": "2013"})
    entry.refresh_from_db()
    assert (entry.title, str(entry.date)) == ("昔", "2013")


def test_a_deleted_draft_that_lacks_what_it_cannot_be_without_is_mended_in_its_form(editor_client):
    area, other = make.make_area(slug="lost-area", published=False), make.make_area()
    entry = make.make_designation(title="误删的", designee=area)
    key = entry.pk
    make.make_citation(entry, locator="¶7")
    delete_draft(entry, by=make.make_user())
    area.delete()
    recover = address_of("recover", PilotDesignation(pk=key))
    form_url = f"{address_of('change', PilotDesignation(pk=key))}?take=1"
    page = editor_client.get(recover).content.decode()
    assert "lost-area" in page
    assert f'href="{form_url}"' in page
    assert editor_client.post(recover)["Location"] == form_url
    assert not PilotDesignation.objects.exists()
    fields = fields_of(editor_client.get(form_url).content.decode())
    assert editor_client.post(form_url, fields).status_code == 200
    assert editor_client.post(form_url, fields | {"designee": other.pk}).status_code == 302
    back = PilotDesignation.objects.get(pk=key)
    assert (back.title, back.designee, back.citations.get().locator) == ("误删的", other, "¶7")
    assert [one.action for one in Revision.objects.for_key(PilotDesignation, key).applied()] == [
        "deleted",
        "saved",
    ]


def test_recovering_shows_the_draft_before_it_comes_back(editor_client):
    entry = make.make_milestone(title="误删的", summary="摘要文字")
    key = entry.pk
    delete_draft(entry, by=make.make_user())
    page = editor_client.get(address("recover", key)).content.decode()
    assert "摘要文字" in page
    assert not Milestone.objects.exists()


def test_restoring_what_a_public_entry_says_already_changes_nothing(editor_client):
    entry = make.make_milestone(published=True)
    revision_with(entry, whole(entry), make.make_user())
    number = Revision.objects.for_record(entry).applied().last().number
    page = fields_of(editor_client.get(address("restore", entry.pk, number)).content.decode())
    answer = editor_client.post(address("restore", entry.pk, number), page)
    assert find_working_copy(entry) is None
    assert "没有" in said(editor_client, answer)[-1]


@pytest.mark.parametrize("role", ["visitor", "editor without the right"])
def test_nobody_opens_the_form_of_a_deleted_draft_who_may_not_restore(client, role):
    entry = make.make_milestone(title="误删的")
    key = entry.pk
    delete_draft(entry, by=make.make_user())
    user = make.make_user(is_staff=True)
    if role != "visitor":
        give(user, "view_milestone", "add_milestone", "change_milestone")
    client.force_login(user)
    assert client.get(f"{address('change', key)}?take=1").status_code == 403


def give(user, *codenames):
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


def test_a_reason_that_is_too_long_is_refused_and_kept(editor_client):
    entry = make.make_milestone(title="旧题")
    record_revision(entry, by=make.make_user())
    save(editor_client, entry, opened(editor_client, entry), title="新题")
    page = editor_client.get(address("restore", entry.pk, 1)).content.decode()
    assert "maxlength" not in page
    why = "长" * 301
    refused = editor_client.post(address("restore", entry.pk, 1), fields_of(page) | {"why": why})
    text = refused.content.decode()
    assert fields_of(text)["why"] == why
    assert "301" in text
    entry.refresh_from_db()
    assert entry.title == "新题"


ASK = _("You recover those that you began or submitted; ask a reviewer to recover those of others.")


def make_deleted(by, title):
    entry = make.make_milestone(title=title)
    record_revision(entry, by=by)
    delete_draft(entry, by=by)
    return entry.slug


def test_editors_recover_their_own_deleted_drafts_and_are_told_who_recovers_the_others(client):
    editor = make_member(EDITORS)
    make_deleted(editor, "自己的")
    make_deleted(make_member(EDITORS), "同事的")
    own, others = (Revision.objects.get(title=title, number=2).record for title in ("自己的", "同事的"))
    client.force_login(editor)
    page = client.get(address("deleted")).content.decode()
    assert ASK in page
    assert "自己的" in page
    assert "同事的" not in page
    page = client.get(address("deleted") + "?whose=all").content.decode()
    assert "同事的" in page
    assert address("recover", own) in page
    assert address("recover", others) not in page
    for method in (client.get, client.post):
        refused = method(address("recover", others))
        assert refused.status_code == 403
        assert _("Who began or submitted it recovers it, or a reviewer.") in refused.content.decode()
    assert client.get(f"{address('change', others)}?take=2").status_code == 403
    assert client.get(f"{address('change', own)}?take=2").status_code == 200
    client.post(address("recover", own))
    assert Milestone.objects.get().title == "自己的"


def test_a_reviewer_recovers_what_anybody_deleted(client):
    make_deleted(make_member(EDITORS), "同事的")
    client.force_login(make_member(REVIEWERS))
    page = client.get(address("deleted")).content.decode()
    assert ASK not in page
    assert "同事的" in page
    assert "同事的" not in client.get(address("deleted") + "?whose=own").content.decode()


def test_who_submitted_a_deleted_draft_recovers_it_unless_they_recalled_it():
    began, submitted = make_member(EDITORS), make_member(EDITORS)
    entry = make.make_milestone()
    record_revision(entry, by=began)
    perform_transition(entry, "submit", by=submitted)
    delete_draft(reload(entry), by=make_member(REVIEWERS))
    own = [deleted_drafts_of(Milestone, user).count() for user in (began, submitted, make_member(EDITORS))]
    assert own == [1, 1, 0]
    Revision.objects.filter(action="deleted").update(action="recalled")
    last = Revision.objects.by_number().last()
    Revision.objects.create(
        **{
            name: getattr(last, name)
            for name in ("table", "record", "kind", "title", "created_at", "created_by", "status", "content")
        },
        number=last.number + 1,
        action="deleted",
    )
    own = [deleted_drafts_of(Milestone, user).count() for user in (began, submitted)]
    assert own == [1, 0]
    assert recoverable_drafts(Milestone, [entry.pk], submitted) == set()


def test_an_editor_restores_a_draft_of_their_own(client):
    editor = make_member(EDITORS)
    client.force_login(editor)
    entry = make.make_milestone(title="旧题")
    record_revision(entry, by=editor)
    save(client, entry, opened(client, entry), title="新题")
    assert address("restore", entry.pk, 1) in client.get(address("history", entry.pk)).content.decode()
    page = fields_of(client.get(address("restore", entry.pk, 1)).content.decode())
    client.post(address("restore", entry.pk, 1), page)
    entry.refresh_from_db()
    assert entry.title == "旧题"


def test_an_editor_does_not_restore_the_draft_of_a_colleague(client):
    entry = make.make_milestone(title="旧题")
    first = record_revision(entry, by=make_member(EDITORS))
    editor = make_member(EDITORS)
    client.force_login(editor)
    save(client, entry, opened(client, entry), title="新题")
    assert address("restore", entry.pk, 1) not in client.get(address("history", entry.pk)).content.decode()
    objection = _("Who began or submitted it restores it, or a reviewer.")
    for method in (client.get, client.post):
        refused = method(address("restore", entry.pk, 1))
        assert refused.status_code == 403
        assert objection in refused.content.decode()
    assert restore_revision(first, by=editor).reasons == [objection]
    entry.refresh_from_db()
    assert entry.title == "新题"


def test_an_editor_restoring_what_is_public_begins_a_working_copy(client):
    editor = make_member(EDITORS)
    client.force_login(editor)
    entry = make.make_milestone(title="今题", published=True)
    former = revision_with(entry, whole(entry) | {"title": "昔题"}, make.make_user()).number
    record_revision(entry, by=make.make_user())
    restore = address("restore", entry.pk, former)
    assert restore in client.get(address("history", entry.pk)).content.decode()
    client.post(restore, fields_of(client.get(restore).content.decode()))
    entry.refresh_from_db()
    assert entry.title == "今题"
    copy = find_working_copy(entry)
    assert (copy.content["title"], copy.created_by, copy.status) == ("昔题", editor, "draft")
