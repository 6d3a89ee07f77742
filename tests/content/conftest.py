"""The content under test, imported once for each folder; of another chronicle, only what holds for any."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.content.folders import FOLDERS, NAMED_FOLDER, OWN_FOLDERS, is_built_on, with_those_it_builds_on
from tests.factories import make_user
from tests.made_once import made_once
from tests.snapshots import export_site
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report
from timeline.management.chronicles import has_chronicle, missing_chronicle

# The facts of Ningbo, and what the software makes of its content.
if NAMED_FOLDER is not None or not OWN_FOLDERS:
    collect_ignore_glob = ["test_ningbo*.py", "test_claims.py", "test_quotations.py", "test_references.py"]


@dataclass(frozen=True)
class Content:
    """A folder imported and published over the folders that it extends, with the report of each import."""

    folders: list[Path]
    reports: list[Report]

    @cached_property
    def problems(self) -> list[str]:
        found = [str(problem) for report in self.reports for problem in report.problems]
        return found if has_chronicle(self.folders) else [*found, missing_chronicle(self.folders[-1])]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(folder, id=folder.name, marks=pytest.mark.long if is_built_on(folder) else ())
        for folder in FOLDERS
    ],
)
def imported(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Content]:
    """A folder, imported once for all tests of a module, perhaps with problems; everything is rolled back at the end."""
    folders = with_those_it_builds_on(request.param)
    with django_db_blocker.unblock(), transaction.atomic():
        user = make_user(username="content")
        reports = [import_files([folder], by=user, publish=True) for folder in folders]
        yield Content(folders, reports)
        transaction.set_rollback(True)


@pytest.fixture
def content(imported: Content) -> Content:
    """A folder that was imported whole. What is wrong with another is told by the test of the import alone."""
    if imported.problems:
        pytest.skip("The folder is not imported: see test_it_is_imported_whole.")
    return imported


@pytest.fixture
def snapshot(content: Content, visitor: Client) -> Path:
    """The folder of the site as files, which are written once in a run for all who read every page."""
    return made_once(f"snapshot-of-{content.folders[-1].name}", _write_snapshot)


def _write_snapshot(folder: Path) -> None:
    broken = export_site(folder).broken
    (folder / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
