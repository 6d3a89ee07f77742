"""The picture in Chromium: no text covers another and nothing scrolls sideways, at any width, in each language and at any size."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.made import MadeChronicle
from timeline.models import Area, Chronicle, Entry, Organization, Phase, Topic, content_version

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 360, 640, 768, 1088, 1280, 1920)
# Boxes of lines of text are a little higher than the text in them.
FAULTS = """
() => {
  const seen = element => element.checkVisibility({visibilityProperty: true}) && element.textContent.trim();
  const texts = [...document.querySelectorAll(".picture text, .picture .after-name a")].filter(seen);
  const boxes = texts.map(text => [text.textContent.trim(), text.getBoundingClientRect()]);
  const faults = [];
  boxes.forEach(([one, p], number) => boxes.slice(number + 1).forEach(([other, q]) => {
    const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (across > 0.5 && down > 3) faults.push(`${one} | ${other}`);
  }));
  document.querySelectorAll(".picture--across .mark:has(.band)").forEach(link => {
    const [band, title] = [link.querySelector(".band"), link.querySelector(".band-title")];
    if (!title || !seen(title)) return;
    const box = title.getBoundingClientRect();
    const end = new DOMPoint(box.right, box.bottom - box.height / 4);
    if (!band.isPointInFill(end.matrixTransform(band.getScreenCTM().inverse()))) faults.push(`not in its band: ${title.textContent}`);
  });
  const root = document.documentElement;
  boxes.forEach(([text, box]) => { if (box.right > root.clientWidth || box.left < 0) faults.push(`cut: ${text}`); });
  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls by ${root.scrollWidth - root.clientWidth}`);
  return [boxes.length, faults];
}
"""


def faults(page, address, widths):
    page.goto(address)
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        size, wrong = page.evaluate(FAULTS)
        assert size
        if wrong:
            found[width] = wrong
    return found


def shorten(length):
    """Give every entry a short title of this length, in Chinese and as long as allowed in English."""
    sign = "智慧城市行动计划专项资金"[:length]
    make.update_unchecked(Entry.objects.all(), short_title=sign, short_title_en="Opinions on broadband abc")


def test_no_text_of_ningbo_covers_another(window, site, ningbo):
    page = window()
    assert faults(page, site, (360, 1280)) == {}


@pytest.mark.parametrize("prefix", ["/", "/zh-hant/", "/en/"])
def test_no_text_of_ningbo_covers_another_at_any_width(window, site, ningbo, prefix):
    page = window()
    assert faults(page, site + prefix, WIDTHS) == {}
    shorten(12)
    touch()
    assert faults(page, site + prefix, WIDTHS) == {}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_text_of_a_part_of_ningbo_covers_another(window, site, ningbo, prefix):
    addresses = []
    for model in (Phase, Topic, Organization, Area):
        for record in model.objects.all():
            if Entry.objects.published().naming(record).filter(sort_earliest__isnull=False).exists():
                addresses.append(f"{site}{prefix}{record.get_absolute_url()}")
    assert len(addresses) > 20
    page = window()
    assert [found for address in addresses if (found := faults(page, address, WIDTHS[1:]))] == []
    shorten(12)
    touch()
    assert [found for address in addresses if (found := faults(page, address, (360, 640, 1088)))] == []


def touch():
    """Write the chronicle, so that nothing kept of its pages stays valid, and at once."""
    (Chronicle.objects.first() or make.make_chronicle()).save()
    content_version.forget()


@pytest.mark.parametrize("size", [3, 10_000])
def test_no_text_of_few_or_many_entries_covers_another(window, site, size):
    MadeChronicle().add(size)
    assert faults(window(), site, WIDTHS) == {}


# The distances in pixels from the end of each name to the number after it.
GAPS = """
() => [...document.querySelectorAll(".after-name")].flatMap(run => {
  const name = run.querySelector(".name").getBoundingClientRect();
  return [...run.querySelectorAll("a")].filter(number => number.checkVisibility())
    .map(number => number.getBoundingClientRect().left - name.right);
})
"""


def test_numbers_stand_close_behind_names_of_any_width(window, site):
    for year, title in (("2010", "iiiiiiii"), ("2011", "MMMMMMMM"), ("2012", "智慧城市行动计划")):
        for _number in range(4):
            make.make_milestone(date=year, title=title, title_en=title, short_title_en=title, published=True)
    page = window()
    for width in (500, 640, 768):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{site}/en/")
        gaps = page.evaluate(GAPS)
        assert len(gaps) == 3
        assert max(gaps) - min(gaps) < 1


def test_the_key_of_ningbo_is_on_the_first_screen_in_english(window, site, ningbo):
    page = window()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/en/")
    expect(page.locator(".picture--across .key")).to_be_in_viewport(ratio=1)
    assert page.locator("#list").evaluate("list => list.getBoundingClientRect().top") < 800


@pytest.mark.parametrize("prefix", ["/", "/en/"])
def test_no_text_of_ningbo_covers_another_on_paper(window, site, ningbo, prefix):
    page = window()
    page.emulate_media(media="print")
    # A4 without its margins.
    assert faults(page, site + prefix, (672,)) == {}


# Whether the text beside a stroke is visible.
TOLD = "mark => mark.parentElement.querySelector('.tip').checkVisibility({visibilityProperty: true})"


def test_a_stroke_tells_its_date_and_name_when_it_has_the_focus_or_is_pointed_at(window, site):
    MadeChronicle().add(100)
    touch()
    page = window()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(site)
    strokes = page.locator(".picture--across svg a:has(.quiet)")
    assert strokes.count()
    for stroke in strokes.all()[:10]:
        page.keyboard.press("Tab")
        stroke.focus()
        assert stroke.evaluate(TOLD)
    page.reload()
    stroke = strokes.first
    assert not stroke.evaluate(TOLD)
    stroke.locator(".reach").hover(force=True)
    assert stroke.evaluate(TOLD)


def test_the_line_of_a_goal_begins_after_its_name(window, site):
    """In the gaps of full-width brackets it would be read as a dash."""
    policy = make.make_policy(title="纲要", date="2009-05-06", published=True)
    make.make_goal(title="各县（市、区）都设立", declared_by=policy, target="2021", published=True)
    make.make_milestone(date="2025", published=True)
    page = window()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(site)
    goal = page.locator(".picture--across a:has(.promise)")
    line, name = goal.locator(".promise").bounding_box(), goal.locator(".name").first.bounding_box()
    # The box of the name has its ground.
    assert abs(name["x"] + name["width"] - line["x"]) < 6
