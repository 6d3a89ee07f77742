"""The queue: each list has what waits for that person, of all tables, drafts and working copies alike, and no more."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from tests.copies import do, schedule
from tests.dry_runs import content
from tests.editing.entries import whole
from tests.factories import (
    make_citation,
    make_milestone,
    make_policy,
    make_source,
    make_topic,
    make_user,
    update_unchecked,
)
from tests.mails import make_staff
from timeline.accounts.roles import EDITORS, REVIEWERS, set_up_groups
from timeline.editing.answers import Saved
from timeline.editing.assignments import assign
from timeline.editing.comments import begin_thread, resolve, unanswered_mentions
from timeline.editing.copy_transitions import record_state
from timeline.editing.deletion import delete_by_hand
from timeline.editing.queue import (
    COMMENTS,
    QUEUE,
    SHOWN_ENDINGS,
    count_items,
    items_of,
    known_counts,
    lately_changed,
    lists_for,
)
from timeline.editing.queue_rows import describe
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import (
    discard_working_copy,
    find_scheduled_copy,
    save_working_copy,
)
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import undo
from timeline.models import Action, Revision
from timeline.models.records import key_of
from timeline.workflow import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    set_up_groups()
    (editor, colleague), (reviewer, other) = (
        make_staff("editor", "colleague", groups=[EDITORS]),
        make_staff("reviewer", "other", groups=[REVIEWERS]),
    )
    return editor, colleague, reviewer, other


def queue(name, user):
    return describe(items_of(QUEUE[name].items(user)))


def titles(name, user):
    return [row.title for row in queue(name, user)]


def draft(make, by, **kw):
    record = make(**kw)
    record_revision(record, by=by)
    return record


def copy(record, by, **values):
    record_revision(record, by=make_user())
    save_working_copy(record, whole(record) | values, by=by)
    return record


def test_what_is_submitted_waits_for_reviewers_the_oldest_first_whatever_it_is(people):
    editor, colleague, reviewer, _other = people
    first = draft(make_milestone, editor, title="待审的大事")
    perform_transition(first, "submit", by=editor, comment="请核对日期")
    topic = copy(make_topic(title="主题"), colleague, title="改名的主题", description="新的说明")
    do(topic, "submit", by=colleague, comment="改名")
    perform_transition(draft(make_topic, colleague, title="新主题", published=False), "submit", by=colleague)
    rows = queue("review", reviewer)
    assert [(row.title, row.kind_label, row.step.created_by, row.step.comment) for row in rows] == [
        ("待审的大事", "大事", editor, "请核对日期"),
        ("改名的主题", "专题", colleague, "改名"),
        ("新主题", "专题", colleague, ""),
    ]
    assert [(row.is_new, row.changes) for row in rows] == [(True, ()), (False, ["题名", "简介"]), (True, ())]
    assert count_items(lists_for(reviewer), reviewer)["review"] == 3
    assert [one.name for one in lists_for(editor)] == ["returned", "drafts", "scheduled"]


def test_a_change_that_missed_its_time_waits_since_then_if_nobody_had_submitted_it(people):
    editor, _colleague, reviewer, _other = people
    entry = copy(make_milestone(title="原题", published=True), reviewer, title="改题")
    schedule(entry, reviewer)
    state = {"action": Action.NOT_APPLIED, "comment": "有误", "status": Status.REVIEW}
    missed = record_state(find_scheduled_copy(entry), by=reviewer, **state)
    perform_transition(draft(make_milestone, editor), "submit", by=editor)
    items = items_of(QUEUE["review"].items(reviewer))
    assert [(one.is_copy, one.since == missed.created_at) for one in items] == [(True, True), (False, False)]


def test_what_is_called_off_comes_back_to_its_author_with_the_reason_until_it_is_submitted(people):
    editor, colleague, reviewer, _other = people
    ahead = timezone.now() + datetime.timedelta(days=1)
    entry = draft(make_milestone, editor, title="定时的大事")
    make_citation(entry)
    perform_transition(entry, "publish", by=reviewer, public_from=ahead)
    topic = copy(make_topic(title="主题"), editor, title="改名的主题")
    schedule(topic, reviewer, ahead)
    assert queue("returned", editor) == []
    perform_transition(entry, "withdraw", by=reviewer, comment="日期待核")
    do(topic, "withdraw", reviewer, comment="暂缓改名")
    rows = queue("returned", editor)
    assert [(row.title, row.step.created_by, row.step.comment) for row in rows] == [
        ("改名的主题", reviewer, "暂缓改名"),
        ("定时的大事", reviewer, "日期待核"),
    ]
    assert {str(row.stage_label) for row in rows} == {str(Action.UNSCHEDULED.label)}
    assert (titles("drafts", editor), titles("returned", colleague)) == ([], [])
    entry.refresh_from_db()
    perform_transition(entry, "submit", by=editor)
    do(topic, "submit", editor)
    assert (titles("returned", editor), len(titles("drafts", editor))) == ([], 2)


def test_what_is_assigned_to_somebody_comes_first_in_their_queue_only(people):
    editor, _colleague, reviewer, other = people
    for title in ("先交的", "后交的"):
        record = draft(make_milestone, editor, title=title)
        perform_transition(record, "submit", by=editor)
    assign(record, other, by=reviewer)
    assert titles("review", reviewer) == ["先交的", "后交的"]
    assert titles("review", other) == ["后交的", "先交的"]
    assert [row.assigned_to for row in queue("review", reviewer)] == [None, other]


def test_what_was_returned_waits_for_its_author_with_the_reason(people):
    editor, colleague, reviewer, _other = people
    record = draft(make_milestone, editor, title="退回的")
    perform_transition(record, "submit", by=editor)
    perform_transition(record, "send_back", by=reviewer, comment="缺少出处")
    public = copy(make_policy(title="政策", published=True), colleague, title="退回的修订")
    do(public, "submit", by=colleague)
    do(public, "send_back", by=reviewer, comment="标题不对")
    assert [(row.title, row.step.comment, row.step.created_by) for row in queue("returned", editor)] == [
        ("退回的", "缺少出处", reviewer)
    ]
    assert [(row.title, row.step.comment) for row in queue("returned", colleague)] == [
        ("退回的修订", "标题不对")
    ]
    assert titles("drafts", editor) == titles("drafts", colleague) == []
    assert titles("returned", reviewer) == titles("drafts", reviewer) == []
    perform_transition(record, "submit", by=editor)
    assert titles("returned", editor) == []


def test_mine_in_work_has_my_drafts_my_working_copies_and_what_i_submitted(people):
    editor, colleague, reviewer, _other = people
    draft(make_milestone, editor, title="我的草稿")
    draft(make_milestone, colleague, title="别人的草稿")
    copy(make_topic(title="主题"), editor, title="我的修订")
    submitted = draft(make_milestone, editor, title="我交的")
    perform_transition(submitted, "submit", by=editor)
    assert titles("drafts", editor) == ["我交的", "我的修订", "我的草稿"]
    assert [row.stage for row in queue("drafts", editor)] == ["review", "revised", "draft"]
    # Somebody else writes on in the copy: it is both theirs.
    copy(type(make_topic()).objects.get(title="主题"), colleague, title="合写的修订")
    assert titles("drafts", colleague) == ["合写的修订", "别人的草稿"]
    assert "合写的修订" in titles("drafts", editor)


def test_a_working_copy_that_ended_is_nobodys(people):
    editor, colleague, reviewer, _other = people
    public = copy(make_policy(published=True), editor, title="发布的修订")
    do(public, "publish", by=reviewer)
    assert titles("drafts", editor) == []
    copy(public, colleague, title="另一份修订")
    assert titles("drafts", editor) == []
    assert titles("drafts", colleague) == ["另一份修订"]


def test_what_is_scheduled_comes_with_the_next_first(people):
    editor, _colleague, reviewer, _other = people
    now = timezone.now()
    later, sooner = make_milestone(title="后天"), make_milestone(title="明天")
    for record in (later, sooner):
        make_citation(record)
    for record, days in ((later, 2), (sooner, 1)):
        record.publish(by=reviewer, public_from=now + datetime.timedelta(days=days))
    public = copy(make_policy(title="政策", published=True), editor, title="改后的政策")
    schedule(public, by=reviewer)
    rows = queue("scheduled", editor)
    assert {row.title for row in rows} == {"明天", "后天", "改后的政策"}
    assert [row.item.since for row in rows] == sorted(row.item.since for row in rows)


def test_each_list_is_one_query_whatever_it_has(people, django_assert_num_queries):
    _editor, _colleague, reviewer, _other = people
    for one in lists_for(reviewer):
        with django_assert_num_queries(1):
            [*one.items(reviewer)[:10]]


def test_all_counts_are_one_query_and_those_of_the_lists(people, django_assert_num_queries):
    editor, colleague, reviewer, _other = people
    for number in range(3):
        record = draft(make_milestone, editor)
        if number:
            perform_transition(record, "submit", by=editor)
        do(copy(make_topic(), editor, title="改"), "submit", by=editor)
        begin_thread(record, by=editor, text="请看", people=[reviewer.pk])
    lists = lists_for(reviewer)
    with django_assert_num_queries(1):
        counts = count_items(lists, reviewer)
    assert counts == {"review": 5, "returned": 0, "drafts": 0, "scheduled": 0, "comments": 3}
    for user in (editor, colleague, reviewer):
        lists = lists_for(user)
        counts = count_items(lists, user)
        assert {one.name: len(one.items(user)) for one in lists} == {
            one.name: counts[one.name] for one in lists
        }
    assert count_items(lists_for(editor), editor)["drafts"] == 6


def test_counts_are_kept_until_somebody_does_something(people, django_assert_num_queries):
    editor, _colleague, reviewer, _other = people
    record = draft(make_milestone, editor)
    assert known_counts(reviewer)["review"] == 0
    with django_assert_num_queries(2):
        assert known_counts(reviewer)["review"] == 0
    perform_transition(record, "submit", by=editor)
    assert known_counts(reviewer)["review"] == 1
    thread = begin_thread(record, by=editor, text="请看", people=[reviewer.pk])
    assert known_counts(reviewer)["comments"] == 1
    resolve(thread, by=editor)
    assert known_counts(reviewer)["comments"] == 0


def test_while_the_shared_cache_is_away_they_are_counted_each_time(people, settings):
    _editor, _colleague, reviewer, _other = people
    # A port at which nothing listens.
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = settings.CACHES | {"default": away}
    assert known_counts(reviewer)["review"] == 0


def test_who_becomes_a_reviewer_has_their_counts_at_once(people):
    editor, _colleague, _reviewer, _other = people
    assert "review" not in known_counts(editor)
    editor.groups.add(Group.objects.get(name=REVIEWERS))
    assert known_counts(type(editor).objects.get(pk=editor.pk))["review"] == 0


def test_what_was_changed_last_comes_first_each_record_once(people):
    editor, _colleague, _reviewer, _other = people
    first, second = draft(make_milestone, editor, title="先"), draft(make_topic, editor, title="后")
    record_revision(first, by=editor, comment="再改")
    assert [one.title for one in lately_changed(editor, 10)] == ["先", "后"]
    assert [one.title for one in lately_changed(editor, 1)] == ["先"]
    assert second


def test_who_may_nothing_has_no_queue():
    assert lists_for(make_user(is_staff=True)) == []


def test_nobody_sees_titles_that_he_may_not_view(people):
    editor, _colleague, reviewer, _other = people
    user = make_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_entry", "submit_entry", "publish_entry"])
    )
    sources = [draft(make_source, editor, title=title, published=False) for title in ("待审", "待发布")]
    perform_transition(sources[0], "submit", by=editor)
    perform_transition(sources[1], "publish", by=reviewer, public_from=timezone.now() + datetime.timedelta(1))
    changed = copy(make_source(title="公开的"), editor, title="改名的")
    do(changed, "submit", by=editor)
    begin_thread(sources[0], by=editor, text="请看", people=[user.pk])
    own = draft(make_milestone, editor, title="大事")
    begin_thread(own, by=editor, text="请看", people=[user.pk])
    assert known_counts(user) == {"review": 0, "returned": 0, "drafts": 0, "scheduled": 0, COMMENTS: 1}
    assert [titles(name, user) for name in ("review", "scheduled")] == [[], []]
    assert [one.comment.record_key for one in unanswered_mentions(user)] == [key_of(own)]
    assert [one.title for one in lately_changed(user, 10)] == ["大事"]
    assert count_items(lists_for(reviewer), reviewer)["review"] == 2


def test_a_working_copy_that_others_discarded_waits_for_its_authors_with_the_reason(people):
    editor, colleague, reviewer, _other = people
    public = copy(make_policy(title="政策", published=True), editor, title="退回的修订")
    do(public, "submit", by=editor)
    assert isinstance(discard_working_copy(public, by=reviewer, comment="与原文不符"), Saved)
    assert [
        (row.title, row.step.comment, row.step.created_by, row.stage) for row in queue("returned", editor)
    ] == [("政策", "与原文不符", reviewer, "discarded")]
    assert count_items(lists_for(editor), editor)["returned"] == 1
    assert titles("returned", colleague) == titles("returned", reviewer) == []
    # A colleague's next change is none of the author's.
    save_working_copy(public, whole(public) | {"summary": "同事的"}, by=colleague)
    assert titles("returned", editor) == ["政策"]
    save_working_copy(public, whole(public) | {"summary": "再改"}, by=editor)
    assert titles("returned", editor) == []


def test_who_discards_their_own_working_copy_is_not_told(people):
    editor, *_others = people
    public = copy(make_policy(title="政策", published=True), editor, title="不改了")
    discard_working_copy(public, by=editor, comment="不改了")
    assert titles("returned", editor) == []


def test_a_draft_that_a_reviewer_deleted_waits_for_its_author_until_it_is_recovered(people):
    editor, colleague, reviewer, _other = people
    record = draft(make_milestone, editor, title="被删的")
    delete_by_hand([record], by=reviewer, comment="重复")
    assert [(row.title, row.step.comment, row.stage) for row in queue("returned", editor)] == [
        ("被删的", "重复", "deleted")
    ]
    assert titles("returned", colleague) == []
    restore_revision(Revision.objects.for_record(record).by_number().last(), by=reviewer)
    assert titles("returned", editor) == []


def test_what_an_import_wrote_and_its_undoing_ended_is_not_told_record_by_record(people):
    editor, _colleague, reviewer, _other = people
    public = make_milestone(slug="public", title="公开的", published=True)
    make_citation(public)
    files = content(milestones=[{"slug": "new", "title": "新的"}, {"slug": "public", "title": "改题"}])
    batch = import_files(files, by=editor).batch
    undo(batch, by=reviewer)
    assert [one.action for one in Revision.objects.by_number() if one.created_by == reviewer]
    assert titles("returned", editor) == []


def test_what_was_discarded_long_ago_waits_no_more(people):
    editor, _colleague, reviewer, _other = people
    public = copy(make_policy(title="政策", published=True), editor, title="旧的修订")
    discard_working_copy(public, by=reviewer, comment="不对")
    ago = timezone.now() - SHOWN_ENDINGS - datetime.timedelta(days=1)
    update_unchecked(Revision.objects.filter(action="discarded"), created_at=ago)
    assert titles("returned", editor) == []


def test_what_was_deleted_is_not_among_what_was_changed_lately(people):
    editor, *_others = people
    kept = draft(make_milestone, editor, title="还在的")
    gone = draft(make_milestone, editor, title="删掉的")
    delete_by_hand([gone], by=editor)
    assert [revision.record for revision in lately_changed(editor, 5)] == [kept.pk]


def test_a_change_whose_schedule_ends_with_its_record_comes_back_to_its_author(people):
    editor, _colleague, reviewer, _other = people
    topic = copy(make_topic(title="主题"), editor, title="改名的主题")
    schedule(topic, reviewer, timezone.now() + datetime.timedelta(days=1))
    perform_transition(topic, "withdraw", by=reviewer, comment="来源有误")
    (row,) = queue("returned", editor)
    assert (row.title, row.step.created_by, row.step.comment) == ("改名的主题", reviewer, "来源有误")
