"""Pages in small windows: nothing widens them, and what is looked for is in view."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.editor_actions import change_url
from tests.browser.public import overflow

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_a_date_with_its_basis_wraps_on_the_page_of_a_source(window, site):
    policy = make.make_policy(title="办法", issued="2012-02-21", published=True)
    source = make.make_source(title="来源")
    make.make_citation(policy, source=source)
    page = window()
    for prefix in ("", "/en"):
        page.goto(f"{site}{prefix}{source.get_absolute_url()}")
        assert page.locator(".paragraph__date .basis").count() == 1
        assert overflow(page, 320) == []


def test_full_dates_wrap_in_the_table_of_relations(window, site):
    former = make.make_policy(title="办法", issued="2012-02-21", published=True)
    latter = make.make_policy(title="新办法", issued="2014-12-21", published=True)
    make.make_relation(latter, "amends", former)
    page = window()
    for prefix in ("", "/en"):
        page.goto(f"{site}{prefix}/relations/")
        assert page.locator(".relations .basis").count() == 2
        assert overflow(page, 320) == []


def test_no_word_is_broken_in_the_table_of_relations_on_a_phone(window, site):
    former = make.make_policy(title="办法", title_en="Informatization", issued="2012-02-21", published=True)
    latter = make.make_policy(title="新办法", title_en="Administrative measures", published=True)
    make.make_relation(latter, "amends", former)
    page = window()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/en/relations/")
    boxes = [link.bounding_box() for link in page.locator(".relations td > a").all()]
    # One line each, below each other.
    assert [box["height"] < 40 for box in boxes] == [True, True]
    assert boxes[0]["x"] == boxes[1]["x"]


def test_no_label_of_a_designation_covers_its_value_on_a_phone(window, site):
    make.make_designation(
        authorities=[make.make_organization(title="部", title_en="Ministry")], date="2013", published=True
    )
    page = window()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/en/areas/")
    # The width of each label as it is written, and the room before the value.
    sizes = page.evaluate("""[...document.querySelectorAll(".pilots td[data-name]")].map(cell => {
      const label = document.createElement("span");
      label.textContent = cell.dataset.name;
      label.style.setProperty("font", getComputedStyle(cell, "::before").font);
      label.style.setProperty("position", "absolute");
      document.body.append(label);
      return [label.getBoundingClientRect().width, parseFloat(getComputedStyle(cell).paddingLeft)];
    })""")
    assert len(sizes) == 4
    assert [size for size in sizes if size[0] > size[1]] == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_the_first_entry_of_a_search_is_on_the_first_screen(window, site, width, height):
    for number in range(12):
        make.make_topic(title=f"智慧城市的专题{number}", description="智慧城市建设的一个方面。" * 5)
    phase = make.make_phase(title="第一阶段", summary="智慧城市建设启动，" * 4)
    make.make_policy(title="智慧城市建设的若干意见", date="2010", phase=phase, published=True)
    page = window()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{site}/?q=智慧城市#list")
    expect(page.locator(".named dd").filter(visible=True)).to_have_count(2)
    expect(page.locator(".entry__title").first).to_be_in_viewport(ratio=1)
    page.locator(".named__folded > summary").click()
    expect(page.locator(".named dd").filter(visible=True)).to_have_count(8)


@pytest.mark.parametrize("scripting", [True, False])
@pytest.mark.parametrize(("part", "width"), [("filter", 360), ("order", 1280), ("downloads", 360)])
def test_what_the_bar_opens_comes_into_view(window, site, part, width, scripting):
    for year in range(2010, 2020):
        make.make_policy(title="办法", date=str(year), published=True)
    page = window(java_script_enabled=scripting)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(site)
    bar = page.locator(".listing__bar")
    # The bar is the last that the window shows.
    below = bar.evaluate("bar => Math.ceil(bar.getBoundingClientRect().bottom + scrollY)")
    page.set_viewport_size({"width": width, "height": max(below, 560)})
    page.evaluate(f"scrollTo(0, {below} - innerHeight)")
    summary = page.locator(f".{part} > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f".{part} > :last-child")).to_be_in_viewport(ratio=0.9)
    expect(summary).to_be_in_viewport(ratio=0.9)
    # Nothing holds the window there.
    page.mouse.wheel(0, -5000)
    expect(page.locator("#search-words")).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_chosen_record_shows_all_of_its_label_in_a_form(window, site, people, width):
    title = "宁波市人民政府关于加快推进智慧城市建设和信息化发展的若干意见及其实施细则（征求意见稿）"
    draft = make.make_milestone(title="大事", topics=[make.make_topic(title=title)])
    make.make_citation(draft, source=make.make_source(title=title))
    page = window("li", viewport={"width": width, "height": 844})
    page.goto(change_url(site, draft))
    for selector in (
        "#id_topics + .select2 .select2-selection__choice",
        "#id_citations-0-source + .select2 .select2-selection__rendered",
    ):
        chip = page.locator(selector)
        expect(chip).to_contain_text(title)
        cut = chip.evaluate(
            "one => [one, one.parentElement].map("
            "each => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight)"
        )
        assert cut == [False, False], selector


def test_on_a_phone_rows_with_room_tell_their_numbers_and_the_rings_what_is_known_of_the_goals_due(
    window, site, ningbo
):
    page = window(viewport={"width": 360, "height": 740})
    for prefix in ("/", "/en/"):
        page.goto(site + prefix)
        numbers = page.locator(".after-name a:visible")
        assert numbers.count() >= 8
        row = page.locator(f".picture--down [role=listitem] a[href$='{prefix}goals/#due-2015']")
        rings = row.locator("use").evaluate_all("uses => uses.map(one => one.getAttribute('href'))")
        assert rings == ["#ring-partly", "#ring-open"]


# Those with the longest titles and summaries in English.
LONG = ("goals/applications-2018", "goals/informatisation-lead-2015", "policies/big-data-opinion")
LONG = (*LONG, "policies/fourteenth-outline", "policies/geo-platform-opinion", "milestones/ndrc-study-2019")


def test_the_summary_of_an_entry_is_in_the_first_screen_of_a_phone(window, site, ningbo):
    page = window(viewport={"width": 360, "height": 740})
    for prefix in ("", "/en"):
        for path in LONG:
            page.goto(f"{site}{prefix}/{path}/")
            expect(page.locator(".record__head .lead")).to_be_in_viewport(ratio=1)


def test_no_number_of_goals_is_parted_from_its_counter(window, site):
    for target in ("2015", "2016", "2017"):
        goal = make.make_goal(date="2012", target=target, published=True)
        if target == "2015":
            make.make_assessment(goal, date="2016")
    page = window(viewport={"width": 320, "height": 640})
    page.goto(site)
    lines = page.locator(".opening .counted").evaluate_all(
        "all => all.map(one => one.getClientRects().length)"
    )
    assert lines == [1, 1, 1]
