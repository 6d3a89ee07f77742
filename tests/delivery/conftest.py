"""Fixtures of the tests that ask a WSGI application."""

from collections.abc import Iterator

import pytest
from django import db

from tests import connections


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests leave the connection open, and so the transaction of the test, as those of Django's test client do."""
    monkeypatch.setattr(db, "close_old_connections", lambda: None)
    with connections.kept_connection():
        yield
