"""What was typed and not saved: the browser keeps it, offers it back, and lets it go once it is saved."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.browser.editor_actions import PASSWORD, change_url, choose, cite, save, sign_in, use
from timeline.editing.revisions import record_revision
from timeline.models import Policy, Revision, Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = "Object.keys(localStorage).filter(key => key.startsWith('draft:')).length"


@pytest.fixture
def records(site, people):
    make.make_topic(title="智慧健康")
    make.make_organization(title="宁波市政府")
    make.make_source(title="宁波日报", slug="daily")


@pytest.fixture
def draft(records):
    policy = make.make_policy(title="关于试点的意见", date="2013-01")
    make.make_citation(policy, source=make.make_source(title="另一来源"), locator="¶1")
    record_revision(policy, by=make.make_user(username="zhou"))
    return policy


def type_everything(page: Page) -> None:
    """Fill in a form of a policy: lines, texts, dates, choices, references, and rows of parts."""
    page.fill("#id_title", "关于推进智慧健康的意见")
    page.select_option("#id_document_type", "opinions")
    page.check("#id_provisional")
    page.fill("#id_date", "2013年1月")
    page.fill("#id_issued", "2013-01-28")
    page.fill("#id_summary", "第一行\n第二行")
    choose(page, "issuers", "宁波市政府")
    choose(page, "topics", "智慧健康")
    cite(page, "宁波日报", "¶5")
    cite(page, "宁波日报", "¶7", row=1)
    wait_until_kept(page)


def wait_until_kept(page: Page) -> None:
    # As long as the page waits for the next key.
    page.wait_for_timeout(600)
    for _attempt in range(100):
        if kept(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError("The browser keeps no draft.")


def expect_everything(page: Page) -> None:
    expect(page.locator("#id_title")).to_have_value("关于推进智慧健康的意见")
    expect(page.locator("#id_document_type")).to_have_value("opinions")
    expect(page.locator("#id_provisional")).to_be_checked()
    expect(page.locator("#id_date")).to_have_value("2013年1月")
    expect(page.locator("#id_issued")).to_have_value("2013-01-28")
    expect(page.locator("#id_summary")).to_have_value("第一行\n第二行")
    expect(page.locator("#id_issuers option:checked")).to_have_text(["宁波市政府"])
    expect(page.locator("#id_topics option:checked")).to_have_text(["智慧健康"])
    expect(page.locator("#id_topics + .select2")).to_contain_text("智慧健康")
    for row, place in enumerate(("¶5", "¶7")):
        expect(page.locator(f"#id_citations-{row}-source option:checked")).to_have_text("宁波日报")
        expect(page.locator(f"#id_citations-{row}-locator")).to_have_value(place)


def restore(page: Page) -> None:
    page.locator(".draft-offer").get_by_role("button", name="恢复").click()
    expect(page.locator(".draft-restored")).to_be_visible()


def kept(page: Page) -> int:
    # The script runs when the page is there, which takes a while where it is long.
    page.wait_for_load_state("load")
    return page.evaluate(KEPT)


def accept_leaving(page: Page) -> list[str]:
    seen: list[str] = []

    def accept(dialog: Any) -> None:
        seen.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return seen


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
    expect(page.locator(".entry-status")).to_contain_text("等待审核员")
    assert seen == []


@pytest.mark.long
def test_when_rights_are_taken_away_what_was_typed_stays_readable_and_comes_back_with_them(
    window, site, draft
):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "失去权限前写的。")
    group = User.objects.get(username="wang").groups.get()
    User.objects.get(username="wang").groups.clear()
    save(page)
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{site}/admin/")
    expect(page.locator(".browser-drafts")).to_contain_text("失去权限前写的。")
    User.objects.get(username="wang").groups.add(group)
    page.goto(change_url(site, draft))
    restore(page)
    expect(page.locator("#id_summary")).to_have_value("失去权限前写的。")


@pytest.mark.long
def test_who_may_only_read_sees_what_was_typed(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "失去权限前写的。")
    wait_until_kept(page)
    user = User.objects.get(username="wang")
    Group.objects.create(name="读者").user_set.add(user)
    viewing = user.groups.get(name="编辑").permissions.filter(codename__startswith="view_")
    Group.objects.get(name="读者").permissions.set(viewing)
    user.groups.remove(Group.objects.get(name="编辑"))
    accept_leaving(page)
    page.goto(change_url(site, draft))
    page.locator(".draft-offer summary").click()
    expect(page.locator(".draft-offer pre")).to_contain_text("失去权限前写的。")
    expect(page.locator(".draft-offer").get_by_role("button", name="恢复")).to_be_hidden()


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
def test_nothing_is_offered_to_another_account_and_logging_out_removes_it(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "王编辑没有保存的。")
    wait_until_kept(page)
    accept_leaving(page)
    page.context.clear_cookies()
    sign_in(page, site, "chen")
    page.goto(change_url(site, draft))
    expect(page.locator("#id_summary")).to_have_value("")
    expect(page.locator(".draft-offer")).to_have_count(0)
    page.context.clear_cookies()
    sign_in(page, site, "wang")
    expect(page.locator(".browser-drafts")).to_be_visible()
    page.click("#logout-form button")
    page.wait_for_load_state()
    assert kept(page) == 0
    sign_in(page, site, "wang")
    expect(page.locator(".browser-drafts")).to_be_hidden()


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
def test_a_form_open_in_another_tab_is_not_offered_as_lost(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "还在写。")
    wait_until_kept(page)
    other = page.context.new_page()
    other.goto(change_url(site, draft))
    other.wait_for_timeout(1500)
    expect(other.locator(".draft-offer")).to_have_count(0)


def fill_storage(page: Page) -> None:
    page.evaluate(
        """() => { let size = 2 ** 22, number = 0; while (size >= 1) {
            try { localStorage.setItem(`filler${number++}`, "x".repeat(size)); } catch { size = Math.floor(size / 2); } } }"""
    )


@pytest.mark.long
def test_a_full_storage_is_said(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    fill_storage(page)
    page.fill("#id_summary", "放不下的摘要。" * 50)
    expect(page.locator(".draft-full")).to_contain_text("请尽快保存")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.mark.long
def test_what_was_refused_and_had_no_room_is_not_said_to_be_kept_though_an_earlier_state_is(
    window, site, draft
):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "早先的摘要。")
    wait_until_kept(page)
    fill_storage(page)
    page.evaluate("document.querySelector('#id_body').value = '长'.repeat(1_000_000)")
    page.locator("#id_body").dispatch_event("input")
    expect(page.locator(".draft-full")).to_be_visible()
    page.locator("input[name=_save]").first.click()
    expect(page.locator("h1")).to_contain_text("提交的内容太多")
    expect(page.locator("[data-draft-missing]")).to_be_visible()
    expect(page.locator("[data-draft-found]")).to_be_hidden()


@pytest.mark.long
def test_with_a_full_storage_a_form_is_not_left_for_the_log_in(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    fill_storage(page)
    page.fill("#id_summary", "放不下的摘要。" * 50)
    expect(page.locator(".draft-full")).to_be_visible()
    Session.objects.all().delete()
    page.click("[name=_continue]")
    expect(page.locator(".draft-lapsed")).to_be_focused()
    expect(page.locator("#id_summary")).to_have_value("放不下的摘要。" * 50)
    with page.context.expect_page() as opened:
        page.locator(".draft-lapsed a").click()
    login = opened.value
    login.fill("#id_username", "wang")
    login.fill("#id_password", PASSWORD)
    login.click("input[type=submit]")
    login.wait_for_url(f"{site}/admin/")
    page.click("[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    draft.refresh_from_db()
    assert draft.summary == "放不下的摘要。" * 50


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
    # A form that is left is kept once more, which may be a second later: there are two of it after that.
    page.goto(f"{site}/admin/")
    page.evaluate(
        """() => { const key = Object.keys(localStorage).find((name) => name.startsWith("draft:"));
            localStorage.setItem(key.slice(0, -1) + "-twin", localStorage.getItem(key)); }"""
    )
    page.reload()
    first, second = page.locator(".browser-drafts time").all_inner_texts()
    assert second == f"{first} (2)"


@pytest.mark.long
def test_no_password_code_or_file_is_kept(window, site, records):
    page = window("admin")
    page.goto(f"{site}/admin/auth/user/add/")
    page.fill("#id_username", "new-editor")
    page.fill("#id_password1", "not-for-storage-1")
    page.fill("#id_password2", "not-for-storage-1")
    wait_until_kept(page)
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert "new-editor" in stored
    assert "not-for-storage" not in stored


@pytest.mark.long
def test_choices_that_are_moved_between_two_lists_come_back(window, site, records):
    page = window("admin")
    editor = User.objects.get(username="wang")
    page.goto(f"{site}/admin/auth/user/{editor.pk}/change/")
    page.select_option("#id_groups_from", label="审核员")
    page.click("#id_groups_add")
    expect(page.locator("#id_groups_to option")).to_have_count(2)
    page.locator("#id_groups_to").dispatch_event("change")
    wait_until_kept(page)
    accept_leaving(page)
    page.goto(f"{site}/admin/")
    page.goto(f"{site}/admin/auth/user/{editor.pk}/change/")
    restore(page)
    expect(page.locator("#id_groups_to option")).to_have_count(2)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert {*editor.groups.values_list("name", flat=True)} == {"编辑", "审核员"}
    assert kept(page) == 0


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
def test_a_text_that_is_too_large_is_refused_in_a_sentence_and_comes_back_to_be_shortened(
    window, site, draft
):
    page = window("wang")
    page.goto(change_url(site, draft))
    # 3 MB in UTF-8.
    page.evaluate("document.querySelector('#id_body').value = '长'.repeat(1_000_000)")
    page.locator("#id_body").dispatch_event("input")
    page.fill("#id_summary", "一同填写的摘要。")
    page.locator("input[name=_save]").first.click()
    expect(page.locator("h1")).to_contain_text("提交的内容太多")
    expect(page.locator("main")).to_contain_text("2.5")
    page.get_by_role("link", name="重新打开表单").click()
    restore(page)
    expect(page.locator("#id_summary")).to_have_value("一同填写的摘要。")
    assert page.evaluate("document.querySelector('#id_body').value.length") == 1_000_000
    page.fill("#id_body", "缩短的正文。")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert (Policy.objects.get().body, Policy.objects.get().summary) == ("缩短的正文。", "一同填写的摘要。")


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
def test_an_entry_with_300_citations_is_saved_and_its_draft_comes_back(window, site, draft):
    source = make.make_source(title="年鉴", slug="yearbook")
    for number in range(1, 300):
        make.make_citation(draft, source=source, locator=f"第{number}页")
    page = window("wang")
    page.goto(change_url(site, draft))
    cite(page, "宁波日报", "¶5", row=300)
    wait_until_kept(page)
    accept_leaving(page)
    page.goto(f"{site}/admin/")
    page.goto(change_url(site, draft))
    restore(page)
    expect(page.locator("#id_citations-300-locator")).to_have_value("¶5")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert draft.citations.count() == 301
    assert kept(page) == 0


@pytest.mark.long
def test_many_new_rows_come_back_without_a_layout_for_each(window, site, draft):
    rows = 40
    page = window("wang")
    page.goto(change_url(site, draft))
    for row in range(rows):
        page.locator("#citations-group .add-row a").click()
        page.fill(f"#id_citations-{row}-locator", f"第{row}页")
    wait_until_kept(page)
    accept_leaving(page)
    page.goto(f"{site}/admin/")
    page.goto(change_url(site, draft))
    expect(page.locator(".draft-offer")).to_be_visible()
    measured = page.context.new_cdp_session(page)
    measured.send("Performance.enable")

    def layouts() -> float:
        metrics = measured.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "LayoutCount")

    before = layouts()
    page.locator("[data-restore]").evaluate("button => button.click()")
    expect(page.locator(f"#id_citations-{rows - 1}-locator")).to_have_value(f"第{rows - 1}页")
    assert layouts() - before < rows / 2
    expect(page.locator("#citations-group")).to_be_visible()


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
def test_what_localstorage_lost_in_a_crash_is_recovered_from_the_disk(window, site, draft):
    page = window("wang")
    accept_leaving(page)
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "断电之前写的。")
    wait_until_kept(page)
    page.goto(f"{site}/admin/")
    # As after a browser that was killed before it wrote its localStorage to the disk.
    page.evaluate(
        "for (const key of Object.keys(localStorage)) if (key.startsWith('draft:')) localStorage.removeItem(key)"
    )
    page.goto(change_url(site, draft))
    restore(page)
    expect(page.locator("#id_summary")).to_have_value("断电之前写的。")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(change_url(site, draft))
    page.wait_for_timeout(800)
    expect(page.locator(".draft-offer")).to_have_count(0)


@pytest.mark.long
def test_a_page_does_not_say_that_a_form_was_kept_where_it_was_not(window, site, draft):
    page = window("wang")
    accept_leaving(page)
    page.goto(change_url(site, draft))
    fill_storage(page)
    page.fill("#id_summary", "放不下的摘要。" * 50)
    expect(page.locator(".draft-full")).to_be_visible()
    page.context.clear_cookies(name="csrftoken")
    # Asked first, the server would give the form another token.
    page.route(
        "**", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    save(page)
    expect(page.locator("[data-draft-missing]")).to_be_visible()
    expect(page.locator("[data-draft-found]")).to_be_hidden()
    page.go_back()
    expect(page.locator("#id_summary")).to_have_value("放不下的摘要。" * 50)


@pytest.mark.long
def test_an_account_that_somebody_deactivated_meanwhile_is_not_activated_again_without_a_word(
    window, site, records
):
    chen = User.objects.get(username="chen")
    page = window("admin")
    accept_leaving(page)
    page.goto(f"{site}/admin/auth/user/{chen.pk}/change/")
    page.fill("#id_last_name", "陈")
    wait_until_kept(page)
    page.goto(f"{site}/admin/")
    User.objects.filter(pk=chen.pk).update(is_active=False, email="chen@example.org")
    page.goto(f"{site}/admin/auth/user/{chen.pk}/change/")
    expect(page.locator(".draft-offer [data-outdated]")).to_be_visible()
    restore(page)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    changed = User.objects.get(pk=chen.pk)
    assert (changed.is_active, changed.last_name, changed.email) == (False, "陈", "chen@example.org")


@pytest.mark.long
def test_what_two_changed_of_an_account_is_said_before_one_of_them_wins(window, site, records):
    chen = User.objects.get(username="chen")
    page = window("admin")
    page.goto(f"{site}/admin/auth/user/{chen.pk}/change/")
    User.objects.filter(pk=chen.pk).update(is_active=False, last_name="李")
    page.fill("#id_last_name", "陈")
    save(page)
    expect(page.locator(".errorlist")).to_contain_text("“李”")
    expect(page.locator(".errornote")).to_be_focused()
    assert User.objects.get(pk=chen.pk).last_name == "李"
    page.uncheck("#id_is_active")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert (User.objects.get(pk=chen.pk).last_name, User.objects.get(pk=chen.pk).is_active) == ("陈", False)


@pytest.mark.long
def test_a_refused_form_begins_with_what_was_refused(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_slug", "Kein Slug!")
    page.fill("#id_citations-0-date", "年初")
    save(page)
    errors = page.locator(".error-list")
    expect(errors).to_be_focused()
    expect(errors).to_contain_text("网址标识")
    expect(errors).to_contain_text("该来源所记日期")
    errors.get_by_role("link", name="网址标识").click()
    expect(page.locator("#id_slug")).to_be_in_viewport()
    expect(page.locator(".field-slug .errorlist")).to_be_in_viewport()


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
