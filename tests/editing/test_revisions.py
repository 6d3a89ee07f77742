"""One revision for each thing done; comparison; restoring to any point; working copies that change nothing in public."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.examples import examples
from tests.factories import (
    make_area,
    make_assessment,
    make_citation,
    make_designation,
    make_goal,
    make_milestone,
    make_organization,
    make_policy,
    make_relation,
    make_source,
    make_topic,
    make_user,
)
from timeline.editing import conflicts
from timeline.editing.comparison import compare_rows
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import delete_draft, deleted_drafts, record_revision, specific, table_of_entry
from timeline.editing.working_copies import (
    StaleWorkingCopyError,
    discard_working_copy,
    find_working_copy,
    publish_working_copy,
    save_working_copy,
)
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Entry, Goal, Milestone, Policy, Revision
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError

pytestmark = pytest.mark.django_db


def whole(entry):
    return table_of(type(entry)).whole_row_of(specific(entry))


def actions(entry):
    return [revision.action for revision in Revision.objects.for_entry(entry).applied()]


def test_recording_twice_what_did_not_change_keeps_one_revision():
    entry, user = make_milestone(), make_user()
    assert record_revision(entry, by=user).number == 1
    assert record_revision(entry, by=user) is None
    assert Revision.objects.count() == 1


def test_a_revision_keeps_lists_and_parts():
    policy = make_policy(issuers=[make_organization(slug="city")], topics=[make_topic(slug="data")])
    make_citation(policy, source=make_source(slug="paper"), locator="¶5")
    make_relation(policy, "implements", make_policy(slug="national"))
    row = record_revision(policy, by=make_user()).content
    assert row["issuers"] == ["city"]
    assert row["topics"] == ["data"]
    assert [(part["source"], part["locator"]) for part in row["citations"]] == [("paper", "¶5")]
    assert row["relations"] == [{"type": "implements", "to": "national"}]


def test_every_verb_leaves_one_revision_with_who_and_why():
    entry, editor, reviewer = make_milestone(), make_user(), make_user()
    make_citation(entry)
    entry.submit(by=editor, note="请审")
    entry.send_back(by=reviewer, reason="缺英文")
    entry.submit(by=editor)
    entry.publish(by=reviewer, note="可以")
    entry.withdraw(by=reviewer, reason="有误")
    kept = [
        (r.action, r.created_by, r.comment, r.status) for r in Revision.objects.for_entry(entry).applied()
    ]
    assert kept == [
        ("submitted", editor, "请审", "review"),
        ("sent_back", reviewer, "缺英文", "draft"),
        ("submitted", editor, "", "review"),
        ("published", reviewer, "可以", "published"),
        ("withdrawn", reviewer, "有误", "withdrawn"),
    ]


def test_an_import_leaves_one_revision_for_each_entry_and_none_for_what_did_not_change(folder):
    user = make_user()
    files = folder(
        sources="- {slug: board, title: 解读}",
        policies="- {slug: plan, title: 规划, document_type: plan, citations: [{source: board}]}",
        milestones="""
            - {slug: launch, title: 启动, policies: [plan], citations: [{source: board}]}
            - {slug: end, title: 结束, citations: [{source: board}]}
        """,
    )
    import_files([files], by=user, publish=True)
    assert Entry.objects.published().count() == Revision.objects.count() == 3
    assert {revision.created_by for revision in Revision.objects.all()} == {user}
    import_files([files], by=user)
    assert Revision.objects.count() == 3


def test_an_import_of_a_citation_is_a_revision_of_its_entry(folder):
    entry = make_milestone(slug="launch")
    make_source(slug="paper")
    import_files([folder(citations="- {entry: launch, source: paper}")], by=make_user())
    assert actions(entry) == ["saved", "imported"]


def test_a_comparison_is_by_characters():
    table = table_of(Milestone)
    (difference,) = compare_rows(table, {"title": "宁波市智慧城市"}, {"title": "宁波智慧城市建设"})
    assert [(piece.sign, piece.text) for piece in difference.segments] == [
        ("=", "宁波"),
        ("-", "市"),
        ("=", "智慧城市"),
        ("+", "建设"),
    ]


def test_a_comparison_names_records_by_their_titles():
    table = table_of(Policy)
    make_topic(slug="yi", title="医疗")
    make_topic(slug="jiao", title="教育")
    make_source(slug="ribao", title="宁波日报")
    old = {"topics": ["yi"], "citations": []}
    new = {"topics": ["jiao", "yi", "gone"], "citations": [{"source": "ribao", "locator": "第1版"}]}
    topics, citations = compare_rows(table, old, new)
    assert (topics.old, topics.new) == ("医疗", "教育、医疗、gone")
    assert (citations.old, citations.new) == ("", "宁波日报 · 第1版")


def test_a_comparison_tells_records_of_one_title_apart():
    table = table_of(Policy)
    make_topic(slug="yi", title="医疗")
    make_topic(slug="er", title="医疗")
    old, mine = {"topics": ["yi"]}, {"topics": ["er"]}
    (difference,) = compare_rows(table, old, mine)
    assert (difference.old, difference.new) == ("医疗 (yi)", "医疗 (er)")
    (column,) = conflicts.three_way_merge(table, {"topics": []}, old, mine)
    assert column.base == ""


def test_a_comparison_says_choices_of_parts_in_words():
    old, new = {"relations": []}, {"relations": [{"type": "implements", "to": "gone"}]}
    (difference,) = compare_rows(table_of(Policy), old, new)
    assert "implements" not in difference.new


def test_restoring_brings_back_columns_lists_and_parts():
    goal = make_goal(title="初稿", topics=[make_topic()], declared_by=make_policy(date="2010"), target="2020")
    source = make_source()
    make_citation(goal, source=source, locator="¶1", wording="原话")
    make_assessment(goal, source=source, note="评语")
    user = make_user()
    first = record_revision(goal, by=user)
    goal = specific(goal)
    goal.title, goal.declared_by, goal.target = "改稿", None, None
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
    (gone,) = deleted_drafts()
    assert (gone.title, gone.comment) == ("误删", "重复")
    restore_revision(gone, by=user)
    assert whole(Milestone.objects.get(pk=key)) == row
    assert deleted_drafts() == []
    assert actions(key) == ["saved", "deleted", "restored"]


def test_what_was_public_is_not_deleted_and_leaves_no_revision_of_a_deletion():
    entry = make_milestone(published=True)
    with pytest.raises(models.ProtectedError):
        delete_draft(entry, by=make_user())
    assert Action.DELETED not in actions(entry)


def test_what_was_restored_cannot_refer_to_what_is_gone():
    topic, user = make_topic(), make_user()
    entry = make_milestone(topics=[topic])
    first = record_revision(entry, by=user)
    entry.topics.clear()
    record_revision(entry, by=user)
    topic.delete()
    with pytest.raises(ValidationError, match=topic.slug):
        restore_revision(first, by=user)
    assert actions(entry) == ["saved", "saved"]


def test_a_working_copy_leaves_the_public_page_byte_for_byte(client):
    entry = make_policy(title="公开的题名", published=True)
    before = client.get(entry.get_absolute_url()).content
    save_working_copy(entry, whole(entry) | {"title": "修订的题名"}, by=make_user())
    assert client.get(entry.get_absolute_url()).content == before
    publish_working_copy(entry, by=make_user(), comment="更正题名")
    assert "修订的题名" in client.get(entry.get_absolute_url()).content.decode()
    last = Revision.objects.for_entry(entry).applied().last()
    assert (last.action, last.comment) == ("revised", "更正题名")
    assert find_working_copy(entry) is None


def test_an_entry_has_one_working_copy():
    entry = make_policy(published=True)
    for title in ("一", "二"):
        save_working_copy(entry, whole(entry) | {"title": title}, by=make_user())
    assert Revision.objects.for_entry(entry).working_copies().get().content["title"] == "二"


def test_a_working_copy_that_is_let_go_stays_in_the_history_and_can_be_taken_up_again():
    entry, user = make_policy(title="公开的题名", published=True), make_user()
    copy = save_working_copy(entry, whole(entry) | {"title": "修订"}, by=user)
    discard_working_copy(entry, by=user)
    assert find_working_copy(entry) is None
    assert Policy.objects.get(pk=entry.pk).title == "公开的题名"
    assert actions(entry)[-1] == "discarded"
    restore_revision(copy, by=user)
    assert find_working_copy(entry).content["title"] == "修订"


def test_every_hand_in_a_working_copy_is_kept():
    entry, first, second, reviewer = make_policy(published=True), make_user(), make_user(), make_user()
    save_working_copy(entry, whole(entry) | {"title": "甲写的"}, by=first)
    save_working_copy(entry, whole(entry) | {"title": "乙改的"}, by=second)
    assert save_working_copy(entry, whole(entry) | {"title": "乙改的"}, by=reviewer) is None
    publish_working_copy(entry, by=reviewer)
    kept = Revision.objects.for_entry(entry).by_number()
    assert [(one.title, one.created_by, one.applied) for one in kept][-3:] == [
        ("甲写的", first, False),
        ("乙改的", second, False),
        ("乙改的", reviewer, True),
    ]


def test_what_says_what_is_public_already_is_no_working_copy():
    entry = make_policy(published=True)
    assert save_working_copy(entry, whole(entry), by=make_user()) is None
    assert find_working_copy(entry) is None


def test_restoring_never_replaces_a_working_copy():
    entry, user = make_policy(published=True), make_user()
    first = record_revision(entry, by=user, action=Action.RESTORED)
    save_working_copy(entry, whole(entry) | {"title": "别人的修订"}, by=user)
    with pytest.raises(ValidationError, match="已有修订稿"):
        restore_revision(first, by=user)
    assert find_working_copy(entry).content["title"] == "别人的修订"


def test_a_working_copy_does_not_take_back_what_was_changed_beside_it(folder):
    entry, user = make_milestone(slug="launch", title="原题", summary="原摘要", published=True), make_user()
    record_revision(entry, by=user, action=Action.RESTORED)
    save_working_copy(entry, whole(entry) | {"title": "修订的题"}, by=user)
    import_files([folder(milestones="- {slug: launch, summary: 更正的摘要}")], by=user, publish=True)
    with pytest.raises(StaleWorkingCopyError):
        publish_working_copy(entry, by=user)
    assert Milestone.objects.get().summary == "更正的摘要"
    merged = whole(entry) | {"title": "修订的题"}
    save_working_copy(entry, merged, by=user, rebase=True)
    publish_working_copy(entry, by=user)
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("修订的题", "更正的摘要")


def test_a_working_copy_is_published_only_as_it_was_read():
    entry, user = make_policy(published=True), make_user()
    read = save_working_copy(entry, whole(entry) | {"title": "甲"}, by=user).number
    save_working_copy(entry, whole(entry) | {"title": "乙"}, by=user)
    with pytest.raises(ValidationError, match="修订稿已被改动"):
        publish_working_copy(entry, by=user, expected_number=read)


def test_a_working_copy_that_may_not_be_public_is_refused_with_every_reason():
    policy = make_policy(published=True)
    make_policy(slug="hidden", title="未公开的")
    row = whole(policy) | {"relations": [{"type": "implements", "to": "hidden"}]}
    save_working_copy(policy, row, by=make_user())
    with pytest.raises(NotPublishableError) as refusal:
        publish_working_copy(policy, by=make_user())
    assert [objection.field for objection in refusal.value.objections] == ["relations"]
    assert not policy.relations.exists()
    assert find_working_copy(policy) is not None


def test_nobody_publishes_a_working_copy_of_their_own(settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    entry, author, reviewer = make_policy(published=True), make_user(), make_user()
    save_working_copy(entry, whole(entry) | {"title": "甲"}, by=author)
    save_working_copy(entry, whole(entry) | {"title": "乙"}, by=make_user())
    with pytest.raises(NotPublishableError, match="自己"):
        publish_working_copy(entry, by=author)
    publish_working_copy(entry, by=reviewer)
    assert Policy.objects.get().title == "乙"


def test_what_was_withdrawn_is_corrected_in_a_working_copy_and_published_again():
    entry, user = make_milestone(title="有误的题", published=True), make_user()
    entry.withdraw(by=user, reason="题名有误")
    save_working_copy(entry, whole(entry) | {"title": "更正的题"}, by=user)
    with pytest.raises(NotPublishableError, match="修订稿"):
        specific(entry).publish(by=user)
    publish_working_copy(entry, by=user)
    assert Milestone.objects.get().status == "withdrawn"
    specific(entry).publish(by=user)
    assert Milestone.objects.published().get().title == "更正的题"


def test_a_draft_that_is_not_to_be_public_after_all_takes_the_text_of_its_working_copy():
    entry, author, reviewer = make_milestone(title="原题"), make_user(), make_user()
    make_citation(entry)
    entry.publish(by=reviewer, now=timezone.now() + datetime.timedelta(days=1))
    save_working_copy(entry, whole(entry) | {"title": "改题"}, by=author, comment="补正")
    entry.withdraw(by=reviewer, reason="暂缓")
    assert (Milestone.objects.get().title, Milestone.objects.get().status) == ("改题", "draft")
    assert find_working_copy(entry) is None
    last = Revision.objects.for_entry(entry).applied().last()
    assert (last.created_by, last.comment, last.action) == (author, "补正", "saved")


def test_restoring_a_public_entry_makes_a_working_copy():
    entry, user = make_policy(title="旧", published=True), make_user()
    record_revision(entry, by=user)
    old = Revision.objects.for_entry(entry).applied().last()
    save_working_copy(entry, whole(entry) | {"title": "新"}, by=user)
    publish_working_copy(entry, by=user)
    restore_revision(old, by=user)
    assert Policy.objects.get(pk=entry.pk).title == "新"
    assert find_working_copy(entry).content["title"] == "旧"


def test_what_is_only_looked_at_is_never_written():
    entry = make_policy(title="原", published=True)
    row = whole(entry) | {
        "title": "看",
        "citations": [{"source": make_source(slug="s").slug, "locator": "¶9"}],
    }
    before = whole(entry)
    seen = table_of(Policy).preview_as(entry.pk, row)
    assert seen.title == "看"
    assert [citation.pk for citation in seen.citations.all()] == [-1]
    with table_of(Policy).preview_in_database(entry.pk, row) as seen:
        assert seen.title == "看"
        assert [citation.pk for citation in seen.citations.all()] == [-1]
    assert whole(entry) == before


class AnyHistory(TestCase):
    """Any sequence of edits, restored to any point, gives that point's row."""

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
                        optional={"wording": st.text(alphabet="原话", max_size=4)},
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
            table.apply(specific(entry), edit)
            record_revision(entry, by=user)
        kept = list(Revision.objects.for_entry(entry).applied())
        chosen = kept[point % len(kept)]
        restore_revision(chosen, by=user)
        assert whole(entry) == chosen.content


def renamed(record, slug):
    record.slug = slug
    record.save()


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
    goal = specific(goal)
    assert (goal.title, goal.declared_by.slug) == ("初稿", "plan-moved")
    assert list(goal.topics.all()) == [topic]
    assert goal.citations.get() == citation


def test_what_a_working_copy_names_is_found_under_its_new_address():
    topic, user = make_topic(slug="optical"), make_user()
    entry = make_milestone(topics=[topic], published=True)
    save_working_copy(entry, whole(entry) | {"title": "修订"}, by=user)
    renamed(topic, "fibre")
    shown = table_of(Milestone).preview_as(entry.pk, find_working_copy(entry).content)
    assert list(shown.topics.all()) == [topic]
    publish_working_copy(entry, by=user)
    assert list(Milestone.objects.get().topics.all()) == [topic]


def test_a_working_copy_that_wants_a_former_address_is_still_shown():
    other = make_policy(slug="wanted")
    entry = make_milestone(slug="launch", published=True)
    renamed(other, "elsewhere")
    shown = table_of(Milestone).preview_as(entry.pk, whole(entry) | {"slug": "wanted", "title": "修订"})
    assert (shown.slug, shown.title) == ("launch", "修订")


def test_another_order_of_the_topics_is_no_revision():
    first, second = make_topic(position=1), make_topic(position=2)
    entry, user = make_milestone(topics=[first, second]), make_user()
    record_revision(entry, by=user)
    first.position = 3
    first.save()
    assert record_revision(entry, by=user) is None


def deleted(entry):
    delete_draft(entry, by=make_user())
    return next(gone for gone in deleted_drafts() if gone.entry_id == entry.pk)


@pytest.mark.parametrize("move_on", [False, True])
def test_a_draft_comes_back_at_another_address_where_its_own_was_taken(move_on):
    entry = make_milestone(slug="launch", title="启动")
    gone = deleted(entry)
    taker = make_policy(slug="launch")
    if move_on:
        renamed(taker, "plan")
    restore_revision(gone, by=make_user())
    back = Milestone.objects.get(pk=entry.pk)
    assert (back.slug, back.title) == ("launch-2", "启动")
    assert whole(back) == gone.content | {"slug": "launch-2"}


def test_a_draft_comes_back_without_what_is_gone():
    kept, lost = make_topic(slug="kept"), make_topic(slug="lost")
    plan, paper, book = make_policy(), make_source(slug="paper"), make_source(slug="book")
    goal = make_goal(topics=[kept, lost], declared_by=plan)
    make_citation(goal, source=paper, locator="¶1")
    make_citation(goal, source=book, locator="¶2")
    make_assessment(goal, source=paper)
    gone = deleted(goal)
    for record in (lost, plan, paper):
        record.delete()
    back = restore_revision(gone, by=make_user())
    assert list(back.topics.all()) == [kept]
    assert back.declared_by is None
    assert [citation.source for citation in back.citations.all()] == [book]
    assert not back.assessments.exists()


def test_a_draft_does_not_come_back_without_what_it_cannot_be_without():
    area = make_area()
    designation = make_designation(designee=area)
    gone = deleted(designation)
    area.delete()
    with pytest.raises(ValidationError) as refusal:
        restore_revision(gone, by=make_user())
    assert list(refusal.value.message_dict) == ["designee"]
    assert not Entry.objects.exists()


def test_what_names_what_is_gone_is_not_restored_as_a_working_copy():
    entry = make_milestone(published=True)
    topic = make_topic(slug="fibre")
    row = table_of_entry(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"topics": ["fibre"]}, by=make_user())
    discard_working_copy(entry, by=make_user())
    topic.delete()
    revised = Revision.objects.for_entry(entry).get(applied=False)
    with pytest.raises(ValidationError, match="fibre"):
        restore_revision(revised, by=make_user())
    assert find_working_copy(entry) is None
