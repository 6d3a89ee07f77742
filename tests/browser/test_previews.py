"""What forms show of a field while it is written: Markdown as pages render it, and how a date is understood."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.editor_actions import change_url

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_markdown_and_dates_are_shown_as_they_will_be_read(window, site, people):
    page = window("wang")
    page.goto(change_url(site, make.make_policy()))
    page.fill("#id_body", "**重点**")
    field = page.locator(".markdown-field:has(#id_body)")
    field.get_by_role("button", name="预览").click()
    expect(field.locator(".markdown-preview strong")).to_have_text("重点")
    page.fill("#id_date", "2013-01")
    expect(page.locator("#id_date ~ [data-partial-date]")).to_contain_text("2013年1月")


def test_without_a_connection_no_former_preview_is_taken_for_the_new_one(window, site, people):
    page = window("wang")
    page.goto(change_url(site, make.make_policy()))
    field = page.locator(".markdown-field:has(#id_body)")
    page.fill("#id_body", "**重点**")
    field.get_by_role("button", name="预览").click()
    expect(field.locator(".markdown-preview strong")).to_have_text("重点")
    page.context.set_offline(True)
    page.fill("#id_body", "**难点**")
    field.get_by_role("button", name="预览").click()
    expect(field.get_by_role("alert")).to_contain_text("没有收到预览")
    expect(field.locator(".markdown-preview")).to_be_hidden()
    page.fill("#id_date", "2013-01")
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    field.get_by_role("button", name="预览").click()
    expect(field.locator(".markdown-preview strong")).to_have_text("难点")
    expect(field.get_by_role("alert")).to_be_hidden()
