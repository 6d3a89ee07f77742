"""The storage of drafts in the browser: full storage, large forms, and fields that are never stored."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.drafts.forms import accept_leaving, fill_storage, kept, restore, wait_until_kept
from tests.browser.editor_actions import PASSWORD, change_url, cite, save
from timeline.models import Policy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
@pytest.mark.parametrize("width", [390, 1280])
def test_a_full_storage_is_said_once_and_within_view_where_one_types(window, site, draft, width):
    page = window("wang")
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(change_url(site, draft))
    fill_storage(page)
    for text in ("放不下的摘要。" * 50, "放不下的另一段摘要。" * 50):
        page.fill("#id_summary", text)
        expect(page.locator(".draft-full")).to_have_count(1)
    for name in ("#id_title", "#id_summary", "#id_body"):
        page.focus(name)
        expect(page.locator(".draft-full")).to_be_in_viewport(ratio=1)


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
def test_what_localstorage_lost_in_a_crash_is_recovered_from_the_disk(window, site, draft):
    page = window("wang")
    accept_leaving(page)
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "断电之前写的。")
    wait_until_kept(page)
    page.goto(f"{site}/admin/")
    # Simulates a browser that was killed before it wrote its localStorage to the disk.
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
    # A fetch before the submission would give the form a new token.
    page.route(
        "**", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    save(page)
    expect(page.locator("[data-draft-missing]")).to_be_visible()
    expect(page.locator("[data-draft-found]")).to_be_hidden()
    page.go_back()
    expect(page.locator("#id_summary")).to_have_value("放不下的摘要。" * 50)
