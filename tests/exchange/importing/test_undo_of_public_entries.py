"""Undo of imports of public entries: they are withdrawn or restored, and working copies come back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    make_citation,
    make_editor,
    make_policy,
    make_relation,
    make_source,
)
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import reload, table_of_record
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    save_working_copy,
)
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import undo
from timeline.models import Action, Entry, Milestone, Policy, Revision, SearchDocument, Topic

pytestmark = pytest.mark.django_db


CITED = """
- slug: launch
  title: 启动
  citations: [{source: daily, locator: ¶1}]
"""


def by_import(folder, **kw):
    return import_files([folder(milestones=kw.pop("text", CITED))], by=make_editor(), **kw).batch


@pytest.fixture
def draft(folder):
    make_source(slug="daily")
    by_import(folder)
    return Milestone.objects.get()


def test_a_draft_that_an_import_made_public_is_withdrawn(folder, draft):
    batch = by_import(folder, publish=True)
    done = undo(batch, by=make_editor())
    assert (done.withdrawn, done.restored, done.removed, done.skipped) == (1, 0, 0, [])
    assert not Entry.objects.published().exists()
    assert Milestone.objects.get().status == "withdrawn"


def test_a_draft_that_an_import_changed_and_made_public_is_withdrawn_and_as_it_was(folder, draft):
    batch = by_import(folder, publish=True, text="- {slug: launch, summary: 摘要}")
    done = undo(batch, by=make_editor())
    assert (done.withdrawn, done.restored, done.skipped) == (1, 1, [])
    assert (Milestone.objects.get().status, Milestone.objects.get().summary) == ("withdrawn", "")


def test_what_was_public_before_stays_public(folder, draft):
    draft.publish(by=make_editor())
    batch = by_import(folder, publish=True, text="- {slug: launch, summary: 摘要}")
    done = undo(batch, by=make_editor())
    assert (done.withdrawn, done.restored) == (0, 1)
    assert Entry.objects.published().get().summary == ""


@pytest.mark.parametrize("meanwhile", ["nothing", "published", "withdrawn"])
def test_a_working_copy_from_before_the_import_comes_back_whatever_became_public_meanwhile(
    folder, draft, meanwhile
):
    draft.publish(by=make_editor())
    row = table_of_record(draft).whole_row_of(draft)
    save_working_copy(draft, row | {"summary": "同事写的"}, by=make_editor())
    if meanwhile == "published":
        by_import(folder, publish=True, text="- {slug: launch, editor_note: 编者说明}")
    elif meanwhile == "withdrawn":
        perform_transition(reload(draft), "withdraw", by=make_editor(), comment="误")
    batch = by_import(folder, text="- {slug: launch, occasion: 会议}")
    assert find_working_copy(draft).content["occasion"] == "会议"
    undo(batch, by=make_editor())
    copy = find_working_copy(draft)
    assert (copy.content["summary"], copy.content["occasion"]) == ("同事写的", "")


def test_a_working_copy_that_was_discarded_before_the_import_does_not_come_back(folder, draft):
    draft.publish(by=make_editor())
    row = table_of_record(draft).whole_row_of(draft)
    save_working_copy(draft, row | {"summary": "同事写的"}, by=make_editor())
    discard_working_copy(draft, by=make_editor(), comment="重复")
    batch = by_import(folder, text="- {slug: launch, occasion: 会议}")
    undo(batch, by=make_editor())
    assert find_working_copy(draft) is None


def test_what_only_a_working_copy_names_stays_and_the_copy_is_whole(folder, draft):
    draft.publish(by=make_editor())
    batch = import_files(
        [
            folder(
                sources="- {slug: weekly, title: 周报}",
                topics="- {slug: fibre, title: 光网}\n- {slug: ports, title: 港口}",
                policies="- {slug: plan, title: 规划, document_type: plan}",
            )
        ],
        by=make_editor(),
    ).batch
    row = table_of_record(draft).whole_row_of(draft)
    cited = {"source": "weekly", "locator": "¶2", "number": 1, "remark": "同事打的字", "date": None}
    row |= {"topics": ["fibre"], "policies": ["plan"], "citations": [*row["citations"], cited]}
    save_working_copy(draft, row, by=make_editor())
    done = undo(batch, by=make_editor())
    assert done.removed == 1
    assert {record for record, _why in done.skipped} == {"周报", "光网", "规划"}
    assert not Topic.objects.filter(slug="ports").exists()
    plan = Policy.objects.get(slug="plan")
    make_citation(plan, locator="¶1")
    plan.publish(by=make_editor())
    perform_copy_transition(draft, "publish", by=make_editor())
    assert draft.citations.get(locator="¶2").remark == "同事打的字"


@pytest.mark.usefixtures("english")
def test_an_import_of_which_nothing_is_left_says_so(folder, draft):
    draft.publish(by=make_editor())
    batch = by_import(folder, text="- {slug: launch, occasion: 会议}")
    discard_working_copy(draft, by=make_editor(), comment="重复")
    assert undo(batch, by=make_editor()).messages() == ["There was nothing left to undo."]


def test_a_working_copy_that_names_what_is_gone_does_not_come_back(folder, draft):
    draft.publish(by=make_editor())
    weekly = make_source(slug="weekly", title="周报", published=False)
    by_import(folder, text="- {slug: launch, citations: [{source: weekly, locator: ¶6}]}")
    batch = by_import(
        folder, text='- {slug: launch, citations: [{source: weekly, locator: ¶6, delete: "yes"}]}'
    )
    weekly.delete()
    done = undo(batch, by=make_editor())
    assert (done.restored, [record for record, _why in done.skipped]) == (0, ["启动"])
    assert "weekly" in done.skipped[0][1]
    assert [part["source"] for part in find_working_copy(draft).content["citations"]] == ["daily"]


@pytest.mark.usefixtures("english")
def test_a_public_entry_does_not_come_to_name_again_what_was_withdrawn_since(folder, draft):
    plan = make_policy(slug="plan", title="规划", published=True)
    draft.policies.add(plan)
    draft.publish(by=make_editor())
    batch = by_import(folder, publish=True, text="- {slug: launch, policies: []}")
    plan.withdraw(by=make_editor(), comment="误")
    done = undo(batch, by=make_editor())
    assert (done.restored, done.skipped) == (
        0,
        [("启动", "The policy “规划”, which this names, was withdrawn.")],
    )
    assert not draft.policies.exists()
    perform_transition(reload(plan), "publish", by=make_editor())
    assert undo(batch, by=make_editor()).restored == 1
    assert draft.policies.get() == plan


PLAN = "- {slug: plan, title: 规划, document_type: plan, citations: [{source: daily, locator: ¶1}]}"


@pytest.mark.usefixtures("english")
def test_what_an_import_published_stays_public_while_another_public_entry_names_it(folder, draft):
    draft.publish(by=make_editor())
    older = import_files([folder(policies=PLAN)], by=make_editor(), publish=True).batch
    newer = by_import(folder, publish=True, text="- {slug: launch, policies: [plan]}")
    done = undo(older, by=make_editor())
    reason = "It is not withdrawn: “启动”, which is public, names it."
    assert (done.withdrawn, done.skipped) == (0, [("规划", reason)])
    assert Policy.objects.published().exists()
    assert undo(newer, by=make_editor()).restored == 1
    assert undo(older, by=make_editor()).withdrawn == 1


def test_what_cannot_be_restored_goes_on_naming_what_is_public(folder, draft):
    old = make_policy(slug="old", title="旧", published=True)
    draft.policies.add(old)
    draft.publish(by=make_editor())
    files = folder(policies=PLAN, milestones="- {slug: launch, policies: [plan]}")
    batch = import_files([files], by=make_editor(), publish=True).batch
    old.withdraw(by=make_editor(), comment="误")
    done = undo(batch, by=make_editor())
    assert done.did_nothing
    assert {record for record, _why in done.skipped} == {"启动", "规划"}
    assert draft.policies.published().get().slug == "plan"


def test_entries_of_an_import_that_name_each_other_are_withdrawn_together(folder, draft):
    content = {
        "policies": PLAN + "\n" + PLAN.replace("plan, title: 规划", "more, title: 细则"),
        "relations": "- {from: plan, type: supersedes, to: more}\n- {from: more, type: implements, to: plan}",
        "milestones": "- {slug: launch, policies: [more]}",
        "goals": "- {slug: aim, title: 目标, declared_by: more, citations: [{source: daily, locator: ¶1}]}",
    }
    batch = import_files([folder(**content)], by=make_editor(), publish=True).batch
    done = undo(batch, by=make_editor())
    assert (done.withdrawn, done.skipped) == (4, [])


def test_of_entries_that_name_each_other_none_is_withdrawn_if_another_names_one(folder, draft):
    content = {
        "policies": PLAN + "\n" + PLAN.replace("plan, title: 规划", "more, title: 细则"),
        "relations": "- {from: plan, type: supersedes, to: more}",
    }
    batch = import_files([folder(**content)], by=make_editor(), publish=True).batch
    make_relation(make_policy(published=True), "implements", Policy.objects.get(slug="plan"))
    done = undo(batch, by=make_editor())
    assert {record for record, _why in done.skipped} == {"规划", "细则"}
    assert {*Policy.objects.published().values_list("slug", flat=True)} >= {"plan", "more"}


def undone_queries(folder, count):
    rows = "\n".join(
        f"- {{slug: m{count}-{n}, title: 条目{count}-{n}, citations: [{{source: daily, locator: ¶1}}]}}"
        for n in range(count)
    )
    batch = by_import(folder, publish=True, text=rows)
    with CaptureQueriesContext(connection) as queries:
        done = undo(batch, by=make_editor())
    assert (done.withdrawn, done.skipped) == (count, [])
    return len(queries)


def test_what_an_import_published_is_withdrawn_with_as_many_queries_for_many_as_for_few(folder, draft):
    assert undone_queries(folder, 12) == undone_queries(folder, 2)
    for entry in Milestone.objects.with_status("withdrawn"):
        assert Revision.objects.for_record(entry).applied().last().action == Action.WITHDRAWN
    assert not SearchDocument.objects.for_model(Milestone).exclude(public_from=None).exists()
