"""The system's Chromium, driven by Playwright; Playwright's own download of a browser is not needed."""

import contextlib
import os
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# It starts as root, asks nobody for anything and shows no first-run page.
ARGUMENTS = [
    "--no-sandbox",
    "--lang=zh-CN",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# As an editor in Ningbo has it.
AT_HOME = {
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "viewport": {"width": 1280, "height": 900},
    "reduced_motion": "reduce",
}


def found() -> str | None:
    """Where Chromium lies, if anywhere."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextlib.contextmanager
def launched(path: str) -> Iterator[Browser]:
    """A browser for as long as the block lasts.

    Playwright keeps an event loop running in this thread, and Django refuses the database to such threads unless told
    that nothing here is asynchronous; so both end with the block.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
