"""The entry point for WSGI servers."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ningbo_site.settings")
os.environ.setdefault("DATABASE_MUST_EXIST", "1")


class RequestBody:
    """The body of a request, which raises where the client breaks off.

    Granian ends it there as if it were complete, and half a form would be saved. Django asks for no more than the
    declared length.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            data = self._whole(self.stream.read(size))
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    def readline(self, size: int) -> bytes:
        return self._whole(self.stream.readline(size))

    def _whole(self, data: bytes) -> bytes:
        if not data:
            raise ConnectionAbortedError("The client broke off")
        return data


_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return _django(environ | {"wsgi.input": RequestBody(environ["wsgi.input"])}, start_response)
