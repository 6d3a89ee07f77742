"""Restoring to any revision: drafts, deleted drafts and public entries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.editing.entries import actions, renamed, revision_with, whole
from tests.examples import examples
from tests.factories import (
    make_area,
    make_assessment,
    make_citation,
    make_designation,
    make_goal,
    make_milestone,
    make_policy,
    make_relation,
    make_source,
    make_topic,
    make_user,
)
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.restoring import preview_restoration, restore_revision
from timeline.editing.revisions import (
    delete_draft,
    deleted_drafts,
    record_revision,
    reload,
    table_of_record,
)
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    save_working_copy,
)
from timeline.models import Action, Citation, Entry, FormerAddress, Goal, Milestone, Policy, Revision
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db


def test_restoring_brings_back_the_words_of_a_date():
    entry, user = make_milestone(date="2015年底"), make_user()
    first = record_revision(entry, by=user)
    assert first.content["date"] == "2015（2015年底）"
    entry = reload(entry)
    entry.date = "2016"
    entry.save()
    record_revision(entry, by=user)
    restore_revision(first, by=user)
    assert str(Milestone.objects.get().date) == "2015（2015年底）"


def test_restoring_brings_back_columns_lists_and_parts():
    names = {
        "short_title": "初",
        "aliases": "稿；draft",
        "examined": True,
        "searched_on": "2022",
        "search_note": "某处",
    }
    policy = make_policy(date="2010")
    goal = make_goal(title="初稿", topics=[make_topic()], declared_by=policy, target="2020", **names)
    source = make_source()
    make_citation(goal, source=source, locator="¶1", remark="原话")
    make_assessment(goal, source=source, note="评语")
    user = make_user()
    first = record_revision(goal, by=user)
    goal = reload(goal)
    goal.title, goal.declared_by, goal.target = "改稿", None, None
    goal.short_title, goal.aliases, goal.examined, goal.searched_on, goal.search_note = (
        "",
        "",
        False,
        None,
        "",
    )
    goal.save()
    goal.topics.clear()
    goal.citations.all().delete()
    goal.assessments.all().delete()
    record_revision(goal, by=user)
    restore_revision(first, by=user)
    assert whole(goal) == first.content
    assert actions(goal) == ["saved", "saved", "restored"]
    assert str(Goal.objects.get().timeline_date) == "2010"


def test_a_deleted_draft_is_recovered_with_its_history():
    entry, user = make_milestone(title="误删", topics=[make_topic()]), make_user()
    make_citation(entry, locator="¶3")
    record_revision(entry, by=user)
    key, row = entry.pk, whole(entry)
    delete_draft(entry, by=user, comment="重复")
    assert not Entry.objects.filter(pk=key).exists()
    (gone,) = deleted_drafts(Milestone)
    assert (gone.title, gone.comment) == ("误删", "重复")
    restore_revision(gone, by=user)
    restored = Milestone.objects.get(pk=key)
    assert whole(restored) == row
    assert not deleted_drafts(Milestone).exists()
    assert actions(restored) == ["saved", "deleted", "restored"]


def test_a_revision_is_restored_without_what_is_gone():
    topic, user = make_topic(published=False), make_user()
    entry = make_milestone(topics=[topic])
    first = record_revision(entry, by=user)
    entry.topics.clear()
    record_revision(entry, by=user)
    topic.delete()
    answer = restore_revision(first, by=user)
    assert answer.left_out == {"topics": [topic.slug]}
    assert actions(entry)[-1] == "restored"


def test_restoring_never_replaces_a_working_copy():
    entry, user = make_policy(published=True), make_user()
    first = record_revision(entry, by=user, action=Action.RESTORED)
    save_working_copy(entry, whole(entry) | {"title": "别人的修订"}, by=user)
    (reason,) = restore_revision(first, by=user).reasons
    assert "已有修订稿" in reason
    assert find_working_copy(entry).content["title"] == "别人的修订"


def test_restoring_a_public_entry_makes_a_working_copy():
    entry, user = make_policy(title="旧", published=True), make_user()
    record_revision(entry, by=user)
    old = Revision.objects.for_record(entry).applied().last()
    save_working_copy(entry, whole(entry) | {"title": "新"}, by=user)
    perform_copy_transition(entry, "publish", by=user)
    restore_revision(old, by=user)
    assert Policy.objects.get(pk=entry.pk).title == "新"
    assert find_working_copy(entry).content["title"] == "旧"


def test_a_public_entry_is_not_restored_in_public_to_what_names_a_draft():
    user, plan = make_user(), make_policy(slug="plan", published=True)
    entry = make_milestone(policies=[plan], published=True)
    old = Revision.objects.for_record(entry).applied().last()
    save_working_copy(entry, whole(entry) | {"policies": []}, by=user)
    perform_copy_transition(entry, "publish", by=user)
    plan.withdraw(by=user, comment="误")
    assert restore_revision(old, by=user).is_working_copy
    assert [*perform_copy_transition(entry, "publish", by=user).messages] == ["policies"]
    assert not entry.policies.exists()


class AnyHistory(TestCase):
    """Restoring any revision of any sequence of edits restores its row."""

    edits = st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "title": st.text(alphabet="宁波智慧城市2010=+-@\"' ", min_size=1, max_size=12).filter(
                    str.strip
                ),
                "body": st.text(alphabet="甲乙\n*_<> ", max_size=20),
                "date": st.sampled_from([None, "2010", "2013-01", "2011/2015", "2021/.."]),
                "topics": st.lists(st.sampled_from(["t1", "t2", "t3"]), unique=True),
                "policies": st.lists(st.sampled_from(["p1", "p2"]), unique=True),
                "citations": st.lists(
                    st.fixed_dictionaries(
                        {
                            "source": st.sampled_from(["s1", "s2"]),
                            "locator": st.sampled_from(["", "¶1", "¶2"]),
                        },
                        optional={"remark": st.text(alphabet="原话", max_size=4)},
                    ),
                    unique_by=lambda part: (part["source"], part["locator"]),
                    max_size=3,
                ),
            },
        ),
        min_size=1,
        max_size=6,
    )

    @given(edits=edits, point=st.integers(min_value=0))
    @settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])
    def test_any_point_comes_back(self, edits, point):
        user = make_user()
        for slug in ("t1", "t2", "t3"):
            make_topic(slug=slug)
        for slug in ("p1", "p2"):
            make_policy(slug=slug)
        for slug in ("s1", "s2"):
            make_source(slug=slug)
        entry = make_milestone()
        record_revision(entry, by=user)
        table = table_of(Milestone)
        for edit in edits:
            table.apply(reload(entry), edit)
            record_revision(entry, by=user)
        kept = list(Revision.objects.for_record(entry).applied())
        chosen = kept[point % len(kept)]
        restore_revision(chosen, by=user)
        assert whole(entry) == chosen.content


def test_what_a_revision_names_is_found_under_its_new_address():
    topic, source, plan = make_topic(slug="optical"), make_source(slug="paper"), make_policy(slug="plan")
    goal = make_goal(title="初稿", topics=[topic], declared_by=plan)
    citation, user = make_citation(goal, source=source, locator="¶1"), make_user()
    first = record_revision(goal, by=user)
    goal.title = "改稿"
    goal.save()
    record_revision(goal, by=user)
    for record in (topic, source, plan):
        renamed(record, f"{record.slug}-moved")
    restore_revision(first, by=user)
    goal = reload(goal)
    assert (goal.title, goal.declared_by.slug) == ("初稿", "plan-moved")
    assert list(goal.topics.all()) == [topic]
    assert goal.citations.get() == citation


def deleted(entry):
    delete_draft(entry, by=make_user())
    return next(gone for gone in deleted_drafts(type(entry)) if gone.record == entry.pk)


@pytest.mark.parametrize("move_on", [False, True])
def test_a_draft_comes_back_at_another_address_where_its_own_was_taken(move_on):
    entry = make_milestone(slug="launch", title="启动")
    gone = deleted(entry)
    taker = make_policy(slug="launch")
    if move_on:
        renamed(taker, "plan")
    restore_revision(gone, by=gone.created_by)
    back = Milestone.objects.get(pk=entry.pk)
    assert (back.slug, back.title) == ("launch-2", "启动")
    assert whole(back) == gone.content | {"slug": "launch-2"}


def test_a_draft_comes_back_without_what_is_gone():
    kept, lost = make_topic(slug="kept"), make_topic(slug="lost", published=False)
    plan, paper, book = make_policy(), make_source(slug="paper", published=False), make_source(slug="book")
    goal = make_goal(topics=[kept, lost], declared_by=plan)
    make_citation(goal, source=paper, locator="¶1")
    make_citation(goal, source=book, locator="¶2")
    make_assessment(goal, source=paper)
    gone = deleted(goal)
    for record in (lost, plan, paper):
        record.delete()
    answer = restore_revision(gone, by=gone.created_by)
    back = answer.record
    assert [*answer.left_out] == ["declared_by", "topics", "citations", "assessment_citations", "assessments"]
    assert answer.left_out["topics"] == ["lost"]
    assert list(back.topics.all()) == [kept]
    assert back.declared_by is None
    assert [citation.source for citation in back.citations.all()] == [book]
    assert not back.assessments.exists()
    assert not back.assessment_citations.exists()


def test_a_draft_does_not_come_back_without_what_it_cannot_be_without():
    area = make_area(published=False)
    designation = make_designation(designee=area)
    gone = deleted(designation)
    area.delete()
    assert [*restore_revision(gone, by=gone.created_by).messages] == ["designee"]
    assert not Entry.objects.exists()


def test_a_working_copy_is_restored_without_what_is_gone():
    entry = make_milestone(published=True)
    topic = make_topic(slug="fibre", published=False)
    row = table_of_record(entry).whole_row_of(entry)
    user = make_user()
    save_working_copy(entry, row | {"topics": ["fibre"], "title": "改题"}, by=user)
    discard_working_copy(entry, by=user, comment="重复")
    topic.delete()
    revised = Revision.objects.for_record(entry).get(applied=False)
    assert restore_revision(revised, by=make_user()).left_out == {"topics": ["fibre"]}
    copy = find_working_copy(entry).content
    assert (copy["title"], copy["topics"]) == ("改题", [])


def test_a_restoration_is_previewed_and_writes_nothing(django_assert_num_queries):
    topic, user = make_topic(slug="lost", published=False), make_user()
    entry = make_milestone(title="旧", topics=[topic])
    first = record_revision(entry, by=user)
    entry.topics.clear()
    entry.title = "新"
    entry.save()
    record_revision(entry, by=user)
    topic.delete()
    with CaptureQueriesContext(connection) as queries:
        restoration = preview_restoration(first)
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    assert (restoration.row["title"], restoration.row["topics"]) == ("旧", [])
    assert (restoration.left_out, restoration.errors, restoration.taken_slug) == (
        {"topics": ["lost"]},
        {},
        "",
    )


def test_a_relation_to_a_deleted_policy_and_a_goal_declared_by_one_come_back_without_it():
    plan, user = make_policy(slug="plan"), make_user()
    policy, goal = make_policy(), make_goal(declared_by=plan)
    make_relation(policy, "implements", plan)
    firsts = [record_revision(entry, by=user) for entry in (policy, goal)]
    policy.relations.all().delete()
    goal.declared_by = None
    goal.save()
    for entry in (policy, goal):
        record_revision(entry, by=user)
    plan.delete()
    relations, declared = (restore_revision(first, by=user).left_out for first in firsts)
    assert [relation["to"] for relation in relations["relations"]] == ["plan"]
    assert declared == {"declared_by": "plan"}
    assert whole(policy)["relations"] == []


@pytest.mark.parametrize("published", [False, True])
def test_an_entry_keeps_its_slug_where_another_has_the_former_one(published):
    entry, user = make_milestone(slug="launch", title="旧"), make_user()
    first = record_revision(entry, by=user)
    FormerAddress.objects.all().delete()
    Milestone.objects.filter(pk=entry.pk).update(slug="start")
    make_policy(slug="launch")
    entry = reload(entry)
    if published:
        make_citation(entry)
        first.content = whole(entry) | {"slug": "launch"}
        first.save()
        entry.publish(by=user)
    else:
        record_revision(entry, by=user)
    assert preview_restoration(first).taken_slug == "launch"
    answer = restore_revision(first, by=user)
    assert answer.revision is None or answer.revision.content["slug"] == "start"
    assert reload(entry).slug == "start"


@pytest.mark.parametrize("published", [False, True])
def test_what_cannot_be_saved_any_more_is_named_by_column_and_nothing_is_written(published):
    source, user = make_source(), make_user()
    entry = make_policy(title="今", published=published)
    citation = table_of_record(make_cited(entry, source)).whole_row_of(entry)["citations"][0]
    row = whole(entry) | {"title": "昔", "validity": "ended", "date": "2013-99"}
    revision = revision_with(entry, row, user)
    before = whole(entry)
    answer = restore_revision(revision, by=user)
    assert {*answer.messages} == {"validity", "date"}
    revision.content = whole(entry) | {"citations": [citation | {"quotation": "字" * 61}]}
    revision.save()
    answer = restore_revision(revision, by=user)
    assert [*answer.messages] == ["citations"]
    assert str(Citation._meta.get_field("quotation").verbose_name) in answer.reasons[0]
    assert whole(entry) == before
    assert find_working_copy(entry) is None


def make_cited(entry, source):
    make_citation(entry, source=source, locator="¶9")
    return entry


def test_restoring_many_citations_of_a_deleted_source_takes_the_queries_of_few():
    user, entry = make_user(), make_milestone()
    kept = make_source()
    make_citation(entry, source=kept)
    row = whole(entry)
    citation = row["citations"][0]
    counts = []
    for size in (3, 60):
        gone = [citation | {"source": f"gone-{number}"} for number in range(size)]
        revision = revision_with(entry, row | {"citations": [citation, *gone]}, user)
        with CaptureQueriesContext(connection) as queries:
            assert len(preview_restoration(revision).left_out["citations"]) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
