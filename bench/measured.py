"""The process of one site that `bench.serving` measures: it prepares the site, then measures a page for each line.

    python bench/measured.py chronicle|wagtail FOLDER ENTRIES

It runs in the folder of the site's code, by the Python of the site, and imports nothing of its own package: the code
may be that of another commit. The chronicle writes its entries to the file ENTRIES, unless it exists; Wagtail
reads them there.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def set_up_chronicle(folder: Path, entries: Path) -> None:
    from bench import site

    site.set_up(folder)
    # It sets up the process of a server.
    importlib.import_module("ningbo_site.wsgi")
    # At the commit that is compared, it had another name.
    publish: Any = getattr(site, "publish_content", None) or vars(site)["bring_content"]
    publish()
    if not entries.exists():
        entries.write_text(json.dumps(listed_entries()), encoding="utf-8")


def listed_entries() -> list[dict[str, Any]]:
    """The entries with what a plain list of them displays."""
    from timeline.models import Entry

    return [
        {
            "title": entry.title,
            "slug": entry.slug,
            "date": str(entry.sort_earliest) if entry.sort_earliest else None,
            "kind": entry.kind,
            "summary": entry.summary,
            "topics": [(topic.slug, topic.title) for topic in entry.topics.all()],
        }
        for entry in Entry.objects.published().chronological().prefetch_related("topics")
    ]


def set_up_wagtail(folder: Path, entries: Path) -> None:
    os.environ["PEER_FOLDER"] = str(folder)
    # Only in the folder of Wagtail's site.
    importlib.import_module("peer_site").set_up(json.loads(entries.read_text(encoding="utf-8")))


def measure(client: Any, address: str, count: int, *, anew: bool) -> dict[str, float]:
    """The processor milliseconds of a request, in the mean of `count`, and the bytes of its answer.

    With `anew`, no fragment is kept from the request before; without, a request before the first keeps them all.
    """
    from django.core.cache import caches

    spent = 0.0
    client.get(address)
    for _ in range(count):
        if anew:
            caches["template_fragments"].clear()
        begun = time.process_time()
        answer = client.get(address)
        spent += time.process_time() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
    return {"milliseconds": spent * 1000 / count, "bytes": len(answer.content)}


def main() -> None:
    kind, folder, entries = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    sys.path.insert(0, str(Path.cwd()))
    {"chronicle": set_up_chronicle, "wagtail": set_up_wagtail}[kind](folder, entries)
    from django.test import Client

    client = Client()
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(client, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
