"""Fixtures of the tests that ask a WSGI application."""

from collections.abc import Iterator

import pytest
from django import db
from django.core.signals import request_finished, request_started


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests leave the connection open, and so the transaction of the test, as those of Django's test client do."""
    close, signals = db.close_old_connections, (request_started, request_finished)
    monkeypatch.setattr(db, "close_old_connections", lambda: None)
    for signal in signals:
        signal.disconnect(close)
    yield
    for signal in signals:
        signal.connect(close)
