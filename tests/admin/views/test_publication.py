"""The page of a publication: the checklist, what is confirmed by name, the note for readers, and the preview beside it."""

import datetime
import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.forms import confirmations, fields_of, opened, save
from timeline.editing.comments import begin_thread
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Milestone, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.checklist]

LACKING = ["date", "phase", "summary", "english"]


@pytest.fixture
def draft():
    entry = make.make_milestone(title="待发布的大事")
    make.make_citation(entry, locator="¶1")
    record_revision(entry, by=make.make_user())
    return entry


@pytest.fixture
def public(draft):
    draft.publish(by=make.make_user())
    return draft


def url_of(tag, *args):
    return reverse(f"admin:timeline_milestone_{tag}", args=args)


def page_of(client, entry, tag="publication", **given):
    return client.get(url_of(tag, entry.pk), given)


def send(client, entry, tag="publication", **typed):
    page = page_of(client, entry, tag).content.decode()
    if "," not in "".join(typed.get("confirm", [])):
        typed["confirm"] = confirmations(page, typed.get("confirm", []))
    return client.post(url_of(tag, entry.pk), fields_of(page) | typed, follow=True)


def boxes(response):
    """The names of the warnings with a box, and of those whose box is ticked."""
    tags = re.findall(
        r'<input type="checkbox" name="confirm" value="([^"]*)"([^>]*checked)?[^>]*>',
        response.content.decode(),
    )
    names = [(value.partition("~")[0], checked) for value, checked in tags]
    return [name for name, _checked in names], [name for name, checked in names if checked]


def change(entry, **columns):
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | columns, by=make.make_user(), comment="请审")


def test_each_warning_has_a_box_and_a_link_to_its_field(editor_client, draft):
    response = page_of(editor_client, draft)
    assert boxes(response) == (LACKING, [])
    page = response.content.decode()
    form = url_of("change", draft.pk)
    for field in ("date", "phase", "summary", "title_en"):
        assert f'<a href="{form}#id_{field}">' in page


def test_with_a_box_left_nothing_is_published_and_nothing_typed_is_lost(editor_client, draft):
    response = send(editor_client, draft, confirm=["date", "phase"], note="已核对", now="2099-01-04T09:00")
    assert boxes(response) == (LACKING, ["date", "phase"])
    assert response.context["form"].errors.keys() == {"confirm"}
    fields = fields_of(response.content.decode())
    assert (fields["note"], fields["now"]) == ("已核对", "2099-01-04T09:00")
    assert not Milestone.objects.published_or_scheduled().exists()


def test_with_every_box_ticked_it_is_published(editor_client, draft):
    response = send(editor_client, draft, confirm=LACKING, note="已核对")
    assert response.redirect_chain == [(reverse("admin:index"), 302)]
    assert f'<a href="{draft.get_absolute_url()}">待发布的大事</a>' in response.content.decode()
    assert Milestone.objects.published().get() == draft
    revision = Revision.objects.for_record(draft).by_number().last()
    assert (revision.comment, {*revision.confirmed_warnings}) == ("已核对", {*LACKING})


def test_one_box_confirms_all_that_are_listed_each_by_its_name(editor_client, draft):
    page = page_of(editor_client, draft).content.decode()
    (of_all,) = re.findall(r'data-confirm-all value="([^"]*)"', page)
    assert of_all.split(",") == confirmations(page, LACKING)
    send(editor_client, draft, confirm=[of_all])
    assert Milestone.objects.published().get() == draft
    assert {*Revision.objects.for_record(draft).by_number().last().confirmed_warnings} == {*LACKING}


def test_the_box_of_all_leaves_what_arose_since_the_page_was_shown(editor_client, draft, settings):
    settings.SKIPPED_CHECKS = ["phase"]
    page = page_of(editor_client, draft).content.decode()
    (of_all,) = re.findall(r'data-confirm-all value="([^"]*)"', page)
    settings.SKIPPED_CHECKS = []
    response = editor_client.post(url_of("publication", draft.pk), fields_of(page) | {"confirm": [of_all]})
    assert boxes(response) == (LACKING, [name for name in LACKING if name != "phase"])
    assert not re.search(r"data-confirm-all[^>]*checked", response.content.decode())
    assert not Milestone.objects.published().exists()


def test_a_single_warning_has_no_box_of_all(editor_client, draft, settings):
    settings.SKIPPED_CHECKS = [name for name in LACKING if name != "date"]
    response = page_of(editor_client, draft)
    assert boxes(response) == (["date"], [])
    assert b"data-confirm-all" not in response.content


def test_it_is_scheduled_from_the_same_page(editor_client, draft):
    send(editor_client, draft, confirm=LACKING, now="2099-01-04T09:00")
    assert Milestone.objects.scheduled().get() == draft


def test_what_is_refused_has_no_button_and_links_to_its_field(editor_client, draft):
    draft.citations.all().delete()
    page = page_of(editor_client, draft).content.decode()
    assert f'<a href="{url_of("change", draft.pk)}#citations-group">' in page
    assert 'type="submit" class="default"' not in page
    send(editor_client, draft, confirm=LACKING)
    assert not Milestone.objects.published_or_scheduled().exists()


def test_what_was_confirmed_is_not_asked_again(editor_client, public):
    change(public, title="改过的标题")
    send(editor_client, public, "publish_copy", confirm=LACKING)
    assert Milestone.objects.get().title == "改过的标题"
    public.refresh_from_db()
    change(public, title="又改过的标题")
    response = page_of(editor_client, public, "publish_copy")
    assert boxes(response) == ([], [])
    send(editor_client, public, "publish_copy")
    assert Milestone.objects.get().title == "又改过的标题"


def test_a_change_has_a_note_for_readers_and_a_first_publication_none(editor_client, draft):
    assert "change_note" not in fields_of(page_of(editor_client, draft).content.decode())
    send(editor_client, draft, confirm=LACKING)
    draft.refresh_from_db()
    change(draft, summary="摘要。")
    send(
        editor_client,
        draft,
        "publish_copy",
        confirm=[*LACKING, "summary_length"],
        change_note="补充摘要",
        change_note_en="A summary was added",
        is_minor="on",
    )
    revision = Revision.objects.for_record(draft).by_number().last()
    assert (revision.change_note, revision.is_minor) == ("补充摘要", True)
    page = Client().get(draft.get_absolute_url()).content.decode()
    assert "补充摘要" in page
    assert "请审" not in page


def test_the_page_shows_the_page_of_the_record_in_a_frame_of_the_same_origin(editor_client, draft):
    response = page_of(editor_client, draft)
    (source,) = re.findall(r'<iframe src="([^"]*)"', response.content.decode())
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    framed = editor_client.get(html.unescape(source))
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    page = framed.content.decode()
    assert "待发布的大事" in page
    assert '<base target="_blank">' in page
    assert "preview-buttons" not in page
    assert 'class="notice"' not in page


def test_the_page_of_a_draft_topic_names_its_draft_phase_which_becomes_public_with_it(editor_client):
    topic = make.make_topic(title="新的专题", published=False)
    topic.phases.add(make.make_phase(title="新的阶段", published=False))
    record_revision(topic, by=make.make_user())
    address = reverse("admin:timeline_topic_publication", args=[topic.pk])
    (source,) = re.findall(r'<iframe src="([^"]*)"', editor_client.get(address).content.decode())
    assert "新的阶段" in editor_client.get(html.unescape(source)).content.decode()


def test_no_other_page_may_be_framed(editor_client, public):
    for response in (Client().get(public.get_absolute_url()), page_of(editor_client, public, "change")):
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"


def test_a_working_copy_is_published_where_it_is_compared(editor_client, public):
    change(public, title="改过的标题")
    page = page_of(editor_client, public, "working_copy").content.decode()
    (target,) = re.findall(r'<form method="post" action="([^"]*)"', page)
    assert target == url_of("publish_copy", public.pk)
    (of_all,) = re.findall(r'data-confirm-all value="([^"]*)"', page)
    again = editor_client.post(target, fields_of(page) | {"note": "已核对"})
    assert (boxes(again), fields_of(again.content.decode())["note"]) == ((LACKING, []), "已核对")
    answer = editor_client.post(target, fields_of(page) | {"note": "已核对", "confirm": [of_all]})
    assert answer["Location"] == reverse("admin:index")
    assert Milestone.objects.published().get().title == "改过的标题"
    revision = Revision.objects.for_record(public).by_number().last()
    assert {*revision.confirmed_warnings} == {*LACKING}


def test_where_a_working_copy_cannot_be_published_its_page_has_no_form_for_that(editor_client, public):
    change(public, title="改过的标题")
    make.update_unchecked(Milestone.objects.filter(pk=public.pk), title="另有改动")
    record_revision(Milestone.objects.get(), by=make.make_user())
    assert b"data-confirm-all" not in page_of(editor_client, public, "working_copy").content


def test_the_frame_shows_the_working_copy(editor_client, public):
    change(public, title="修订稿的标题")
    page = page_of(editor_client, public, "publish_copy").content.decode()
    (source,) = re.findall(r'<iframe src="([^"]*)"', page)
    assert "修订稿的标题" in editor_client.get(html.unescape(source)).content.decode()


def test_drafts_that_come_along_are_named_with_their_warnings(editor_client, draft):
    draft.topics.set([make.make_topic(title="智慧健康", slug="health", published=False)])
    response = page_of(editor_client, draft)
    asked, _ticked = boxes(response)
    assert asked[len(LACKING) :] == ["topic:health:summary", "topic:health:english"]
    send(editor_client, draft, confirm=asked)
    assert draft.topics.get().is_public


def test_what_was_withdrawn_is_published_again_with_its_working_copy(editor_client, public):
    public.withdraw(by=make.make_user(), comment="重复")
    public.refresh_from_db()
    change(public, title="更正后的标题")
    assert (
        "更正后的标题"
        in editor_client.get(
            html.unescape(
                re.findall(r'<iframe src="([^"]*)"', page_of(editor_client, public).content.decode())[0]
            )
        ).content.decode()
    )
    send(editor_client, public, confirm=LACKING, change_note="更正后重新发布")
    assert Milestone.objects.published().get().title == "更正后的标题"


def test_a_text_that_was_changed_meanwhile_is_read_again(editor_client, draft):
    page = page_of(editor_client, draft).content.decode()
    save(editor_client, draft, opened(editor_client, draft), title="没有读过的题")
    sent = fields_of(page) | {"confirm": confirmations(page, LACKING)}
    editor_client.post(url_of("publication", draft.pk), sent)
    assert not Milestone.objects.published().exists()


def test_with_a_box_left_a_text_that_was_changed_meanwhile_is_still_read_first(editor_client, draft):
    page = page_of(editor_client, draft).content.decode()
    save(editor_client, draft, opened(editor_client, draft), title="没有读过的题")
    sent = fields_of(page) | {"confirm": confirmations(page, LACKING[:-1])}
    response = editor_client.post(url_of("publication", draft.pk), sent)
    assert "内容已被改动" in response.content.decode()
    assert boxes(response) == (LACKING, LACKING[:-1])


def test_a_working_copy_that_was_changed_meanwhile_is_still_read_first(editor_client, public):
    change(public, summary="第一稿。")
    form = fields_of(page_of(editor_client, public, "publish_copy").content.decode())
    change(public, summary="第二稿。")
    response = editor_client.post(url_of("publish_copy", public.pk), form | {"confirm": []})
    assert "内容已被改动" in response.content.decode()
    assert find_working_copy(public) is not None


def test_what_is_public_has_no_page_of_publication(editor_client, public):
    assert page_of(editor_client, public).status_code == 302


def test_only_who_may_publish_sees_the_page(client, draft):
    client.force_login(make.make_user(is_staff=True))
    assert page_of(client, draft).status_code == 403


# --- the ways to the page


def test_the_button_of_a_form_leads_to_the_page_with_everything_saved_and_typed(editor_client, draft):
    response = save(
        editor_client,
        draft,
        opened(editor_client, draft),
        title="新的标题",
        why="已核对",
        _transition="publish",
    )
    assert response["Location"].startswith(url_of("publication", draft.pk))
    assert fields_of(editor_client.get(response["Location"]).content.decode())["note"] == "已核对"
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("新的标题", "draft")


def test_the_button_over_what_is_public_leads_to_the_page_of_the_working_copy(editor_client, public):
    response = save(
        editor_client,
        public,
        opened(editor_client, public),
        title="新的标题",
        change_note="更正标题",
        _transition="publish",
    )
    assert response["Location"].startswith(url_of("publish_copy", public.pk))
    page = editor_client.get(response["Location"]).content.decode()
    assert fields_of(page)["change_note"] == "更正标题"
    assert find_working_copy(public).content["title"] == "新的标题"


def test_a_form_with_nothing_to_confirm_publishes_at_once(editor_client, settings, draft):
    settings.SKIPPED_CHECKS = LACKING
    save(editor_client, draft, opened(editor_client, draft), _transition="publish")
    assert Milestone.objects.published().get() == draft


def test_one_record_of_a_list_is_published_on_the_page(editor_client, draft):
    chosen = {"action": "publish", "_selected_action": [draft.pk]}
    response = editor_client.post(url_of("changelist"), chosen, follow=True)
    assert response.redirect_chain[-1][0] == url_of("publication", draft.pk)


def test_of_many_those_without_warnings_are_published_and_the_others_listed(editor_client, draft):
    whole = make.make_milestone(
        title_en="Whole", date="2013", phase=make.make_phase(), summary="摘" * 50, summary_en="Summary"
    )
    make.make_citation(whole, locator="¶1")
    chosen = {"action": "publish", "_selected_action": [draft.pk, whole.pk]}
    asked = editor_client.post(url_of("changelist"), chosen, follow=True)
    address = asked.redirect_chain[-1][0]
    response = editor_client.post(address, fields_of(asked.content.decode()), follow=True)
    assert [*Milestone.objects.published()] == [whole]
    assert f'<a href="{url_of("publication", draft.pk)}">' in response.content.decode()
    assert fields_of(response.content.decode())["ids"] == str(draft.pk)


def test_the_history_says_what_was_confirmed_and_what_readers_were_told(editor_client, public):
    change(public, title="改过的标题")
    send(editor_client, public, "publish_copy", confirm=LACKING, change_note="更正标题")
    page = page_of(editor_client, public, "history").content.decode()
    assert "更正标题" in page
    assert "没有阶段" in page


@pytest.mark.parametrize("tag", ["publication", "publish_copy"])
def test_open_comments_are_counted_before_somebody_publishes(editor_client, draft, tag):
    if tag == "publish_copy":
        draft.publish(by=make.make_user())
        change(draft, title="改题")
    begin_thread(draft, by=make.make_user(), text="日期从何而来？", field="date")
    page = page_of(editor_client, draft, tag).content.decode()
    assert url_of("comments", draft.pk) in page
    assert "1条批注待解决" in page


def test_the_note_of_a_withdrawn_record_is_proposed_until_it_is_public_again(editor_client, public):
    public.withdraw(by=make.make_user(), comment="有误")
    change(public, title="改过的标题")
    send(editor_client, public, "publish_copy", confirm=LACKING, change_note="更正标题")
    assert fields_of(page_of(editor_client, public).content.decode())["change_note"] == "更正标题"
    form = opened(editor_client, public)
    assert form["change_note"] == "更正标题"
    save(editor_client, public, form, _transition="publish")
    assert Milestone.objects.published().get() == public
    assert "更正标题" in Client().get(public.get_absolute_url()).content.decode()


def test_who_comes_back_to_the_page_after_publishing_is_told_what_was_done_and_of_no_refusal(editor_client):
    entry = make.make_milestone(title="标题")
    make.make_citation(entry)
    url = reverse("admin:timeline_milestone_publication", args=[entry.pk])
    entry.publish(by=make.make_user(username="wang"))
    page = editor_client.get(url, follow=True)
    (said,) = list(page.context["messages"])
    assert re.fullmatch("wang已于.*发布。", str(said))
    assert said.level_tag == "info"
    assert "wang已于" in page.text


def test_a_page_that_was_opened_before_another_scheduled_it_says_who_did(editor_client, draft, english):
    form = fields_of(editor_client.get(url_of("publication", draft.pk)).content.decode())
    other = make.make_editor(username="zhang")
    perform_transition(draft, "publish", by=other, public_from=timezone.now() + datetime.timedelta(days=1))
    page = editor_client.post(url_of("publication", draft.pk), form, follow=True).content.decode()
    assert "zhang" in page
    assert "您的操作没有执行" in page
