"""Pending records: dry runs report what the import does, although nothing is written."""

from pathlib import Path

import pytest

from tests import factories as make
from tests.dry_runs import assert_same, content
from tests.factories import CONTENT, OTHER_CONTENT
from tests.imports import GOOD, row_counts
from timeline.editing.revisions import table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.pending import FIRST_KEY, PendingRecords
from timeline.exchange.readers.types import FileLocation
from timeline.models import Citation, Entry, Goal, Policy, PolicyRelation
from timeline.models.stored_records import UnknownFactError
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CASES = Path(__file__).resolve().parents[2] / "data" / "cases"


@pytest.mark.parametrize("publish", [False, True])
def test_a_dry_run_of_a_chronicle_and_of_what_disagrees_with_it_reports_what_the_import_does(publish):
    by = make.make_user()
    report = assert_same([CONTENT], by=by, publish=publish)
    assert (report.problems, set(row_counts(report))) == ([], {"new"})
    import_files([CONTENT], by=by, publish=publish)
    assert_same([CONTENT], by=by, publish=publish)
    assert_same([OTHER_CONTENT], by=by, publish=publish)
    assert_same([CONTENT, OTHER_CONTENT], by=by, publish=not publish)


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_dry_run_of_a_file_that_failed_reports_what_the_import_does(case):
    assert_same([CASES / case])
    assert_same([CASES / case], publish=True)


def test_new_records_of_one_file_refer_to_each_other_and_are_published_together(folder):
    report = assert_same([folder(**GOOD)], publish=True)
    assert (report.problems, report.published) == ([], 5)


def problems(files, **options):
    return [problem.message for problem in assert_same(files, **options).problems]


def test_a_goal_is_due_after_the_new_entry_that_declares_it():
    policies = [{"slug": "plan", "title": "规划", "document_type": "plan", "date": "2014"}]
    goals = [{"slug": "goal", "title": "目标", "declared_by": "plan", "target": "2013"}]
    assert problems(content(policies=policies, goals=goals)) == ["Due 2013, before it is set (2014)."]


def test_a_goal_is_due_after_the_new_date_of_what_declares_it():
    make.make_goal(slug="goal", declared_by=make.make_policy(slug="plan", date="2012"), target="2012")
    files = content(policies=[{"slug": "plan", "date": "2014"}], goals=[{"slug": "goal", "target": "2013"}])
    assert problems(files) == ["Due 2013, before it is set (2014)."]


def test_a_goal_that_gets_a_phase_with_the_date_of_what_declares_it_is_compared_with_that_phase():
    make.make_phase(slug="early", period="2011/2015")
    make.make_goal(slug="goal", title="目标", declared_by=make.make_policy(slug="plan"))
    goals = [{"slug": "goal", "title": "目标", "phase": "early"}]
    report = assert_same(content(policies=[{"slug": "plan", "date": "2014"}], goals=goals))
    assert report.counts["goals"] == {"unchanged": 1}


def test_an_entry_gets_the_new_phase_that_had_begun_by_its_date_and_is_the_same_the_next_time():
    make.make_phase(slug="early", period="2011/2015")
    phases = [{"slug": "late", "title": "后", "period": "2016/2020"}]
    goals = [{"slug": "goal", "title": "目标", "phase": "late"}]
    make.make_goal(slug="goal", title="目标", declared_by=make.make_policy(slug="plan"))
    report = assert_same(content(phases=phases, policies=[{"slug": "plan", "date": "2017"}], goals=goals))
    assert report.counts["goals"] == {"unchanged": 1}


def test_new_areas_lie_in_each_other_level_by_level():
    areas = [
        {"slug": "town", "title": "镇", "parent": "district"},
        {"slug": "district", "title": "区", "parent": "city"},
        {"slug": "city", "title": "市"},
    ]
    assert problems(content(areas=areas)) == []
    make.make_area(slug="city", title="市", parent=make.make_area(slug="land", title="省"))
    circle = [{"slug": "land", "parent": "city"}]
    assert problems(content(areas=circle)) == ["“市” already lies in this area."]


def test_a_relation_with_a_new_policy_may_not_close_a_circle():
    make.make_relation(make.make_policy(slug="a", title="甲"), "amends", make.make_policy(slug="b"))
    policies = [{"slug": "new", "title": "新", "document_type": "plan"}]
    relations = [{"from": "b", "type": "amends", "to": "new"}, {"from": "new", "type": "amends", "to": "a"}]
    (message,) = problems(content(policies=policies, relations=relations))
    assert message == "That would run in a circle: “甲” already leads back to “新”."


def test_a_new_slug_of_one_kind_is_taken_for_another():
    policies = [{"slug": "same", "title": "规划", "document_type": "plan"}]
    assert problems(content(policies=policies, milestones=[{"slug": "same", "title": "启动"}])) == [
        "This address is that of the Policy “规划”; choose another."
    ]


def test_a_title_of_a_new_record_names_its_slug():
    topics = [{"slug": "new", "title": "名称"}]
    milestones = [
        {"slug": "a", "title": "甲", "topics": ["名称"]},
        {"slug": "b", "title": "乙", "topics": ["nes"]},
    ]
    assert problems(content(topics=topics, milestones=milestones)) == [
        "“名称” is the title of the topic new; write that slug.",
        "There is no topic “nes” (perhaps “new” is meant).",
    ]


def test_a_new_title_of_a_stored_record_names_its_slug_and_the_old_one_no_longer_does():
    make.make_topic(slug="kept", title="留名", published=False)
    make.make_topic(slug="fibre", title="旧名", title_en="Old", published=False)
    topics = [{"slug": "fibre", "title": "新名"}]
    milestones = [
        {"slug": slug, "title": slug, "topics": [title]}
        for slug, title in [("a", "新名"), ("b", "旧名"), ("c", "Old"), ("d", "留名")]
    ]
    assert problems(content(topics=topics, milestones=milestones)) == [
        "“新名” is the title of the topic fibre; write that slug.",
        "There is no topic “旧名”.",
        "“Old” is the title of the topic fibre; write that slug.",
        "“留名” is the title of the topic kept; write that slug.",
    ]


def test_of_two_new_policies_of_one_number_the_second_is_refused():
    number = {"document_type": "plan", "document_number": "甬党〔2010〕14号"}
    source = make.make_source(slug="board")
    policies = [
        {"slug": slug, "title": slug, "citations": [{"source": source.slug}], **number} for slug in ("a", "b")
    ]
    assert problems(content(policies=policies), publish=True) == [
        "Document number 甬党〔2010〕14号 is that of “a”."
    ]


def test_what_names_a_draft_that_is_not_published_with_it_is_refused():
    make.make_source(slug="board")
    make.make_policy(slug="draft", title="草案")
    goals = [{"slug": "goal", "title": "目标", "declared_by": "draft", "citations": [{"source": "board"}]}]
    milestones = [
        {"slug": "launch", "title": "启动", "policies": ["draft"], "citations": [{"source": "board"}]}
    ]
    assert problems(content(goals=goals, milestones=milestones), publish=True) == [
        "“草案”, which declared this goal, is not published. Publish it first, or import its row too.",
        "The policy “草案”, which this names, is not published. Publish it first, or import its row too.",
    ]


def test_the_last_citation_of_a_public_entry_may_go_if_another_comes():
    entry = make.make_milestone(slug="launch", published=True)
    old = entry.citations.get()
    gone = {"entry": "launch", "source": old.source.slug, "locator": old.locator, "delete": "yes"}
    assert problems(content(citations=[gone]), publish=True) == ["What is public cites at least one source."]
    assert problems(content(citations=[gone])) == ["What is public cites at least one source."]
    files = content(
        sources=[{"slug": "board", "title": "解读"}], citations=[gone, {"entry": "launch", "source": "board"}]
    )
    assert problems(files, publish=True) == []
    assert problems(files) == []


def test_a_working_copy_may_name_new_records_and_not_take_the_slug_of_one():
    entry = make.make_milestone(slug="launch", title="启动", published=True)
    milestones = [
        {
            "slug": "launch",
            "policies": ["new"],
            "topics": ["new"],
            "citations": [{"source": "new", "locator": "¶1"}],
        }
    ]
    tables = {
        "policies": [{"slug": "new", "title": "新", "document_type": "plan"}],
        "topics": [{"slug": "new", "title": "新"}],
        "sources": [{"slug": "new", "title": "新"}],
    }
    report = assert_same(content(milestones=milestones, **tables))
    assert (report.problems, report.working_copies) == ([], 1)
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"slug": "start"}, by=make.make_user())
    milestones.append({"slug": "start", "title": "别的"})
    assert problems(content(milestones=milestones, **tables)) == ["Entry with this Slug already exists."]


@pytest.mark.parametrize("model", [Policy, Entry])
@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_not_remembered_of_a_record_is_not_read(model, is_new, django_assert_num_queries):
    record = Policy(slug="plan", title="新的")
    if not is_new:
        record = make.make_policy(slug="plan", title="旧的", body="旧的", published=True)
        record.title, record.body = "新的", "新的"
    row = ImportRow(TABLES["policies"], FileLocation("a.csv"), {}, pk=record.pk, record=record, outcome="new")
    pending = PendingRecords()
    pending.add([row])
    (found,) = pending.fetch(model, [row.pk])
    with django_assert_num_queries(0):
        assert (found.title, found.is_ever_public, row.pk >= FIRST_KEY) == ("新的", not is_new, is_new)
        with pytest.raises(UnknownFactError, match=r"\w+\.body .* FACTS"):
            _ = found.body
        with pytest.raises(UnknownFactError, match=r"\w+\.phase_id "):
            _ = found.phase
        for name in ("citations", "topics", "goals_declared"):
            for ask in (list, lambda related: related.exists(), lambda related: related.count()):
                with pytest.raises(UnknownFactError, match=rf"\w+\.{name} "):
                    ask(getattr(found, name).all())
        with pytest.raises(UnknownFactError, match=r"\w+\.\w+ "):
            _ = found.topics.count()
        with pytest.raises(UnknownFactError, match=r"\w+\.\w+ "):
            _ = found.goal


PARTS = {
    "goals": [{"slug": "goal", "title": "目标", "declared_by": "plan"}],
    "relations": [{"from": "plan", "type": "amends", "to": "old"}],
    "citations": [{"entry": "plan", "source": "board", "locator": "¶2"}],
}


@pytest.mark.parametrize("is_dry", [True, False])
@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize(
    ("model", "read"),
    [
        (Policy, lambda policy: policy.pk and policy.relations.exists()),
        (Goal, lambda goal: goal.declared_by.citations.count()),
        (PolicyRelation, lambda relation: list(relation.from_policy.relations.all())),
        (PolicyRelation, lambda relation: relation.to_policy.topics.exists()),
        (Citation, lambda citation: citation.entry.citations.first()),
        (Citation, lambda citation: citation.source.citations.all()[:1]),
    ],
)
def test_a_check_that_asks_a_record_for_its_parts_is_refused(model, read, is_new, is_dry, monkeypatch):
    """They may be in the same files: not written, or not yet."""
    make.make_policy(slug="old")
    make.make_source(slug="board")
    if not is_new:
        make.make_policy(slug="plan", title="旧的")
    own_clean = model.clean
    monkeypatch.setattr(model, "clean", lambda record: (own_clean(record), read(record)))
    policies = [{"slug": "plan", "title": "新的", "document_type": "plan"}]
    if is_new and model is Policy:
        policies.append({"slug": "old", "title": "改过"})
    with pytest.raises(UnknownFactError, match="ask `others`"):
        import_files(content(policies=policies, **PARTS), dry_run=is_dry)


def test_a_check_reads_what_a_column_refers_to_as_the_import_leaves_it():
    plan = make.make_policy(slug="plan", title="旧的")
    make.make_relation(plan, "amends", make.make_policy(slug="old", title="很旧的"))
    files = content(
        policies=[{"slug": "plan", "title": "新的"}, {"slug": "old", "title": "也是新的"}],
        relations=[{"from": "old", "type": "amends", "to": "plan"}],
    )
    assert problems(files) == ["That would run in a circle: “新的” already leads back to “也是新的”."]


def test_a_document_number_of_another_system_is_accepted_by_the_chronicle_of_the_same_files():
    policies = [
        {"slug": name, "title": name, "document_type": "plan", "document_number": f"Order {name}1"}
        for name in ("alpha", "beta")
    ]
    chronicle = {"slug": "site", "title": "编年", "city": "某市"}
    accepting = chronicle | {"other_document_numbers": "yes"}
    refusal = "accepted where the settings of the chronicle say so"
    assert [refusal in message for message in problems(content(policies=policies))] == [True, True]
    assert [refusal in message for message in problems(content(site=[chronicle], policies=policies))] == [
        True,
        True,
    ]
    assert problems(content(site=[accepting], policies=policies)) == []
    make.make_chronicle(slug="site", other_document_numbers=True)
    assert problems(content(policies=policies)) == []
    refusing = {"slug": "site", "other_document_numbers": "no"}
    assert len(problems(content(site=[refusing], policies=policies), publish=True)) == 2
    # Its change is a working copy, which accepts or refuses nothing yet.
    assert problems(content(site=[refusing], policies=policies)) == []
