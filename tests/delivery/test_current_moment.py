"""The moment is read once a second by one thread, ends with the day, and is unknown while the database does not answer."""

import datetime
import logging
import threading

import pytest

from tests.moments import MIDNIGHT, NOON, Content
from timeline.delivery import current_moment
from timeline.delivery.current_moment import CurrentMoment
from timeline.models import content_version

pytestmark = pytest.mark.usefixtures("kept_connection")


@pytest.fixture(autouse=True)
def long_second(monkeypatch):
    """A second that no slow machine lets pass."""
    monkeypatch.setattr(content_version, "MAX_AGE", 3600)


def test_the_version_is_at_most_a_second_old():
    assert content_version.MAX_AGE == 3600
    content = Content()
    first = content.moment.get()
    content.number = 2
    assert content.moment.get() is first
    assert content.readings == 1


def test_the_second_of_a_version_is_one(monkeypatch):
    monkeypatch.undo()
    assert content_version.MAX_AGE == 1


def test_a_version_is_read_anew_when_its_second_is_over(monkeypatch):
    monkeypatch.setattr(content_version, "MAX_AGE", 0)
    content = Content()
    first = content.moment.get()
    content.number = 2
    assert content.moment.get().identifier != first.identifier
    assert content.readings == 2


def test_what_is_forgotten_is_read_anew():
    content = Content()
    first = content.moment.get()
    content.change(number=2)
    assert content.moment.get().identifier != first.identifier


def test_a_moment_without_a_change_between_is_the_same_for_pages():
    content = Content()
    first = content.moment.get()
    content.change(now=NOON + datetime.timedelta(hours=1))
    assert content.moment.get().identifier == first.identifier


@pytest.mark.parametrize(
    "change", [{"next_publication": NOON}, {"now": MIDNIGHT - datetime.timedelta.resolution}]
)
def test_a_moment_ends_with_the_day_and_with_the_next_publication(change):
    content = Content()
    content.change(**change)
    first = content.moment.get()
    content.now, content.number = MIDNIGHT, 2
    assert content.moment.get().identifier != first.identifier


def test_a_hundred_threads_read_it_once():
    content, start, found = Content(), threading.Barrier(100), []

    def ask():
        start.wait()
        found.append(content.moment.get())

    threads = [threading.Thread(target=ask) for _number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert content.readings == 1
    assert len({id(moment) for moment in found}) == 1


def test_without_the_database_the_moment_is_unknown_and_that_is_logged_once(caplog):
    content = Content()
    content.change(is_away=True)
    with caplog.at_level(logging.WARNING):
        for _time in range(3):
            assert content.moment.get() is None
            content.moment.forget()
    assert content.readings == 3
    assert [record.getMessage() for record in caplog.records] == [
        "The database does not answer, pages are those from before: no such file"
    ]
    content.change(is_away=False)
    assert content.moment.get() is not None


def test_while_the_database_does_not_answer_nobody_waits_but_the_one_who_asked(monkeypatch):
    monkeypatch.setattr(current_moment, "PATIENCE", 0.01)
    asked, answer, content = threading.Event(), threading.Event(), Content()

    def read():
        asked.set()
        answer.wait()
        return content.read()

    moment, found = CurrentMoment(read, lambda: NOON), []
    first = threading.Thread(target=lambda: found.append(moment.get()))
    first.start()
    asked.wait()
    assert moment.get() is None
    # Nor does the next one wait at all.
    monkeypatch.setattr(current_moment, "PATIENCE", 3600)
    assert moment.get() is None
    answer.set()
    first.join()
    assert moment.get() is found[0] is not None
