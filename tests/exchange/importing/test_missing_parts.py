"""Parts of records that were taken out of a folder, or never stood there: named, and left as they are."""

import pytest
from django.core.management import call_command

from tests.factories import make_citation, make_user
from timeline.editing.revisions import record_revisions
from timeline.exchange.importing.changed_folder import preview_changes
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Citation, Milestone, PolicyRelation, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SOURCES = "- {slug: board, title: 解读}\n- {slug: paper, title: 日报}"
LAUNCH = "- {slug: launch, title: 启动, citations: [%s]}\n"
BOTH = LAUNCH % "{source: board, locator: ¶5}, {source: paper}"
ONE = LAUNCH % "{source: board, locator: ¶5}"
PLANS = """
    - slug: plan
      title: 规划
      document_type: plan
      citations: [{source: board}]
    - slug: rules
      title: 办法
      document_type: measures
      citations: [{source: board}]
      relations: [%s]
    """
NETWORK = """
    - slug: network
      title: 全覆盖
      citations: [{source: board}]
      assessments: [%s]
    """


def bring(path, **options):
    return import_files([path], by=make_user(), publish=True, keep_edits=True, **options)


def told(path, **options):
    """Import the folder and return what is said of missing parts, which a dry run says too."""
    preview = [str(notice) for notice in bring(path, dry_run=True, **options).missing]
    assert preview == [str(notice) for notice in bring(path, **options).missing]
    return preview


@pytest.fixture
def imported(folder):
    path = folder(sources=SOURCES, milestones=BOTH)
    assert told(path) == []
    return path


def test_a_citation_that_is_taken_out_of_a_row_is_named_and_stays(imported, folder):
    folder(milestones=ONE)
    assert told(imported) == [
        "milestones: 1 part of a record here is not in the files: launch: citation paper. It stays. To remove it, "
        "import its row with delete: yes, or remove it in the admin; to have it in the files, export it."
    ]
    assert Citation.objects.count() == 2


def test_a_citation_whose_locator_was_changed_leaves_the_former_one_which_is_named(imported, folder):
    folder(milestones=BOTH.replace("¶5", "¶6"))
    (notice,) = told(imported)
    assert "launch: citation board / ¶5. It stays." in notice
    assert Citation.objects.count() == 3


def test_what_is_removed_as_the_notice_says_is_named_no_more(imported, folder):
    folder(milestones=LAUNCH % "{source: board, locator: ¶5}, {source: paper, delete: yes}")
    assert told(imported) == []
    folder(milestones=ONE)
    assert told(imported) == []
    assert Citation.objects.count() == 1


def test_a_changed_folder_names_it_before_it_is_imported(imported, folder):
    folder(milestones=ONE)
    report, outcomes = preview_changes(imported)
    assert (len(report.missing), outcomes.total()) == (1, 0)


def test_every_kind_of_part_is_named(folder):
    relation = "{type: amends, to: plan}"
    assessment = "{date: '2016', delivery: achieved, evidence: self_declared, citations: [{source: board}%s]}"
    path = folder(
        sources=SOURCES, policies=PLANS % relation, goals=NETWORK % (assessment % ", {source: paper}")
    )
    assert told(path) == []
    folder(policies=PLANS % "", goals=NETWORK % (assessment % ""))
    of_policies, of_goals = told(path)
    assert of_policies.startswith("policies: 1 part")
    assert "rules: relation between policies amends / plan." in of_policies
    assert of_goals.startswith("goals: 1 part")
    assert "network: citation of an assessment 2016 / paper." in of_goals
    assert PolicyRelation.objects.count() == 1


def test_the_citations_in_a_file_of_their_own_are_compared_too(folder):
    path = folder(
        sources=SOURCES,
        milestones="- {slug: launch, title: 启动}",
        citations="- {entry: launch, source: board}\n- {entry: launch, source: paper}",
    )
    assert told(path) == []
    folder(citations="- {entry: launch, source: board}")
    assert ["launch: citation paper" in notice for notice in told(path)] == [True]


def test_what_an_editor_added_is_named(imported):
    make_citation(Milestone.objects.get(), source=Source.objects.get(slug="board"), locator="¶9")
    record_revisions(Milestone, [Milestone.objects.get().pk], by=make_user(), action=Action.SAVED)
    assert ["launch: citation board / ¶9" in notice for notice in told(imported)] == [True]


def test_what_other_files_brought_is_theirs(imported, tmp_path):
    other = tmp_path / "more" / "citations.yaml"
    other.parent.mkdir()
    other.write_text("- {entry: launch, source: board, locator: ¶7}", encoding="utf-8")
    bring(other)
    assert told(imported) == []


def test_what_other_files_brought_is_in_an_export_and_named_when_it_is_taken_out(imported, tmp_path):
    other = tmp_path / "more" / "citations.yaml"
    other.parent.mkdir()
    other.write_text("- {entry: launch, source: board, locator: ¶7}", encoding="utf-8")
    bring(other)
    call_command("export_content", imported, force=True, verbosity=0)
    assert told(imported) == []
    file = imported / "milestones.yaml"
    text = file.read_text(encoding="utf-8")
    (taken,) = [part for part in text.split("    - ")[1:] if "¶7" in part]
    file.write_text(text.replace(f"    - {taken}", ""), encoding="utf-8")
    assert ["launch: citation board / ¶7" in notice for notice in told(imported)] == [True]


def test_a_source_with_another_slug_is_the_same(imported, folder):
    source = Source.objects.get(slug="paper")
    source.slug = "daily"
    source.save()
    assert told(imported) == []


def test_records_without_a_row_and_withdrawn_ones_are_not_compared(imported, folder):
    folder(milestones=ONE)
    Milestone.objects.get().withdraw(by=make_user(), comment="重复")
    assert told(imported) == []


def test_many_are_counted(folder):
    cited = [f"{{source: board, locator: ¶{number}}}" for number in range(10, 40)]
    path = folder(sources=SOURCES, milestones=LAUNCH % ", ".join(cited))
    bring(path)
    folder(milestones=LAUNCH % cited[0])
    (notice,) = told(path)
    assert "29 parts of records here are not in the files: launch: citation board / ¶11; " in notice
    assert "¶30; …. They stay." in notice
