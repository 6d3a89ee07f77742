"""Helpers for concurrent requests, each with its own database connection."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.forms import fields_of
from timeline.editing.revisions import record_revision, reload
from timeline.models import Entry, Milestone, Revision
from timeline.rows.tables import table_of

SIMULTANEOUS = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite in memory is one connection that all threads share; make test-postgres runs these.",
    ),
]

Deed = Callable[[], Any]
Meeting = Callable[[Any, Deed, Deed], tuple[Any, Any]]


def done(deed: Deed) -> Any:
    """Return the result of the call, and close the thread's connections in any case."""
    try:
        return deed()
    finally:
        connections.close_all()


def at_once(_record: Any, first: Deed, second: Deed) -> tuple[Any, Any]:
    """Start both at the same time. Their order is not determined."""
    start = threading.Barrier(2)

    def begin(deed: Deed) -> Any:
        start.wait(timeout=10)
        return done(deed)

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(begin, deed) for deed in (first, second)]
    return answers[0].result(), answers[1].result()


def in_this_order(record: Any, first: Deed, second: Deed) -> tuple[Any, Any]:
    """Lock the record until both have read their data and wait for the lock. The first gets it first."""
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
    """Wait until each of these waits for a lock or is done."""
    for _time in range(2000):
        with connection.cursor() as cursor:
            # Within a transaction, PostgreSQL caches the statistics of activity.
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
    """Return the client of a new editor.

    A server error is returned as a response: raised, it would also reach a client in another thread."""
    client = Client(raise_request_exception=False)
    client.force_login(make.make_editor())
    return client


def opened(editor_client: Client, record: Any, model: str = "milestone") -> dict:
    return fields_of(editor_client.get(address("change", record.pk, model=model)).content.decode())


def save(editor_client: Client, entry: Any, form: dict, **typed: str) -> Any:
    return editor_client.post(address("change", entry.pk), form | typed)


def use(editor_client: Client, verb: str, entry: Any, **words: str) -> Any:
    return editor_client.post(address("verb", verb), {"ids": entry.pk} | words)


def was_done(answer: Any) -> bool:
    """Return whether the message after a redirect reports success and not an error.

    What is refused may be shown again on the same page, whose title says so.
    """
    if answer.status_code == 200 and "<title>有错误" in answer.content.decode():
        return False
    assert answer.status_code == 302, (answer.status_code, answer.content.decode()[:2000])
    # Earlier messages stay in the storage until a page displays them; the last one is of this request.
    return [message.level_tag for message in get_messages(answer.wsgi_request)][-1] != "error"


def codes(answers: Any) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def winner_and_loser(answers: Any) -> tuple[int, int]:
    """Return the index of the response that saved and that of the response that shows the conflict."""
    assert codes(answers) == [302, 409]
    return (0, 1) if answers[0].status_code == 302 else (1, 0)


def story(entry: Any) -> list[str]:
    """Return the actions on the entry, after a check that the last revision matches the entry."""
    numbers = Revision.objects.for_record(entry).by_number().values_list("number", flat=True)
    assert [*numbers] == [*range(1, len(numbers) + 1)]
    told = list(Revision.objects.for_record(entry).applied())
    with contextlib.suppress(Entry.DoesNotExist):
        now = reload(entry)
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
