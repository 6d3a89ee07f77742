"""Comments beside the form: nothing typed there is lost, and a half-typed comment is kept as the form itself is."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.accessibility import accessibility_violations
from tests.browser.editor_actions import change_url, sign_in
from timeline.editing.comments import begin_thread
from timeline.editing.revisions import record_revision
from timeline.models import Comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(site, people):
    policy = make.make_policy(title="关于试点的意见", date="2013-01")
    record_revision(policy, by=make.make_user(username="zhou"))
    return policy


def beside(page, name):
    return page.locator(f"[data-comments-on={name}] a")


def test_a_comment_is_written_and_answered_beside_the_form_and_nothing_typed_is_lost(window, site, draft):
    begin_thread(draft, by=make.make_user(username="zheng"), text="日期从何而来？", field="date")
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "还没有保存的摘要。")
    beside(page, "title").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("题名是否完整？")
    dialog.locator("input[type=submit]").click()
    expect(dialog.locator(".thread")).to_contain_text("题名是否完整？")
    page.keyboard.press("Escape")
    expect(beside(page, "title")).to_be_focused()
    expect(beside(page, "title")).to_have_text("1条批注待解决")
    beside(page, "date").press("Enter")
    dialog.locator(".thread a").click()
    dialog.locator(".thread textarea").fill("公报第 3 页。")
    dialog.locator("input[type=submit]").click()
    expect(dialog.locator(".thread")).to_contain_text("公报第 3 页。")
    dialog.locator("button[value=resolve]").click()
    expect(dialog.locator(".thread-resolved")).to_be_visible()
    dialog.locator("[data-close]").click()
    expect(page.locator("#id_summary")).to_have_value("还没有保存的摘要。")
    expect(beside(page, "date")).to_have_text("写批注")
    of_record = page.locator(".record-status a[data-comments]")
    of_record.click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(of_record).to_have_text("1条批注待解决")
    assert [(one.field, one.text) for one in Comment.objects.order_by("pk")] == [
        ("date", "日期从何而来？"), ("title", "题名是否完整？"), ("date", "公报第 3 页。")
    ]  # fmt: skip
    assert window.troubles == []
    beside(page, "date").click()
    expect(dialog.locator(".thread")).to_be_visible()
    assert accessibility_violations(page) == []
    # Those that axe-core itself causes.
    window.troubles.clear()


@pytest.mark.long
def test_a_double_tap_sends_a_comment_once(window, site, draft):
    page = window("wang")
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(change_url(site, draft))
    posts.clear()
    beside(page, "title").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("题名是否完整？")
    dialog.locator(".comment-form").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    expect(dialog.locator(".thread")).to_contain_text("题名是否完整？")
    assert len([url for url in posts if "/comments/" in url]) == 1
    dialog.locator("textarea").fill("还有一处。")
    dialog.locator("input[type=submit]").click()
    expect(dialog.locator(".thread")).to_have_count(2)
    assert Comment.objects.count() == 2


@pytest.mark.long
def test_after_a_log_in_elsewhere_a_comment_is_sent_all_the_same(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    beside(page, "title").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("题名是否完整？")
    Session.objects.all().delete()
    dialog.locator("input[type=submit]").click()
    expect(dialog.get_by_role("alert")).to_contain_text("没有发送")
    expect(dialog.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "/admin/login/")
    sign_in(page.context.new_page(), site, "wang")
    dialog.locator("input[type=submit]").click()
    expect(dialog.locator(".thread")).to_contain_text("题名是否完整？")
    expect(dialog.locator("[data-failed]")).to_be_hidden()
    window.troubles.clear()


@pytest.mark.long
def test_a_half_typed_comment_is_offered_again(window, site, draft):
    page = window("wang")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(change_url(site, draft))
    beside(page, "title").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("写到一半")
    page.keyboard.press("Escape")
    beside(page, "title").click()
    expect(dialog.locator("textarea")).to_have_value("写到一半")
    page.goto(change_url(site, draft))
    beside(page, "title").click()
    dialog.locator("[data-restore]").click()
    expect(dialog.locator("textarea")).to_have_value("写到一半")
    assert not Comment.objects.exists()


@pytest.mark.long
def test_who_else_edits_it_is_said_while_the_form_is_open(window, site, draft):
    first, second = window("wang"), window("li")
    for page in (first, second):
        page.goto(change_url(site, draft))
    expect(second.locator(".open-form")).to_contain_text("也正打开此表单的有")


def test_ctrl_s_in_the_dialog_sends_the_comment_and_leaves_the_form(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "还没有保存的摘要。")
    beside(page, "title").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("题名是否完整？")
    page.keyboard.press("Control+s")
    expect(dialog.locator(".thread")).to_contain_text("题名是否完整？")
    expect(page.locator("#id_summary")).to_have_value("还没有保存的摘要。")
    assert Comment.objects.get().text == "题名是否完整？"
    page.keyboard.press("Escape")
    beside(page, "title").click()
    expect(dialog.locator("textarea")).to_be_focused()
