"""Working copies: public entries stay unchanged, and no concurrent changes are lost."""

import pytest

from tests.copies import schedule
from tests.editing.entries import actions, renamed, whole
from tests.factories import (
    make_area,
    make_editor,
    make_goal,
    make_milestone,
    make_organization,
    make_policy,
    make_source,
    make_topic,
    make_user,
)
from timeline.editing.answers import Conflict, Saved
from timeline.editing.conflicts import MINE, THEIRS
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import record_revision, reload, table_of_record
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    save_working_copy,
    working_copies_naming,
)
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Milestone, Policy, Revision
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError

pytestmark = pytest.mark.django_db


def test_a_working_copy_leaves_the_public_page_byte_for_byte(client):
    entry = make_policy(title="公开的题名", published=True)
    before = client.get(entry.get_absolute_url()).content
    save_working_copy(entry, whole(entry) | {"title": "修订的题名"}, by=make_user())
    assert client.get(entry.get_absolute_url()).content == before
    perform_copy_transition(entry, "publish", by=make_user(), comment="更正题名")
    assert "修订的题名" in client.get(entry.get_absolute_url()).content.decode()
    last = Revision.objects.for_record(entry).applied().last()
    assert (last.action, last.comment) == ("revised", "更正题名")
    assert find_working_copy(entry) is None


def test_an_entry_has_one_working_copy():
    entry = make_policy(published=True)
    for title in ("一", "二"):
        save_working_copy(entry, whole(entry) | {"title": title}, by=make_user())
    assert Revision.objects.for_record(entry).working_copies().get().content["title"] == "二"


def test_a_working_copy_that_is_let_go_stays_in_the_history_and_can_be_taken_up_again():
    entry, user = make_policy(title="公开的题名", published=True), make_user()
    copy = save_working_copy(entry, whole(entry) | {"title": "修订"}, by=user)
    discard_working_copy(entry, by=user, comment="重复")
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
    perform_copy_transition(entry, "publish", by=reviewer)
    kept = Revision.objects.for_record(entry).by_number()
    assert [(one.title, one.created_by, one.applied) for one in kept][-3:] == [
        ("甲写的", first, False),
        ("乙改的", second, False),
        ("乙改的", reviewer, True),
    ]


def test_what_says_what_is_public_already_is_no_working_copy():
    entry = make_policy(published=True)
    assert save_working_copy(entry, whole(entry), by=make_user()) is None
    assert find_working_copy(entry) is None


def test_a_working_copy_does_not_take_back_what_was_changed_beside_it(folder):
    entry, user = make_milestone(slug="launch", title="原题", summary="原摘要", published=True), make_user()
    record_revision(entry, by=user, action=Action.RESTORED)
    save_working_copy(entry, whole(entry) | {"title": "修订的题"}, by=user)
    import_files([folder(milestones="- {slug: launch, summary: 更正的摘要}")], by=user, publish=True)
    conflict = perform_copy_transition(entry, "publish", by=user)
    assert isinstance(conflict, Conflict)
    assert conflict.with_public_text
    assert {column.name: column.side for column in conflict.columns} == {"title": MINE, "summary": THEIRS}
    assert find_working_copy(entry)
    assert Milestone.objects.get().summary == "更正的摘要"
    merged = whole(entry) | {"title": "修订的题"}
    save_working_copy(entry, merged, by=user, rebase=True)
    perform_copy_transition(entry, "publish", by=user)
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("修订的题", "更正的摘要")


def test_a_working_copy_is_published_only_as_it_was_read():
    entry, user = make_policy(published=True), make_user()
    read = save_working_copy(entry, whole(entry) | {"title": "甲"}, by=user).number
    save_working_copy(entry, whole(entry) | {"title": "乙"}, by=user)
    for answer in (
        perform_copy_transition(entry, "publish", by=user, seen_number=read),
        discard_working_copy(entry, by=user, comment="重复", seen_number=read),
    ):
        (reason,) = answer.reasons
        assert "修订稿已被改动" in reason
    assert find_working_copy(entry).content["title"] == "乙"


def test_a_working_copy_that_may_not_be_public_is_refused_with_every_reason():
    policy = make_policy(published=True)
    make_policy(slug="hidden", title="未公开的")
    row = whole(policy) | {"relations": [{"type": "implements", "to": "hidden"}]}
    save_working_copy(policy, row, by=make_user())
    assert [*perform_copy_transition(policy, "publish", by=make_user()).messages] == ["relations"]
    assert not policy.relations.exists()
    assert find_working_copy(policy) is not None


def test_nobody_publishes_a_working_copy_of_their_own(settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    entry, author, reviewer = make_policy(published=True), make_user(), make_user()
    save_working_copy(entry, whole(entry) | {"title": "甲"}, by=author)
    save_working_copy(entry, whole(entry) | {"title": "乙"}, by=make_user())
    (reason,) = perform_copy_transition(entry, "publish", by=author).reasons
    assert "自己" in reason
    perform_copy_transition(entry, "publish", by=reviewer)
    assert Policy.objects.get().title == "乙"


def test_what_was_withdrawn_is_corrected_in_a_working_copy_and_published_again():
    entry, user = make_milestone(title="有误的题", published=True), make_user()
    entry.withdraw(by=user, comment="题名有误")
    save_working_copy(entry, whole(entry) | {"title": "更正的题"}, by=user)
    with pytest.raises(NotPublishableError, match="修订稿"):
        reload(entry).publish(by=user)
    perform_copy_transition(entry, "publish", by=user)
    assert Milestone.objects.get().status == "withdrawn"
    reload(entry).publish(by=user)
    assert Milestone.objects.published().get().title == "更正的题"


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
    assert [citation.locator for citation in seen.citations.all()] == ["¶9"]
    assert whole(entry) == before


def test_what_a_working_copy_names_is_found_under_its_new_address():
    topic, user = make_topic(slug="optical"), make_user()
    entry = make_milestone(topics=[topic], published=True)
    save_working_copy(entry, whole(entry) | {"title": "修订"}, by=user)
    renamed(topic, "fibre")
    shown = table_of(Milestone).preview_as(entry.pk, find_working_copy(entry).content)
    assert list(shown.topics.all()) == [topic]
    perform_copy_transition(entry, "publish", by=user)
    assert list(Milestone.objects.get().topics.all()) == [topic]


def test_a_working_copy_that_wants_a_former_address_is_still_shown():
    other = make_policy(slug="wanted")
    entry = make_milestone(slug="launch", published=True)
    renamed(other, "elsewhere")
    shown = table_of(Milestone).preview_as(entry.pk, whole(entry) | {"slug": "wanted", "title": "修订"})
    assert (shown.slug, shown.title) == ("launch", "修订")


def test_what_working_copies_name_is_found_by_present_and_former_slugs_and_not_by_words():
    topic, other = make_topic(slug="fibre"), make_topic(slug="optic")
    namesake = make_area(slug="fibre")
    entry, user = make_milestone(published=True), make_user()
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"topics": ["fibre"]}, by=user)
    words = make_milestone(published=True)
    spoken = table_of_record(words).whole_row_of(words) | {"title": "optic", "summary": '"optic"'}
    save_working_copy(words, spoken, by=user)
    renamed(topic, "glass")
    assert [copy.record for copy in working_copies_naming([topic, other], 5)] == [entry.pk]
    for unnamed in (other, namesake, make_source()):
        assert working_copies_naming([unnamed], 5) == []
    assert working_copies_naming([], 5) == []


def test_records_of_every_kind_that_a_working_copy_names_are_found():
    source, plan, organization = make_source(), make_policy(), make_organization()
    entry, goal, user = make_policy(published=True), make_goal(published=True), make_user()
    row = table_of_record(entry).whole_row_of(entry)
    relation = {"type": "implements", "to": plan.slug, "change": "", "change_en": ""}
    citation = row["citations"][0] | {"source": source.slug}
    changes = {"relations": [relation], "citations": [citation], "issuers": [organization.slug]}
    save_working_copy(entry, row | changes, by=user)
    declared = table_of_record(goal).whole_row_of(goal) | {"declared_by": plan.slug}
    save_working_copy(goal, declared, by=user)
    for record in (source, organization):
        assert [copy.record for copy in working_copies_naming([record], 5)] == [entry.pk]
    assert [copy.record for copy in working_copies_naming([plan], 5)] == [entry.pk, goal.pk]
    assert len(working_copies_naming([plan], 1)) == 1


def test_many_working_copies_are_searched_with_the_queries_of_few(django_assert_num_queries):
    topic, user = make_topic(), make_user()
    for _number in range(8):
        entry = make_milestone(published=True)
        row = table_of_record(entry).whole_row_of(entry)
        save_working_copy(entry, row | {"topics": [topic.slug]}, by=user)
    with django_assert_num_queries(2):
        assert len(working_copies_naming([topic], 5)) == 5


def test_a_scheduled_copy_names_records_although_another_was_begun_over_it():
    user, topic = make_editor(), make_topic()
    entry = make_milestone(published=True)
    record_revision(entry, by=user)
    save_working_copy(entry, whole(entry) | {"topics": [topic.slug]}, by=user)
    schedule(entry, user)
    save_working_copy(entry, whole(entry) | {"topics": [], "title": "另改"}, by=user)
    assert [copy.record for copy in working_copies_naming([topic], 5)] == [entry.pk]
    save_working_copy(entry, whole(entry) | {"topics": [topic.slug]}, by=user)
    assert len(working_copies_naming([topic], 5)) == 1


def test_what_was_changed_without_a_revision_gets_one_before_a_working_copy_rests_on_it():
    """Once: the next working copy rests on the same one. What is in conflict already is resolved once more."""
    user, entry = make_editor(), make_milestone(title="原题", published=True)
    record_revision(entry, by=user)
    save_working_copy(entry, whole(entry) | {"summary": "先前"}, by=user)
    table_of(type(entry)).apply(entry, whole(entry) | {"title": "直接改的"})
    assert isinstance(perform_copy_transition(entry, "publish", by=user), Conflict)
    save_working_copy(entry, whole(entry) | {"summary": "新的"}, by=user, rebase=True)
    discard_working_copy(entry, by=user, comment="再来")
    save_working_copy(entry, whole(entry) | {"summary": "新的"}, by=user)
    assert isinstance(perform_copy_transition(entry, "publish", by=user), Saved)
    states = Revision.objects.for_record(entry).applied()
    assert [(one.action, one.title) for one in states] == [
        ("published", "原题"), ("saved", "直接改的"), ("discarded", "直接改的"), ("revised", "直接改的"),
    ]  # fmt: skip
