"""What an editor's hands do at the desk: sign in, choose from a list that searches, press a button, use a verb."""

from typing import Any

from playwright.sync_api import Page

PASSWORD = "a-password-of-the-suite"


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/admin/login/?next=/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url(f"{site}/admin/")


def choose(page: Page, field: str, words: str) -> None:
    """Type into the list that searches, of the field of that name, and take what it finds."""
    box = page.locator(f"#id_{field} + .select2 .select2-selection")
    box.click()
    page.locator(".select2-container--open .select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def cite(page: Page, source: str, place: str, row: int = 0) -> None:
    """Add a citation to the form: a source, and the place in it."""
    page.locator("#citations-group .add-row a").click()
    choose(page, f"citations-{row}-source", source)
    page.fill(f"#id_citations-{row}-locator", place)


def save(page: Page, button: str = "_continue") -> None:
    page.click(f"input[name={button}]")


def use(page: Page, verb: str, **words: str) -> None:
    """Use a verb of publication by the button of the form that is open; `why` and `public_from` are fields of it."""
    for name, value in words.items():
        page.fill(f"#id_{name}", value)
    page.locator(".submit-row").first.get_by_role("button", name=verb, exact=True).click()


def change_url(site: str, entry: Any) -> str:
    return f"{site}/admin/timeline/{entry._meta.model_name}/{entry.pk}/change/"
