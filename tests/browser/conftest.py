"""Fixtures of the browser tests: the running site, the accounts of the admin, and their browser windows."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connections
from django.db.transaction import Atomic
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import factories as make
from tests.browser import chromium, editor_actions
from tests.opened_folders import OPENED_FOLDERS
from timeline.accounts.roles import EDITORS, REVIEWERS, set_up_groups

# Milliseconds. Long enough for a busy machine: the pages themselves respond at once.
PATIENCE = 60_000
# Seconds without a request after which none is on its way.
QUIET = 0.5
expect.set_options(timeout=PATIENCE)


@contextlib.contextmanager
def launch_browser() -> Iterator[Browser]:
    """Yield a browser. Without Chromium the test is skipped; in CI it fails."""
    path = chromium.found()
    if path is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no Chromium. Debian: apt install chromium-headless-shell fonts-noto-cjk.")
    with chromium.launched(path) as browser:
        yield browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser per module. Tests share no state, because each opens its own browser contexts."""
    with launch_browser() as browser:
        yield browser


@pytest.fixture
def site(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the site.

    It handles one request at a time, and none while the test is in a transaction, because all threads share one connection to
    SQLite in memory: a page that is open may ask for something at any time.
    The teardown waits for requests in progress, and for those that a closed window has sent, because the database is
    flushed next.
    """
    answer, turn = WSGIHandler.__call__, threading.RLock()
    enter, leave = Atomic.__enter__, Atomic.__exit__
    running: set[int] = set()
    ended = time.monotonic()

    def in_turn(*args: Any) -> Any:
        nonlocal ended
        running.add(threading.get_ident())
        try:
            with turn:
                return answer(*args)
        finally:
            ended = time.monotonic()
            running.discard(threading.get_ident())

    def enter_in_turn(block: Atomic) -> None:
        turn.acquire()
        try:
            enter(block)
        except BaseException:
            turn.release()
            raise

    def leave_in_turn(block: Atomic, *raised: Any) -> None:
        try:
            leave(block, *raised)
        finally:
            turn.release()

    monkeypatch.setattr(WSGIHandler, "__call__", in_turn)
    monkeypatch.setattr(Atomic, "__enter__", enter_in_turn)
    monkeypatch.setattr(Atomic, "__exit__", leave_in_turn)
    # A persistent connection of a server thread would keep PostgreSQL from dropping the database.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    yield live_server.url
    deadline = time.monotonic() + PATIENCE / 1000
    while (running or time.monotonic() < ended + QUIET) and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.fixture
def ningbo(site: str) -> None:
    """The content that `make run` opens, published."""
    for folder in OPENED_FOLDERS:
        call_command("import_content", folder, publish=True, verbosity=0)


@pytest.fixture
def people(site: str) -> None:
    """Two editors, a reviewer and an administrator, with the permissions of their groups."""
    set_up_groups()
    for name, group in (("wang", EDITORS), ("chen", EDITORS), ("li", REVIEWERS)):
        make.make_user(username=name, password=editor_actions.PASSWORD, is_staff=True).groups.add(
            Group.objects.get(name=group)
        )
    make.make_editor(username="admin", password=editor_actions.PASSWORD)


class Windows:
    """Opens windows with separate sessions and collects their errors and CSP violations."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def __call__(self, username: str = "", **options: Any) -> Page:
        """Open a window in which this user is logged in; without a username, a visitor's window."""
        context = self.browser.new_context(**(chromium.AT_HOME | options))
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        context.expose_binding("reportViolation", lambda _source, what: self.troubles.append(what))
        context.add_init_script(
            "addEventListener('securitypolicyviolation', event => reportViolation("
            "`${location.pathname}: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"
        )
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on("response", self._answered)
        if username:
            client = Client()
            client.force_login(get_user_model().objects.get(username=username))
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.site}])
        return context.new_page()

    def _heard(self, message: Any) -> None:
        # A status such as 404 or 409 may be what the test expects.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"{message.type}: {message.text}")

    def _answered(self, response: Any) -> None:
        if response.status >= 500 or response.status >= 400 and "/static/" in response.url:
            self.troubles.append(f"{response.status} {response.url}")


@pytest.fixture
def window(browser: Browser, site: str, people: None) -> Iterator[Callable[..., Page]]:
    windows = Windows(browser, site)
    yield windows
    troubles = [*windows.troubles]
    for context in windows.contexts:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        # What a form says when it is closed would reach the site while its database is emptied.
        context.set_offline(True)
        context.close()
    assert not troubles
