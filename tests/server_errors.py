"""A pytest plugin that fails a test if a request during it causes a server error."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception

MARK = "expected_server_error"


class ServerErrors(logging.Handler):
    """Collects the errors of requests, from any server thread."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())

    def receive(self, sender: Any, request: Any = None, **kwargs: Any) -> None:
        """Collect an exception. Signals also work in tests that replace the logging configuration."""
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
    """Start before all fixtures, including those shared by many tests."""
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
    # A skipped test made no request.
    if is_expected and not errors.found and item.stash.get(RAN, False):
        pytest.fail("The site was expected to fail in this test, and did not.", pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    result = yield
    item.stash[RAN] = True
    return result
