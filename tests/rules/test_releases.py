"""Databases of released versions migrate to the present, with all of their content."""

import json

import pytest

from tests import releases


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


def in_present_form(stored):
    """Return the content of a release as later versions have it: citations within their assessment, remarks for wordings, lists of authorities, and a status of what is public later."""
    for goal in stored["goals"]:
        for assessment in goal["assessments"]:
            if "source" in assessment:
                former = {name: assessment.pop(name) for name in ("source", "locator")}
                assessment["citations"] = [former]
    for row in _rows_in(stored):
        if "wording" in row:
            row["remark"] = row.pop("wording")
    for designation in stored["pilot_designations"]:
        authority = designation.pop("authority")
        designation["authorities"] = [authority] if authority else []
    for milestone in stored["milestones"]:
        if milestone["slug"] == "scheduled":
            milestone["status"] = "scheduled"
    return stored


def _rows_in(content):
    """Every row of the content, nested ones too."""
    if isinstance(content, dict):
        yield content
    for value in (
        content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    ):
        yield from _rows_in(value)


@pytest.mark.parametrize("changed", [{"a": [{"b": 2}]}, {"a": []}, {"c": 1}, {"a": [{"b": 1}, {"b": 1}]}])
def test_content_that_is_missing_or_different_is_noticed(changed):
    assert_contains({"a": [{"b": 1, "new": 2}]}, {"a": [{"b": 1}]})
    with pytest.raises(AssertionError):
        assert_contains(changed, {"a": [{"b": 1}]})


def test_each_release_has_a_database_of_each_engine():
    assert "0.1.0" in releases.versions()
    for version in releases.versions():
        names = {path.name for path in (releases.FOLDER / version).iterdir()}
        assert names == {releases.SQLITE, releases.POSTGRESQL, releases.EXPORT, releases.MIGRATIONS}


def test_a_released_migration_is_not_edited():
    for version in releases.versions():
        released = json.loads((releases.FOLDER / version / releases.MIGRATIONS).read_text())
        assert released.items() <= releases.migration_digests().items()


@pytest.mark.long
@pytest.mark.parametrize("engine", [releases.SQLITE, releases.POSTGRESQL])
@pytest.mark.parametrize("version", releases.versions())
def test_a_released_database_migrates_with_all_of_its_content(version, engine, tmp_path):
    with releases.restored(version, engine) as url:
        releases.run(url, "manage.py", "migrate")
        # As `upgrade` does: later code writes search documents otherwise.
        releases.run(url, "manage.py", "check_integrity", "--mend")
        releases.run(url, "manage.py", "check_integrity")
        content = releases.export(url, tmp_path / "content.json")
        # The pages show the same on either database.
        languages = "all" if engine == releases.SQLITE else "zh-Hans"
        releases.run(url, "-m", "tests.every_page", languages, "里程碑 public")
    stored = (releases.FOLDER / version / releases.EXPORT).read_text(encoding="utf-8")
    assert_contains(json.loads(content), in_present_form(json.loads(stored)))
