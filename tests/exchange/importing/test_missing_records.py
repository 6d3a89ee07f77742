"""Records that a folder once brought and that were taken out of it: named, and left as they are."""

import pytest

from tests.factories import make_user
from timeline.exchange.importing.import_files import import_files
from timeline.models import Milestone, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

BOARD = "- {slug: board, title: 解读}\n"
LAUNCH = "- {slug: launch, title: 启动, citations: [{source: board}]}\n"


def bring(path, **options):
    return import_files([path], by=make_user(), publish=True, keep_edits=True, **options)


@pytest.fixture
def imported(folder):
    path = folder(sources=BOARD + "- {slug: paper, title: 日报}", milestones=LAUNCH)
    assert bring(path).missing == []
    return path


def test_what_is_no_longer_in_the_folder_is_named_and_stays(imported, folder):
    folder(sources=BOARD)
    for report in (bring(imported, dry_run=True), bring(imported)):
        (notice,) = [str(one) for one in report.missing]
        assert (
            "1 of the records that came from these files are not in them any more: paper. They stay."
            in notice
        )
    assert Source.objects.count() == 2


def test_a_table_that_is_empty_now_is_told_of(imported, folder):
    folder(milestones="")
    assert ["launch" in str(one) for one in bring(imported).missing] == [True]


def test_a_record_that_is_withdrawn_may_be_missing(imported, folder):
    Milestone.objects.get().withdraw(by=make_user(), comment="重复")
    folder(milestones="")
    assert bring(imported).missing == []


def test_what_another_file_brought_is_not_missed(imported, folder, tmp_path):
    other = tmp_path / "more" / "sources.yaml"
    other.parent.mkdir()
    other.write_text("- {slug: annals, title: 年鉴}", encoding="utf-8")
    bring(other)
    assert bring(imported).missing == []
