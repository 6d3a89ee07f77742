"""A visitor filters the timeline in a browser, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.accessibility import accessibility_violations, settle

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


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


def top_of(page, selector):
    """The distance of the first of these elements from the top of the window, in CSS pixels."""
    return page.locator(selector).first.bounding_box()["y"]


def is_in_first_screen(page, selector):
    box = page.locator(selector).first.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def test_with_javascript_the_page_is_narrowed_in_place(window, site, chronicle):
    page = window()
    page.goto(site)
    page.evaluate("window.still = 'here'")
    page.click(".filter > summary")
    before = top_of(page, ".listing__bar")
    page.check("[name=topic][value=cloud]")
    expect(page.locator(".entry__title")).to_have_text(["云的规划", "云的上线"])
    expect(page.locator("[role=status]")).to_contain_text("2")
    expect(page).to_have_url(f"{site}/?topic=cloud#list")
    expect(page).to_have_title(re.compile("政务云 · 编年"))
    expect(page.locator("link[type='application/atom+xml']")).to_have_attribute("href", "/feed/?topic=cloud")
    # The picture above is folded, and the filter is where it was.
    expect(page.locator(".glance")).to_have_count(1)
    assert abs(top_of(page, ".listing__bar") - before) < 2 or page.evaluate("scrollY") == 0
    assert page.evaluate("document.activeElement.value") == "cloud"
    expect(page.locator(".picture--across .name")).to_have_count(3)
    assert not accessibility_violations(page)
    page.click(".filter__apply")
    expect(page.locator(".filter")).not_to_have_attribute("open", "")
    assert is_in_first_screen(page, ".entry__title")
    page.fill("#search-words", "上線")
    page.press("#search-words", "Enter")
    expect(page.locator(".entry__title")).to_have_text(["云的上线"])
    assert page.input_value("#search-words") == "上線"
    page.go_back()
    expect(page.locator(".entry__title")).to_have_text(["云的规划", "云的上线"])
    settle(page)
    page.locator(".chip").first.click()
    expect(page.locator(".entry__title")).to_have_count(3)
    assert not page.locator("[name=topic][value=cloud]").is_checked()


def test_a_search_is_narrowed_further_and_stays(window, site, chronicle):
    page = window()
    page.goto(f"{site}/?q=云")
    page.evaluate("window.still = 'here'")
    page.click(".filter > summary")
    page.check("[name=kind][value=milestone]")
    expect(page.locator(".entry__title")).to_have_text(["云的上线"])
    assert page.evaluate("window.still") == "here"
    assert page.input_value("#search-words") == "云"


def test_when_the_new_list_cannot_be_fetched_the_form_is_sent(window, site, chronicle):
    page = window()
    page.goto(site)
    page.evaluate("window.still = 'here'; window.fetch = () => Promise.reject(new TypeError('down')); 0")
    page.click(".filter > summary")
    # Not `check`, which looks at the box again: the page it was on may be gone.
    page.click("[name=kind][value=milestone]")
    expect(page).to_have_url(re.compile(r"\?.*kind=milestone.*#list"))
    page.wait_for_load_state()
    expect(page.locator(".entry__title")).to_have_text(["云的上线"])
    assert page.evaluate("window.still") is None


PHONE, DESKTOP = (360, 740), (1280, 800)


def size(width, height):
    return {"viewport": {"width": width, "height": height}}


@pytest.mark.parametrize("screen", [PHONE, DESKTOP])
def test_without_javascript_the_form_is_sent_by_its_button(window, site, chronicle, screen):
    page = window(java_script_enabled=False, **size(*screen))
    page.goto(site)
    expect(page.locator("[data-facet=topic]")).to_be_hidden()
    page.locator(".filter > summary").click()
    if screen == PHONE:
        page.locator("[data-facet=topic] > summary").click()
    page.locator("[name=topic][value=cloud]").check()
    page.locator(".filter__apply").click()
    expect(page).to_have_url(re.compile(r"\?.*topic=cloud.*#list"))
    assert titles(page) == ["云的规划", "云的上线"]
    assert is_in_first_screen(page, ".entry__title")
    page.locator(".chip").click()
    expect(page.locator(".entry__title")).to_have_count(3)


@pytest.mark.parametrize("screen", [PHONE, DESKTOP])
def test_the_first_hit_of_a_search_is_in_the_first_screen(window, site, chronicle, screen):
    page = window(**size(*screen))
    page.goto(f"{site}/goals/")
    page.fill("#search-words", "云")
    page.press("#search-words", "Enter")
    expect(page).to_have_url(re.compile(r"/\?q=.*#list"))
    assert is_in_first_screen(page, ".entry__title")
    # Without the anchor of the form too, as when somebody sends the address.
    page.goto(f"{site}/?q=云&kind=policy")
    assert page.evaluate("scrollY") == 0
    assert is_in_first_screen(page, ".entry__title")


def test_on_a_phone_long_names_leave_the_first_hit_in_the_first_screen(window, site):
    title = "Administrative Measures for the Special Smart City Funds of the Municipality of Ningbo"
    make.make_chronicle(title="编年", title_en="Ningbo Smart City Chronicle")
    phase = make.make_phase(
        period="2011/2015",
        title_en="Basic networks and the cloud computing centre",
        gist_en="Funds, pilots, geo-platform",
    )
    make.make_source(title="宁波市智慧城市专项资金管理办法", title_en=title)
    make.make_organization(
        title="经济和信息化局", title_en="Bureau", description_en=f"The bureau issued the {title}." * 2
    )
    for date in ("2012-02-21", "2014"):
        make.make_policy(title="办法", title_en=f"{title} ({date})", date=date, phase=phase, published=True)
    page = window(**size(*PHONE))
    for words in ("measures", "Administrative Measures for the Special Smart City Funds"):
        page.goto(f"{site}/en/?q={words}")
        expect(page.locator(".named dd").filter(visible=True)).to_have_count(2)
        assert is_in_first_screen(page, ".entry__title")


# Names, aliases, years and numbers of documents of Ningbo, and words of both languages.
QUERIES = [
    *(
        "专项资金管理办法",
        "政务云",
        "光网城市",
        "大数据",
        "数字经济",
        "一网通办",
        "城市大脑",
        "5G",
        "十三五",
        "试点",
        "镇海",
    ),
    *("甬党〔2010〕14号", "甬发改规划〔2016〕596号", "实施意见", "规划", "行动计划", "宁波", "智慧"),
    *("2010", "2012", "2013", "2014", "2016", "2018", "2020"),
    *("broadband", "big data", "City Brain", "smart city", "plan", "pilot", "committee", "fund", "measures"),
]


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
def test_on_a_phone_the_first_hit_of_searches_in_ningbo_is_in_the_first_screen(window, site, ningbo, prefix):
    page = window(**size(*PHONE))
    below = []
    for words in QUERIES:
        page.goto(f"{site}{prefix}/?q={words}")
        if not is_in_first_screen(page, ".entry__title"):
            below.append(words)
    assert below == []


@pytest.mark.parametrize("screen", [PHONE, DESKTOP])
def test_a_jump_cuts_no_heading_above(window, site, chronicle, screen):
    make.make_milestone(title="云的后续", date="2015", published=True)
    page = window(**size(*screen))
    for address in ("/", "/?kind=milestone"):
        page.goto(f"{site}{address}#list")
        title = page.locator("h1").first.bounding_box()
        assert title["y"] + title["height"] <= 0
        assert 0 <= top_of(page, "#list") <= 17
        page.goto("about:blank")
    page.goto(f"{site}/?q=无#list")
    assert page.evaluate("scrollY") == 0
    page.goto(site)
    # Long enough for the last year to reach the top.
    page.evaluate("document.querySelector('main').append(document.querySelector('.picture').cloneNode(true))")
    for anchor in page.evaluate("[...document.querySelectorAll('.year, .stretch')].map(one => one.id)"):
        page.goto(f"{site}/#{anchor}")
        assert -1 <= top_of(page, f"#{anchor}") <= 1 or page.evaluate(
            "scrollY + innerHeight >= document.scrollingElement.scrollHeight - 1"
        ), anchor


def test_an_open_filter_covers_no_number(window, site, chronicle):
    page = window(**size(*PHONE))
    page.goto(f"{site}/?kind=policy")
    page.click(".filter > summary")
    form, status = page.locator(".filter__form").bounding_box(), page.locator("[role=status]").bounding_box()
    assert status["y"] + status["height"] <= form["y"]
    first = page.locator(".entry").first.bounding_box()
    assert form["y"] + form["height"] <= first["y"]


@pytest.mark.parametrize("screen", [PHONE, DESKTOP])
def test_what_opens_in_the_bar_moves_none_of_its_buttons(window, site, chronicle, screen):
    page = window(java_script_enabled=False, **size(*screen))
    page.goto(f"{site}/?kind=policy")
    buttons = [".filter > summary", ".order > summary", ".downloads > summary"]

    def places():
        return [page.locator(button).bounding_box() for button in buttons]

    closed = places()
    width = page.locator("#list").bounding_box()["width"]
    for button in buttons:
        page.click(button)
        assert places() == closed, button
        panel = page.locator(f"{button} + *").bounding_box()
        assert panel["y"] >= max(place["y"] + place["height"] for place in closed), button
        assert panel["width"] == width, button


def test_the_header_is_one_row_on_wide_screens_and_a_folded_menu_on_narrow_ones(window, site, chronicle):
    for prefix in ("", "/en"):
        page = window(java_script_enabled=False, **size(992, 700))
        page.goto(f"{site}{prefix}/goals/")
        centres = [
            box["y"] + box["height"] / 2
            for box in (page.locator(part).bounding_box() for part in (".site-nav", ".languages", ".search"))
        ]
        assert max(centres) - min(centres) < 4
        expect(page.locator(".menu > summary")).to_be_hidden()
        page.set_viewport_size({"width": 360, "height": 740})
        expect(page.locator(".site-nav")).to_be_hidden()
        expect(page.locator("#search-words")).to_be_visible()
        page.click(".menu > summary")
        expect(page.locator(".site-nav")).to_be_visible()
        page.click(".site-nav >> text=/年表|Timeline/")
        expect(page).to_have_url(f"{site}{prefix}/")


def test_the_list_of_ningbo_begins_within_one_screen_and_a_fifth(window, site, ningbo):
    page = window()
    for width, height in (PHONE, (768, 1024), DESKTOP, (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        for prefix in ("/", "/zh-hant/", "/en/"):
            page.goto(site + prefix)
            assert top_of(page, "#list") <= height * 1.2, (width, prefix)
            # The key is in the picture and closes it.
            assert top_of(page, ".key:visible") < top_of(page, "#list")


def test_the_keyboard_goes_from_the_skip_link_through_header_and_story_to_the_list(window, site, chronicle):
    page = window(**size(*DESKTOP))
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('nav').className") == "site-nav"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search-words":
            break
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.opening')")
    page.goto(f"{site}/?kind=policy")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.parentElement.className") == "filter"


def test_on_paper_a_filtered_list_has_no_picture_of_all_entries(window, site, chronicle):
    page = window()
    page.emulate_media(media="print")
    page.goto(f"{site}/?kind=policy")
    expect(page.locator(".picture--across")).to_be_hidden()
    page.goto(site)
    expect(page.locator(".picture--across")).to_be_visible()


def test_on_paper_the_list_has_neither_forms_nor_buttons(window, site, chronicle):
    page = window()
    page.goto(f"{site}/?kind=policy")
    page.emulate_media(media="print")
    for selector in ("form", "button", "input", "summary", ".menu", ".skip-link", ".chips__clear"):
        assert not [each for each in page.locator(selector).all() if each.is_visible()], selector
    expect(page.locator("[role=status]")).to_be_visible()
    expect(page.locator(".entry__title").first).to_be_visible()
