"""Public pages on paper: address and day, numbered sheets, nothing to click, tables as tables."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories as make
from timeline.values.partial_date import PartialDate

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

# The widths of A4 and of a small sheet without margins, in CSS pixels.
A4, SMALL = 672, 360


@pytest.fixture
def pages(site):
    make.make_chronicle(title="编年")
    city, district = make.make_area(title="甲市"), make.make_area(title="乙区")
    designation = make.make_designation(designee=city, areas=[district], date="2013", published=True)
    make.make_goal(target="2020", published=True)
    return ["/", "/?kind=goal", designation.get_absolute_url(), "/goals/", "/areas/"]


def test_every_page_names_its_address_and_the_day_and_has_nothing_to_click(window, site, pages):
    page = window()
    today = PartialDate.parse(timezone.localdate().isoformat()).display()
    for address in pages:
        page.goto(f"{site}{address}")
        printed = page.locator(".printed")
        assert not printed.is_visible()
        page.emulate_media(media="print")
        expect(printed).to_be_visible()
        assert f"{site}{address}" in printed.inner_text()
        assert today in printed.inner_text()
        for selector in ("form", "button", "input", "nav a", ".skip-link", "[download]"):
            assert not [one for one in page.locator(selector).all() if one.is_visible()], (address, selector)
        page.emulate_media(media="screen")


def test_sheets_are_numbered(window, site, pages):
    page = window()
    page.goto(site)
    rules = page.evaluate(
        "[...document.styleSheets].flatMap(sheet => [...sheet.cssRules])"
        ".flatMap(rule => rule.cssRules ? [...rule.cssRules] : []).map(rule => rule.cssText).join('\\n')"
    )
    assert "@bottom-right" in rules
    assert "counter(page)" in rules


@pytest.mark.parametrize(("width", "display"), [(A4, "table-row"), (SMALL, "block")], ids=["A4", "small"])
def test_designations_are_a_table_on_a_wide_sheet_and_cards_on_a_narrow_one(
    window, site, pages, width, display
):
    page = window()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/areas/")
    page.emulate_media(media="print")
    row = page.locator(".pilots tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == display
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_designations_fit_every_screen(window, site, pages, width):
    page = window()
    page.set_viewport_size({"width": width, "height": 800})
    for prefix in ("", "/en"):
        page.goto(f"{site}{prefix}/areas/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".pilots td[data-name]").first).to_be_visible()
    label = page.locator(".pilots td[data-name]").first
    content = label.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert (content == '"Batch"') is (width < 700)


# Where a grid breaks over two sheets, Chromium prints one text over another or leaves a sheet empty.
@pytest.mark.parametrize(
    "parts",
    [".record__head", ".record__columns", ".sheet", ".sheet__body", ".record__facts dl", ".ties", ".cite"],
)
def test_no_part_of_an_entry_is_a_grid_on_paper(window, site, parts):
    entry = make.make_policy(title="办法", issued="2012-02-21", published=True)
    make.make_policy(title="另一办法", issued="2013", published=True)
    page = window()
    page.goto(f"{site}{entry.get_absolute_url()}")
    page.emulate_media(media="print")
    found = page.locator(parts)
    assert found.count()
    assert {part.evaluate("part => getComputedStyle(part).display") for part in found.all()} == {"block"}


def test_the_rule_of_a_group_of_goals_is_that_of_its_heading_on_paper(window, site, pages):
    page = window()
    page.goto(f"{site}/goals/")
    page.emulate_media(media="print")
    width = "part => getComputedStyle(part).borderBlockStartWidth"
    assert page.locator(".due-group").first.evaluate(width) == "0px"
    assert page.locator(".due-group__year").first.evaluate(width) == "1px"


def test_the_list_of_the_front_page_breaks_within_entries_on_paper(window, site, pages):
    page = window()
    page.goto(site)
    page.emulate_media(media="print")
    for parts in (".year", ".year__entries", ".entry"):
        styles = page.locator(parts).first.evaluate(
            "part => [getComputedStyle(part).display, getComputedStyle(part).breakInside]"
        )
        assert styles == ["block", "auto"]


def test_a_dash_parts_the_address_from_the_day(window, site, pages):
    page = window()
    page.goto(f"{site}/en/")
    assert f"{site}/en/ – as of " in page.locator(".printed").text_content()
