"""Saving without a request: what is written, what is answered, and that nothing is half-done."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories as make
from tests.editing.entries import actions, whole
from timeline.editing import saving
from timeline.editing.answers import Conflict, Refused, Saved, Unchanged
from timeline.editing.comparison import row_digest
from timeline.editing.conflicts import BOTH, MINE, THEIRS
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.saving import Edit
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Milestone, Policy, Revision, Topic
from timeline.rows.tables import table_of
from timeline.workflow import TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TABLE = table_of(Milestone)


@pytest.fixture
def user():
    return make.make_user()


@pytest.fixture
def entry(user):
    entry = make.make_milestone(title="原题", summary="原摘要")
    make.make_citation(entry, locator="¶1")
    record_revision(entry, by=user)
    return entry


def save(entry, user, base=None, edit=None, **changed):
    base = base or whole(entry)
    edit = edit or Edit(user)
    return saving.save(table_of(type(entry)), entry.pk, base=base, row=base | changed, edit=edit)


def pressed(user, name, entry=None, comment="", **inputs):
    newest = Revision.objects.for_record(entry).by_number().last() if entry else None
    return Edit(user, comment, TRANSITIONS[name], inputs, newest.number if newest else 0)


def stored(entry):
    return Milestone.objects.get(pk=entry.pk)


# A change


def test_a_change_is_saved_with_one_revision(entry, user):
    answer = save(entry, user, edit=Edit(user, "核对"), title="改题")
    assert isinstance(answer, Saved)
    assert (answer.record, answer.revision.comment, answer.is_working_copy) == (entry, "核对", False)
    assert stored(entry).title == "改题"
    assert actions(entry) == ["saved", "saved"]


def test_what_is_saved_without_a_change_leaves_a_revision_only_for_its_comment(entry, user):
    changed_at = stored(entry).changed_at
    assert save(entry, user).revision is None
    assert save(entry, user, edit=Edit(user, "等原件")).revision.comment == "等原件"
    assert stored(entry).changed_at == changed_at
    assert actions(entry) == ["saved", "saved"]


def test_parts_are_matched_by_key_so_that_what_is_not_changed_stays_the_same_record(entry, user):
    kept = entry.citations.get()
    citations = whole(entry)["citations"]
    save(entry, user, citations=[*citations, citations[0] | {"locator": "¶2"}])
    assert [one.locator for one in entry.citations.order_by("locator")] == ["¶1", "¶2"]
    assert kept in entry.citations.all()


def test_a_change_over_another_is_a_conflict_and_writes_nothing(entry, user):
    base = whole(entry)
    save(entry, user, title="对方的题")
    answer = save(entry, user, base, summary="我的摘要")
    assert isinstance(answer, Conflict)
    assert (answer.base, answer.theirs["title"], answer.mine["summary"]) == (base, "对方的题", "我的摘要")
    assert {column.name: column.side for column in answer.columns} == {"title": THEIRS, "summary": MINE}
    assert (stored(entry).title, stored(entry).summary) == ("对方的题", "原摘要")


def test_what_somebody_else_saved_just_so_is_there_already(entry, user):
    base = whole(entry)
    for is_repeated in (False, True):
        answer = save(entry, user, base, title="改题")
        assert isinstance(answer, Unchanged) is is_repeated
    assert answer.is_repeated
    assert actions(entry) == ["saved", "saved"]


def test_a_draft_that_was_deleted_meanwhile_is_put_back_without_the_transition(entry, user):
    base, edit = whole(entry), pressed(user, "submit", entry)
    delete_draft(entry, by=user)
    answer = save(entry, user, base, edit=edit, title="改题")
    assert (answer.is_recreated, answer.transition) == (True, None)
    assert (stored(entry).title, stored(entry).status) == ("改题", "draft")
    assert stored(entry).citations.get().locator == "¶1"
    assert actions(entry) == ["saved", "deleted", "saved"]


def test_who_may_not_create_a_record_does_not_put_one_back(entry, user):
    base = whole(entry)
    delete_draft(entry, by=user)
    with pytest.raises(PermissionDenied):
        save(entry, user, base, edit=Edit(user, may_create=False))
    assert not Milestone.objects.exists()


def test_what_cannot_be_is_refused_beside_its_field(user):
    policy, other = make.make_policy(title="原题"), make.make_policy(slug="taken")
    refused = save(policy, user, effective_from="2019", effective_until="2016")
    assert isinstance(refused, Refused)
    assert [*refused.messages] == ["effective_until"]
    refused = save(policy, user, slug=other.slug)
    assert [*refused.messages] == ["slug"]
    assert whole(policy)["title"] == "原题"
    assert not Revision.objects.exists()


@pytest.mark.parametrize("make_one", [make.make_topic, make.make_source, make.make_chronicle])
def test_a_draft_of_any_record_is_saved_and_compared_alike(user, make_one):
    record = make_one(title="原题", published=False)
    table = table_of(type(record))
    base = table.whole_row_of(record)
    edit = Edit(user)
    answer = saving.save(table, record.pk, base=base, row=base | {"title": "改题"}, edit=edit)
    assert (answer.is_working_copy, answer.revision.content["title"]) == (False, "改题")
    assert isinstance(
        saving.save(table, record.pk, base=base, row=base | {"title": "我的题"}, edit=edit), Conflict
    )


# What is or was public


def test_a_change_of_what_is_public_is_a_working_copy(user):
    entry = make.make_milestone(title="公开的", published=True)
    answer = save(entry, user, edit=Edit(user, "补正"), title="修订的")
    assert (answer.is_working_copy, answer.revision) == (True, find_working_copy(entry))
    assert (stored(entry).title, find_working_copy(entry).content["title"]) == ("公开的", "修订的")
    assert save(entry, user, find_working_copy(entry).content) == Unchanged(entry)


def test_two_who_edit_one_working_copy_are_in_conflict(user):
    entry = make.make_milestone(title="公开的", published=True)
    base = whole(entry)
    save(entry, user, title="甲的修订")
    assert isinstance(save(entry, user, base, title="乙的修订"), Conflict)
    assert find_working_copy(entry).content["title"] == "甲的修订"


def test_a_working_copy_that_could_not_be_stored_is_refused(user):
    policy = make.make_policy(published=True)
    assert isinstance(save(policy, user, effective_from="2019", effective_until="2016"), Refused)
    assert isinstance(save(policy, user, citations=[]), Refused)
    assert find_working_copy(policy) is None


# With a transition


def test_a_transition_is_performed_with_what_is_saved_and_each_has_its_revision(entry, user):
    answer = save(entry, user, edit=pressed(user, "submit", entry, "请审"), title="改题")
    assert (answer.transition, answer.record.status) == (TRANSITIONS["submit"], "review")
    assert (stored(entry).title, stored(entry).status) == ("改题", "review")
    saved, submitted = Revision.objects.for_record(entry).applied()[1:]
    assert [(one.action, one.comment) for one in (saved, submitted)] == [
        ("saved", ""),
        ("submitted", "请审"),
    ]


def test_a_transition_that_is_refused_gives_every_reason_and_saves_nothing(user):
    policy = make.make_policy(title="原题")
    make.make_policy(slug="hidden")
    relations = [{"type": "implements", "to": "hidden"}]
    edit = pressed(user, "publish")
    refused = save(policy, user, edit=edit, title="改题", relations=relations)
    assert isinstance(refused, Refused)
    assert refused.messages.keys() >= {"citations", "relations"}
    assert whole(policy)["title"] == "原题"
    assert not policy.relations.exists()
    assert not Revision.objects.exists()


def test_a_transition_waits_until_the_newest_revision_was_read(entry, user):
    edit = pressed(user, "publish", entry)
    entry.submit(by=user)
    refused = save(entry, user, edit=edit, title="改题")
    assert refused.unread == Revision.objects.for_record(entry).by_number().last()
    assert (stored(entry).title, stored(entry).status) == ("原题", "review")


def test_a_transition_that_was_performed_with_the_same_form_is_not_performed_twice(entry, user):
    base = whole(entry)
    for _time in range(2):
        save(entry, user, base, edit=pressed(user, "submit", entry), title="改题")
    assert actions(entry) == ["saved", "saved", "submitted"]


def test_withdrawing_keeps_what_was_typed_as_a_working_copy(user):
    entry = make.make_milestone(title="公开的", published=True)
    answer = save(entry, user, edit=pressed(user, "withdraw", entry, "有误"), title="修订的")
    assert (answer.is_working_copy, answer.transition.name) == (True, "withdraw")
    assert (stored(entry).status, find_working_copy(entry).content["title"]) == ("withdrawn", "修订的")


# A new record


def create(user, token=None, edit=None, **given):
    row = TABLE.blank_row | {"title": "新题"} | given
    return saving.create(TABLE, row, token=token, edit=edit or Edit(user))


def test_a_new_record_gets_a_slug_from_its_title_and_a_revision(user):
    answer = create(user, edit=Edit(user, "起草"))
    assert (answer.record.slug, answer.revision.comment) == ("xin-ti", "起草")
    assert create(user).record.slug == "xin-ti-2"


def test_a_form_sent_twice_creates_one_record(user):
    token = uuid.uuid4()
    assert isinstance(create(user, token), Saved)
    assert create(user, token) == Unchanged(Milestone.objects.get(), is_repeated=True)
    assert actions(Milestone.objects.get()) == ["saved"]


def test_a_form_sent_again_with_more_changes_the_record_that_it_created(user):
    token = uuid.uuid4()
    entry = create(user, token).record
    answer = create(user, token, summary="再写的")
    assert (answer.record, answer.is_resubmission) == (entry, True)
    assert (stored(entry).summary, stored(entry).slug) == ("再写的", "xin-ti")


def test_a_form_sent_again_with_its_first_values_is_saved_as_well(user):
    token = uuid.uuid4()
    entry = create(user, token, summary="甲").record
    for summary in ("乙", "甲", "丙"):
        assert isinstance(create(user, token, summary=summary), Saved)
        assert stored(entry).summary == summary


def test_a_stale_form_with_a_transition_is_a_conflict_at_once(entry, user):
    base, edit = whole(entry), pressed(user, "submit", entry)
    save(entry, user, summary="对方改的")
    assert isinstance(save(entry, user, base, edit, summary="我改的"), Conflict)


def test_a_form_sent_again_overwrites_nobody(user):
    token = uuid.uuid4()
    entry = create(user, token).record
    save(entry, user, summary="对方改的")
    assert isinstance(create(user, token, summary="再写的"), Conflict)
    assert stored(entry).summary == "对方改的"


def test_a_form_sent_again_after_its_record_was_deleted_creates_another(user):
    token = uuid.uuid4()
    delete_draft(create(user, token).record, by=user)
    answer = create(user, token)
    assert answer.is_recreated
    assert create(user, token) == Unchanged(Milestone.objects.get(), is_repeated=True)


def test_a_transition_that_is_left_when_a_form_is_sent_again_is_performed_and_told(user):
    token = uuid.uuid4()
    entry = create(user, token).record
    answer = create(user, token, edit=pressed(user, "submit"))
    assert (answer.transition, answer.is_resubmission) == (TRANSITIONS["submit"], True)
    assert isinstance(create(user, token, edit=pressed(user, "submit")), Unchanged)
    assert actions(entry) == ["saved", "submitted"]


def test_a_merged_list_that_is_chosen_again_is_no_change(user):
    before, theirs, mine = make.make_topic(), make.make_topic(slug="c"), make.make_topic(slug="a")
    entry = make.make_milestone(topics=[before], published=True)
    base = whole(entry)
    save(entry, user, topics=[theirs.slug])
    resolve(entry, user, base, base | {"topics": [mine.slug]}, sides={"topics": BOTH})
    copy = find_working_copy(entry).content
    assert save(entry, user, copy, topics=["a", "c"]) == Unchanged(entry)


def test_a_new_record_whose_transition_is_refused_is_not_created(user):
    token = uuid.uuid4()
    refused = create(user, token, edit=pressed(user, "publish"))
    assert "citations" in refused.messages
    assert not Milestone.objects.exists()
    assert isinstance(create(user, token), Saved)


# A conflict, resolved


def resolve(record, user, base, mine, theirs=None, **kw):
    table = table_of(type(record))
    sides = kw.pop("sides")
    seen = row_digest(theirs or saving.editable_row(table, record))
    return saving.resolve(
        table, record.pk, base=base, mine=mine, seen=seen, sides=sides, edit=Edit(user, "合并"), **kw
    )


def test_of_a_conflict_what_was_chosen_is_saved(entry, user):
    base = whole(entry)
    save(entry, user, title="对方的题")
    mine = base | {"title": "我的题", "summary": "我的摘要"}
    answer = resolve(entry, user, base, mine, sides={"title": THEIRS, "summary": MINE})
    assert answer.revision.comment == "合并"
    assert (stored(entry).title, stored(entry).summary) == ("对方的题", "我的摘要")


def test_a_conflict_comes_again_until_every_column_is_chosen_of_what_is_stored(entry, user):
    base = whole(entry)
    save(entry, user, title="对方的题")
    seen = whole(entry)
    mine = base | {"title": "我的题"}
    assert isinstance(resolve(entry, user, base, mine, sides={}), Conflict)
    save(entry, user, title="第三人的题")
    again = resolve(entry, user, base, mine, seen, sides={"title": MINE})
    assert (type(again), again.theirs["title"]) == (Conflict, "第三人的题")
    assert stored(entry).title == "第三人的题"


def test_choices_that_contradict_each_other_are_shown_with_the_reason(user):
    policy = make.make_policy(title="原题")
    base = whole(policy)
    save(policy, user, effective_from="2019")
    mine = base | {"effective_until": "2016"}
    again = resolve(policy, user, base, mine, sides={"effective_from": THEIRS, "effective_until": MINE})
    assert isinstance(again, Conflict)
    assert "ceases before" in again.errors[0]
    assert Policy.objects.get().effective_until is None


def test_a_record_that_was_deleted_during_a_conflict_is_put_back(user):
    topic = make.make_topic(title="原题", published=False)
    table = table_of(Topic)
    base = table.whole_row_of(topic)
    key, mine = topic.pk, base | {"title": "我的题"}
    topic.delete()
    answer = saving.resolve(table, key, base=base, mine=mine, seen="", sides={}, edit=Edit(user))
    assert answer.is_recreated
    assert Topic.objects.get(pk=key).title == "我的题"


def test_a_working_copy_is_merged_with_the_public_text_and_then_based_on_it(user):
    entry = make.make_milestone(title="公开的", summary="原摘要", published=True)
    base = whole(entry)
    save_working_copy(entry, base | {"title": "修订的"}, by=user)
    TABLE.apply(stored(entry), {"summary": "导入的摘要"})
    record_revision(entry, by=user)
    conflict = Conflict(entry, base, whole(entry), find_working_copy(entry).content)
    assert {column.name: column.side for column in conflict.columns} == {"title": MINE, "summary": THEIRS}
    answer = resolve(
        entry, user, base, conflict.mine, conflict.theirs,
        sides={"title": MINE, "summary": THEIRS}, with_public_text=True,
    )  # fmt: skip
    copy = find_working_copy(entry)
    assert answer.is_working_copy
    assert (copy.content["title"], copy.content["summary"]) == ("修订的", "导入的摘要")
    assert copy.based_on == Revision.objects.for_record(entry).applied().last().number
