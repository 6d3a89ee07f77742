"""Every kind of public page in a real browser, in three languages: colours, size, keyboard and scripts.

The pages are those of the real server with the test content, the longest one of each kind. They are visited
once per language, and each test then checks one kind of finding. Each kind of page is walked by keyboard in
one language only, in turn, because it takes long and the links are the same in all languages.
"""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bench.site import LANGUAGES, Site, serve_site
from tests.browser import public
from tests.browser.conftest import Windows
from tests.databases import migrated_sqlite
from tests.factories import CONTENT, OTHER_CONTENT
from timeline.models import Kind

pytestmark = [pytest.mark.browser, pytest.mark.long]

# The layout with all columns; a phone; a window at 200 %.
WIDE, NARROW, ZOOMED = 1280, 320, 640


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve_site([CONTENT, OTHER_CONTENT], migrated_sqlite()) as site:
        yield site


class Walk:
    """Visits all kinds of pages in one language and collects the failures by check and page."""

    def __init__(self, browser: Browser, site: Site, prefix: str) -> None:
        self.windows = Windows(browser, site.address)
        self.page, self.plain = self.windows(), self.windows(java_script_enabled=False)
        self.page.context.on("request", self._asked)
        self.site, self.prefix = site, prefix
        self.found: dict[str, dict[str, object]] = defaultdict(dict)
        self.stops: dict[str, int] = {}
        self.same_stops: dict[str, int] = {}
        turn = list(LANGUAGES.values()).index(prefix)
        for number, name in enumerate(site.pages):
            self._visit(name, by_keyboard=number % len(LANGUAGES) == turn)

    def _asked(self, request: object) -> None:
        address = str(getattr(request, "url", ""))
        if not address.startswith((f"{self.site.address}/", "data:")):
            self.windows.troubles.append(f"asks elsewhere: {address}")

    def _note(self, fact: str, name: str, found: object) -> None:
        if found:
            self.found[fact][name] = found

    def address(self, name: str) -> str:
        return f"{self.site.address}{self.prefix}{self.site.pages[name]}"

    def _visit(self, name: str, by_keyboard: bool) -> None:
        page, windows = self.page, self.windows
        # No check depends on the height, and a low window is painted faster after each key.
        page.set_viewport_size({"width": WIDE, "height": 240})
        page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
        page.goto(self.address(name))
        said = public.text_of(page)
        assert said
        if public.scripts_of(page):
            self.plain.goto(self.address(name))
            self._note("without scripts", name, sorted(set(said) ^ set(public.text_of(self.plain))))
        self._note("motion", name, public.moving(page))
        self.stops[name] = public.start_walk(page)
        if by_keyboard:
            keys = public.walk_by_keyboard(page)
            self._note("unreached", name, keys["unreached"])
            self._note("unseen", name, keys["unseen"])
        self._note("troubles", name, [*windows.troubles])
        public.start_axe(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            only = public.OF_COLOURS if scheme == "dark" else None
            self._note(scheme, name, public.accessibility_violations(page, only=only))
            self._note("faint", f"{name}, {scheme}", public.faint_marks(page))
            page.emulate_media(forced_colors="active")
            self._note("faint", f"{name}, {scheme}, forced", public.faint_marks(page))
            self._note("forced", f"{name}, {scheme}", sorted(set(said) ^ set(public.text_of(page))))
            page.emulate_media(forced_colors="none")
        page.emulate_media(color_scheme="light")
        self._note("overflow", name, public.overflow(page, NARROW) + public.overflow(page, ZOOMED))
        # Discard the violations that axe-core itself causes.
        windows.troubles.clear()


@pytest.fixture(scope="module")
def seen_before() -> dict[str, dict[str, int]]:
    """The number of links and controls of each page in the first language."""
    return {}


@pytest.fixture(scope="module", params=LANGUAGES)
def walk(
    request: pytest.FixtureRequest, browser: Browser, site: Site, seen_before: dict[str, dict[str, int]]
) -> Iterator[Walk]:
    walk = Walk(browser, site, LANGUAGES[request.param])
    walk.same_stops = seen_before.setdefault("stops", walk.stops)
    yield walk
    for context in walk.windows.contexts:
        context.close()


def told(found: dict[str, object]) -> str:
    return "\n".join(f"{page}: {what}" for page, what in found.items())


def test_every_kind_of_page_is_walked(walk):
    assert len(walk.site.pages) >= 20


def test_the_browser_has_nothing_to_complain_of_and_asks_nobody_else(walk):
    assert not walk.found["troubles"], told(walk.found["troubles"])


def test_in_light_colours_no_page_breaks_wcag_2_2_aa(walk):
    assert not walk.found["light"], told(walk.found["light"])


def test_in_dark_colours_no_page_breaks_wcag_2_2_aa(walk):
    assert not walk.found["dark"], told(walk.found["dark"])


def test_nothing_scrolls_sideways_on_a_phone_or_at_200_percent(walk):
    assert not walk.found["overflow"], told(walk.found["overflow"])


def test_the_keyboard_reaches_every_link_and_control(walk):
    assert not walk.found["unreached"], told(walk.found["unreached"])
    # Pages without a keyboard walk in this language have as many stops as in the language with one.
    assert walk.stops == walk.same_stops


def test_what_has_the_focus_shows_it(walk):
    assert not walk.found["unseen"], told(walk.found["unseen"])


def test_without_scripts_every_page_says_the_same(walk):
    assert not walk.found["without scripts"], told(walk.found["without scripts"])


def test_in_colours_that_the_system_forces_every_page_says_the_same(walk):
    assert not walk.found["forced"], told(walk.found["forced"])


def test_every_mark_of_a_drawing_stands_out_from_its_ground(walk):
    assert not walk.found["faint"], told(walk.found["faint"])


def test_nothing_moves_for_those_who_want_it_still(walk):
    assert not walk.found["motion"], told(walk.found["motion"])


PLANTED = """
() => {
  const main = document.querySelector("main");
  const plant = (tag, put) => main.append(Object.assign(document.createElement(tag), put));
  const style = new CSSStyleSheet();
  style.replaceSync(`
    .wide { width: 2000px } .pale { color: #999; background: #fff } .unmarked:focus { outline: none }
    .small { display: inline-block; width: 12px; height: 12px; overflow: hidden; margin: 0 } .turning { transition: color 2s }`);
  document.adoptedStyleSheets = [style];
  plant("p", {className: "wide", textContent: "wide"});
  plant("p", {className: "pale", textContent: "pale"});
  plant("button", {className: "small", ariaLabel: "one"});
  plant("button", {className: "small", ariaLabel: "two"});
  plant("a", {className: "unmarked turning", href: "/unmarked", textContent: "unmarked"});
  plant("a", {href: "/caught", textContent: "caught", onfocus: event => event.target.blur()});
}
"""

FADED = """
() => {
  const style = new CSSStyleSheet();
  style.replaceSync(".picture svg :is(a, a *) { fill: none !important; stroke: none !important }");
  document.adoptedStyleSheets = [style];
}
"""


def test_these_measures_find_what_is_wrong(browser, site):
    windows = Windows(browser, site.address)
    page = windows()
    page.goto(f"{site.address}/about/")
    page.evaluate(PLANTED)
    assert public.moving(page) == 1
    assert public.start_walk(page) > 10
    assert any("unmarked" in link for link in public.walk_by_keyboard(page)["unseen"])
    page.goto(f"{site.address}/about/")
    page.evaluate(PLANTED)
    page.evaluate(public.AXE)
    rules = " ".join(public.accessibility_violations(page))
    assert "color-contrast" in rules
    assert "target-size" in rules
    assert public.overflow(page, NARROW)
    page.goto(f"{site.address}{site.pages['timeline']}")
    assert public.faint_marks(page) == []
    page.evaluate(FADED)
    assert len(public.faint_marks(page)) > 10
    page.evaluate("fetch('https://elsewhere.example/').catch(() => 0)")
    assert any("connect-src" in trouble for trouble in windows.troubles)
    for context in windows.contexts:
        context.close()


# Links that are in the document but not visible, as after a clash of class names.
PAINTED = """
() => [...document.querySelectorAll("article.record a")].filter(link => !link.checkVisibility({
  opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true})).map(link => link.href)
"""


def test_every_link_of_an_entry_is_seen_on_the_screen_and_on_paper(browser, site):
    windows = Windows(browser, site.address)
    page = windows()
    for name in [kind.url_name for kind in Kind if kind.url_name in site.pages]:
        page.goto(f"{site.address}{site.pages[name]}")
        assert page.evaluate(PAINTED) == [], name
        page.emulate_media(media="print")
        # The record in full: only what acts on a screen, as the jumps and the buttons that copy, is not printed.
        assert page.locator("article.record .cite__text").first.is_visible(), name
        page.emulate_media(media="screen")
    for context in windows.contexts:
        context.close()
