"""What a folder of content would change since its last import."""

import pytest

from tests.factories import make_user
from timeline.exchange.importing.changed_folder import preview_changes
from timeline.exchange.importing.import_files import import_files

pytestmark = pytest.mark.django_db

SOURCES = "- {slug: board, title: 解读}"
LAUNCH = "- {slug: launch, title: 启动, citations: [{source: board}]}\n"
USED = LAUNCH.replace("启动", "启用")


@pytest.fixture
def imported(folder):
    path = folder(sources=SOURCES, milestones=LAUNCH)
    import_files([path], by=make_user(), publish=True)
    return path


def test_a_folder_as_it_was_imported_has_nothing_new(imported):
    assert preview_changes(imported) is None


def test_a_folder_that_was_never_imported_is_new(folder):
    _report, outcomes = preview_changes(folder(sources=SOURCES, milestones=LAUNCH))
    assert outcomes == {"new": 3}


def test_rows_are_counted_by_their_outcome(imported, folder):
    folder(milestones=USED + LAUNCH.replace("launch", "end"))
    report, outcomes = preview_changes(imported)
    assert report.problems == []
    assert outcomes == {"new": 2, "changed": 1}


def test_a_folder_that_says_the_same_otherwise_has_nothing_new(imported, folder):
    folder(milestones=f"# 大事\n{LAUNCH}")
    assert preview_changes(imported) is None


def test_what_is_wrong_is_new(imported, folder):
    folder(milestones=USED.replace("title", "date: 很久以前, title"))
    report, _outcomes = preview_changes(imported)
    assert len(report.problems) == 1


def test_a_folder_that_is_as_it_was_before_its_last_import_has_changed(imported, folder):
    folder(milestones=USED)
    import_files([imported], by=make_user(), publish=True)
    folder(milestones=LAUNCH)
    assert preview_changes(imported)[1] == {"changed": 1}
