"""Actions of an editor in the admin: log in, choose by autocomplete, cite, save, use a transition."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from timeline.models.content_version import MAX_AGE

PASSWORD = "a-password-of-the-suite"


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/admin/login/?next=/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url(f"{site}/admin/")


def choose(page: Page, field: str, words: str) -> None:
    """Search in this autocomplete field and choose the first result."""
    box = page.locator(f"#id_{field} + .select2 .select2-selection")
    box.click()
    page.locator(".select2-container--open .select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def cite(page: Page, source: str, place: str, row: int = 0) -> None:
    """Add a citation of this place in the source to the form, in a row that may be there already."""
    if not page.locator(f"#citations-{row}").count():
        page.locator("#citations-group .add-row a").click()
    choose(page, f"citations-{row}-source", source)
    page.fill(f"#id_citations-{row}-locator", place)


def save(page: Page, button: str = "_continue") -> None:
    page.click(f"input[name={button}]")


def use(page: Page, verb: str, **words: str) -> None:
    """Fill in `why` or `public_from` in the open form and press the button of this transition."""
    for name, value in words.items():
        page.fill(f"#id_{name}", value)
    page.locator(".submit-row").first.get_by_role("button", name=verb, exact=True).click()


def goto_when_changed(page: Page, address: str, shown: Locator) -> None:
    """Open the public address once it shows the change, which may take as long as a server holds its content version."""
    page.wait_for_timeout(MAX_AGE * 1000)
    page.goto(address)
    expect(shown).to_be_visible()


def change_url(site: str, entry: Any) -> str:
    return f"{site}/admin/timeline/{entry._meta.model_name}/{entry.pk}/change/"
