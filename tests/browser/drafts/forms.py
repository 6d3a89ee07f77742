"""Helpers for draft tests: fill in a form, wait until the browser stores it, and restore it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.editor_actions import choose, cite

KEPT = "Object.keys(localStorage).filter(key => key.startsWith('draft:')).length"


def type_everything(page: Page) -> None:
    """Fill in the form of a policy: text fields, dates, choices, references and inline rows."""
    page.fill("#id_title", "关于推进智慧健康的意见")
    page.select_option("#id_document_type", "opinions")
    page.check("#id_provisional")
    page.fill("#id_date", "2013年1月")
    page.fill("#id_issued", "2013-01-28")
    page.fill("#id_summary", "第一行\n第二行")
    choose(page, "issuers", "宁波市政府")
    choose(page, "topics", "智慧健康")
    cite(page, "宁波日报", "¶5")
    cite(page, "宁波日报", "¶7", row=1)
    wait_until_kept(page)


def wait_until_kept(page: Page) -> None:
    # The script stores a form after a pause in typing.
    page.wait_for_timeout(600)
    for _attempt in range(100):
        if kept(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError("The browser keeps no draft.")


def expect_everything(page: Page) -> None:
    expect(page.locator("#id_title")).to_have_value("关于推进智慧健康的意见")
    expect(page.locator("#id_document_type")).to_have_value("opinions")
    expect(page.locator("#id_provisional")).to_be_checked()
    expect(page.locator("#id_date")).to_have_value("2013年1月")
    expect(page.locator("#id_issued")).to_have_value("2013-01-28")
    expect(page.locator("#id_summary")).to_have_value("第一行\n第二行")
    expect(page.locator("#id_issuers option:checked")).to_have_text(["宁波市政府"])
    expect(page.locator("#id_topics option:checked")).to_have_text(["智慧健康"])
    expect(page.locator("#id_topics + .select2")).to_contain_text("智慧健康")
    for row, place in enumerate(("¶5", "¶7")):
        expect(page.locator(f"#id_citations-{row}-source option:checked")).to_have_text("宁波日报")
        expect(page.locator(f"#id_citations-{row}-locator")).to_have_value(place)


def restore(page: Page) -> None:
    page.locator(".draft-offer").get_by_role("button", name="恢复").click()
    expect(page.locator(".draft-restored")).to_be_visible()


def kept(page: Page) -> int:
    # The script runs after the page has loaded, which takes a while for a long page.
    page.wait_for_load_state("load")
    return page.evaluate(KEPT)


def accept_leaving(page: Page) -> list[str]:
    seen: list[str] = []

    def accept(dialog: Any) -> None:
        seen.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return seen


def fill_storage(page: Page) -> None:
    page.evaluate(
        """() => { let size = 2 ** 22, number = 0; while (size >= 1) {
            try { localStorage.setItem(`filler${number++}`, "x".repeat(size)); } catch { size = Math.floor(size / 2); } } }"""
    )
