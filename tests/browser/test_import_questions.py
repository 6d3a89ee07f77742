"""The questions of an imported table by keyboard, in a narrow window, and many of them at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import accessibility_violations, settle
from tests.browser.public import overflow
from tests.files import csv_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEXT, ANSWER = ".submit-row input.default", ".import-questions input[type=submit]"
OPEN = ".import-questions details[open] .question"
# Each has a name and a date of its own to ask about.
ROWS = 40


@pytest.fixture
def asked(window, site):
    """A page with many questions about names and dates."""
    header = ["文件名称", "发文机关", "发文日期"]
    rows = [
        [f"关于第{number}件事的通知", f"第{number}办公室（筹）", f"{1980 + number}.1"]
        for number in range(ROWS)
    ]
    page = window("li", viewport={"width": 390, "height": 844})
    page.goto(f"{site}/admin/timeline/importbatch/upload/")
    content = csv_file([header, *rows])
    page.set_input_files("#id_file", {"name": "政策.csv", "mimeType": "text/csv", "buffer": content})
    page.click(NEXT)
    page.click(NEXT)
    expect(page.locator(OPEN)).to_have_count(2 * ROWS)
    return page


def test_questions_left_open_are_listed_and_the_first_has_the_focus(window, asked):
    first = asked.locator(OPEN).first
    first.locator("input").first.check()
    asked.click(ANSWER)
    links = asked.locator(".errornote a")
    expect(links).to_have_count(2 * ROWS - 1)
    expect(asked.locator(".question.errors input").first).to_be_focused()
    # The arrows choose among the answers of a question, the next stop is the field for another one, and then the next question.
    asked.keyboard.press("Space")
    asked.keyboard.press("Tab")
    expect(asked.locator(".question.errors").first.get_by_role("textbox")).to_be_focused()
    asked.keyboard.press("Tab")
    expect(asked.locator(".question.errors").nth(1).locator("input").first).to_be_focused()
    links.last.press("Enter")
    expect(asked.locator(".question.errors").last.locator("input").first).to_be_focused()
    settle(asked)
    assert [*window.troubles, *accessibility_violations(asked), *overflow(asked, 390)] == []


def test_all_questions_of_a_kind_are_answered_at_once_without_a_pointer(asked):
    for field, answer in (("id_all-open-name", "create"), ("id_all-open-date", "empty")):
        asked.locator(f"#{field}").focus()
        asked.locator(f"#{field}").select_option(answer)
    asked.locator(ANSWER).press("Enter")
    expect(asked.locator("form[action$='/confirm/']")).to_be_visible()
    expect(asked.locator(".created")).to_contain_text(f"第{ROWS - 1}办公室")
