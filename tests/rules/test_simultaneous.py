"""What people do at the same moment: each with a database connection of their own, on PostgreSQL."""

# ruff: noqa: B023 (each deed is done before the loop goes on)

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.forms import fields_of, texts_of
from timeline.editing.revisions import delete_draft, record_revision, specific
from timeline.editing.working_copies import find_working_copy
from timeline.exchange import database_errors
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Entry, ImportBatch, Milestone, PreparedImport, Revision, Topic
from timeline.rows.tables import table_of
from timeline.workflow import Status

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'",
        reason="SQLite in memory is one connection that all threads share; make test-postgres runs these.",
    ),
]

Deed = Callable[[], Any]
Meeting = Callable[[Any, Deed, Deed], tuple[Any, Any]]


def done(deed: Deed) -> Any:
    """What it is answered; its thread's connection is closed, whatever comes of it."""
    try:
        return deed()
    finally:
        connections.close_all()


def at_once(_record: Any, first: Deed, second: Deed) -> tuple[Any, Any]:
    """Both begin together; which is served first is a matter of luck."""
    start = threading.Barrier(2)

    def begin(deed: Deed) -> Any:
        start.wait(timeout=10)
        return done(deed)

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(begin, deed) for deed in (first, second)]
    return answers[0].result(), answers[1].result()


def in_this_order(record: Any, first: Deed, second: Deed) -> tuple[Any, Any]:
    """The record is held until both have read what they decide by and wait for it; the first is served first."""
    begun: list[Future] = []
    with ThreadPoolExecutor(2) as pool, transaction.atomic():
        holder: Any = Entry if isinstance(record, Entry) else type(record)
        holder.objects.select_for_update().get(pk=record.pk)
        for deed in (first, second):
            begun.append(pool.submit(done, deed))
            until_all_wait(begun)
    return begun[0].result(), begun[1].result()


def in_the_other_order(record: Any, first: Deed, second: Deed) -> tuple[Any, Any]:
    answers = in_this_order(record, second, first)
    return answers[1], answers[0]


def until_all_wait(begun: list[Future]) -> None:
    """Until each of these waits for a lock, or did not need to and is done."""
    for _time in range(2000):
        with connection.cursor() as cursor:
            # Within a transaction the list of what all do is a snapshot.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] + sum(one.done() for one in begun) >= len(begun):
                return
        time.sleep(0.005)
    raise AssertionError("They neither wait nor end.")


MEETINGS: list[Meeting] = [in_this_order, in_the_other_order, at_once]


def address(tag: str, *args: Any, model: str = "milestone") -> str:
    return reverse(f"admin:timeline_{model}_{tag}", args=args)


def sit_down() -> Client:
    """Somebody at the desk. An error of the program is an answer like any other, and not the other's."""
    client = Client(raise_request_exception=False)
    client.force_login(make.make_editor())
    return client


@pytest.fixture
def ann() -> Client:
    return sit_down()


@pytest.fixture
def bob() -> Client:
    return sit_down()


def opened(editor_client: Client, record: Any, model: str = "milestone") -> dict:
    return fields_of(editor_client.get(address("change", record.pk, model=model)).content.decode())


def save(editor_client: Client, entry: Any, form: dict, **typed: str) -> Any:
    return editor_client.post(address("change", entry.pk), form | typed)


def use(editor_client: Client, verb: str, entry: Any, **words: str) -> Any:
    return editor_client.post(address("verb", verb), {"ids": entry.pk} | words)


def was_done(answer: Any) -> bool:
    """Whether somebody sent on to another page was told there that it is done; otherwise they were told why not."""
    assert answer.status_code == 302, (answer.status_code, answer.content.decode()[:2000])
    # What they were told before comes along until they open a page; this is the last.
    return [message.level_tag for message in get_messages(answer.wsgi_request)][-1] != "error"


def codes(answers: Any) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def winner_and_loser(answers: Any) -> tuple[int, int]:
    """Who was saved, and who was shown the conflict."""
    assert codes(answers) == [302, 409]
    return (0, 1) if answers[0].status_code == 302 else (1, 0)


def story(entry: Any) -> list[str]:
    """What was done to the entry; what stands is what the last revision says."""
    numbers = Revision.objects.for_entry(entry).by_number().values_list("number", flat=True)
    assert [*numbers] == [*range(1, len(numbers) + 1)]
    told = list(Revision.objects.for_entry(entry).applied())
    with contextlib.suppress(Entry.DoesNotExist):
        now = specific(entry)
        assert told[-1].status == now.status
        assert told[-1].content == table_of(type(now)).whole_row_of(now)
    return [revision.action for revision in told]


def drafts(**kw: Any) -> Iterator[tuple[Meeting, Milestone]]:
    """A new draft for each meeting, with its first revision."""
    for meet in MEETINGS:
        entry = make.make_milestone(**{"title": "原题", "summary": "原摘要"} | kw)
        make.make_citation(entry)
        record_revision(entry, by=make.make_user())
        yield meet, entry


def public_ones() -> Iterator[tuple[Meeting, Milestone]]:
    """A new public entry for each meeting."""
    for meet in MEETINGS:
        yield meet, make.make_milestone(title="公开的", published=True)


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
        # What was sent back is a draft, which may be published; what is public is not sent back.
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
        # What is public is not published; what was just withdrawn may be.
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
            # It was public already.
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
            lambda: bob.post(address("discard_copy", entry.pk), read),
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
            lambda: bob.post(address(ending, entry.pk), seen),
        )
        if answers[0].status_code == 302:
            assert find_working_copy(entry).content["body"] == MINE[0]["body"]
        else:
            assert {*MINE[0].values()} <= {*texts_of(answers[0].content.decode())}
        published = was_done(answers[1]) and ending == "publish_copy"
        assert Milestone.objects.get(pk=entry.pk).title == ("修订的" if published else "公开的")
        # What was ended is what was read, whatever was written meanwhile.
        assert was_done(answers[1]) or find_working_copy(entry)


def test_what_is_typed_into_a_draft_that_is_deleted_meanwhile_is_not_lost(ann, bob):
    for meet, entry in drafts():
        form = opened(ann, entry)
        answers = meet(
            entry,
            lambda: save(ann, entry, form, **MINE[0]),
            lambda: bob.post(address("delete", entry.pk), {"post": "yes"}),
        )
        assert codes(answers) == [302, 302]
        if Milestone.objects.filter(pk=entry.pk).exists():
            # Who saved second put it back.
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
            lambda: bob.post(address("delete", entry.pk), {"post": "yes"}),
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
            entry, lambda: ann.post(delete, {"post": "yes"}), lambda: bob.post(delete, {"post": "yes"})
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
        topic = make.make_topic(title="原题")
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


@contextlib.contextmanager
def held_up(file: bytes) -> Iterator[Future]:
    """An import of this file, which waits within the block for whoever is writing a milestone “taken”."""
    by = make.make_user()
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        make.make_milestone(slug="taken", title="别人的")
        importing = pool.submit(done, lambda: import_files([Upload("milestones.csv", file)], by=by))
        until_all_wait([importing])
        yield importing


ROWS_AND_THE_TAKEN = "slug,title,topics\nfree,新,data\ntaken,新,data\n".encode()


def test_a_row_whose_record_somebody_else_writes_meanwhile_is_named():
    make.make_topic(slug="data")
    with held_up(ROWS_AND_THE_TAKEN) as importing:
        pass
    report = importing.result()
    assert [(problem.place.row, problem.column) for problem in report.problems] == [(2, "slug")]
    assert [milestone.title for milestone in Milestone.objects.all()] == ["别人的"]
    assert not ImportBatch.objects.exists()


def test_what_somebody_else_removes_while_it_is_imported_refuses_the_import_in_words():
    topic = make.make_topic(slug="data")
    with held_up(ROWS_AND_THE_TAKEN) as importing:
        # Whoever removes it sees no entry of the import yet, and the database asks only in the end.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(done, lambda: Topic.objects.filter(pk=topic.pk).delete()).result()
        transaction.set_rollback(True)
    with pytest.raises(database_errors.StorageError) as failure, database_errors.as_storage_errors():
        importing.result()
    assert str(failure.value) == str(database_errors.BUSY)
    assert not Entry.objects.exists()
    assert not ImportBatch.objects.exists()


def cut_off() -> None:
    """End every connection to this database but the one that asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextlib.contextmanager
def cut_off_while_it_waits(deed: Deed) -> Iterator[Future]:
    """What is done comes as far as the milestone “taken”, and there its connection is ended; the next is served."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        make.make_milestone(slug="taken")
        waiting = pool.submit(done, deed)
        until_all_wait([waiting])
        cut_off()
        yield waiting
        waiting.exception()


@pytest.mark.expected_server_error
def test_a_lost_database_is_a_sentence_at_the_desk_and_nothing_is_imported(ann):
    def upload() -> Any:
        file = SimpleUploadedFile("milestones.csv", "slug,title\nfree,新\ntaken,新\n".encode())
        return ann.post(batches("upload"), {"file": file, "empty": "keep", "note": "补录"})

    def batches(tag: str, *args: Any) -> str:
        return address(tag, *args, model="importbatch")

    with cut_off_while_it_waits(upload) as waiting:
        answer = waiting.result()
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert str(database_errors.LOST) in answer.content.decode()
    assert 'value="补录"' in answer.content.decode()
    assert not PreparedImport.objects.exists()

    page = ann.get(upload()["Location"])
    confirm = re.search(r'action="([^"]+/confirm/)"', page.content.decode())[1]
    with cut_off_while_it_waits(lambda: ann.post(confirm, fields_of(page.content.decode()))) as waiting:
        answer = waiting.result()
        transaction.set_rollback(True)
    again = ann.get(answer["Location"])
    assert str(database_errors.LOST) in again.content.decode()
    assert not Milestone.objects.exists()
    assert not ImportBatch.objects.exists()

    ann.post(confirm, fields_of(again.content.decode()))
    assert {*Milestone.objects.values_list("slug", flat=True)} == {"free", "taken"}
    batch, entry = ImportBatch.objects.get(), Milestone.objects.get(slug="free")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Entry.objects.select_for_update().get(pk=entry.pk)
        undoing = pool.submit(done, lambda: ann.post(batches("undo", batch.pk)))
        until_all_wait([undoing])
        cut_off()
        answer = undoing.result()
    assert str(database_errors.LOST) in ann.get(answer["Location"]).content.decode()
    assert Milestone.objects.count() == 2
    ann.post(batches("undo", batch.pk))
    assert not Milestone.objects.exists()
