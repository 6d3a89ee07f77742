"""Size, queries and duration of public pages, compared with their budget.

Browsers accept Brotli over HTTPS, as in production. Over HTTP, as in development, they use gzip.
"""

import gzip
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import brotli

from bench import generated, site

# Bytes in total, and of JavaScript.
NINGBO = 40_000
LARGE = 60_000
SCRIPTS = 10_000
ENTRIES = 200
ROUNDS = 9

_LOADED = re.compile(r"<(link|script|img|source|iframe|object|embed|use|image)\b([^>]*)>")
_ADDRESS = re.compile(r'\s(?:href|src|data)="([^"]+)"')
# A touch icon is asked for only when a page is put on a home screen.
_LOADING = re.compile(r'\srel="(?:stylesheet|icon|preload|modulepreload|manifest)"')
_IN_STYLE = re.compile(r"""(?:url\(|@import\s)\s*["']?([^"')\s]+)""")

_UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@dataclass(frozen=True)
class FetchedFile:
    """One file that a browser downloads for a page, and the size of its body in bytes."""

    address: str
    kind: str
    size: int


def downloads(client: Any, address: str, encoding: str = "br") -> list[FetchedFile]:
    """Return the page and everything it loads, as served to a browser that accepts the encoding."""
    found: list[FetchedFile] = []
    waiting = [address]
    while waiting:
        here = waiting.pop(0)
        if here.startswith("data:") or here in (known.address for known in found):
            continue
        answer = client.get(here, headers={"accept-encoding": encoding})
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200, here
        kind = answer["Content-Type"].partition(";")[0]
        found.append(FetchedFile(here, kind, len(body)))
        text = _UNPACK[answer.get("Content-Encoding", "")](body).decode(errors="replace")
        waiting += (urljoin(here, other) for other in _loads(kind, text))
    return found


def _loads(kind: str, text: str) -> Iterator[str]:
    if kind == "text/css":
        yield from _IN_STYLE.findall(text)
    if kind == "text/html":
        for tag, attributes in _LOADED.findall(text):
            named = _ADDRESS.search(attributes)
            if named and (tag != "link" or _LOADING.search(attributes)) and not named[1].startswith("#"):
                yield named[1]


def weight(found: list[FetchedFile]) -> int:
    return sum(each.size for each in found)


def scripts(found: list[FetchedFile]) -> int:
    return sum(each.size for each in found if "javascript" in each.kind)


def publish_generated_content(count: int, folder: Path, content: Sequence[Path] = site.CONTENT) -> None:
    """Publish this number of generated entries in an empty database."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    User.objects.create_user("editor", is_staff=True, is_superuser=True)
    generated.write(folder, count, content)
    call_command("import_content", folder, publish=True, user="editor", verbosity=0)


def _measure(client: Any, address: str) -> tuple[int, float]:
    """Return the number of queries and the median in milliseconds, in this process with cached templates."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    # Read before the next request, which clears the log.
    queries = len(captured)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - begun) * 1000)
    return queries, statistics.median(times)


def _budget(name: str, client: Any, limit: int) -> bool:
    found = downloads(client, "/")
    print(f"\n{name}: {weight(found) / 1000:.1f} kB of {limit / 1000:.0f} kB", end="")
    print(f", JavaScript {scripts(found) / 1000:.1f} kB of {SCRIPTS / 1000:.0f} kB", end="")
    print(f"; with gzip {weight(downloads(client, '/', 'gzip')) / 1000:.1f} kB")
    for each in found:
        print(f"  {each.size:7,} B  {each.kind:18} {each.address}")
    return weight(found) <= limit and scripts(found) <= SCRIPTS


def _table(client: Any, pages: dict[str, str]) -> bool:
    print(f"\n{'page':26}{'kB':>7}{'JS kB':>7}{'queries':>9}{'ms':>7}")
    light = True
    for name, address in pages.items():
        found = downloads(client, address)
        light &= scripts(found) <= SCRIPTS
        queries, milliseconds = _measure(client, address)
        print(
            f"{name:26}{weight(found) / 1000:7.1f}{scripts(found) / 1000:7.1f}{queries:9}{milliseconds:7.1f}"
        )
    return light


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        site.set_up(folder)
        from django.core.management import call_command
        from django.test import Client

        client = Client()
        print(
            f"Python {platform.python_version()} on {platform.machine()}, as served with Brotli, kB of 1,000 B;"
        )
        print(f"times in process, median of {ROUNDS}, of the longest page of each kind")
        site.publish_content()
        passed = _budget("The timeline of Ningbo", client, NINGBO)
        passed &= _table(client, site.fullest_pages() | {"timeline, searched": "/?q=建设"})
        call_command("flush", interactive=False, verbosity=0)
        publish_generated_content(ENTRIES, folder / "made")
        passed &= _budget(f"A timeline of {ENTRIES} made entries", client, LARGE)
        queries, milliseconds = _measure(client, "/")
        print(f"  {queries} queries, {milliseconds:.1f} ms")
        return 0 if passed else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
