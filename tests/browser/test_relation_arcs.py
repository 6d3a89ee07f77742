"""Relations in the picture in Chromium: on hover, on focus, all at once by a checkbox, on paper and in forced colours."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.public import accessibility_violations, start_axe

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

WIDE = {"viewport": {"width": 1280, "height": 800}}
# The words that are seen of all arcs, each with whether it lies within the window.
WORDS = """
() => [...document.querySelectorAll(".own text")]
  .filter(text => text.checkVisibility({visibilityProperty: true}))
  .map(text => { const box = text.getBoundingClientRect(); return [text.textContent, box.left >= 0 && box.right <= innerWidth]; })
"""
# The names that the words of an entry's arcs cover. A line of text is a little higher than the signs in it.
COVERED = """
() => {
  const seen = text => text.checkVisibility({visibilityProperty: true}) && text.textContent.trim();
  const shrunk = text => {
    const box = text.getBoundingClientRect(), size = parseFloat(getComputedStyle(text).fontSize);
    const middle = (box.top + box.bottom) / 2;
    return {left: box.left, right: box.right, top: middle - size / 2, bottom: middle + size / 2};
  };
  const names = [...document.querySelectorAll(".plot .name")].filter(seen);
  return [...document.querySelectorAll(".own text")].filter(seen).flatMap(words => names.filter(name => {
    const p = shrunk(words), q = shrunk(name);
    return Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1;
  }).map(name => `${words.textContent} | ${name.textContent}`));
}
"""

# Of the arcs of what has the focus: those without words, words over each other, words that another arc crosses or is nearer to, and
# arcs of which most lies nearer than 3px to another. The points of an arc are those of the sign that it stretches, and of the line on
# which it goes on.
FAULTS = """
() => {
  const points = id => {
    const arc = document.getElementById(id), use = arc.matches("use") ? arc : arc.querySelector("use");
    const found = [], [x, y, width, height] = ["x", "y", "width", "height"].map(name => use[name].baseVal.value);
    const path = document.querySelector(`${use.getAttribute("href")} path`), matrix = use.parentElement.getScreenCTM();
    for (let step = 0; step <= 60; step++) {
      const point = path.getPointAtLength(path.getTotalLength() * step / 60);
      found.push(new DOMPoint(x + point.x / 100 * width, y + point.y / 100 * height).matrixTransform(matrix));
    }
    const level = arc.querySelector("line")?.getBoundingClientRect();
    if (level) for (let step = 0; step <= 60; step++) found.push({x: level.left + level.width * step / 60, y: level.top});
    return found;
  };
  const distance = (box, found) => Math.min(...found.map(({x, y}) =>
    Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top + 3 - y, 0, y - box.bottom + 3))));
  const near = (found, others) => found.filter(p => others.some(q => Math.hypot(p.x - q.x, p.y - q.y) < 3)).length / found.length;
  const own = document.activeElement.closest("[role=listitem]").querySelector(".own");
  if (!own) return [];
  const arcs = [...own.querySelectorAll("use")].map(use => use.getAttribute("href").slice(1));
  const texts = [...own.querySelectorAll("text")], faults = [];
  if (texts.length !== arcs.length) faults.push(`${arcs.length} arcs with ${texts.length} words`);
  texts.forEach((words, index) => {
    const id = words.previousElementSibling.getAttribute("href").slice(1), box = words.getBoundingClientRect();
    const least = distance(box, points(id));
    for (const other of arcs) if (other !== id && distance(box, points(other)) <= least) faults.push(`misplaced: ${words.textContent}`);
    for (const later of texts.slice(index + 1)) {
      const next = later.getBoundingClientRect();
      if (Math.min(box.right, next.right) > Math.max(box.left, next.left) && Math.min(box.bottom, next.bottom) - 3 > Math.max(box.top, next.top) + 3)
        faults.push(`over each other: ${words.textContent}, ${later.textContent}`);
    }
    for (const other of arcs) if (other !== id && near(points(id), points(other)) > 0.5) faults.push(`beside another: ${words.textContent}`);
  });
  return faults;
}
"""


@pytest.fixture
def related(site):
    """Measures of 2012 that a later document amends, and by which a goal is set."""
    policy = make.make_policy(title="专项资金管理办法", title_en="Fund measures", date="2012", published=True)
    later = make.make_policy(title="专项资金办法修订", title_en="Fund amended", date="2015", published=True)
    make.make_relation(later, "amends", policy)
    make.make_goal(
        title="目标",
        title_en="Telecommunications infrastructures",
        declared_by=policy,
        target="2018",
        published=True,
    )


def test_an_entry_shows_its_arcs_while_it_is_pointed_at_or_focused(window, site, related):
    page = window(**WIDE)
    page.goto(f"{site}/en/")
    measures = page.locator(".plot").get_by_role("link", name="Fund measures")
    assert page.evaluate(WORDS) == []
    measures.hover()
    assert page.evaluate(WORDS) == [["sets", True], ["amended by a later document", True]]
    assert page.evaluate(COVERED) == []
    page.mouse.move(0, 0)
    assert page.evaluate(WORDS) == []
    measures.focus()
    assert page.evaluate(WORDS) == [["sets", True], ["amended by a later document", True]]
    page.keyboard.press("Tab")
    assert page.evaluate(WORDS) == [["amends", True]]


def walked(page, address):
    """The faults of each name with arcs of its own, and all the words."""
    page.goto(address)
    faults, told = {}, []
    for link in page.locator(".plot [role=listitem]:has(.own) a").all():
        link.focus()
        told += [text for text, _is_within in page.evaluate(WORDS)]
        if found := page.evaluate(FAULTS) + page.evaluate(COVERED):
            faults[link.get_attribute("aria-label")] = found
    return faults, told


@pytest.mark.parametrize("prefix", ["/", "/en/"])
def test_every_arc_in_ningbo_has_its_words_and_is_told_from_the_others(window, site, ningbo, prefix):
    page = window(**WIDE)
    faults, told = walked(page, site + prefix)
    assert faults == {}
    # The revision of the funds is told from both sides.
    assert {*told} & {"修订", "amends"}
    assert {*told} & {"由后来的文件修订", "被修订", "amended by a later document", "amended"}
    # No arc is left out for want of room: each has words at both ends.
    assert len(told) == 2 * page.locator(".ties-all > *").count()
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert walked(page, site + prefix)[0] == {}


@pytest.mark.parametrize("prefix", ["/", "/en/"])
def test_arcs_of_one_mark_are_told_apart_in_another_chronicle(window, site, prefix):
    """Several goals of one document, what amends it and what concerns it, at the left edge, in the middle and at the right edge."""
    call_command("import_content", make.CONTENT, publish=True, verbosity=0)
    for year in ("2010", "2014", "2019-05-02"):
        policy = make.make_policy(
            short_title="总规划", short_title_en="Master plan", date=year, published=True
        )
        for number in (1, 2):
            make.make_goal(title=f"目标{number}", declared_by=policy, target="2021", published=True)
        make.make_milestone(policies=[policy], short_title="部署", date=year, published=True)
        later = make.make_policy(short_title="修订规划", date="2020-01", published=True)
        make.make_relation(later, "amends", policy)
    faults, told = walked(window(**WIDE), site + prefix)
    assert faults == {}
    assert told


def test_the_checkbox_shows_all_arcs_without_words_by_keyboard(window, site, related):
    page = window(**WIDE, java_script_enabled=False)
    page.goto(f"{site}/en/")
    arcs, box = (
        page.locator(".ties-all"),
        page.get_by_role("checkbox", name="Show 2 relations of this picture"),
    )
    expect(arcs).to_have_css("visibility", "hidden")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    expect(arcs).to_have_css("visibility", "visible")
    assert page.evaluate(WORDS) == []
    # On paper they stay, without the checkbox.
    page.emulate_media(media="print")
    expect(arcs).to_have_css("visibility", "visible")
    expect(box).to_be_hidden()
    page.emulate_media(media="screen")
    box.focus()
    page.keyboard.press("Space")
    expect(arcs).to_have_css("visibility", "hidden")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/en/relations/")


def test_arcs_and_words_have_the_colour_of_text_where_colours_are_forced(window, site, related):
    page = window(**WIDE, forced_colors="active")
    page.goto(f"{site}/en/")
    page.get_by_role("checkbox", name="Show 2 relations of this picture").check()
    text = page.locator("body").evaluate("body => getComputedStyle(body).color")
    for path in page.locator("#arc-down .arc").all():
        expect(path).to_have_css("stroke", text)
    expect(page.locator(".own text").first).to_have_css("fill", text)


def test_on_a_phone_nothing_is_drawn(window, site, related):
    page = window(viewport={"width": 360, "height": 740})
    page.goto(site)
    expect(page.locator(".ties-all")).to_be_hidden()
    expect(page.locator("#ties")).to_be_hidden()


@pytest.mark.parametrize("prefix", ["/", pytest.param("/zh-hant/", marks=pytest.mark.long), "/en/"])
def test_axe_finds_nothing(window, site, related, prefix):
    page = window(**WIDE)
    for address in (prefix, f"{prefix}relations/"):
        page.goto(site + address)
        if address == prefix:
            page.locator("#ties").check()
            page.locator(".plot a:has(+ *), .plot a").last.focus()
        start_axe(page)
        assert accessibility_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
