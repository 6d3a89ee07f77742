"""What is measured of a page of the desk in the browser: barriers, once its scripts have done their work."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")


def settle(page: Page) -> None:
    """Until the scripts of the page have done what they do at its start."""
    page.wait_for_load_state("load")
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")


def accessibility_violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page, in light colours and in dark."""
    page.evaluate(AXE)
    # Halfway from one colour to the next there is no contrast to speak of. (Said so that the policy allows it.)
    page.evaluate(
        "document.adoptedStyleSheets = [new CSSStyleSheet()];"
        "document.adoptedStyleSheets[0].replaceSync('* { transition: none !important; }')"
    )
    found = []
    for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
        page.emulate_media(color_scheme=scheme)
        answer = page.evaluate(f"axe.run({{resultTypes: ['violations'], ...{rules}}})")
        found += [
            f"{finding['id']} ({scheme}, {len(finding['nodes'])}): {finding['nodes'][0]['html'][:200]}"
            for finding in answer["violations"]
            if finding["impact"] in GRAVE
        ]
    page.emulate_media(color_scheme="light")
    return found
