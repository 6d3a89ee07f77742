"""A pytest plugin that reports the CPU time of tests, and leaves those that took more than a little to the long lane.

`pytest -m "not long" --write-slow-tests` measures those that are not marked in their files, and writes the list of the slow ones.
"""

import functools
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

PROPERTY, SHARED = "cpu", "cpu of the session"
# Seconds of CPU time. Elapsed time depends on the load of the machine.
LONG = 3.0
# Those whose parameters take more than this on average are in the list, one function a line.
SLOW, SLOW_TESTS = 0.15, Path(__file__).parent / "data" / "slow_tests.txt"

STARTED = pytest.StashKey[float]()
# The CPU time of shared fixtures since the last report. Not counted for a test: the database, or what a module
# reads, is created during whichever test runs first.
SESSION = pytest.StashKey[float]()


def used() -> float:
    """Return the CPU time in seconds of this process and its terminated children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cpu-by-file", action="store_true", help="list what each test file takes of the processor"
    )
    parser.addoption("--write-slow-tests", action="store_true", help=f"write {SLOW_TESTS.name} anew")


@functools.cache
def slow_tests() -> frozenset[str]:
    return frozenset(SLOW_TESTS.read_text(encoding="utf-8").splitlines())


def _function(nodeid: str) -> str:
    return nodeid.partition("[")[0]


def pytest_itemcollected(item: pytest.Item) -> None:
    if not item.config.getoption("--write-slow-tests") and _function(item.nodeid) in slow_tests():
        item.add_marker("long")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Iterator[None]:
    if fixturedef.scope == "function":
        return (yield)
    stash = request.config.stash
    before, known = used(), stash.get(SESSION, 0.0)
    made: Any = yield
    # Its time includes that of the shared fixtures it requested, which are therefore not added again.
    stash[SESSION] = known + used() - before
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    item.stash[STARTED] = used()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    now, session = used(), item.config.stash.get(SESSION, 0.0)
    report.user_properties += [(PROPERTY, now - item.stash[STARTED] - session), (SHARED, session)]
    item.stash[STARTED], item.config.stash[SESSION] = now, 0.0
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    tests: Counter[str] = Counter()
    browser: set[str] = set()
    shared = 0.0
    for reports in terminalreporter.stats.values():
        for report in reports:
            if not isinstance(report, pytest.TestReport):
                continue
            taken = dict(report.user_properties)
            tests[report.nodeid] += taken.get(PROPERTY, 0.0)
            shared += taken.get(SHARED, 0.0)
            if "browser" in report.keywords:
                browser.add(report.nodeid)
    long = [
        (test, seconds) for test, seconds in tests.most_common() if seconds > LONG and test not in browser
    ]
    terminalreporter.section(f"tests of more than {LONG:.0f} s of the processor: {len(long)}")
    for test, seconds in long:
        terminalreporter.line(f"{seconds:7.1f} s  {test}")
    if config.getoption("--write-slow-tests"):
        functions: defaultdict[str, list[float]] = defaultdict(list)
        for test, seconds in tests.items():
            functions[_function(test)].append(seconds)
        slow = sorted(name for name, taken in functions.items() if mean(taken) > SLOW)
        SLOW_TESTS.write_text("".join(f"{name}\n" for name in slow), encoding="utf-8")
    if config.getoption("--cpu-by-file"):
        files: Counter[str] = Counter()
        for test, seconds in tests.items():
            files[test.partition("::")[0]] += seconds
        terminalreporter.section(f"the processor by file: {sum(files.values()) + shared:.0f} s")
        terminalreporter.line(f"{shared:7.1f} s  for databases and what else a session shares")
        for file, seconds in files.most_common():
            count = sum(1 for test in tests if test.startswith(f"{file}::"))
            terminalreporter.line(f"{seconds:7.1f} s  {count:5} tests  {file}")
