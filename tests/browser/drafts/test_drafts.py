"""Drafts of unsaved forms: the browser stores them, offers to restore them, and deletes them after saving."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.drafts.forms import (
    accept_leaving,
    expect_everything,
    kept,
    restore,
    type_everything,
    wait_until_kept,
)
from tests.browser.editor_actions import PASSWORD, change_url, cite, save, sign_in
from timeline.models import Policy, Revision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_after_a_lapsed_log_in_the_form_is_offered_back_and_saved_once(window, site, records):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    type_everything(page)
    Session.objects.all().delete()
    save(page, "_save")
    page.wait_for_url(re.compile("/admin/login/"))
    assert not Policy.objects.exists()
    page.fill("#id_username", "wang")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url(f"{site}/admin/timeline/policy/add/")
    restore(page)
    expect_everything(page)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    policy = Policy.objects.get()
    assert [str(one) for one in policy.citations.order_by("locator")] == ["宁波日报 ¶5", "宁波日报 ¶7"]
    assert (str(policy.date), policy.topics.get().title, policy.issuers.get().title) == (
        "2013-01",
        "智慧健康",
        "宁波市政府",
    )
    assert kept(page) == 0


@pytest.mark.long
def test_after_a_crash_the_form_is_offered_back(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "崩溃前写的摘要。")
    page.check("#id_citations-0-DELETE")
    cite(page, "宁波日报", "¶5", row=1)
    wait_until_kept(page)
    accept_leaving(page)
    again = page.context.new_page()
    page.close()
    again.goto(f"{site}/admin/")
    expect(again.locator(".browser-drafts")).to_contain_text("崩溃前写的摘要。")
    again.locator(".browser-drafts a").click()
    restore(again)
    expect(again.locator("#id_summary")).to_have_value("崩溃前写的摘要。")
    expect(again.locator("#id_citations-0-DELETE")).to_be_checked()
    save(again)
    expect(again.locator(".messagelist .success")).to_be_visible()
    assert [str(one) for one in draft.citations.all()] == ["宁波日报 ¶5"]
    assert kept(again) == 0


@pytest.mark.long
def test_a_draft_of_a_former_revision_is_compared_field_by_field_when_it_is_saved(window, site, draft):
    mine, theirs = window("wang"), window("chen")
    mine.goto(change_url(site, draft))
    mine.fill("#id_summary", "我写的摘要。")
    cite(mine, "宁波日报", "¶5", row=1)
    wait_until_kept(mine)
    accept_leaving(mine)
    mine.goto(f"{site}/admin/")
    theirs.goto(change_url(site, draft))
    theirs.fill("#id_editor_note", "对方写的说明。")
    theirs.fill("#id_summary", "对方写的摘要。")
    save(theirs)
    expect(theirs.locator(".messagelist .success")).to_be_visible()
    mine.goto(change_url(site, draft))
    expect(mine.locator("#id_summary")).to_have_value("对方写的摘要。")
    expect(mine.locator(".draft-offer")).to_contain_text("逐项选择")
    restore(mine)
    expect(mine.locator("#id_summary")).to_have_value("我写的摘要。")
    expect(mine.locator("#id_editor_note")).to_have_value("")
    expect(mine.locator("#id_citations-1-locator")).to_have_value("¶5")
    save(mine)
    expect(mine.locator("h1")).to_contain_text("刚刚有人保存过此条内容")
    mine.locator("fieldset", has=mine.locator("[name=take-summary]")).get_by_label("我的内容").check()
    mine.click("text=保存所选内容")
    expect(mine.locator(".messagelist")).to_be_visible()
    policy = Policy.objects.get()
    assert (policy.summary, policy.editor_note) == ("我写的摘要。", "对方写的说明。")
    assert policy.citations.count() == 2
    assert kept(mine) == 0


@pytest.mark.long
def test_a_form_that_is_refused_stays_kept_until_it_is_saved(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_date", "2016-02-30")
    page.fill("#id_summary", "写好的摘要。")
    save(page)
    expect(page.locator(".errornote")).to_be_visible()
    assert kept(page) == 1
    seen = accept_leaving(page)
    page.goto(f"{site}/admin/")
    assert seen == ["beforeunload"]
    page.goto(change_url(site, draft))
    restore(page)
    expect(page.locator("#id_date")).to_have_value("2016-02-30")
    page.fill("#id_date", "2016-02-29")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert kept(page) == 0


@pytest.mark.long
def test_a_discarded_draft_is_gone(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "不要了。")
    wait_until_kept(page)
    accept_leaving(page)
    page.goto(f"{site}/admin/")
    page.goto(change_url(site, draft))
    page.locator(".draft-offer").get_by_role("button", name="放弃").click()
    page.goto(change_url(site, draft))
    expect(page.locator(".draft-offer")).to_have_count(0)
    assert kept(page) == 0


@pytest.mark.long
def test_the_time_of_a_draft_is_that_of_the_site(window, site, draft):
    page = window("wang", timezone_id="America/New_York", locale="en-US")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "在别处写的。")
    wait_until_kept(page)
    accept_leaving(page)
    page.goto(f"{site}/admin/")
    said = page.locator(".browser-drafts time").inner_text()
    at = datetime.datetime.strptime(said, "%Y年%m月%d日 %H:%M:%S")
    assert abs(timezone.localtime().replace(tzinfo=None) - at) < datetime.timedelta(minutes=2)


@pytest.mark.long
def test_drafts_of_one_title_and_second_are_numbered(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "写了两遍。")
    wait_until_kept(page)
    accept_leaving(page)
    # Leaving the form stores it again, maybe in the next second, so duplicate the draft only afterwards.
    page.goto(f"{site}/admin/")
    page.evaluate(
        """() => { const key = Object.keys(localStorage).find((name) => name.startsWith("draft:"));
            localStorage.setItem(key.slice(0, -1) + "-twin", localStorage.getItem(key)); }"""
    )
    page.reload()
    first, second = page.locator(".browser-drafts time").all_inner_texts()
    assert second == f"{first} (2)"


@pytest.mark.long
def test_a_reason_typed_on_a_page_of_a_transition_outlives_a_lapsed_log_in(window, site, draft):
    draft.submit(by=make.make_user(username="qian"))
    page = window("li")
    page.goto(f"{site}/admin/timeline/policy/verb/send_back/?ids={draft.pk}")
    page.fill("#id_reason", "日期与原文不符")
    Session.objects.all().delete()
    page.locator(".submit-row input[type=submit]").click()
    page.wait_for_url(re.compile("/admin/login/"))
    page.fill("#id_username", "li")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    restore(page)
    expect(page.locator("#id_reason")).to_have_value("日期与原文不符")
    page.locator(".submit-row input[type=submit]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Revision.objects.sent_back().get().comment == "日期与原文不符"
    assert kept(page) == 0


@pytest.mark.long
@pytest.mark.parametrize("break_off", ["stops", "refuses"])
def test_when_the_server_stops_or_refuses_everything_the_form_comes_back(window, site, draft, break_off):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "服务器停了之前写的。")
    answer: dict[str, Callable[[Any], None]] = {
        "stops": lambda route: route.abort("connectionrefused"),
        "refuses": lambda route: route.fulfill(status=413, body="too large"),
    }
    page.route("**/change/", answer[break_off])
    page.locator("input[name=_save]").first.click(no_wait_after=True)
    page.wait_for_timeout(500)
    page.unroute("**/change/")
    page.goto(change_url(site, draft))
    restore(page)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Policy.objects.get().summary == "服务器停了之前写的。"


@pytest.mark.long
def test_a_form_of_an_earlier_log_in_is_refused_and_comes_back(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "换了登录之前写的。")
    wait_until_kept(page)
    other = page.context.new_page()
    other.context.clear_cookies()
    sign_in(other, site, "wang")
    save(page)
    expect(page.locator("main")).to_contain_text("您填写的内容仍保存在这个浏览器中")
    page.get_by_role("link", name="重新打开表单").click()
    restore(page)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Policy.objects.get().summary == "换了登录之前写的。"


@pytest.mark.long
def test_what_was_typed_after_restoring_is_not_discarded_without_a_question(window, site, draft):
    page, answers = window("wang"), {"yes": True}
    page.on("dialog", lambda dialog: dialog.accept() if answers["yes"] else dialog.dismiss())
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "恢复的摘要。")
    wait_until_kept(page)
    page.goto(f"{site}/admin/")
    page.goto(change_url(site, draft))
    restore(page)
    page.fill("#id_body", "恢复之后写的正文。")
    answers["yes"] = False
    page.locator(".draft-restored [data-discard]").click()
    expect(page.locator("#id_body")).to_have_value("恢复之后写的正文。")
    answers["yes"] = True
    page.locator(".draft-restored [data-discard]").click()
    expect(page.locator("#id_body")).to_have_value("")
    expect(page.locator("#id_summary")).to_have_value("")


@pytest.mark.long
def test_a_text_that_was_discarded_elsewhere_does_not_come_back(window, site, records):
    page = window("wang")
    accept_leaving(page)
    page.goto(f"{site}/admin/timeline/policy/add/")
    page.fill("#id_title", "不要了的政策")
    wait_until_kept(page)
    page.goto(f"{site}/admin/")
    page.locator(".browser-drafts").get_by_role("button", name="放弃").click()
    page.go_back()
    page.wait_for_load_state("load")
    page.wait_for_timeout(800)
    expect(page.locator("#id_title")).to_have_value("")
    expect(page.locator(".draft-restored")).to_have_count(0)


@pytest.mark.long
def test_a_refused_form_begins_with_what_was_refused(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_slug", "Kein Slug!")
    page.fill("#id_citations-0-date", "年初")
    save(page)
    errors = page.locator(".error-list")
    expect(page.locator("#id_citations-0-date")).to_be_focused()
    expect(errors).to_contain_text("网址标识")
    expect(errors).to_contain_text("该来源所记日期")
    errors.get_by_role("link", name="网址标识").click()
    expect(page.locator("#id_slug")).to_be_in_viewport()
    expect(page.locator(".field-slug .errorlist")).to_be_in_viewport()


@pytest.mark.long
def test_drafts_of_new_records_are_told_apart_by_their_titles(window, site, draft):
    page, form = window("wang"), f"{site}/admin/timeline/policy/add/"
    accept_leaving(page)
    for title in ("甲稿", "乙稿"):
        page.goto(form)
        page.fill("#id_title", title)
        page.wait_for_timeout(600)
        page.goto(f"{site}/admin/")
    page.goto(form)
    offers = page.locator(".draft-offer p:first-child")
    expect(offers).to_have_count(2)
    expect(offers.nth(0)).to_contain_text("乙稿")
    expect(offers.nth(1)).to_contain_text("甲稿")
