"""Faults under load: what visitors see, and whether anything that was acknowledged is lost. Prints a table.

    python -m bench.faults [NAME...]
    python -m bench.faults --kills 50

wrk asks for pages, somebody saves drafts in the admin and imports files, and then a process is killed, the disk is full, the cache
is away or the clock is set back. A few seconds later that is mended, as systemd and an operator would. Afterwards every draft and
file that was acknowledged has to be in the database, and every import whole or not at all. With --kills, workers and
servers are killed in turn so many times. Ends with 1 if anything is lost, or does not come back. How far it is, it says on
standard error. As root, since a full disk is a file system of its own.
"""

import argparse
import contextlib
import functools
import itertools
import os
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

from bench.fault_load import pages_under_load
from bench.fault_site import (
    ROWS_OF_AN_IMPORT,
    Importer,
    Postgres,
    Redis,
    Site,
    ToolError,
    Writer,
    until,
)
from tests import postgres

# Seconds from the begin of the load until the fault begins and is mended.
BEGINS, ENDS = 6, 12
PAUSE_BEFORE_RESTART = 2  # RestartSec of the unit
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
# More than /readyz asks for.
DISK_MEBIBYTES = 256


@dataclass
class Outcome:
    """What was seen of a fault. `pages` has the numbers of 2xx, 3xx, 4xx, 5xx and broken connections."""

    pages: list[int]
    saves: Counter[str]
    imports: Counter[str]
    lost: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def is_bad(self) -> bool:
        return bool(self.lost or self.partial or self.failures)


@dataclass(frozen=True)
class Fault:
    """A fault: what it is called, the site that it happens to, and what begins and ends it."""

    name: str
    site: Callable[[Path], contextlib.AbstractContextManager["Setting"]]
    begin: Callable[["Setting"], object]
    mend: Callable[["Setting"], object] = lambda setting: None


@dataclass
class Setting:
    """A site with what belongs to it."""

    site: Site
    folder: Path
    database: Postgres | None = None
    cache: Redis | None = None
    # What did not come back as it should, of the fault that happens now.
    failures: list[str] = field(default_factory=list)


@contextlib.contextmanager
def on_postgresql(folder: Path) -> Iterator[Setting]:
    with contextlib.ExitStack() as running:
        database = Postgres(folder / "postgresql")
        running.callback(database.stop)
        cache = Redis()
        running.callback(cache.kill)
        site = Site(folder, database.url, CACHE_URL=cache.url)
        running.callback(site.stop)
        yield Setting(site, folder, database, cache)


@contextlib.contextmanager
def on_a_small_disk(folder: Path) -> Iterator[Setting]:
    disk = folder / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEBIBYTES}m", "tmpfs", str(disk)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        # As in a container: root alone may not do it there.
        raise ToolError(f"“disk” needs a file system of its own: {mounted.stderr.strip()}")
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


def missing(names: list[str], kills: int) -> list[str]:
    """Say what of this machine is missing for these faults, a sentence each."""
    sites = {FAULTS[name].site for name in names} | ({on_postgresql} if kills else set())
    found = [] if shutil.which("wrk") else ["wrk is missing. Debian: apt install wrk"]
    if on_postgresql in sites:
        # Ends with a sentence of its own.
        postgres.binaries()
        if shutil.which("redis-server") is None:
            found.append("Redis is missing. Debian: apt install redis-server")
    if on_a_small_disk in sites and os.geteuid() != 0:
        found.append("“disk” needs root, for a file system of its own. NAMES= takes the others.")
    if with_a_clock in sites and FAKETIME is None:
        found.append("“clock” needs libfaketime. Debian: apt install faketime")
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _happen(fault: Fault, setting: Setting) -> None:
    time.sleep(BEGINS)
    fault.begin(setting)
    time.sleep(ENDS - BEGINS)
    fault.mend(setting)


def observe(names: list[str]) -> Iterator[tuple[str, Outcome]]:
    """Let the faults happen under load, those of the same kind of site to one site, one after the other."""
    for kind in dict.fromkeys(FAULTS[name].site for name in names):
        _say("preparing a site (half a minute) …")
        with _folder() as folder, kind(folder) as setting:
            for name in names:
                if FAULTS[name].site is kind:
                    _say(f"{FAULTS[name].name} …")
                    happen = functools.partial(_happen, FAULTS[name], setting)
                    yield FAULTS[name].name, _under_load(setting, name, happen)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chronicle-faults-") as folder:
        # The account of PostgreSQL must reach its own folder in it.
        Path(folder).chmod(0o755)
        yield Path(folder)


def _under_load(setting: Setting, name: str, happen: Callable[[], None]) -> Outcome:
    site, failures = setting.site, setting.failures
    failures.clear()
    writers = [Writer(site, f"saved-{name}"), Importer(site, f"imported-{name}")]
    for writer in writers:
        writer.start()

    def happen_or_tell() -> None:
        try:
            happen()
        except (OSError, ToolError) as error:
            failures.append(str(error))

    happening = threading.Thread(target=happen_or_tell)
    happening.start()
    pages = pages_under_load(site, happening)
    happening.join()
    if not sum(pages):
        failures.append("wrk counted nothing")
    for writer in writers:
        writer.end()
    try:
        until(site.is_ready, "/readyz answers with 200 after the fault")
    except TimeoutError as error:
        failures.append(str(error))
        site.kill()
        site.start()
    saves, imports = writers
    stored = site.slugs()
    outcome = Outcome(pages, saves.statuses, imports.statuses)
    outcome.lost = [slug for slug in saves.acknowledged if slug not in stored]
    rows = Counter(slug.rpartition("-")[0] for slug in stored if slug.startswith(f"imported-{name}-"))
    outcome.lost += [slug for slug in imports.acknowledged if rows[slug] != ROWS_OF_AN_IMPORT]
    outcome.partial = [slug for slug, count in rows.items() if count != ROWS_OF_AN_IMPORT]
    if violations := site.violations():
        failures.append(f"check_integrity: {violations}")
    outcome.failures = [*failures]
    return outcome


# Seconds between two kills at least, and until the workers are complete again before that is a failure.
KILL_INTERVAL, KILL_PATIENCE = 6, 60


def server_kills(kills: int) -> int:
    """How many of these are kills of the whole server, whose start takes several times as long as that of a worker."""
    return kills // 10 or min(kills, 1)


def kill_often(kills: int) -> Iterator[tuple[str, Outcome]]:
    """Kill workers in turn, and the server as often as `server_kills` says, under load."""
    if not kills:
        return
    every = kills // server_kills(kills)

    def happen() -> None:
        for number in range(1, kills + 1):
            # The moments differ. Granian ends if a worker dies within 5.5 s of its start.
            time.sleep(KILL_INTERVAL + number % 5 / 3)
            what, begin = ("server" if number % every == 0 else "worker"), time.monotonic()
            try:
                _kill_and_wait(setting.site, what)
            except TimeoutError as error:
                setting.failures.append(f"kill {number}, of a {what}: {error}")
                _say(setting.failures[-1])
                setting.site.kill()
                setting.site.start()
            else:
                seconds = time.monotonic() - begin
                _say(f"kill {number} of {kills}, of a {what}: complete again after {seconds:.1f} s")

    _say(f"preparing a site, then {kills} kills (about {kills * (KILL_INTERVAL + 2) / 60 + 1:.0f} minutes) …")
    with _folder() as folder, on_postgresql(folder) as setting:
        of_servers = server_kills(kills)
        name = f"{kills - of_servers} × a worker is killed, {of_servers} × the server"
        yield name, _under_load(setting, "kills", happen)


def _kill_and_wait(site: Site, what: str) -> None:
    """Kill the server and start it, or kill a worker and wait for the next. Raises TimeoutError."""
    if what == "server":
        site.kill()
        site.start()
        return
    killed = site.kill_worker()
    until(
        lambda: site.has_ended() or (site.is_complete() and not {*killed} & {*site.workers()}),
        "the server has all workers again",
        KILL_PATIENCE,
    )
    if site.has_ended():
        raise TimeoutError(f"the server ended with its worker (status {site.process.returncode})")


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
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"all, or of {', '.join(FAULTS)}: those that are named"
    )
    parser.add_argument(
        "--kills", type=int, default=0, help="kill workers and servers so often, and do nothing else"
    )
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in FAULTS]:
        parser.error(f"there is no fault {unknown[0]}, but {', '.join(FAULTS)}")
    names = given.names or ([] if given.kills else [*FAULTS])
    if problems := missing(names, given.kills):
        sys.exit("\n".join(problems))
    print(HEAD, flush=True)
    outcomes = []
    try:
        for name, outcome in itertools.chain(observe(names), kill_often(given.kills)):
            print(row(name, outcome), flush=True)
            outcomes.append((name, outcome))
    except (TimeoutError, ToolError) as error:
        sys.exit(str(error))
    for name, outcome in outcomes:
        for kind in ("lost", "partial", "failures"):
            for found in getattr(outcome, kind):
                print(f"{name}: {kind}: {found}")
    return int(any(outcome.is_bad for _name, outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
