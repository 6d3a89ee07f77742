"""Leaving a form: warnings, the form after going back, and drafts in other tabs and popups."""

import pytest
from playwright.sync_api import expect

from tests.browser.drafts.forms import (
    accept_leaving,
    expect_everything,
    kept,
    type_everything,
    wait_until_kept,
)
from tests.browser.editor_actions import change_url, cite, save, use
from timeline.models import Policy, Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_back_after_saving_has_everything_and_saving_again_makes_no_second_entry(window, site, records):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    type_everything(page)
    save(page, "_save")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.go_back()
    expect_everything(page)
    page.fill("#id_summary", "回来之后改的摘要。")
    save(page, "_save")
    expect(page.locator(".messagelist")).to_contain_text("同一条")
    policy = Policy.objects.get()
    assert policy.summary == "回来之后改的摘要。"
    assert policy.citations.count() == 2


@pytest.mark.long
def test_back_to_a_form_that_was_left_has_everything(window, site, records):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    type_everything(page)
    seen = accept_leaving(page)
    page.goto(f"{site}/admin/")
    assert seen == ["beforeunload"]
    page.go_back()
    expect_everything(page)
    save(page, "_save")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Policy.objects.get().citations.count() == 2


@pytest.mark.long
def test_back_to_a_changed_form_that_was_saved_shows_what_was_saved(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_date", "2014")
    cite(page, "宁波日报", "¶5", row=1)
    save(page, "_save")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.go_back()
    expect(page.locator("#id_date")).to_have_value("2014")
    expect(page.locator("[name^=citations][name$=source] option:checked", has_text="宁波日报")).to_have_count(
        1
    )
    expect(page.locator(".draft-offer")).to_have_count(0)
    page.fill("#id_date", "2015")
    save(page, "_save")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert str(Policy.objects.get().date) == "2015"


@pytest.mark.long
def test_leaving_an_unchanged_form_warns_of_nothing_and_a_changed_one_does(window, site, draft):
    page = window("wang")
    seen = accept_leaving(page)
    page.goto(change_url(site, draft))
    page.locator("#id_title").press("End")
    page.goto(f"{site}/admin/")
    assert seen == []
    page.goto(change_url(site, draft))
    page.locator("#id_title").press_sequentially("改")
    page.goto(f"{site}/admin/")
    assert seen == ["beforeunload"]


@pytest.mark.long
def test_saving_warns_of_nothing(window, site, draft):
    page = window("wang")
    seen = accept_leaving(page)
    page.goto(change_url(site, draft))
    page.fill("#id_title", "改过的题名")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    use(page, "提交审核")
    expect(page.locator(".record-status")).to_contain_text("等待审核员")
    assert seen == []


@pytest.mark.long
def test_a_form_open_in_another_tab_is_not_offered_as_lost(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "还在写。")
    wait_until_kept(page)
    other = page.context.new_page()
    other.goto(change_url(site, draft))
    other.wait_for_timeout(1500)
    expect(other.locator(".draft-offer")).to_have_count(0)


@pytest.mark.long
def test_a_popup_that_saves_leaves_no_draft(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    with page.expect_popup() as opened:
        page.click("#add_id_topics")
    popup = opened.value
    popup.fill("#id_title", "新主题")
    popup.wait_for_timeout(600)
    with popup.expect_event("close"):
        popup.click("input[name=_save]")
    assert Topic.objects.filter(title="新主题").exists()
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert kept(page) == 0


@pytest.mark.long
def test_a_link_to_a_new_form_gives_an_empty_one_with_an_offer(window, site, records):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    page.fill("#id_title", "甲政策")
    page.fill("#id_slug", "address-of-one")
    save(page)
    expect(page.locator(".errornote")).to_be_visible()
    accept_leaving(page)
    page.locator("#nav-sidebar .model-policy .addlink").click()
    expect(page.locator(".draft-offer")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("")
    expect(page.locator("#id_slug")).to_have_value("")


@pytest.mark.long
def test_back_to_a_new_entry_that_was_saved_leaves_no_draft(window, site, records):
    page = window("wang")
    seen = accept_leaving(page)
    page.goto(f"{site}/admin/timeline/policy/add/")
    type_everything(page)
    save(page, "_save")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.go_back()
    expect_everything(page)
    page.goto(f"{site}/admin/")
    assert seen == []
    expect(page.locator(".browser-drafts")).to_be_hidden()
