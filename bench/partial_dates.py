"""Parsing speed of partial dates on one core, for canonical and written text. No value repeats."""

import platform
import sys
import time
from collections.abc import Callable, Sequence

from timeline.values.partial_date import PartialDate

TARGET = 100_000
ROUNDS = 5


def canonical() -> list[str]:
    return [
        text
        for year in range(1900, 2100)
        for month in range(1, 13)
        for text in (f"{year}-{month:02}", *(f"{year}-{month:02}-{day:02}" for day in range(1, 29)))
    ]


def as_written() -> list[str]:
    return [
        text
        for year in range(1900, 2100)
        for month in range(1, 13)
        for text in (
            f"{year}年{month}月",
            *(form.format(year, month, day) for day in range(1, 29) for form in ("{}年{}月{}日", "{}/{}/{}")),
        )
    ]


def rate(parse: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the median number of parses per second."""
    rates = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for text in texts:
            parse(text)
        rates.append(len(texts) / (time.perf_counter() - begun))
    return sorted(rates)[ROUNDS // 2]


def main() -> int:
    print(f"Python {platform.python_version()} on {platform.machine()}, one core, median of {ROUNDS} rounds")
    reached = True
    for name, texts in (("canonical text", canonical()), ("as people write", as_written())):
        found = rate(PartialDate.parse, texts)
        reached &= found >= TARGET
        print(f"{name:16} {len(texts):7,} dates  {found:10,.0f} parses/s  (target {TARGET:,})")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
