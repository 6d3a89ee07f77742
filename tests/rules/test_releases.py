"""Databases of released versions migrate to the present, with all of their content."""

import json
import sys

import pytest

from tests import releases
from tests.factories import ROOT
from tests.recipes import run


def assert_contains(new, old, place=""):
    """Check that nothing of the old content is missing or different. Later versions may add tables and columns."""
    if isinstance(old, dict):
        for name, value in old.items():
            assert name in new, f"{place}: {name}"
            assert_contains(new[name], value, f"{place} / {name}")
    elif isinstance(old, list):
        assert len(new) == len(old), place
        for number, value in enumerate(old):
            assert_contains(new[number], value, f"{place} / {number}")
    else:
        assert new == old, place


def test_there_is_a_database_of_each_engine_for_each_release():
    assert "0.1.0" in releases.versions()
    for version in releases.versions():
        names = {path.name for path in (releases.FOLDER / version).iterdir()}
        assert names == {releases.SQLITE, releases.POSTGRESQL, releases.EXPORT}


@pytest.mark.long
@pytest.mark.parametrize("engine", [releases.SQLITE, releases.POSTGRESQL])
@pytest.mark.parametrize("version", releases.versions())
def test_a_released_database_migrates_with_all_of_its_content(version, engine, tmp_path):
    with releases.restored(version, engine) as url:
        run([*releases.MANAGE, "migrate", "--verbosity=0"], ROOT, TEST_DATABASE_URL=url)
        run([*releases.MANAGE, "check_integrity"], ROOT, TEST_DATABASE_URL=url)
        content = releases.export(url, tmp_path / "content.json")
        run([sys.executable, "-m", "tests.every_page", "里程碑 修订"], ROOT, TEST_DATABASE_URL=url)
    stored = (releases.FOLDER / version / releases.EXPORT).read_text(encoding="utf-8")
    assert_contains(json.loads(content), json.loads(stored))
