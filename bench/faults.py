"""Faults under load: what visitors see, and whether anything that was acknowledged is lost. Prints a table.

    python -m bench.faults [NAME...]
    python -m bench.faults --kills 50

wrk asks for pages, somebody saves drafts in the admin and imports files, and then a process is killed, the disk is full, the cache
is away or the clock is set back. A few seconds later that is mended, as systemd and an operator would. Afterwards every draft and
file that was acknowledged has to be in the database, and every import whole or not at all. With --kills, workers and
servers are killed in turn so many times. Ends with 1 if anything is lost. As root, since a full disk is a file system of its own.
"""

import argparse
import contextlib
import functools
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.fault_site import (
    CONNECTIONS,
    ROWS_OF_AN_IMPORT,
    WORKERS,
    Importer,
    Postgres,
    Redis,
    Site,
    Writer,
    until,
)

# Seconds of load, and when the fault begins and is mended.
DURATION, BEGINS, ENDS = 24, 6, 12
PAUSE_BEFORE_RESTART = 2  # RestartSec of the unit
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
# More than /readyz asks for.
DISK_MEBIBYTES = 256
# Pages of which most are kept ready, and searches, of which none is.
SCRIPT = """
local threads = {}
local paths = {"/", "/en/", "/goals/", "/en/topics/", "/sources/", "/about/", "/feed/"}
function setup(thread) table.insert(threads, thread) end
function init(args)
  ok, moved, refused, failed, number = 0, 0, 0, 0, 0
  math.randomseed(os.time())
end
function request()
  number = number + 1
  if number % 50 == 0 then return wrk.format("GET", "/?q=" .. math.random(1, 1000000)) end
  return wrk.format("GET", paths[number % #paths + 1])
end
function response(status)
  if status < 300 then ok = ok + 1 elseif status < 400 then moved = moved + 1
  elseif status < 500 then refused = refused + 1 else failed = failed + 1 end
end
function done(summary)
  local sums = {ok = 0, moved = 0, refused = 0, failed = 0}
  for _, thread in ipairs(threads) do
    for name, sum in pairs(sums) do sums[name] = sum + thread:get(name) end
  end
  local errors = summary.errors
  print(string.format("COUNTS %d %d %d %d %d", sums.ok, sums.moved, sums.refused, sums.failed,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass
class Outcome:
    """What was seen of a fault. `pages` has the numbers of 2xx, 3xx, 4xx, 5xx and broken connections."""

    pages: list[int]
    saves: Counter[str]
    imports: Counter[str]
    lost: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """A fault: what it is called, the site that it happens to, and what begins and ends it."""

    name: str
    site: Callable[[Path], contextlib.AbstractContextManager["Setting"]]
    begin: Callable[["Setting"], None]
    mend: Callable[["Setting"], None] = lambda setting: None


@dataclass
class Setting:
    """A site with what belongs to it."""

    site: Site
    folder: Path
    database: Postgres | None = None
    cache: Redis | None = None


@contextlib.contextmanager
def on_postgresql(folder: Path) -> Iterator[Setting]:
    database, cache = Postgres(folder / "postgresql"), Redis()
    try:
        site = Site(folder, database.url, CACHE_URL=cache.url)
        try:
            yield Setting(site, folder, database, cache)
        finally:
            site.stop()
    finally:
        database.stop()
        cache.kill()


@contextlib.contextmanager
def on_a_small_disk(folder: Path) -> Iterator[Setting]:
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MEBIBYTES}m", "tmpfs", disk], check=True)
    try:
        site = Site(folder, f"sqlite:///{disk}/chronicle.sqlite3")
        try:
            yield Setting(site, disk)
        finally:
            site.stop()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


@contextlib.contextmanager
def with_a_clock(folder: Path) -> Iterator[Setting]:
    (folder / "clock").write_text("+0\n")
    clock = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    site = Site(folder, f"sqlite:///{folder}/chronicle.sqlite3", **clock)
    try:
        yield Setting(site, folder)
    finally:
        site.stop()


def _database(setting: Setting) -> Postgres:
    assert setting.database is not None
    return setting.database


def _cache(setting: Setting) -> Redis:
    assert setting.cache is not None
    return setting.cache


def _kill_server(setting: Setting) -> None:
    setting.site.kill()
    time.sleep(PAUSE_BEFORE_RESTART)
    setting.site.start()


def _fill(setting: Setting) -> None:
    with (setting.folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


def _set_back(setting: Setting) -> None:
    (setting.folder / "clock").write_text("-3600\n")


FAULTS = {
    "none": Fault("no fault", on_postgresql, lambda setting: None),
    "worker": Fault("a worker is killed", on_postgresql, lambda setting: setting.site.kill_worker()),
    "server": Fault("the server is killed, and started after 2 s", on_postgresql, _kill_server),
    "database": Fault(
        "PostgreSQL is killed, and started after 6 s",
        on_postgresql,
        lambda setting: _database(setting).kill(),
        lambda setting: _database(setting).start(),
    ),
    "cache": Fault(
        "Redis is killed, and started after 6 s",
        on_postgresql,
        lambda setting: _cache(setting).kill(),
        lambda setting: _cache(setting).start(),
    ),
    "disk": Fault(
        "the disk is full for 6 s (SQLite)",
        on_a_small_disk,
        _fill,
        lambda setting: (setting.folder / "filler").unlink(),
    ),
    "clock": Fault("the clock is set back by an hour (SQLite)", with_a_clock, _set_back),
}


def _happen(fault: Fault, setting: Setting) -> None:
    time.sleep(BEGINS)
    fault.begin(setting)
    time.sleep(ENDS - BEGINS)
    fault.mend(setting)


def observe(names: list[str]) -> Iterator[tuple[str, Outcome]]:
    """Let the faults happen under load, those of the same kind of site to one site, one after the other."""
    for kind in dict.fromkeys(FAULTS[name].site for name in names):
        with _folder() as folder, kind(folder) as setting:
            for name in names:
                if FAULTS[name].site is kind:
                    happen = functools.partial(_happen, FAULTS[name], setting)
                    yield FAULTS[name].name, _under_load(setting, name, happen)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chronicle-faults-") as folder:
        # The account of PostgreSQL must reach its own folder in it.
        Path(folder).chmod(0o755)
        yield Path(folder)


def _under_load(setting: Setting, name: str, happen: Callable[[], None]) -> Outcome:
    site, script = setting.site, setting.site.log.with_name("load.lua")
    script.write_text(SCRIPT)
    writers = [Writer(site, f"saved-{name}"), Importer(site, f"imported-{name}")]
    for writer in writers:
        writer.start()
    happening = threading.Thread(target=happen)
    happening.start()
    pages = [0] * 5
    while happening.is_alive() or sum(pages) == 0:
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{DURATION}s", "-s", str(script)]
        output = subprocess.run(
            [*command, f"http://127.0.0.1:{site.port}/"], capture_output=True, text=True
        ).stdout
        for line in output.splitlines():
            if line.startswith("COUNTS"):
                pages = [sum(pair) for pair in zip(pages, map(int, line.split()[1:]), strict=True)]
    happening.join()
    for writer in writers:
        writer.end()
    until(site.is_ready)
    saves, imports = writers
    stored = site.slugs()
    outcome = Outcome(pages, saves.statuses, imports.statuses)
    outcome.lost = [slug for slug in saves.acknowledged if slug not in stored]
    rows = Counter(slug.rpartition("-")[0] for slug in stored if slug.startswith(f"imported-{name}-"))
    outcome.lost += [slug for slug in imports.acknowledged if rows[slug] != ROWS_OF_AN_IMPORT]
    outcome.partial = [slug for slug, count in rows.items() if count != ROWS_OF_AN_IMPORT]
    site.manage("check_integrity", "-v", "0")
    return outcome


# Seconds between two kills at least.
KILL_INTERVAL = 6


def server_kills(kills: int) -> int:
    """How many of these are kills of the whole server, whose start takes several times as long as that of a worker."""
    return kills // 10 or min(kills, 1)


def kill_often(kills: int) -> Outcome:
    """Kill workers in turn, and the server as often as `server_kills` says, under load."""
    every = kills // server_kills(kills)

    def happen() -> None:
        for number in range(1, kills + 1):
            # The moments differ. Granian ends if a worker dies within 5.5 s of its start.
            time.sleep(KILL_INTERVAL + number % 5 / 3)
            if number % every == 0:
                setting.site.kill()
                setting.site.start()
            else:
                setting.site.kill_worker()
                until(lambda: len(setting.site.workers()) == WORKERS)

    with _folder() as folder, on_postgresql(folder) as setting:
        return _under_load(setting, "kills", happen)


def row(name: str, outcome: Outcome) -> str:
    def counts(found: "Counter[str]") -> str:
        return ", ".join(f"{count} × {status}" for status, count in sorted(found.items())) or "–"

    pages = " | ".join(str(count) for count in outcome.pages)
    lost = f"{len(outcome.lost)} | {len(outcome.partial)}"
    return f"| {name} | {pages} | {counts(outcome.saves)} | {counts(outcome.imports)} | {lost} |"


HEAD = """| fault | 2xx | 3xx | 4xx | 5xx | broken | drafts saved (302) or not | imports | lost | partial |
| --- | --: | --: | --: | --: | --: | --- | --- | --: | --: |"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=[*FAULTS, []])
    parser.add_argument("--kills", type=int, default=0)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing. Debian: apt install wrk")
    print(HEAD, flush=True)
    is_lost = False
    names = given.names or ([] if given.kills else [*FAULTS])
    for name, outcome in observe(names):
        print(row(name, outcome), flush=True)
        is_lost |= bool(outcome.lost or outcome.partial)
    if given.kills:
        outcome = kill_often(given.kills)
        of_servers = server_kills(given.kills)
        name = f"{given.kills - of_servers} kills of workers, {of_servers} of the server"
        print(row(name, outcome), flush=True)
        is_lost |= bool(outcome.lost or outcome.partial)
    return int(is_lost)


if __name__ == "__main__":
    sys.exit(main())
