"""Accessibility checks of admin pages in the browser, after the scripts of the page have run."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")


def settle(page: Page) -> None:
    """Wait for the scripts that run when the page loads."""
    page.wait_for_load_state("load")
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")


def accessibility_violations(page: Page) -> list[str]:
    """Return serious and critical violations that axe-core finds, in dark colours those of contrast only."""
    page.evaluate(AXE)
    # Contrast cannot be measured during a transition. The CSP allows adopted style sheets, not inline ones.
    page.evaluate(
        "document.adoptedStyleSheets = [new CSSStyleSheet()];"
        "document.adoptedStyleSheets[0].replaceSync('* { transition: none !important; }')"
    )
    found = []
    # axe-core would write imported style sheets, which it preloads for rules that are off, into the page: the CSP forbids it.
    for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
        page.emulate_media(color_scheme=scheme)
        answer = page.evaluate(f"axe.run({{resultTypes: ['violations'], preload: false, ...{rules}}})")
        found += [
            f"{finding['id']} ({scheme}, {len(finding['nodes'])}): {finding['nodes'][0]['html'][:200]}"
            for finding in answer["violations"]
            if finding["impact"] in GRAVE
        ]
    page.emulate_media(color_scheme="light")
    return found
