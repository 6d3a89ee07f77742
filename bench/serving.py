"""Processor time of a page, compared with the same list on Wagtail and with an earlier commit, all in one run.

Each site is a process of its own that measures requests in process (`bench/measured.py`), so that neither a server nor
the network counts. The sites take turns, so that a slow minute of the machine slows all of them. Ends with 1 if a target
is missed.
"""

import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.site import ROOT

EARLIER = "1ff12bc"
WAGTAIL = ROOT / "bench" / "peers" / "wagtail"
ENTRY = "/policies/smart-city-decision/"
ROUNDS = 9
REQUESTS = 5
# Targets: of Wagtail's list, of the same page at the earlier commit, and in bytes.
FRONT_OF_WAGTAIL = 0.8
ENTRY_OF_EARLIER = 1 / 3
FRONT_BYTES = 130_000


@dataclass(frozen=True)
class Page:
    """A page of a site; with `anew`, as after each change of the content, when no fragment of it is kept."""

    site: str
    address: str
    anew: bool = False


PAGES = {
    "Wagtail, a plain list": Page("wagtail", "/"),
    "front page, kept": Page("chronicle", "/"),
    "front page, first rendering": Page("chronicle", "/", anew=True),
    f"front page at {EARLIER}": Page("earlier", "/"),
    "entry, kept": Page("chronicle", ENTRY),
    "entry, first rendering": Page("chronicle", ENTRY, anew=True),
    f"entry at {EARLIER}": Page("earlier", ENTRY),
}


class MeasuredSite:
    """A process that measures the pages of one site."""

    def __init__(self, kind: str, python: Path, code: Path, folder: Path, entries: Path) -> None:
        folder.mkdir()
        self.process = subprocess.Popen(
            [python, ROOT / "bench" / "measured.py", kind, folder, entries],
            cwd=code,
            env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def measure(self, page: Page) -> dict[str, float]:
        assert self.process.stdin
        request = {"address": page.address, "count": REQUESTS, "anew": page.anew}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"A site ended with {self.process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


@contextlib.contextmanager
def earlier_code(folder: Path) -> Iterator[Path]:
    """The code of the earlier commit in a worktree, while the block runs."""
    code = folder / "earlier-code"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", code, EARLIER], cwd=ROOT, check=True)
    try:
        yield code
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", code], cwd=ROOT, check=True)


@contextlib.contextmanager
def measured_sites(folder: Path) -> Iterator[dict[str, MeasuredSite]]:
    """The sites by name, all with the entries of Ningbo."""
    entries, sites = folder / "entries.json", dict[str, MeasuredSite]()
    here, of_wagtail = Path(sys.executable), ROOT / "var" / "bench-wagtail" / "bin" / "python"
    try:
        with earlier_code(folder) as code:
            for name, kind, python, root in [
                ("chronicle", "chronicle", here, ROOT),
                ("earlier", "chronicle", here, code),
                ("wagtail", "wagtail", of_wagtail, WAGTAIL),
            ]:
                sites[name] = MeasuredSite(kind, python, root, folder / name, entries)
            yield sites
    finally:
        for site in sites.values():
            site.end()


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    print(f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores,", end=" ")
    print(f"load {os.getloadavg()[0]:.1f}; processor ms of a request in process, SQLite, uncompressed;")
    print(f"median of {ROUNDS} rounds of {REQUESTS} requests, in which the sites take turns")
    milliseconds: dict[str, list[float]] = {name: [] for name in PAGES}
    sizes = dict[str, float]()
    try:
        with measured_sites(folder) as sites:
            for _ in range(ROUNDS):
                for name, page in PAGES.items():
                    found = sites[page.site].measure(page)
                    sizes[name] = found["bytes"]
                    milliseconds[name].append(found["milliseconds"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    took = {name: statistics.median(found) for name, found in milliseconds.items()}
    targets = {
        "front page, kept": FRONT_OF_WAGTAIL * took["Wagtail, a plain list"],
        "entry, kept": ENTRY_OF_EARLIER * took[f"entry at {EARLIER}"],
    }
    print(f"\n{'page':30}{'ms':>7}{'target':>8}{'bytes':>10}")
    for name in PAGES:
        target = f"{targets[name]:8.1f}" if name in targets else " " * 8
        print(f"{name:30}{took[name]:7.1f}{target}{sizes[name]:10,.0f}")
    print(f"load at the end {os.getloadavg()[0]:.1f}; bytes of the front page: at most {FRONT_BYTES:,}")
    missed = [name for name, target in targets.items() if took[name] > target]
    if sizes["front page, kept"] > FRONT_BYTES:
        missed.append("bytes of the front page")
    print(f"missed: {', '.join(missed)}" if missed else "all targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
