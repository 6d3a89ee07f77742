"""Export speed in records per second, compared with Django's dumpdata on the same policies, and peak memory."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.policies import empty_database, fill_database

POLICIES = 10_000
FEW = 1_000
MANY = 100_000
ROUNDS = 3
# Megabytes allowed for the additional records.
MEMORY = 40
FORMATS = {"csv": "csv", "json": "all.json", "django": "fixture.json", "yaml": "yaml", "xlsx": "all.xlsx"}
# How many times as fast as dumpdata. XlsxWriter takes most of the time of a workbook.
TARGETS = dict.fromkeys(FORMATS, 20) | {"xlsx": 6}
# The models that the export and dumpdata write.
MODELS = ("source", "phase", "topic", "organization", "entry", "policy", "citation")


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median duration in seconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return sorted(times)[len(times) // 2]


def dumpdata(to: Path, *options: str) -> None:
    from django.core.management import call_command

    models = [f"timeline.{name}" for name in MODELS]
    call_command("dumpdata", *models, *options, output=str(to), verbosity=0)


def speed() -> bool:
    with empty_database() as folder:
        from timeline.exchange.exporting.export import export

        fill_database(POLICIES)
        rates = {}
        for name, options in (
            ("dumpdata", ()),
            ("dumpdata, natural keys", ("--natural-foreign", "--natural-primary")),
        ):
            took = seconds(lambda options=options: dumpdata(folder / "dump.json", *options), 1)  # type: ignore[misc]
            rates[name] = POLICIES / took
            print(f"{name:24}{took:8.2f} s {rates[name]:10,.0f} policies/s")
        reached = True
        for format, name in FORMATS.items():
            took = seconds(lambda f=format, n=name: export(None, folder / n, f, force=True))  # type: ignore[misc]
            rate = POLICIES / took
            ratio = rate / rates["dumpdata"]
            reached &= ratio >= TARGETS[format]
            natural = rate / rates["dumpdata, natural keys"]
            print(
                f"export {format:17}{took:8.2f} s {rate:10,.0f} policies/s {ratio:6.1f} × dumpdata, {natural:6.1f} × with natural keys"
            )
    return reached


def memory() -> bool:
    """Compare the peak memory of a process that exports few and many records."""
    peaks: dict[int, dict[str, float]] = {}
    for count in (FEW, MANY):
        done = subprocess.run(
            [sys.executable, "-m", "bench.exporting", str(count)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        peaks[count] = {
            format: float(peak) for format, peak in (line.split() for line in done.stdout.splitlines())
        }
    for format in FORMATS:
        few, many = peaks[FEW][format], peaks[MANY][format]
        print(
            f"memory {format:10}{few:6.0f} MB for {FEW:,} {many:6.0f} MB for {MANY:,}: {many - few:+.1f} MB"
        )
    return all(peaks[MANY][format] - peaks[FEW][format] <= MEMORY for format in FORMATS)


def peaks_with(count: int) -> None:
    """Print the peak memory of an export in each format, each in a separate process."""
    with empty_database() as folder:
        fill_database(count)
        for format, name in FORMATS.items():
            subprocess.run(
                [sys.executable, "-c", _EXPORT, format, str(folder / name)], check=True, env=os.environ
            )


# Not resource.getrusage(), which includes the memory of the parent process.
_EXPORT = """
import re, sys, django
from pathlib import Path
django.setup()
from timeline.exchange.exporting.export import export
export(None, Path(sys.argv[2]), sys.argv[1])
peak = re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())
print(sys.argv[1], int(peak[1]) / 1024)
"""


def main() -> int:
    if len(sys.argv) > 1:
        peaks_with(int(sys.argv[1]))
        return 0
    print(f"Python {platform.python_version()} on {platform.machine()}, median of {ROUNDS} rounds")
    reached = speed()
    return 0 if memory() and reached else 1


if __name__ == "__main__":
    sys.exit(main())
