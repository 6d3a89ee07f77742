"""One revision for each thing done; comparison; restoring to any point; working copies that change nothing in public."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories import (
    FIXTURES,
    make_assessment,
    make_citation,
    make_goal,
    make_milestone,
    make_organization,
    make_policy,
    make_relation,
    make_source,
    make_topic,
    make_user,
)
from timeline import history
from timeline.exchange.importing import import_files
from timeline.models import Action, Entry, Goal, Milestone, Policy, Revision
from timeline.rows import table_of

pytestmark = pytest.mark.django_db


def whole(entry):
    return table_of(type(entry)).whole_row_of(history.specific(entry))


def actions(entry):
    return [revision.action for revision in Revision.objects.of(entry).applied()]


def test_recording_twice_what_did_not_change_keeps_one_revision():
    entry, user = make_milestone(), make_user()
    assert history.record(entry, by=user).number == 1
    assert history.record(entry, by=user) is None
    assert Revision.objects.count() == 1


def test_a_revision_keeps_lists_and_parts():
    policy = make_policy(issuers=[make_organization(slug="city")], topics=[make_topic(slug="data")])
    make_citation(policy, source=make_source(slug="paper"), locator="¶5")
    make_relation(policy, "implements", make_policy(slug="national"))
    row = history.record(policy, by=make_user()).row
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
    kept = [(r.action, r.by, r.why, r.standing) for r in Revision.objects.of(entry).applied()]
    assert kept == [
        ("submitted", editor, "请审", "review"),
        ("sent_back", reviewer, "缺英文", "draft"),
        ("submitted", editor, "", "review"),
        ("published", reviewer, "可以", "published"),
        ("withdrawn", reviewer, "有误", "withdrawn"),
    ]


def test_an_import_leaves_one_revision_for_each_entry_and_none_for_what_did_not_change():
    user = make_user()
    import_files([FIXTURES], by=user, publish=True)
    assert Revision.objects.count() == 44
    assert {revision.by for revision in Revision.objects.all()} == {user}
    import_files([FIXTURES], by=user)
    assert Revision.objects.count() == 44


def test_an_import_of_a_citation_is_a_revision_of_its_entry(folder):
    entry = make_milestone(slug="launch")
    make_source(slug="paper")
    import_files([folder(citations="- {entry: launch, source: paper}")], by=make_user())
    assert actions(entry) == ["imported"]


def test_a_comparison_is_by_characters():
    (difference,) = history.differences(
        "milestone", {"title": "宁波市智慧城市"}, {"title": "宁波智慧城市建设"}
    )
    assert [(piece.sign, piece.text) for piece in difference.pieces] == [
        ("=", "宁波"),
        ("-", "市"),
        ("=", "智慧城市"),
        ("+", "建设"),
    ]


def test_restoring_brings_back_columns_lists_and_parts():
    goal = make_goal(title="初稿", topics=[make_topic()], declared_by=make_policy(date="2010"), target="2020")
    source = make_source()
    make_citation(goal, source=source, locator="¶1", wording="原话")
    make_assessment(goal, source=source, note="评语")
    user = make_user()
    first = history.record(goal, by=user)
    goal = history.specific(goal)
    goal.title, goal.declared_by, goal.target = "改稿", None, None
    goal.save()
    goal.topics.clear()
    goal.citations.all().delete()
    goal.assessments.all().delete()
    history.record(goal, by=user)
    history.restore(first, by=user)
    assert whole(goal) == first.row
    assert actions(goal) == ["saved", "saved", "restored"]
    assert str(Goal.objects.get().place) == "2010"


def test_a_deleted_draft_is_recovered_with_its_history():
    entry, user = make_milestone(title="误删", topics=[make_topic()]), make_user()
    make_citation(entry, locator="¶3")
    history.record(entry, by=user)
    key, row = entry.pk, whole(entry)
    history.delete_draft(entry, by=user, why="重复")
    assert not Entry.objects.filter(pk=key).exists()
    (gone,) = history.deleted_drafts()
    assert (gone.title, gone.why) == ("误删", "重复")
    history.restore(gone, by=user)
    assert whole(Milestone.objects.get(pk=key)) == row
    assert history.deleted_drafts() == []
    assert actions(key) == ["saved", "deleted", "restored"]


def test_what_was_public_is_not_deleted_and_leaves_no_revision_of_a_deletion():
    entry = make_milestone(published=True)
    with pytest.raises(models.ProtectedError):
        history.delete_draft(entry, by=make_user())
    assert Action.DELETED not in actions(entry)


def test_what_was_restored_cannot_refer_to_what_is_gone():
    topic, user = make_topic(), make_user()
    entry = make_milestone(topics=[topic])
    first = history.record(entry, by=user)
    entry.topics.clear()
    history.record(entry, by=user)
    topic.delete()
    with pytest.raises(ValidationError, match=topic.slug):
        history.restore(first, by=user)
    assert actions(entry) == ["saved", "saved"]


def test_a_working_copy_leaves_the_public_page_byte_for_byte(client):
    entry = make_policy(title="公开的题名", published=True)
    before = client.get(entry.get_absolute_url()).content
    history.keep_working_copy(entry, whole(entry) | {"title": "修订的题名"}, by=make_user())
    assert client.get(entry.get_absolute_url()).content == before
    history.publish_working_copy(entry, by=make_user(), why="更正题名")
    assert "修订的题名" in client.get(entry.get_absolute_url()).content.decode()
    last = Revision.objects.of(entry).applied().last()
    assert (last.action, last.why) == ("revised", "更正题名")
    assert history.working_copy(entry) is None


def test_an_entry_has_one_working_copy():
    entry = make_policy(published=True)
    for title in ("一", "二"):
        history.keep_working_copy(entry, whole(entry) | {"title": title}, by=make_user())
    assert Revision.objects.of(entry).working_copies().get().row["title"] == "二"


def test_a_working_copy_that_is_let_go_leaves_nothing():
    entry = make_policy(title="公开的题名", published=True)
    history.keep_working_copy(entry, whole(entry) | {"title": "修订"}, by=make_user())
    history.discard_working_copy(entry)
    assert history.working_copy(entry) is None
    assert Policy.objects.get(pk=entry.pk).title == "公开的题名"


def test_restoring_a_public_entry_makes_a_working_copy():
    entry, user = make_policy(title="旧", published=True), make_user()
    history.record(entry, by=user)
    old = Revision.objects.of(entry).applied().last()
    history.keep_working_copy(entry, whole(entry) | {"title": "新"}, by=user)
    history.publish_working_copy(entry, by=user)
    history.restore(old, by=user)
    assert Policy.objects.get(pk=entry.pk).title == "新"
    assert history.working_copy(entry).row["title"] == "旧"


def test_what_is_only_looked_at_is_never_written():
    entry = make_policy(title="原", published=True)
    row = whole(entry) | {
        "title": "看",
        "citations": [{"source": make_source(slug="s").slug, "locator": "¶9"}],
    }
    before = whole(entry)
    with history.seen_as(entry, row) as seen:
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
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    def test_any_point_comes_back(self, edits, point):
        user = make_user()
        for slug in ("t1", "t2", "t3"):
            make_topic(slug=slug)
        for slug in ("p1", "p2"):
            make_policy(slug=slug)
        for slug in ("s1", "s2"):
            make_source(slug=slug)
        entry = make_milestone()
        history.record(entry, by=user)
        table = table_of(Milestone)
        for edit in edits:
            table.apply(history.specific(entry), edit)
            history.record(entry, by=user)
        kept = list(Revision.objects.of(entry).applied())
        chosen = kept[point % len(kept)]
        history.restore(chosen, by=user)
        assert whole(entry) == chosen.row
