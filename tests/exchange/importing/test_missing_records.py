"""Records that a folder once had and that were taken out of it: named, and left as they are."""

import pytest
from django.core.management import call_command

from tests.factories import make_milestone, make_source, make_user
from timeline.editing.revisions import record_revision
from timeline.exchange.exported_state import NAME
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
            "1 of the records that were in these files are not in them any more: paper. They stay." in notice
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


@pytest.fixture
def exported(tmp_path):
    """A folder that was exported and never imported, and has another record than the chronicle by now."""
    record_revision(make_milestone(slug="launch", title="启动"), by=make_user())
    record_revision(make_source(slug="annals", title="年鉴"), by=make_user())
    path = tmp_path / "苏州"
    call_command("export_content", path, verbosity=0)
    record_revision(make_source(slug="later", title="后来的"), by=make_user())
    return path


def test_what_the_admin_brought_and_an_export_had_is_named_when_it_is_taken_out(exported):
    assert bring(exported).missing == []
    (exported / "milestones.yaml").write_text("", encoding="utf-8")
    (notice,) = [str(one) for one in bring(exported).missing]
    assert "1 of the records that were in these files are not in them any more: launch." in notice


def test_without_the_state_of_the_export_nothing_is_known_of_it(exported):
    (exported / NAME).unlink()
    (exported / "milestones.yaml").write_text("", encoding="utf-8")
    assert bring(exported).missing == []
