"""Checks of public pages in the browser: accessibility, overflow, keyboard access, scripts and motion."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Rules that depend on colours, the only difference between the light and the dark scheme.
OF_COLOURS = ["color-contrast", "link-in-text-block"]

# The elements that the keyboard must reach, with one radio button of each group.
STOPS = """
() => {
  const stops = [...document.querySelectorAll(
    "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex^='-'])"
  )].filter(element => {
    if (element.disabled || !element.getClientRects().length) return false;
    if (!element.checkVisibility({visibilityProperty: true})) return false;
    if (element.type !== "radio") return true;
    const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`)];
    return element === (group.find(radio => radio.checked) ?? group[0]);
  });
  const say = element => `${element.tagName.toLowerCase()} ${element.getAttribute("href") ?? element.name ?? ""} ` +
    `${element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40)}`;
  // How it and what it draws look: itself, its parts, and what stands beside it and may say something of it.
  const look = element => [element, ...element.querySelectorAll("*"), element.nextElementSibling].filter(Boolean)
    .map(part => {
      const style = getComputedStyle(part);
      return ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderColor",
        "stroke", "strokeOpacity", "strokeWidth", "visibility", "textDecorationLine"].map(name => style[name]).join();
    }).join("|");
  const still = new CSSStyleSheet();
  still.replaceSync("* { transition: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  window.walk = {
    stops, say, before: new Map(stops.map(stop => [stop, look(stop)])), reached: new Set(), unseen: new Set(),
  };
  addEventListener("focusin", ({target}) => {
    walk.reached.add(target);
    const {outlineStyle, outlineWidth} = getComputedStyle(target);
    const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    if (!outlined && look(target) === walk.before.get(target)) walk.unseen.add(target);
  });
  document.activeElement.blur();
  getSelection().removeAllRanges();
  return stops.length;
}
"""

# In each link of a drawing, at least one shape must contrast with the page's background (WCAG 1.4.11).
FAINT_MARKS = """
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map(part => part / 255);
  };
  const light = ([red, green, blue]) => [red, green, blue]
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = rgba(getComputedStyle(document.body).backgroundColor);
  const contrast = colour => {
    const [red, green, blue, alpha] = rgba(colour);
    if (alpha < 0.9) return 1;
    const pair = [light([red, green, blue]), light(ground)].sort((one, other) => other - one);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  const strength = shape => {
    const {stroke, fill, visibility} = getComputedStyle(shape);
    if (visibility === "hidden") return 1;
    return Math.max(...[shape.localName === "line" ? "none" : fill, stroke].map(colour =>
      colour.startsWith("url(") ? 21 : colour === "none" ? 1 : contrast(colour)));
  };
  // A link within a run of text is drawn itself.
  const shapes = link => [
    ...(link.closest("text") ? [link] : []),
    ...link.querySelectorAll("line, rect, circle, path, polygon, text, tspan"),
  ];
  return [...document.querySelectorAll("svg a")].filter(link => !link.closest(".left-out")).filter(link =>
    Math.max(...shapes(link).map(strength)) < 3
  ).map(link => link.getAttribute("aria-label") ?? link.textContent.trim());
}
"""


def start_axe(page: Page) -> None:
    page.evaluate(AXE)
    # Contrast cannot be measured during a transition. The CSP allows adopted style sheets, not inline ones.
    page.evaluate(
        "document.adoptedStyleSheets = [new CSSStyleSheet()];"
        "document.adoptedStyleSheets[0].replaceSync('* { transition: none !important; }')"
    )


def accessibility_violations(page: Page, *, only: list[str] | None = None) -> list[str]:
    """Return the violations of WCAG 2.2 AA that axe-core finds, of all rules or only of those in `only`."""
    what = (
        f"{{runOnly: {only}}}"
        if only
        else f"{{runOnly: {{type: 'tag', values: {WCAG}}}, rules: {{'target-size': {{enabled: true}}}}}}"
    )
    answer = page.evaluate(f"axe.run({{resultTypes: ['violations'], preload: false, ...{what}}})")
    return [
        f"{finding['id']} ({len(finding['nodes'])}): {finding['nodes'][0]['html'][:160]} "
        f"{finding['nodes'][0]['any'][0]['message'] if finding['nodes'][0]['any'] else ''}"
        for finding in answer["violations"]
    ]


def overflow(page: Page, width: int) -> list[str]:
    """Return the elements that make a window of this width scroll horizontally."""
    page.set_viewport_size({"width": width, "height": 640})
    found: list[str] = page.evaluate(
        """() => {
          const root = document.scrollingElement;
          if (root.scrollWidth <= innerWidth) return [];
          const wide = [...document.querySelectorAll("body *")].filter(element =>
            element.getBoundingClientRect().right > innerWidth + 1);
          return [`${root.scrollWidth} px`, ...wide.slice(0, 4).map(element => element.outerHTML.slice(0, 120))];
        }"""
    )
    return [f"{width} px: {' · '.join(found)}"] if found else []


def start_walk(page: Page) -> int:
    """Start to record focus, and return the number of links and controls that the keyboard must reach."""
    count: int = page.evaluate(STOPS)
    return count


def walk_by_keyboard(page: Page) -> dict[str, list[str]]:
    """Return the links and controls that Tab does not reach, and those without a visible focus."""
    missing = page.evaluate("walk.stops.length")
    while missing:
        for _ in range(missing):
            page.keyboard.press("Tab")
        left = page.evaluate("walk.stops.filter(stop => !walk.reached.has(stop)).length")
        # A control of several parts (a date) takes several keys. Give up when no further stop is reached.
        if left == missing:
            break
        missing = left
    result: dict[str, list[str]] = page.evaluate(
        "({unreached: walk.stops.filter(stop => !walk.reached.has(stop)).map(walk.say),"
        " unseen: [...walk.unseen].map(walk.say)})"
    )
    return result


def scripts_of(page: Page) -> int:
    """Return the number of scripts in the page. Call it before axe-core is loaded."""
    count: int = page.evaluate("document.scripts.length")
    return count


def text_of(page: Page) -> list[str]:
    """Return the lines of text, without the labels of buttons, which scripts may add."""
    lines: list[str] = page.evaluate(
        """() => {
          const buttons = [...document.querySelectorAll("button")].map(button => button.innerText.trim());
          return document.body.innerText.split("\\n").map(line => line.trim())
            .filter(line => line && !buttons.includes(line));
        }"""
    )
    return lines


def moving(page: Page) -> int:
    """Return the number of animations that run or would run although reduced motion is requested."""
    count: int = page.evaluate(
        """() => document.getAnimations().length + [...document.querySelectorAll("*")].filter(element => {
          const {animationName, animationDuration, transitionDuration, scrollBehavior} = getComputedStyle(element);
          return animationName !== "none" && parseFloat(animationDuration) > 0.01
            || Math.max(...transitionDuration.split(",").map(parseFloat)) > 0.01 || scrollBehavior === "smooth";
        }).length"""
    )
    return count


def faint_marks(page: Page) -> list[Any]:
    marks: list[Any] = page.evaluate(FAINT_MARKS)
    return marks
