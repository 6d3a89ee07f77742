"""A pytest plugin: a failure of the site fails the test in which it happens, whoever asked for the page."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception

MARK = "expected_server_error"


class ServerErrors(logging.Handler):
    """Collects the errors of the site's requests, from the thread of any server."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())

    def receive(self, sender: Any, request: Any = None, **kwargs: Any) -> None:
        """An exception, whether or not a test takes the log away."""
        self.found.append(f"exception: {getattr(request, 'path', '')}")

    def watch(self) -> None:
        logging.getLogger("django.request").addHandler(self)
        got_request_exception.connect(self.receive)

    def stop(self) -> None:
        logging.getLogger("django.request").removeHandler(self)
        got_request_exception.disconnect(self.receive)


ERRORS = pytest.StashKey[ServerErrors]()
RAN = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Before all fixtures, those that many tests share included."""
    item.stash[ERRORS] = ServerErrors()
    item.stash[ERRORS].watch()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    try:
        result = yield
    finally:
        errors = item.stash[ERRORS]
        errors.stop()
    is_expected = item.get_closest_marker(MARK) is not None
    if errors.found and not is_expected:
        pytest.fail("The site failed in this test:\n" + "\n".join(errors.found), pytrace=False)
    # A skipped test asked for nothing.
    if is_expected and not errors.found and item.stash.get(RAN, False):
        pytest.fail("The site was expected to fail in this test, and did not.", pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    result = yield
    item.stash[RAN] = True
    return result
