"""What a snapshot of many made entries takes: all of `export_site` with two processes, then files of each kind by themselves.

    python -m bench.snapshot [--entries 10000] [--folder FOLDER]

Prints the seconds of the export and its addresses a second, then by kind of file their number, their size and the processor
time of some of them in one process. The status is 1 where the target is missed, which for other numbers of entries is in
proportion. FOLDER keeps the filled database for the next run.
"""

import argparse
import contextlib
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from bench import site
from bench.scale import filled

URL, PROCESSES = "http://localhost", 2
# Minutes for this many entries.
TARGET, OF_ENTRIES = 30, 10_000
# So many files of each kind are rendered once more.
SAMPLE = 60
COMPRESSED = (".gz", ".br")


def export(folder: Path, target: Path) -> float:
    """Export the site of a filled database as an operator does. Returns the seconds."""
    environment = {"DJANGO_SETTINGS_MODULE": "bench.site_settings", "BENCH_FOLDER": str(folder)}
    command = [sys.executable, "manage.py", "export_site", str(target), "--url", URL]
    begun = time.perf_counter()
    subprocess.run(
        [*command, "--processes", str(PROCESSES)],
        cwd=site.ROOT,
        env=os.environ | environment,
        check=True,
    )
    return time.perf_counter() - begun


def files_by_kind(public: Path) -> dict[str, list[Path]]:
    """The files of a snapshot by their suffix, without the compressed copies."""
    found = defaultdict[str, list[Path]](list)
    for path in sorted(public.rglob("*")):
        if path.is_file() and path.suffix not in COMPRESSED:
            found[path.suffix].append(path)
    return found


def address_of(path: Path, public: Path) -> str:
    """The address of which this is the file."""
    folder = re.sub("index[.](?:html|xml)$", "", f"/{path.relative_to(public)}")
    return re.sub("page-([^/]+)/$", r"?page=\1", folder)


def milliseconds(addresses: Sequence[str], state: Path) -> float:
    """The median processor time of rendering one of these addresses and writing its files."""
    from timeline.delivery.snapshot.addresses import NOT_FOUND
    from timeline.delivery.snapshot.rendering import Renderer

    renderer, took = Renderer(URL, state, None), list[float]()
    # Compiles templates and fills caches, as once in each process.
    renderer.headers(addresses[0])
    for address in addresses:
        begun = time.process_time()
        status = renderer.render(address).status
        took.append((time.process_time() - begun) * 1000)
        if status != 200 and not address.endswith(NOT_FOUND):
            raise RuntimeError(f"{address} answers {status}")
    return statistics.median(took)


def measure(folder: Path, entries: int) -> bool:
    """Fill, export and sample one site, and print the tables. Returns whether the target is met."""
    filled(folder, entries, None)
    with tempfile.TemporaryDirectory(prefix="snapshot-") as name:
        target = Path(name)
        seconds, limit = export(folder, target), TARGET * 60 * entries / OF_ENTRIES
        public = target / "current" / "public"
        kinds = files_by_kind(public)
        count = sum(map(len, kinds.values()))
        print(
            f"{entries:,} entries: {count:,} files in {seconds:,.0f} s, {count / seconds:.1f} a second with {PROCESSES} processes"
        )
        print(
            f"Target: {limit:,.0f} s. {'ok' if seconds <= limit else 'MISSED'}\n\n{'kind':8}{'files':>9}{'kB':>8}{'ms':>8}"
        )
        site.set_up(folder)
        from django.db import connection

        # As in the processes of an export.
        connection.settings_dict["CONN_MAX_AGE"] = None
        for kind, files in kinds.items():
            sample = random.Random(kind).sample(files, min(SAMPLE, len(files)))
            addresses = [address_of(path, public) for path in sample]
            took = milliseconds(addresses, target / f"{kind}-again")
            size = statistics.mean(path.stat().st_size for path in files) / 1000
            print(f"{kind:8}{len(files):9,}{size:8.1f}{took:8.1f}")
    return seconds <= limit


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=OF_ENTRIES)
    parser.add_argument("--folder", type=lambda path: Path(path).resolve())
    options = parser.parse_args(arguments)
    print(
        f"SQLite, Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores",
        flush=True,
    )
    with contextlib.ExitStack() as temporary:
        folder = options.folder or Path(temporary.enter_context(tempfile.TemporaryDirectory(prefix="site-")))
        return 0 if measure(folder, options.entries) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
