"""A visitor filters the timeline in a browser, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.accessibility import accessibility_violations, settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chronicle(site):
    make.make_chronicle(title="编年")
    phase = make.make_phase(title="阶段", period="2011/2015")
    cloud = make.make_topic(slug="cloud", title="政务云")
    make.make_policy(title="云的规划", date="2012", topics=[cloud], published=True)
    make.make_policy(title="别的规划", date="2013", published=True)
    make.make_milestone(title="云的上线", date="2014", topics=[cloud], phase=phase, published=True)


def titles(page):
    return page.locator(".entry__title").all_inner_texts()


def test_with_javascript_the_page_is_narrowed_in_place(window, site, chronicle):
    page = window()
    page.goto(site)
    page.evaluate("window.still = 'here'")
    page.click("[data-facet=topic] > summary")
    page.check("[name=topic][value=cloud]")
    expect(page.locator(".entry__title")).to_have_text(["云的规划", "云的上线"])
    expect(page.locator("[role=status]")).to_contain_text("2")
    expect(page).to_have_url(f"{site}/?topic=cloud")
    assert page.evaluate("document.activeElement.value") == "cloud"
    assert page.locator("[data-facet=topic]").get_attribute("open") is not None
    assert page.locator(".left-out").count() == 1
    assert not accessibility_violations(page)
    page.keyboard.press("Escape")
    expect(page.locator("[data-facet=topic]")).not_to_have_attribute("open", "")
    page.fill("#filter-q", "上線")
    page.press("#filter-q", "Enter")
    expect(page.locator(".entry__title")).to_have_text(["云的上线"])
    assert page.input_value("#filter-q") == "上線"
    assert page.evaluate("window.still") == "here"
    page.go_back()
    expect(page.locator(".entry__title")).to_have_text(["云的规划", "云的上线"])
    settle(page)
    page.locator(".chip").first.click()
    expect(page.locator(".entry__title")).to_have_count(3)
    assert not page.locator("[name=topic][value=cloud]").is_checked()


@pytest.mark.long
def test_when_the_new_list_cannot_be_fetched_the_form_is_sent(window, site, chronicle):
    page = window()
    page.goto(site)
    page.evaluate("window.still = 'here'; window.fetch = () => Promise.reject(new TypeError('down')); 0")
    page.click("[data-facet=kind] > summary")
    page.check("[name=kind][value=milestone]")
    expect(page.locator(".entry__title")).to_have_text(["云的上线"])
    assert page.evaluate("window.still") is None
    expect(page).to_have_url(re.compile(r"\?.*kind=milestone"))


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_without_javascript_the_form_is_sent_by_its_button(window, site, chronicle, width):
    page = window(java_script_enabled=False, viewport={"width": width, "height": 800})
    page.goto(site)
    if width < 640:
        expect(page.locator("[data-facet=topic]")).to_be_hidden()
        page.locator(".filter__more > summary").click()
    page.locator("[data-facet=topic] > summary").click()
    page.locator("[name=topic][value=cloud]").check()
    page.locator(".filter__apply").click()
    expect(page).to_have_url(re.compile(r"\?.*topic=cloud.*#list"))
    assert titles(page) == ["云的规划", "云的上线"]
    page.locator(".chips__clear").click()
    expect(page.locator(".entry__title")).to_have_count(3)
