"""Entries without a phase, written before there was one, are told by the next import and stay as they are."""

import pytest

from tests.exports import READ_BACK
from tests.factories import make_milestone, make_phase, make_policy
from timeline.exchange.exporting.export import export
from timeline.exchange.importing.entries_without_phase import MAX_NAMED
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Milestone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PHASES = "- {slug: pilot, title: 试点起步, period: 2013/2015}\n- {slug: next, title: 全面推进, period: 2016/2020}\n"


def notices(*files, **options):
    report = import_files([Upload(name, text.encode()) for name, text in files], **options)
    assert [str(problem) for problem in report.problems] == []
    return [str(notice) for notice in report.notices]


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("cells", ["", ", title: 启动会"])
def test_an_entry_older_than_the_phases_is_told_with_its_row_and_phase(dry_run, cells):
    make_milestone(slug="launch", title="启动", date="2014-05")
    make_milestone(slug="before", title="之前", date="2012")
    rows = f"- {{slug: before}}\n- {{slug: launch{cells}}}\n"
    (found,) = notices(("phases.yaml", PHASES), ("milestones.yaml", rows), dry_run=dry_run)
    assert found == (
        "milestones.yaml: 1 entry belongs to no phase, although one had begun by its date: milestones.yaml, row 2 (line 2): "
        "pilot. An import gives one to new entries only. Write it in the column “phase”, or a dash (in YAML nothing) if it "
        "belongs to none."
    )
    assert not Milestone.objects.exclude(phase=None).exists()


@pytest.mark.parametrize("phase", ["", "next"])
def test_what_the_file_says_of_the_phase_is_no_slip(phase):
    make_phase(slug="next", title="全面推进", period="2016/2020")
    make_milestone(slug="launch", title="启动", date="2016-05")
    Milestone.objects.update(phase=None)
    assert notices(("milestones.yaml", f"- {{slug: launch, phase: {phase}}}")) == []


def test_a_new_entry_and_one_that_first_has_a_date_get_their_phase_without_a_word():
    make_milestone(slug="undated", title="无日期")
    rows = "- {slug: undated, date: 2014}\n- {slug: new, title: 新, date: 2017}\n"
    assert notices(("phases.yaml", PHASES), ("milestones.yaml", rows)) == []
    phases = dict(Milestone.objects.values_list("slug", "phase__slug"))
    assert phases == {"undated": "pilot", "new": "next"}


def test_many_are_counted_and_the_first_named():
    for number in range(MAX_NAMED + 1):
        make_milestone(slug=f"m{number}", title=f"事{number}", date="2014")
    rows = "\n".join(f"- {{slug: m{number}}}" for number in range(MAX_NAMED + 1))
    (found,) = notices(("phases.yaml", PHASES), ("milestones.yaml", rows))
    assert f"{MAX_NAMED + 1} entries belong to no phase" in found
    assert found.count("row ") == MAX_NAMED
    assert ", …. An import" in found


@pytest.mark.parametrize("form", READ_BACK)
def test_an_export_comes_back_without_a_word_of_phases(tmp_path, form):
    make_policy(slug="old", title="旧的办法", date="2014")
    make_phase(slug="pilot", title="试点起步", period="2013/2015")
    export(None, tmp_path / READ_BACK[form], form, force=True)
    report = import_files([tmp_path / READ_BACK[form]])
    assert (report.problems, report.without_phase, report.changes) == ([], [], [])
