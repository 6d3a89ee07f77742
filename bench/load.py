"""Requests that each server answers a second on one core: ours beside nginx, Varnish and Wagtail, all in one run.

    python -m bench.load [ROUNDS [SECONDS]]

The servers have core 0 and wrk has core 1, with 16 connections. The servers take turns, so that a slow minute of the machine
slows all of them. A round counts if core 0 was busy (otherwise wrk was short of time, and not the server) and if both cores
were idle just before it (otherwise the machine had other work). Ends with 1 if a target is missed.
"""

import contextlib
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.load_servers import (
    ON_CORE_1,
    answer,
    entries_of,
    prepare,
    resident_mebibytes,
    running_bound,
    running_chronicle,
    running_nginx,
    running_varnish,
    running_wagtail,
    tool,
)
from tests.ports import free_port

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 16
# The share of its time that core 0 has to be busy, or the round does not count.
BUSY = 0.95
# The share of its time that either core may be busy just before a round, seconds of looking, and of waiting for such a time.
OTHER_WORK, LOOK, PATIENCE = 0.15, 0.3, 120
GZIP = {"Accept-Encoding": "gzip"}
# What each is at best: the least application under the same server, with the same bytes.
BOUNDS = {"chronicle, page cache": "bound, page", "chronicle, 304": "bound, 304"}
UNITS = {"us": 0.001, "ms": 1, "s": 1000}


@dataclass
class Variant:
    """What is requested of a server, and the rounds that were measured."""

    name: str
    process: int
    port: int
    path: str = "/"
    headers: dict[str, str] = field(default_factory=lambda: dict(GZIP))
    status: int = 200
    # Headers by which the answer is known to be from a cache.
    marks: dict[str, str] = field(default_factory=dict)
    rounds: list["Round"] = field(default_factory=list)

    def median(self, value: str, *, of_all: bool = False) -> float:
        """The median of the rounds that count, or of all; of all too if none counts."""
        counted = [each for each in self.rounds if of_all or each.counts]
        return statistics.median(getattr(each, value) for each in counted or self.rounds)

    @property
    def dropped(self) -> int:
        return sum(not each.counts for each in self.rounds)


@dataclass(frozen=True)
class Round:
    """Requests a second, latencies in milliseconds, the busy share of core 0, and its microseconds for a request.

    `other_work` is the busy share of the busier core just before.
    """

    requests: float
    p50: float
    p99: float
    busy: float
    microseconds: float
    other_work: float

    @property
    def counts(self) -> bool:
        return self.busy >= BUSY and self.other_work <= OTHER_WORK


def core_times(core: int) -> tuple[int, int]:
    """Return the busy and the whole time of a core, in ticks."""
    lines = Path("/proc/stat").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"cpu{core} "))
    ticks = [int(tick) for tick in line.split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def busy_share(core: int, since: tuple[int, int]) -> float:
    busy, whole = core_times(core)
    return (busy - since[0]) / max(1, whole - since[1])


def other_work(seconds: float) -> float:
    """Return the busy share of the busier core, now that nothing is requested."""
    since = [core_times(core) for core in (0, 1)]
    time.sleep(seconds)
    return max(busy_share(core, times) for core, times in enumerate(since))


def measure(variant: Variant, seconds: int) -> Round:
    command = [
        *ON_CORE_1,
        tool("wrk"),
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        "--timeout",
        "30s",
    ]
    for name, value in variant.headers.items():
        command += ["-H", f"{name}: {value}"]
    others = other_work(LOOK)
    since = core_times(0)
    printed = subprocess.run(
        [*command, f"http://127.0.0.1:{variant.port}{variant.path}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    share = busy_share(0, since)
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(f"{variant.name}:\n{printed}")
    found = {
        percent: float(value) * UNITS[unit]
        for percent, value, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)\b", printed)
    }
    requests = float(re.findall(r"Requests/sec:\s+([\d.]+)", printed)[0])
    return Round(requests, found["50"], found["99"], share, share / max(requests, 1) * 1e6, others)


def check(variant: Variant) -> int:
    """Return the bytes of the body. Raises RuntimeError if the answer is another one than what is to be measured."""
    status, headers, body = answer(variant.port, variant.path, variant.headers)
    if status != variant.status:
        raise RuntimeError(f"{variant.name} answers {status}")
    if not variant.marks.items() <= headers.items():
        raise RuntimeError(f"{variant.name}: {headers}")
    return len(body)


@contextlib.contextmanager
def variants(folder: Path) -> Iterator[list[Variant]]:
    ports = [free_port() for _server in range(7)]
    ours, bound, uncached, nginx, varnish, wagtail, wagtail_cached = ports
    peer = GZIP | {"Host": "testserver"}
    with contextlib.ExitStack() as running:
        own = running.enter_context(running_chronicle(folder, ours))
        # From the cache, the second time.
        for _time in range(2):
            _status, headers, page = answer(ours, "/", GZIP)
        known = {"If-None-Match": headers["etag"]}
        least = running.enter_context(
            running_bound(folder, bound, headers, answer(ours, "/", GZIP | known)[1], page)
        )
        files = running.enter_context(running_nginx(folder, nginx, page))
        of_file = {"If-None-Match": answer(nginx, "/page.html", {})[1]["etag"]}
        yield [
            Variant("nginx, a file", files, nginx, "/page.html", {}),
            Variant("nginx, the same gzip bytes", files, nginx, "/page.html"),
            Variant("nginx, 304", files, nginx, "/page.html", of_file, 304),
            Variant("Varnish, hit", running.enter_context(running_varnish(folder, varnish, ours)), varnish),
            Variant("bound, page", least, bound),
            Variant("chronicle, page cache", own, ours),
            Variant("bound, 304", least, bound, "/", GZIP | known, 304),
            Variant("chronicle, 304", own, ours, "/", GZIP | known, 304),
            Variant(
                "chronicle, uncached",
                running.enter_context(running_chronicle(folder, uncached, PAGE_CACHE_BYTES="0")),
                uncached,
            ),
            Variant(
                "Wagtail, wagtail-cache",
                running.enter_context(running_wagtail(folder, wagtail_cached, "peer_cached_settings")),
                wagtail_cached,
                headers=peer,
                marks={"x-wagtail-cache": "hit"},
            ),
            Variant(
                "Wagtail, uncached",
                running.enter_context(running_wagtail(folder, wagtail, "peer_settings")),
                wagtail,
                headers=peer,
            ),
        ]


def ratio(variant: Variant, peer: Variant) -> float:
    return variant.median("requests") / peer.median("requests")


def targets(found: dict[str, Variant]) -> dict[str, tuple[float, float]]:
    """Return by name what was reached and what has to be, at least."""
    cached, known = found["chronicle, page cache"], found["chronicle, 304"]
    return {
        "page cache / nginx with the same bytes": (ratio(cached, found["nginx, the same gzip bytes"]), 0.35),
        "page cache / Wagtail with wagtail-cache": (ratio(cached, found["Wagtail, wagtail-cache"]), 12),
        "304 / 304 of nginx": (ratio(known, found["nginx, 304"]), 0.30),
        "10 ms / p99 of the page cache": (10 / cached.median("p99"), 1),
        "150 MiB / memory of a worker": (150 / resident_mebibytes(cached.process), 1),
    }


def print_table(measured: list[Variant], sizes: dict[str, int]) -> None:
    peer = next(each for each in measured if each.name == "nginx, the same gzip bytes").median("requests")
    print(
        f"| {'server':27} | req/s | of all rounds | ÷ nginx | p50 ms | p99 ms | µs/req | dropped | bytes | MiB |"
    )
    print("|---" + "|--:" * 9 + "|")
    for each in measured:
        requests = each.median("requests")
        print(
            f"| {each.name:27} | {requests:,.0f} | {each.median('requests', of_all=True):,.0f} | {requests / peer:.3f} "
            f"| {each.median('p50'):.2f} | {each.median('p99'):.2f} | {each.median('microseconds'):,.0f} "
            f"| {each.dropped} of {len(each.rounds)} | {sizes[each.name]:,} | {resident_mebibytes(each.process):.0f} |"
        )


def main(rounds: int = ROUNDS, seconds: int = SECONDS) -> int:
    folder = Path(tempfile.mkdtemp(prefix="bench-load-"))
    # Varnish and nginx run as other accounts.
    folder.chmod(0o755)
    try:
        prepare(folder)
        with variants(folder) as measured:
            print(
                f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},", end=" "
            )
            print(
                f"load {os.getloadavg()[0]:.1f}; {entries_of(folder)} entries; {CONNECTIONS} connections;",
                end=" ",
            )
            print(f"median of {rounds} rounds of {seconds} s, in which the servers take turns\n", flush=True)
            sizes = {}
            for each in measured:
                answer(each.port, each.path, each.headers)
                sizes[each.name] = check(each)
            until = time.monotonic() + PATIENCE
            while other_work(2) > OTHER_WORK and time.monotonic() < until:
                pass
            for _round in range(rounds):
                for each in measured:
                    each.rounds.append(measure(each, seconds))
            print_table(measured, sizes)
            found = {each.name: each for each in measured}
            print(f"\nload at the end {os.getloadavg()[0]:.1f}")
            for ours, bound in BOUNDS.items():
                print(f"{ours} / {bound}: {ratio(found[ours], found[bound]):.2f}")
            reached = targets(found)
            for name, (value, target) in reached.items():
                print(f"{'' if value >= target else 'MISSED '}{name}: {value:.2f}, target {target}")
            return 1 if any(value < target for value, target in reached.values()) else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
