"""The cost of each page among 1,000, 10,000 and 100,000 entries, and the memory of the import that fills them.

    python -m bench.scale [--sizes 1000,10000,100000] [--database sqlite|postgresql] [--folder FOLDER]

Prints a table of the imports and one of the pages beside their targets; the status is 1 where one is missed. Times are
processor time, that of PostgreSQL included, so that they do not depend on what else the machine does. FOLDER keeps the
filled databases for the next run. PostgreSQL is that of TEST_DATABASE_URL, or one of `tests.postgres`.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.site import ROOT

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 7
# MB of the import of the largest chronicle.
MEMORY = 300
# kB of HTML.
HTML = 150
# By how much the largest chronicle may exceed the smallest: pages without a filter, pages under filters and search,
# these when nothing is cached yet.
PLAIN, FILTERED, FIRST = 1.5, 3.0, 10.0
# Milliseconds and queries by which two measurements may differ by chance.
TOLERANCE = 1.0

Measures = Mapping[str, Mapping[str, float]]


def run(step: str, folder: Path, number: int, database: str | None) -> Any:
    """Run a step of `bench.scale_site`, with its number of entries or rounds. Returns its result."""
    environment = os.environ | ({"BENCH_DATABASE_URL": database} if database else {})
    command = [sys.executable, "-m", "bench.scale_site", step, str(folder), str(number)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def filled(folder: Path, count: int, database: str | None) -> Mapping[str, float]:
    """Fill the chronicle of this size, unless the folder has it. Returns what its import took."""
    record = folder / "filled.json"
    if not record.is_file():
        shutil.rmtree(folder, ignore_errors=True)  # of an interrupted run
        folder.mkdir(parents=True)
        record.write_text(json.dumps(run("fill", folder, count, database)), encoding="utf-8")
    found: Mapping[str, float] = json.loads(record.read_text(encoding="utf-8"))
    return found


def database_url(server: str, count: int) -> str:
    """The URL of a database of this server for the chronicle of this size; it is created if there is none."""
    import psycopg

    name = f"chronicle_{count}"
    with psycopg.connect(server.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


def missed(name: str, small: Mapping[str, float], large: Mapping[str, float]) -> list[str]:
    """The targets that a page misses, from its measures in the smallest and in the largest chronicle."""
    is_filtered = name.startswith("front, ") and name != "front, second page"
    limits = {"cpu": FILTERED, "first": FIRST} if is_filtered else {"cpu": PLAIN, "queries": PLAIN}
    found = [
        f"{measure} × {large[measure] / small[measure]:.1f} > {limit}"
        for measure, limit in limits.items()
        if large[measure] > small[measure] * limit + TOLERANCE
    ]
    return found + ([f"{large['kb']:.0f} kB > {HTML}"] if large["kb"] > HTML else [])


def rows(measured: Mapping[int, Measures]) -> Iterator[tuple[str, bool]]:
    """The lines of the table of pages, and whether each page meets its targets."""
    smallest, largest = min(measured), max(measured)
    columns = ("first", "cpu", "wall", "queries", "kb")
    yield f"{'':24}" + "".join(f"{count:40,}" for count in measured), True
    yield f"{'page':24}" + "".join(f"{name:>8}" for name in columns) * len(measured) + "   ratio", True
    for name, large in measured[largest].items():
        small = measured[smallest].get(name, large)
        cells = (pages.get(name, {}).get(column) for pages in measured.values() for column in columns)
        line = "".join(f"{'' if cell is None else f'{cell:.0f}':>8}" for cell in cells)
        found = missed(name, small, large)
        yield f"{name:24}{line}{large['cpu'] / small['cpu']:8.1f}  {'; '.join(found) or 'ok'}", not found


def measure(sizes: Sequence[int], folder: Path, server: str | None) -> bool:
    """Fill and measure the chronicles of these sizes, and print the tables. Returns whether all targets are met."""
    databases = {count: database_url(server, count) if server else None for count in sizes}
    imports = {count: filled(folder / str(count), count, databases[count]) for count in sizes}
    print(f"\n{'import':>10}{'entries/s':>12}{'peak MB':>9}{'of it before':>14}")
    for count, took in imports.items():
        print(f"{count:10,}{count / took['seconds']:12.0f}{took['peak']:9.0f}{took['before']:14.0f}")
    passed = imports[max(sizes)]["peak"] <= MEMORY
    print(
        f"The import of {max(sizes):,} entries: at most {MEMORY} MB. {'ok' if passed else 'MISSED'}\n",
        flush=True,
    )
    measured = {count: run("measure", folder / str(count), ROUNDS, databases[count]) for count in sizes}
    print(
        "ms of the processor with empty caches (first) and with filled ones (cpu), ms of waiting, queries, kB of HTML"
    )
    for line, is_met in rows(measured):
        print(line)
        passed &= is_met
    print(
        f"\nTargets, {max(sizes):,} against {min(sizes):,} entries: {PLAIN} times without a filter, cpu and queries; under"
        f" filters and search {FILTERED:.0f} times,\n{FIRST:.0f} times with empty caches; {HTML} kB of HTML."
    )
    return passed


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=lambda path: Path(path).resolve())
    options = parser.parse_args(arguments)
    sizes = sorted(int(size) for size in options.sizes.split(","))
    server = os.environ.get("TEST_DATABASE_URL") if options.database == "postgresql" else None
    if options.database == "postgresql" and not server:
        keep = ["--keep", str(options.folder / "cluster")] if options.folder else []
        again = [sys.executable, "-m", "bench.scale", *arguments]
        return subprocess.run([sys.executable, "-m", "tests.postgres", *keep, *again], cwd=ROOT).returncode
    print(
        f"{options.database}, Python {platform.python_version()} on {platform.machine()}; medians, in process"
    )
    with contextlib.ExitStack() as temporary:
        folder = options.folder or Path(temporary.enter_context(tempfile.TemporaryDirectory(prefix="scale-")))
        return 0 if measure(sizes, folder / options.database, server) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
