"""Buttons that copy a reference, and what is left of them without a clipboard or without scripts."""

import pytest
from playwright.sync_api import expect

from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(site):
    make.make_chronicle(title="某市编年")
    return (
        f"{site}/en{make.make_milestone(title='开幕', title_en='Opening', published=True).get_absolute_url()}"
    )


def test_a_reference_is_copied_with_its_italics_and_the_page_says_so(window, address):
    page = window()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    apa = page.locator(".cite__styles > div", has_text="APA 7")
    apa.get_by_role("button", name="Copy APA 7").press("Enter")
    expect(apa.get_by_role("status")).to_have_text("Copied")
    plain, rich = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          return Promise.all(["text/plain", "text/html"].map(async (type) => (await item.getType(type)).text()));
        }"""
    )
    assert plain == apa.locator(".cite__text").inner_text()
    assert plain.startswith("某市编年. (")
    assert "<i" in rich


def test_the_button_used_last_alone_says_that_it_copied(window, address):
    page = window()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    apa, chicago = (page.locator(".cite__styles > div", has_text=name) for name in ("APA 7", "Chicago 18"))
    apa.get_by_role("button").click()
    expect(apa.get_by_role("status")).to_have_text("Copied")
    chicago.get_by_role("button").click()
    expect(chicago.get_by_role("status")).to_have_text("Copied")
    expect(apa.get_by_role("status")).to_be_empty()


def test_without_a_clipboard_the_reference_is_selected_and_the_page_says_so(window, address):
    page = window()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(address)
    chicago = page.locator(".cite__styles > div", has_text="Chicago 18")
    chicago.get_by_role("button").click()
    expect(chicago.get_by_role("status")).to_have_text("Selected; copy it by hand")
    assert page.evaluate("getSelection().toString()") == chicago.locator(".cite__text").inner_text()


def test_without_scripts_there_are_no_buttons(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        expect(page.locator("#cite")).to_contain_text("[EB/OL]")
        assert page.locator("#cite button").count() == 0
