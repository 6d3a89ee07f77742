"""The page of a transition: its inputs, one or many entries, and refusals with their reasons."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tests import factories as make
from tests.copies import make_member
from tests.forms import address, fields_of, opened, policy_form, save
from tests.mails import make_editor_and_reviewer
from tests.transition_pages import LISTED, asked, form_url, left_out, section, use, words_of
from timeline.accounts.roles import EDITORS
from timeline.admin import base
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.models import Milestone, Policy, Revision
from timeline.workflow import TRANSITIONS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("most", [6, pytest.param(500, marks=pytest.mark.long)])
def test_more_than_a_transition_takes_at_once_are_refused_with_their_number_and_nothing_is_done(
    editor_client, monkeypatch, most
):
    assert base.MAX_SELECTED == 500
    monkeypatch.setattr(base, "MAX_SELECTED", most)
    drafts = [make.make_milestone() for _number in range(most + 1)]
    listed = reverse("admin:timeline_milestone_changelist")
    page = reverse("admin:timeline_milestone_verb", args=["submit"])
    every_one = {"ids": ",".join(str(draft.pk) for draft in drafts)}
    chosen = {"action": "submit", "select_across": "1", "_selected_action": [drafts[0].pk]}
    for refused in (
        editor_client.post(listed, chosen, follow=True),
        editor_client.get(page, every_one, follow=True),
        editor_client.post(page, every_one, follow=True),
    ):
        (words,) = words_of(refused)
        assert re.findall(r"[0-9]+", words) == [str(most), str(most + 1)]
        assert refused.redirect_chain[-1][0] == listed
    assert not Milestone.objects.exclude(status="draft").exists()


def test_a_transition_is_used_on_more_entries_than_a_form_may_have_fields(editor_client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    drafts = [make.make_milestone() for _number in range(8)]
    chosen = {"action": "submit", "select_across": "1", "_selected_action": [drafts[0].pk]}
    asked = editor_client.post(reverse("admin:timeline_milestone_changelist"), chosen, follow=True)
    (keys,) = re.findall(r'name="ids" value="([^"]*)"', asked.content.decode())
    editor_client.post(asked.redirect_chain[-1][0], {"ids": keys}, follow=True)
    assert Milestone.objects.filter(status="review").count() == 8


def test_publishing_says_what_stands_in_the_way_and_links_to_its_field(editor_client):
    ready, bare = make.make_milestone(title="有来源"), make.make_milestone(title="没有来源的")
    make.make_citation(ready)
    response = use(editor_client, "publish", ready, bare, note="可以")
    page = response.content.decode()
    assert f'<a href="{section(bare, "citations")}">“没有来源的”没有引用来源' in page
    assert [entry.title for entry in Milestone.objects.published()] == ["有来源"]
    assert Milestone.objects.get(pk=ready.pk).published_by == response.context["user"]
    assert Revision.objects.for_record(ready).get().comment == "可以"


def test_sending_back_and_withdrawing_ask_for_a_reason(editor_client):
    entry = make.make_milestone()
    make.make_citation(entry)
    use(editor_client, "submit", entry)
    assert "请写明原因" in use(editor_client, "send_back", entry).content.decode()
    use(editor_client, "send_back", entry, reason="缺英文")
    use(editor_client, "publish", entry)
    assert Milestone.objects.published().exists()
    use(editor_client, "withdraw", entry, reason="来源有误")
    assert [revision.action for revision in Revision.objects.for_record(entry).applied()] == [
        "submitted",
        "sent_back",
        "published",
        "withdrawn",
    ]
    assert "来源有误" in Client().get(Milestone.objects.get().get_absolute_url()).content.decode()


def test_an_entry_is_published_at_a_time_ahead_without_anybody_there(editor_client, client):
    entry = make.make_milestone()
    make.make_citation(entry)
    use(editor_client, "publish", entry, now="2099-01-01T08:00")
    assert not Milestone.objects.published().exists()
    assert Milestone.objects.published_or_scheduled().exists()


def test_only_the_transitions_that_apply_are_offered(editor_client):
    entry = make.make_milestone(published=True)
    page = editor_client.get(reverse("admin:timeline_milestone_change", args=[entry.pk])).content.decode()
    buttons = re.findall(r'<button type="submit" name="_transition" value="(\w+)"', page)
    # The first two save what was typed as a working copy, and submit or publish that.
    assert {"submit", "publish", "withdraw"} <= {*buttons}
    assert not {"send_back", "recall", "reschedule"} & {*buttons}


def test_nobody_publishes_their_own_work_where_that_is_the_rule(editor_client, settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    source = make.make_source()
    editor_client.post(
        reverse("admin:timeline_policy_add"),
        policy_form(
            **{
                "citations-TOTAL_FORMS": "1",
                "citations-0-source": source.pk,
                "citations-0-locator": "¶5",
                "citations-0-number": "1",
                "citations-0-weight": "0",
            }
        ),
    )
    policy = Policy.objects.get()
    assert "不能发布自己" in use(editor_client, "publish", policy).content.decode()
    policy.publish(by=make.make_editor())
    assert policy.is_public


def test_publishing_takes_a_right_of_its_own(client):
    editor = make.make_user(is_staff=True)
    editor.user_permissions.set(
        Permission.objects.filter(codename__in=["view_milestone", "change_milestone"])
    )
    client.force_login(editor)
    entry = make.make_milestone()
    make.make_citation(entry)
    use(client, "publish", entry)
    address = f"{reverse('admin:timeline_milestone_verb', args=['publish'])}?ids={entry.pk}"
    assert client.post(address, {"ids": [entry.pk]}).status_code == 403
    assert not Milestone.objects.published().exists()
    editor.user_permissions.add(Permission.objects.get(codename="publish_entry"))
    use(client, "publish", entry)
    assert Milestone.objects.published().exists()


def test_a_transition_decided_upon_too_late_does_nothing(editor_client):
    entry = make.make_milestone(title="读过的题")
    make.make_citation(entry)
    record_revision(entry, by=make.make_user())
    url = reverse("admin:timeline_milestone_publication", args=[entry.pk])
    page = fields_of(editor_client.get(url).content.decode())
    save(editor_client, entry, opened(editor_client, entry), title="没有读过的题")
    answer = editor_client.post(url, page, follow=True)
    assert "请重新查看" in answer.content.decode()
    assert not Milestone.objects.published().exists()
    page = fields_of(editor_client.get(url).content.decode())
    editor_client.post(url, page)
    assert Milestone.objects.published().get().title == "没有读过的题"


def test_a_list_publishes_no_working_copy_that_nobody_saw(editor_client):
    entry = make.make_milestone(title="撤回的", summary="公开过的摘要", published=True)
    entry.withdraw(by=make.make_editor(), comment="重复")
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"summary": "没人看过的摘要"}, by=make.make_user())
    answer = editor_client.post(address("verb", "publish"), {"ids": entry.pk}, follow=True)
    assert "修订稿" in answer.content.decode()
    entry.refresh_from_db()
    assert (entry.status, entry.summary) == ("withdrawn", "公开过的摘要")


@pytest.mark.django_db(transaction=True)
def test_an_action_on_several_entries_is_one_mail(editor_client, mail_on, mailoutbox):
    make_editor_and_reviewer()
    drafts = [make.make_milestone() for _number in range(3)]
    use(editor_client, "submit", *drafts, why="一并提交")
    (mail,) = mailoutbox
    assert mail.to == ["reviewer@example.org"]
    assert mail.body.count("/change/") == 3


def test_a_form_that_is_asked_again_is_about_the_text_that_was_shown_first(editor_client):
    draft = make.make_milestone()
    make.make_citation(draft)
    record_revision(draft, by=make.make_user())
    draft.publish(by=make.make_user(), public_from=timezone.now() + timedelta(days=1))
    where = f"{reverse('admin:timeline_milestone_verb', args=['withdraw'])}?ids={draft.pk}"
    form = fields_of(editor_client.get(where).content.decode())
    draft.summary = "后来改的摘要"
    draft.save()
    record_revision(draft, by=make.make_user())
    again = fields_of(editor_client.post(where, form | {"reason": ""}).content.decode())
    assert (again["ids"], again["_read"]) == (form["ids"], form["_read"])


@pytest.mark.parametrize("name", ["submit", "recall"])
def test_what_is_public_without_a_working_copy_is_refused_before_anything_is_asked(editor_client, name):
    entry = make.make_milestone(title="已经公开", published=True)
    answer = asked(editor_client, name, entry)
    assert answer.redirect_chain[-1][0] == LISTED
    (message,) = words_of(answer)
    label = str(TRANSITIONS[name].label)
    expected = _("This is “%(status)s”, and there is no working copy for “%(verb)s”.")
    assert message == f"已经公开：{expected % {'status': '已发布', 'verb': label}}"
    assert Revision.objects.for_record(entry).count() <= 1


def test_what_is_scheduled_is_refused_by_the_status_that_people_see(editor_client):
    entry = make.make_milestone()
    make.make_citation(entry)
    entry.publish(by=make.make_user(), public_from=timezone.now() + timedelta(days=1))
    (message,) = words_of(asked(editor_client, "submit", entry))
    assert "定时" in message
    assert "已发布" not in message


def test_the_page_names_those_that_are_refused_and_asks_for_the_others(editor_client):
    public, draft = make.make_milestone(title="公开的", published=True), make.make_milestone(title="草稿")
    page = asked(editor_client, "submit", public, draft)
    assert [*left_out(page)] == [form_url(public)]
    assert fields_of(page.content.decode())["ids"] == str(draft.pk)


def test_the_submission_of_another_is_not_recalled_and_no_note_is_asked(client):
    author, other = make_member(EDITORS), make_member(EDITORS)
    entry = make.make_milestone()
    record_revision(entry, by=author)
    entry.submit(by=author)
    client.force_login(other)
    page = reverse("admin:timeline_milestone_verb", args=["recall"])
    answer = client.get(f"{page}?ids={entry.pk}", follow=True)
    assert answer.redirect_chain[-1][0] == address("change", entry.pk)
    assert _("Only who began or submitted it takes it back.") in answer.content.decode()
    client.force_login(author)
    assert client.get(f"{page}?ids={entry.pk}").status_code == 200


def test_a_list_action_on_one_record_returns_to_the_list_as_it_was(editor_client):
    entry = make.make_milestone()
    page = asked(editor_client, "submit", entry, query="?status__exact=draft&o=1")
    back = f"{LISTED}?status__exact=draft&o=1"
    assert f'href="{html.escape(back)}"' in page.content.decode()
    answer = editor_client.post(page.redirect_chain[-1][0], fields_of(page.content.decode()))
    assert answer["Location"] == back
    assert Milestone.objects.get().status == "review"
