"""The least that a WSGI application does under our server, which no page cache can do without.

    BENCH_BOUND=FOLDER python -m bench.bound PORT THREADS

It answers as the page cache does, from `headers.json` (those of a page and of a 304) and `body` in that folder.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from timeline.delivery.server import serve

_folder = Path(os.environ["BENCH_BOUND"])
BODY = (_folder / "body").read_bytes()
PAGE_HEADERS, KNOWN_HEADERS = (
    [(name, value) for name, value in headers.items()]
    for headers in json.loads((_folder / "headers.json").read_text(encoding="utf-8"))
)


def application(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    if "HTTP_IF_NONE_MATCH" in environ:
        start_response("304 Not Modified", KNOWN_HEADERS)
        return []
    start_response("200 OK", PAGE_HEADERS)
    return [BODY]


if __name__ == "__main__":
    port, threads = map(int, sys.argv[1:])
    serve("127.0.0.1", port, workers=1, threads=threads, application="bench.bound:application")
