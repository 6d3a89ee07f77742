"""Concurrent actions of two editors, each with its own database connection, on PostgreSQL."""

# ruff: noqa: B023 (each function is called within its iteration)

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.test import Client

from tests import factories as make
from tests.forms import fields_of, texts_of
from tests.rules.meetings import (
    MEETINGS,
    SIMULTANEOUS,
    address,
    at_once,
    codes,
    done,
    drafts,
    opened,
    public_ones,
    save,
    story,
    until_all_wait,
    use,
    was_done,
    winner_and_loser,
)
from timeline.editing.revisions import delete_draft
from timeline.editing.working_copies import find_working_copy
from timeline.models import Milestone
from timeline.workflow import Status

pytestmark = SIMULTANEOUS

MINE = [
    {"title": "甲的题", "summary": "甲的摘要", "body": "甲的正文"},
    {"title": "乙的题", "summary": "乙的摘要", "body": "乙的正文"},
]


def test_of_two_who_save_a_draft_one_is_saved_and_the_other_sees_all_they_typed(ann, bob):
    for meet, entry in drafts():
        form = opened(ann, entry)
        answers = meet(
            entry, lambda: save(ann, entry, form, **MINE[0]), lambda: save(bob, entry, form, **MINE[1])
        )
        winner, loser = winner_and_loser(answers)
        assert story(entry) == ["saved", "saved"]
        assert Milestone.objects.get(pk=entry.pk).title == MINE[winner]["title"]
        page = answers[loser].content.decode()
        assert {*MINE[0].values(), *MINE[1].values()} <= {*texts_of(page)}
        taken = {"take-title": "theirs", "take-summary": "theirs", "take-body": "mine"}
        (ann, bob)[loser].post(address("conflict", entry.pk), fields_of(page) | taken)
        assert Milestone.objects.get(pk=entry.pk).body == MINE[loser]["body"]


def test_of_two_who_decide_a_conflict_one_is_shown_it_again(ann, bob):
    for meet, entry in drafts():
        form = opened(ann, entry)
        save(ann, entry, form, title="第三人的题")
        pages = [
            fields_of(save(editor_client, entry, form, **mine).content.decode())
            | {"take-title": "mine", "take-summary": "mine", "take-body": "mine"}
            for editor_client, mine in zip((ann, bob), MINE, strict=True)
        ]
        decide = address("conflict", entry.pk)
        answers = meet(entry, lambda: ann.post(decide, pages[0]), lambda: bob.post(decide, pages[1]))
        winner, loser = winner_and_loser(answers)
        assert story(entry) == ["saved"] * 3
        assert Milestone.objects.get(pk=entry.pk).title == MINE[winner]["title"]
        assert {*MINE[loser].values()} <= {*texts_of(answers[loser].content.decode())}


@pytest.mark.parametrize("slug", ["", "chosen"])
def test_a_form_sent_twice_at_once_makes_one_entry(ann, slug):
    again = Client(raise_request_exception=False)
    again.cookies = ann.cookies
    for number in range(4):
        form = fields_of(ann.get(address("add")).content.decode())
        form |= {"title": f"只有一条 {number}", "slug": slug and f"{slug}-{number}"}
        answers = at_once(
            None, lambda: ann.post(address("add"), form), lambda: again.post(address("add"), form)
        )
        entry = Milestone.objects.get(title=form["title"])
        assert story(entry) == ["saved"]
        assert codes(answers) == [302, 302]
        assert address("change", entry.pk) in [answer["Location"] for answer in answers]


def test_two_who_add_what_gets_the_same_address_both_add_it(ann, bob):
    for number in range(4):
        forms = [
            fields_of(editor_client.get(address("add")).content.decode()) for editor_client in (ann, bob)
        ]
        title = f"同名 {number}"
        answers = at_once(
            None,
            lambda: ann.post(address("add"), forms[0] | {"title": title}),
            lambda: bob.post(address("add"), forms[1] | {"title": title}),
        )
        assert codes(answers) == [302, 302]
        assert Milestone.objects.filter(title=title).count() == 2


def test_an_address_that_somebody_takes_while_a_change_is_saved_is_refused_beside_its_field(ann):
    entry = make.make_milestone(slug="mine", title="原题")
    form = opened(ann, entry)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        make.make_milestone(slug="wanted")
        saving = pool.submit(done, lambda: save(ann, entry, form, slug="wanted"))
        until_all_wait([saving])
    answer = saving.result()
    assert answer.status_code == 200
    assert [*answer.context["adminform"].form.errors] == ["slug"]
    assert Milestone.objects.get(pk=entry.pk).slug == "mine"


def test_of_two_who_publish_an_entry_one_publishes_and_one_is_refused(ann, bob):
    for meet, entry in drafts():
        answers = meet(entry, lambda: use(ann, "publish", entry), lambda: use(bob, "publish", entry))
        assert sorted(map(was_done, answers)) == [False, True]
        assert story(entry) == ["saved", "published"]


def test_publishing_and_sending_back_at_once_never_contradict_each_other(ann, bob):
    for meet, entry in drafts():
        entry.submit(by=make.make_user())
        answers = meet(
            entry,
            lambda: use(ann, "publish", entry),
            lambda: use(bob, "send_back", entry, reason="缺来源"),
        )
        # An entry that was sent back is a draft and may be published; a public entry cannot be sent back.
        sent_back = ["sent_back"] if was_done(answers[1]) else []
        assert was_done(answers[0])
        assert story(entry) == ["saved", "submitted", *sent_back, "published"]
        assert Milestone.objects.get(pk=entry.pk).status == Status.PUBLISHED


def test_publishing_and_withdrawing_at_once_never_contradict_each_other(ann, bob):
    for meet, entry in public_ones():
        answers = meet(
            entry,
            lambda: use(ann, "publish", entry),
            lambda: use(bob, "withdraw", entry, reason="有误"),
        )
        # A public entry cannot be published again; a withdrawn one can.
        again = ["published"] if was_done(answers[0]) else []
        assert was_done(answers[1])
        assert story(entry) == ["published", "withdrawn", *again]


def test_what_is_published_while_it_is_saved_is_one_text_or_the_other(ann, bob):
    for meet, entry in drafts():
        form = opened(ann, entry)
        answers = meet(entry, lambda: save(ann, entry, form, **MINE[0]), lambda: use(bob, "publish", entry))
        assert was_done(answers[1])
        assert answers[0].status_code == 302
        if find_working_copy(entry):
            # The entry was already public.
            assert find_working_copy(entry).content["body"] == MINE[0]["body"]
            assert story(entry) == ["saved", "published"]
        else:
            assert story(entry) == ["saved", "saved", "published"]


def test_of_two_who_revise_a_public_entry_one_keeps_the_working_copy_and_the_other_sees_all_they_typed(ann, bob):  # fmt: skip
    for meet, entry in public_ones():
        form = opened(ann, entry)
        answers = meet(
            entry, lambda: save(ann, entry, form, **MINE[0]), lambda: save(bob, entry, form, **MINE[1])
        )
        winner, loser = winner_and_loser(answers)
        assert find_working_copy(entry).content["title"] == MINE[winner]["title"]
        assert {*MINE[loser].values()} <= {*texts_of(answers[loser].content.decode())}
        assert story(entry) == ["published"]


def test_a_working_copy_is_published_or_discarded_and_not_both(ann, bob):
    for meet, entry in public_ones():
        save(ann, entry, opened(ann, entry), title="修订的")
        read = fields_of(ann.get(address("publish_copy", entry.pk)).content.decode())
        answers = meet(
            entry,
            lambda: ann.post(address("publish_copy", entry.pk), read),
            lambda: bob.post(address("discard_copy", entry.pk), read | {"reason": "重复"}),
        )
        published, discarded = map(was_done, answers)
        assert published != discarded
        assert find_working_copy(entry) is None
        assert story(entry) == ["published", "revised" if published else "discarded"]
        assert Milestone.objects.get(pk=entry.pk).title == ("修订的" if published else "公开的")


@pytest.mark.parametrize("ending", ["publish_copy", "discard_copy"])
def test_a_working_copy_that_somebody_goes_on_writing_is_not_ended_unseen(ann, bob, ending):
    for meet, entry in public_ones():
        save(ann, entry, opened(ann, entry), title="修订的")
        form = opened(ann, entry)
        seen = fields_of(bob.get(address(ending, entry.pk)).content.decode())
        answers = meet(
            entry,
            lambda: save(ann, entry, form, **MINE[0]),
            lambda: bob.post(address(ending, entry.pk), seen | {"reason": "重复"}),
        )
        if answers[0].status_code == 302:
            assert find_working_copy(entry).content["body"] == MINE[0]["body"]
        else:
            assert {*MINE[0].values()} <= {*texts_of(answers[0].content.decode())}
        published = was_done(answers[1]) and ending == "publish_copy"
        assert Milestone.objects.get(pk=entry.pk).title == ("修订的" if published else "公开的")
        # A transition ends only the version that was read; otherwise the working copy remains.
        assert was_done(answers[1]) or find_working_copy(entry)


def test_what_is_typed_into_a_draft_that_is_deleted_meanwhile_is_not_lost(ann, bob):
    for meet, entry in drafts():
        form = opened(ann, entry)
        answers = meet(
            entry,
            lambda: save(ann, entry, form, **MINE[0]),
            lambda: bob.post(address("delete", entry.pk), {"post": "yes", "reason": "重复"}),
        )
        assert codes(answers) == [302, 302]
        if Milestone.objects.filter(pk=entry.pk).exists():
            # The save came second and restored the draft.
            assert story(entry) == ["saved", "deleted", "saved"]
        else:
            assert story(entry) == ["saved", "saved", "deleted"]
            bob.post(address("recover", entry.pk))
        assert Milestone.objects.get(pk=entry.pk).body == MINE[0]["body"]


def test_a_draft_is_published_or_deleted_and_not_both(ann, bob):
    for meet, entry in drafts():
        answers = meet(
            entry,
            lambda: use(ann, "publish", entry),
            lambda: bob.post(address("delete", entry.pk), {"post": "yes", "reason": "重复"}),
        )
        if was_done(answers[0]):
            assert answers[1].status_code == 403
            assert story(entry) == ["saved", "published"]
        else:
            assert was_done(answers[1])
            assert story(entry) == ["saved", "deleted"]


def test_a_draft_deleted_by_two_at_once_is_deleted_once(ann, bob):
    for meet, entry in drafts():
        delete = address("delete", entry.pk)
        answers = meet(
            entry,
            lambda: ann.post(delete, {"post": "yes", "reason": "重复"}),
            lambda: bob.post(delete, {"post": "yes", "reason": "重复"}),
        )
        assert codes(answers) == [302, 302]
        assert story(entry) == ["saved", "deleted"]


def test_a_deleted_draft_recovered_by_two_at_once_is_there_once(ann, bob):
    for _number in range(4):
        entry = make.make_milestone(title="误删的")
        delete_draft(entry, by=make.make_user())
        recover = address("recover", entry.pk)
        answers = at_once(None, lambda: ann.post(recover), lambda: bob.post(recover))
        assert 302 in codes(answers)
        assert {*codes(answers)} <= {302, 404}
        assert Milestone.objects.get(pk=entry.pk).title == "误删的"
        assert story(entry)[:2] == ["deleted", "restored"]


def test_a_policy_and_the_goal_it_declares_are_both_saved(ann, bob):
    for meet in MEETINGS:
        policy = make.make_policy(date="2013")
        goal = make.make_goal(declared_by=policy)
        forms = [opened(ann, policy, "policy"), opened(bob, goal, "goal")]
        answers = meet(
            policy,
            lambda: ann.post(address("change", policy.pk, model="policy"), forms[0] | {"date": "2014"}),
            lambda: bob.post(address("change", goal.pk, model="goal"), forms[1] | {"title": "改题"}),
        )
        assert codes(answers) == [302, 302]
        goal.refresh_from_db()
        assert (goal.title, str(goal.timeline_date)) == ("改题", "2014")


def test_of_two_who_save_a_topic_one_is_saved_and_the_other_sees_both(ann, bob):
    for meet in MEETINGS:
        topic = make.make_topic(title="原题", published=False)
        change = address("change", topic.pk, model="topic")
        form = opened(ann, topic, "topic")
        answers = meet(
            topic,
            lambda: ann.post(change, form | {"title": "甲的题"}),
            lambda: bob.post(change, form | {"title": "乙的题"}),
        )
        assert codes(answers) == [302, 409]
        saved, shown = ("甲的题", "乙的题") if answers[0].status_code == 302 else ("乙的题", "甲的题")
        topic.refresh_from_db()
        assert topic.title == saved
        page = next(answer for answer in answers if answer.status_code == 409).content.decode()
        assert {saved, shown} <= {*texts_of(page)}
