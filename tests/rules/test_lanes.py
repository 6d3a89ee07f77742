"""The two lanes of tests: what `make test` leaves to the long one."""

from tests.conftest import BEGUN_FIRST
from tests.cpu_times import slow_tests
from tests.factories import ROOT


def test_every_slow_test_exists():
    """A test that was renamed is measured again: `pytest -m "not long" --write-slow-tests`."""
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8")
        for name in {one.partition("::")[0] for one in slow_tests()}
    }
    missing = [
        one
        for one in sorted(slow_tests())
        if f"def {one.rpartition('::')[2]}(" not in texts[one.partition("::")[0]]
    ]
    assert missing == []


def test_every_file_that_begins_first_exists():
    assert [name for name in BEGUN_FIRST if not (ROOT / "tests" / name).is_file()] == []
