"""The desk's memory as editors meet it: revisions, working copies, conflicts, double submits."""

import html
import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.forms import address, conflict, fields_of, in_words, opened, save
from timeline import history
from timeline.exchange.importing import import_files
from timeline.models import Milestone, Revision, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make.make_editor())
    return client


def actions(entry):
    return [revision.action for revision in Revision.objects.of(entry).applied()]


def test_a_form_with_inlines_leaves_one_revision_with_its_reason(desk):
    entry = make.make_milestone(title="初稿")
    citation = make.make_citation(entry, locator="¶1")
    form = opened(desk, entry)
    assert form["citations-0-id"] == str(citation.pk)
    save(desk, entry, form, **{"title": "改稿", "citations-0-locator": "¶2", "why": "核对原文"})
    (revision,) = Revision.objects.of(entry).applied()
    assert (revision.row["title"], revision.row["citations"][0]["locator"], revision.why) == (
        "改稿",
        "¶2",
        "核对原文",
    )
    save(desk, entry, opened(desk, entry))
    assert Revision.objects.of(entry).count() == 1


def test_a_form_sent_twice_makes_one_entry(desk):
    form = fields_of(desk.get(address("add")).content.decode()) | {"title": "只有一条"}
    first, second = (desk.post(address("add"), form) for _time in range(2))
    assert first.status_code == second.status_code == 302
    assert second["Location"] == address("change", Milestone.objects.get().pk)
    assert actions(Milestone.objects.get()) == ["saved"]


def test_what_is_public_is_edited_as_a_working_copy(desk):
    entry = make.make_milestone(title="公开的", published=True)
    before = Client().get(entry.get_absolute_url()).content
    source = make.make_source(title="新来源", slug="z-last-of-all")
    form = opened(desk, entry)
    saved = save(
        desk, entry, form,
        **{"title": "修订的", "citations-TOTAL_FORMS": "2", "citations-1-source": source.pk, "citations-1-locator": "¶8",
           "citations-1-number": "1"},
    )  # fmt: skip
    assert saved.status_code == 302
    assert Client().get(entry.get_absolute_url()).content == before
    again = opened(desk, entry)
    assert again["title"] == "修订的"
    assert again["citations-1-locator"] == "¶8"
    # The working copy can be edited again, its new source too.
    assert save(desk, entry, again, **{"citations-1-locator": "¶9"}).status_code == 302
    shown = desk.get(address("preview", entry.pk))
    assert "修订的" in shown.content.decode()
    assert "¶9" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "noindex" in shown.content.decode()
    assert Client().get(entry.get_absolute_url()).content == before
    page = desk.get(address("working_copy", entry.pk)).content.decode()
    assert "<del>公开</del>" in page
    page = fields_of(desk.get(address("publish_copy", entry.pk)).content.decode())
    desk.post(address("publish_copy", entry.pk), page | {"why": "补来源"})
    public = Client().get(entry.get_absolute_url()).content.decode()
    assert "修订的" in public
    assert "新来源" in public
    assert actions(entry)[-1] == "revised"


def test_a_working_copy_can_be_discarded(desk):
    entry = make.make_milestone(title="公开的", published=True)
    save(desk, entry, opened(desk, entry), title="修订的")
    page = fields_of(desk.get(address("discard_copy", entry.pk)).content.decode())
    desk.post(address("discard_copy", entry.pk), page)
    assert history.working_copy(entry) is None
    assert opened(desk, entry)["title"] == "公开的"


def chosen(page):
    """The side that the page of a conflict proposes for each column that it shows; None where it leaves it open."""
    sides = re.findall(r'name="take-(\w+)" value="(\w+)" required( checked)?', page)
    return {name: None for name, _side, _mark in sides} | {name: side for name, side, mark in sides if mark}


def test_a_stale_form_overwrites_nothing_and_loses_nothing(desk):
    entry = make.make_milestone(title="原题", summary="原摘要")
    history.record(entry, by=make.make_user())
    answer = conflict(desk, entry, {"title": "对方的题"}, {"title": "我的题", "summary": "我的摘要"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("原题", "对方的题", "我的题", "我的摘要", "原摘要"):
        assert words in in_words(page)
    assert Milestone.objects.get().title == "对方的题"
    choice = fields_of(page) | {"take-title": "theirs", "take-summary": "mine", "why": "合并"}
    desk.post(address("conflict", entry.pk), choice)
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("对方的题", "我的摘要")
    assert actions(entry) == ["saved", "saved", "saved"]


def test_what_only_i_changed_is_chosen_beforehand(desk):
    entry = make.make_milestone(title="原题", summary="原摘要")
    history.record(entry, by=make.make_user())
    page = conflict(desk, entry, {"title": "对方的题"}, {"summary": "我的摘要"}).content.decode()
    assert chosen(page) == {"summary": "mine", "title": "theirs"}


def test_what_both_changed_is_left_to_choose_and_nothing_is_written_before(desk):
    entry = make.make_milestone(title="原题", summary="原摘要")
    answer = conflict(desk, entry, {"title": "对方的题"}, {"title": "我的题", "summary": "我的摘要"})
    assert chosen(answer.content.decode()) == {"title": None, "summary": "mine"}
    undecided = desk.post(
        address("conflict", entry.pk), fields_of(answer.content.decode()) | {"take-summary": "theirs"}
    )
    page = undecided.content.decode()
    assert undecided.status_code == 409
    assert "有些项目双方都改过" in page
    assert "我的题" in in_words(page)
    assert chosen(page) == {"title": None, "summary": "theirs"}
    assert Milestone.objects.get().title == "对方的题"


def test_what_the_others_took_out_is_no_trouble_for_a_stale_form(desk):
    entry = make.make_milestone(title="原题")
    # Of one source: of several, the order would hang on their slugs.
    source = make.make_source()
    kept, gone = (make.make_citation(entry, source=source, locator=place) for place in ("¶1", "¶2"))
    form = opened(desk, entry)
    gone.delete()
    make.make_citation(entry, source=source, locator="¶3")
    answer = save(desk, entry, form, **{"citations-1-locator": "¶9", "summary": "我的摘要"})
    assert answer.status_code == 409
    assert chosen(answer.content.decode()) == {"summary": "mine", "citations": "both"}
    choice = {"take-summary": "mine", "take-citations": "mine"}
    desk.post(address("conflict", entry.pk), fields_of(answer.content.decode()) | choice)
    entry.refresh_from_db()
    assert entry.summary == "我的摘要"
    assert [citation.locator for citation in entry.citations.order_by("locator")] == ["¶1", "¶9"]
    assert kept in entry.citations.all()


def test_a_stale_form_with_a_mistake_says_so_first_and_keeps_what_was_typed(desk):
    entry = make.make_milestone(title="原题")
    form = opened(desk, entry)
    save(desk, entry, form, title="对方的题")
    answer = save(desk, entry, form, title="我的题", date="2013-13")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "我的题" in page
    assert "2013-13" in page
    again = save(desk, entry, fields_of(page), date="2013-12")
    assert again.status_code == 409
    assert chosen(again.content.decode()) == {"title": None, "date": "mine"}


def test_what_changed_and_changed_back_is_no_conflict(desk):
    entry = make.make_milestone(title="原题")
    form = opened(desk, entry)
    for title in ("改题", "原题"):
        save(desk, entry, opened(desk, entry), title=title)
    assert save(desk, entry, form, title="我的题").status_code == 302
    assert Milestone.objects.get().title == "我的题"


def test_a_conflict_within_a_conflict_is_shown_again(desk):
    entry = make.make_milestone(title="原题")
    page = conflict(desk, entry, {"title": "对方的题"}, {"title": "我的题"}).content.decode()
    save(desk, entry, opened(desk, entry), title="第三人的题")
    answer = desk.post(address("conflict", entry.pk), fields_of(page) | {"take-title": "mine"})
    assert answer.status_code == 409
    assert "第三人的题" in in_words(answer.content.decode())
    assert "我的题" in in_words(answer.content.decode())
    assert Milestone.objects.get().title == "第三人的题"


def test_two_who_edit_one_working_copy_are_told(desk):
    entry = make.make_milestone(title="公开的", published=True)
    assert conflict(desk, entry, {"title": "甲的修订"}, {"title": "乙的修订"}).status_code == 409
    assert history.working_copy(entry).row["title"] == "甲的修订"


def test_what_was_typed_cannot_be_forged(desk):
    entry = make.make_milestone(title="原题")
    form = fields_of(conflict(desk, entry, {"title": "对方的题"}, {"title": "我的题"}).content.decode())
    forged = signing.dumps({"title": "伪造"}, salt="elsewhere")
    answer = desk.post(address("conflict", entry.pk), form | {"_mine": forged, "take-title": "mine"})
    assert answer.status_code == 400
    assert save(desk, entry, opened(desk, entry), _base=forged).status_code == 400
    assert Milestone.objects.get().title == "对方的题"


def test_the_history_shows_who_when_and_why_and_compares_by_characters(desk):
    entry = make.make_milestone(title="宁波市智慧城市")
    history.record(entry, by=make.make_user(username="甲编辑"), why="起草")
    save(desk, entry, opened(desk, entry), title="宁波智慧城市建设", why="改题名")
    page = desk.get(address("history", entry.pk)).content.decode()
    for words in ("甲编辑", "起草", "改题名"):
        assert words in page
    compared = desk.get(address("compare", entry.pk, 1, 2)).content.decode()
    assert "<del>市</del>" in compared
    assert "<ins>建设</ins>" in compared


def test_any_two_revisions_are_compared_the_older_first(desk):
    entry = make.make_milestone(title="第一题")
    history.record(entry, by=make.make_user())
    for title in ("第二题", "第三题"):
        save(desk, entry, opened(desk, entry), title=title)
    page = desk.get(address("history", entry.pk)).content.decode()
    assert re.findall(r'name="(old|new)" value="(\d)"[^>]* checked', page) == [("new", "3"), ("old", "2")]
    for chosen in ({"old": "1", "new": "3"}, {"old": "3", "new": "1"}):
        answer = desk.get(address("history", entry.pk), chosen, follow=True)
        assert answer.redirect_chain[0][0] == address("compare", entry.pk, 1, 3)
        assert "<del>一</del>" in answer.content.decode()
        assert "<ins>三</ins>" in answer.content.decode()
    for chosen in ({"old": "2", "new": "2"}, {"old": "2"}, {"old": "x", "new": "2"}):
        assert desk.get(address("history", entry.pk), chosen).status_code == 200
    gone = desk.get(address("history", entry.pk), {"old": "2", "new": "99999"}, follow=True)
    assert gone.status_code == 404


def test_nobody_compares_revisions_who_may_not_see_the_entry(client):
    entry = make.make_milestone()
    chosen = {"old": "1", "new": "2"}
    client.force_login(make.make_user(is_staff=True))
    assert client.get(address("history", entry.pk), chosen).status_code == 403


def test_revisions_of_one_minute_are_told_apart_by_number_and_second(desk):
    entry = make.make_milestone(title="一")
    history.record(entry, by=make.make_user())
    save(desk, entry, opened(desk, entry), title="二")
    page = desk.get(address("history", entry.pk)).content.decode()
    for revision in Revision.objects.of(entry):
        assert f"{timezone.localtime(revision.at):%Y-%m-%d %H:%M:%S}" in page
        assert f'<th scope="row">{revision.number}</th>' in page


def test_deleted_drafts_of_one_title_are_told_apart_by_their_addresses(desk):
    slugs = []
    for _time in range(2):
        entry = make.make_milestone(title="同名")
        slugs.append(entry.slug)
        history.delete_draft(entry, by=make.make_user())
        make.make_milestone(slug=entry.slug, title="占位")
    page = desk.get(address("deleted")).content.decode()
    assert slugs[0] != slugs[1]
    assert all(slug in page for slug in slugs)


def test_a_revision_is_restored_by_a_button(desk):
    entry = make.make_milestone(title="旧题")
    history.record(entry, by=make.make_user())
    save(desk, entry, opened(desk, entry), title="新题")
    assert "旧" in desk.get(address("restore", entry.pk, 1)).content.decode()
    page = fields_of(desk.get(address("restore", entry.pk, 1)).content.decode())
    desk.post(address("restore", entry.pk, 1), page | {"why": "改错了"})
    entry.refresh_from_db()
    assert entry.title == "旧题"
    assert Revision.objects.of(entry).applied().last().why == "改错了"


def test_a_deleted_draft_is_recovered_from_the_list(desk):
    entry = make.make_milestone(title="误删的")
    desk.post(address("delete", entry.pk), {"post": "yes"})
    assert not Milestone.objects.exists()
    assert "误删的" in desk.get(address("deleted")).content.decode()
    desk.post(address("recover", entry.pk))
    assert Milestone.objects.get().title == "误删的"


def test_what_is_referred_to_says_by_whom_and_is_not_deleted(desk):
    topic = make.make_topic(title="共享")
    entry = make.make_milestone(title="引用者", topics=[topic])
    delete = reverse("admin:timeline_topic_delete", args=[topic.pk])
    page = desk.get(delete).content.decode()
    assert "引用者" in page
    desk.post(delete, {"post": "yes"})
    assert entry.topics.count() == 1
    policy = make.make_policy()
    make.make_goal(title="某目标", declared_by=policy)
    page = desk.get(reverse("admin:timeline_policy_change", args=[policy.pk])).content.decode()
    assert "引用此条的内容" in page
    assert "某目标" in page


@pytest.mark.parametrize("make_one", [make.make_topic, make.make_source, make.make_phase, make.make_area, make.make_organization])  # fmt: skip
def test_a_changed_slug_leads_on_for_good(client, make_one):
    one = make_one(slug="first")
    old = one.get_absolute_url()
    for slug in ("second", "third"):
        one.slug = slug
        one.save()
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, one.get_absolute_url())
    one.slug = "first"
    one.save()
    assert client.get(old).status_code == 200


def test_the_former_address_of_an_entry_leads_on_only_where_it_is_public(client):
    entry = make.make_milestone(slug="first", published=True)
    draft = make.make_milestone(slug="hidden")
    for one, slug in ((entry, "second"), (draft, "still-hidden")):
        one.slug = slug
        one.save()
    assert client.get("/milestones/first/")["Location"] == "/milestones/second/"
    assert client.get("/milestones/hidden/").status_code == 404


def test_deleting_what_was_public_is_refused_and_withdrawal_offered(desk):
    entry = make.make_milestone(title="公开的", published=True)
    answer = desk.post(address("delete", entry.pk), {"post": "yes"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "请改为撤回" in page
    assert f"/verb/withdraw/?ids={entry.pk}" in page
    assert Milestone.objects.published().exists()


@pytest.mark.parametrize(("noun", "column", "make_one"), [
    ("topic", "description", make.make_topic), ("source", "publisher", make.make_source),
    ("chronicle", "tagline", make.make_chronicle),
])  # fmt: skip
def test_a_stale_form_of_any_record_overwrites_nothing(desk, noun, column, make_one):
    record = make_one(title="原题")
    change = reverse(f"admin:timeline_{noun}_change", args=[record.pk])
    form = fields_of(desk.get(change).content.decode())
    assert desk.post(change, form | {"title": "对方的题"}).status_code == 302
    answer = desk.post(change, form | {"title": "我的题", column: "我写的"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert chosen(page) == {"title": None, column: "mine"}
    record.refresh_from_db()
    assert record.title == "对方的题"
    conflict = reverse(f"admin:timeline_{noun}_conflict", args=[record.pk])
    assert (
        desk.post(conflict, fields_of(page) | {"take-title": "theirs", f"take-{column}": "mine"}).status_code
        == 302
    )
    record.refresh_from_db()
    assert (record.title, getattr(record, column)) == ("对方的题", "我写的")


def test_a_form_of_a_topic_sent_twice_makes_one_topic(desk):
    add = reverse("admin:timeline_topic_add")
    form = fields_of(desk.get(add).content.decode()) | {"title": "只有一个"}
    for _time in range(2):
        assert desk.post(add, form).status_code == 302
    assert Topic.objects.count() == 1


def test_what_is_typed_after_going_back_to_a_sent_form_is_saved_in_the_same_record(desk):
    form = fields_of(desk.get(address("add")).content.decode()) | {"title": "题名", "summary": "先写的"}
    desk.post(address("add"), form)
    answer = desk.post(address("add"), form | {"summary": "再写的"})
    entry = Milestone.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address("change", entry.pk))
    assert entry.summary == "再写的"
    assert actions(entry) == ["saved", "saved"]


def test_what_is_typed_after_going_back_overwrites_nobody(desk):
    form = fields_of(desk.get(address("add")).content.decode()) | {"title": "题名", "summary": "先写的"}
    desk.post(address("add"), form)
    entry = Milestone.objects.get()
    save(desk, entry, opened(desk, entry), summary="对方改的")
    answer = desk.post(address("add"), form | {"summary": "再写的"})
    assert answer.status_code == 409
    assert chosen(answer.content.decode()) == {"summary": None}


def test_saving_a_draft_that_was_deleted_meanwhile_puts_it_back_with_what_was_typed(desk):
    entry = make.make_milestone(title="原题", topics=[make.make_topic()])
    make.make_citation(entry, locator="¶1")
    form = opened(desk, entry)
    desk.post(address("delete", entry.pk), {"post": "yes"})
    refused = save(desk, entry, form, title="改题", date="2013-13")
    assert refused.status_code == 200
    assert "改题" in refused.content.decode()
    assert not Milestone.objects.exists()
    answer = save(desk, entry, fields_of(refused.content.decode()), date="2013")
    assert answer.status_code == 302
    back = Milestone.objects.get()
    assert (back.pk, back.title, back.citations.get().locator, back.topics.count()) == (
        entry.pk,
        "改题",
        "¶1",
        1,
    )
    assert actions(entry) == ["deleted", "saved"]
    assert history.deleted_drafts() == []


def test_a_merge_that_cannot_be_is_refused_with_everything_still_there(desk):
    policy = make.make_policy(title="原题")
    change = reverse("admin:timeline_policy_change", args=[policy.pk])
    form = fields_of(desk.get(change).content.decode())
    desk.post(change, form | {"effective_from": "2019"})
    page = desk.post(change, form | {"effective_until": "2016", "body": "长文"}).content.decode()
    choice = {"take-effective_from": "theirs", "take-effective_until": "mine", "take-body": "mine"}
    answer = desk.post(reverse("admin:timeline_policy_conflict", args=[policy.pk]), fields_of(page) | choice)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "废止日期早于施行日期" in page
    assert chosen(page)["effective_from"] == "theirs"
    assert "长文" in in_words(page)


def test_a_page_that_was_decided_upon_too_late_does_nothing(desk):
    entry = make.make_milestone(title="旧题")
    history.record(entry, by=make.make_user())
    save(desk, entry, opened(desk, entry), title="新题")
    page = fields_of(desk.get(address("restore", entry.pk, 1)).content.decode())
    save(desk, entry, opened(desk, entry), title="更新的题")
    answer = desk.post(address("restore", entry.pk, 1), page, follow=True)
    assert "请重新查看" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.title == "更新的题"


def test_a_verb_decided_upon_too_late_does_nothing(desk):
    entry = make.make_milestone(title="读过的题")
    make.make_citation(entry)
    history.record(entry, by=make.make_user())
    verb = reverse("admin:timeline_milestone_verb", args=["publish"])
    page = fields_of(desk.get(verb, {"ids": entry.pk}).content.decode())
    save(desk, entry, opened(desk, entry), title="没有读过的题")
    answer = desk.post(verb, page, follow=True)
    assert "请重新查看" in answer.content.decode()
    assert not Milestone.objects.published().exists()
    page = fields_of(desk.get(verb, {"ids": entry.pk}).content.decode())
    desk.post(verb, page)
    assert Milestone.objects.published().get().title == "没有读过的题"


def test_a_working_copy_that_was_overtaken_is_put_together_by_choosing(desk, folder):
    entry = make.make_milestone(slug="launch", title="原题", summary="原摘要", published=True)
    save(desk, entry, opened(desk, entry), title="修订的题", summary="修订的摘要")
    import_files(
        [folder(milestones="- {slug: launch, summary: 导入的摘要}")], by=make.make_user(), publish=True
    )
    page = desk.get(address("publish_copy", entry.pk))
    assert page.status_code == 409
    assert chosen(page.content.decode()) == {"title": "mine", "summary": None}
    choice = fields_of(page.content.decode()) | {"take-title": "mine", "take-summary": "theirs"}
    assert desk.post(address("conflict", entry.pk), choice).status_code == 302
    assert history.working_copy(entry).row["summary"] == "导入的摘要"
    ready = desk.get(address("publish_copy", entry.pk))
    assert ready.status_code == 200
    desk.post(address("publish_copy", entry.pk), fields_of(ready.content.decode()))
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("修订的题", "导入的摘要")


def test_a_public_entry_restored_to_a_time_without_a_source_can_be_looked_at_and_edited(desk):
    entry = make.make_milestone(title="公开的")
    history.record(entry, by=make.make_user())
    make.make_citation(entry)
    entry.publish(by=make.make_user())
    page = fields_of(desk.get(address("restore", entry.pk, 1)).content.decode())
    desk.post(address("restore", entry.pk, 1), page)
    assert history.working_copy(entry).row["citations"] == []
    assert desk.get(address("change", entry.pk)).status_code == 200
    assert desk.get(address("preview", entry.pk)).status_code == 200
    ready = fields_of(desk.get(address("publish_copy", entry.pk)).content.decode())
    answer = desk.post(address("publish_copy", entry.pk), ready, follow=True)
    assert "至少要引用一个来源" in answer.content.decode()


def test_what_was_withdrawn_is_edited_beside_what_its_page_says(desk, client):
    entry = make.make_milestone(title="撤回的题", published=True)
    entry.withdraw(by=make.make_user(), reason="有误")
    before = Client().get(entry.get_absolute_url()).content
    assert save(desk, entry, opened(desk, entry), title="更正的题").status_code == 302
    assert Client().get(entry.get_absolute_url()).content == before
    assert opened(desk, entry)["title"] == "更正的题"


def said(desk, answer):
    """What the desk says on the page that the answer leads to."""
    page = desk.get(answer["Location"]).content.decode()
    return [
        html.unescape(words) for words in re.findall(r'<li class="(?:success|error|info)">(.*?)</li>', page)
    ]


def test_a_form_cannot_take_an_address_that_leads_to_another(desk):
    public = make.make_milestone(title="公开的", slug="a", published=True)
    public.slug = "y"
    public.save()
    draft = make.make_milestone(title="草稿", slug="x")
    answer = save(desk, draft, opened(desk, draft), slug="a")
    assert answer.status_code == 200
    ((field, words),) = answer.context["adminform"].form.errors.items()
    assert field == "slug"
    assert "“公开的”" in words[0]
    assert Milestone.objects.get(pk=draft.pk).slug == "x"


def test_a_draft_whose_address_was_taken_comes_back_and_the_desk_says_where(desk):
    topic, source = make.make_topic(slug="lost-topic"), make.make_source(slug="lost-source")
    entry = make.make_milestone(slug="launch", title="误删的", topics=[topic])
    make.make_citation(entry, source=source, locator="¶7")
    desk.post(address("delete", entry.pk), {"post": "yes"})
    make.make_policy(slug="launch")
    topic.delete()
    source.delete()
    answer = desk.post(address("recover", entry.pk))
    assert answer["Location"] == address("change", entry.pk)
    words = said(desk, answer)[-1]
    for named in ("launch", "launch-2", "专题：lost-topic", "lost-source · ¶7"):
        assert named in words
    assert Milestone.objects.get().title == "误删的"


def test_a_revision_is_restored_although_what_it_cites_moved(desk):
    source = make.make_source(slug="old")
    entry = make.make_milestone(title="一")
    make.make_citation(entry, source=source)
    history.record(entry, by=make.make_user())
    source.slug = "new"
    source.save()
    save(desk, entry, opened(desk, entry), title="二")
    page = desk.get(address("restore", entry.pk, 1)).content.decode()
    desk.post(address("restore", entry.pk, 1), fields_of(page))
    assert Milestone.objects.get().title == "一"
    assert Milestone.objects.get().citations.get().source == source


def test_a_working_copy_opens_although_its_topic_moved(desk):
    topic = make.make_topic(slug="old")
    entry = make.make_milestone(title="公开的", topics=[topic], published=True)
    save(desk, entry, opened(desk, entry), title="修订的")
    topic.slug = "new"
    topic.save()
    assert opened(desk, entry)["topics"] == [str(topic.pk)]
    page = desk.get(address("publish_copy", entry.pk)).content.decode()
    desk.post(address("publish_copy", entry.pk), fields_of(page))
    assert Milestone.objects.get().title == "修订的"
    assert list(Milestone.objects.get().topics.all()) == [topic]


@pytest.mark.parametrize(
    ("noun", "typed", "made", "name"),
    [
        ("policy", "topics", make.make_topic, "专题"),
        ("policy", "relations-0-to_policy", make.make_policy, "政策"),
        ("policy", "citations-0-source", make.make_source, "来源"),
        ("goal", "declared_by", make.make_policy, "条目"),
    ],
)
def test_what_was_chosen_and_is_deleted_meanwhile_is_named_by_its_kind(desk, noun, typed, made, name):
    chosen = made()
    add = reverse(f"admin:timeline_{noun}_add")
    form = fields_of(desk.get(add).content.decode()) | {"title": "甲", typed: str(chosen.pk)}
    form |= {"document_type": "notice", "relations-0-type": "implements"}
    if "-0-" in typed:
        form[f"{typed.partition('-')[0]}-TOTAL_FORMS"] = "1"
    chosen.delete()
    (words,) = re.findall(
        rf'<a href="#id_{typed}">[^<]*</a>: ([^<]*)<', desk.post(add, form).content.decode()
    )
    assert re.search("is there no more|已不存在", words)
    assert name in words


def test_a_list_publishes_no_working_copy_that_nobody_saw(desk):
    entry = make.make_milestone(title="撤回的", summary="公开过的摘要", published=True)
    entry.withdraw(by=make.make_editor(), reason="重复")
    row = history.table_for(entry).whole_row_of(entry)
    history.keep_working_copy(entry, row | {"summary": "没人看过的摘要"}, by=make.make_user())
    answer = desk.post(address("verb", "publish"), {"ids": entry.pk}, follow=True)
    assert "修订稿" in answer.content.decode()
    entry.refresh_from_db()
    assert (entry.status, entry.summary) == ("withdrawn", "公开过的摘要")
