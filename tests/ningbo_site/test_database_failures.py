"""Failures of the database that are none of this software, and how they are logged."""

import io
import logging
import sqlite3

import pytest
from django.db import OperationalError

from ningbo_site.database_failures import is_full, is_locked, is_unavailable
from ningbo_site.request_logging import RequestFormatter


class OfPostgreSQL(Exception):
    def __init__(self, sqlstate):
        self.sqlstate = sqlstate


def failure(cause, words="the reason\nand more"):
    error = OperationalError(words)
    error.__cause__ = cause
    return error


def of_sqlite(code):
    cause = sqlite3.OperationalError()
    cause.sqlite_errorcode = code
    return failure(cause)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (failure(OfPostgreSQL(None)), (True, False, False)),
        (failure(OfPostgreSQL("57P01")), (True, False, False)),
        (failure(OfPostgreSQL("53100")), (True, False, True)),
        (failure(OfPostgreSQL("42P01")), (False, False, False)),
        (of_sqlite(sqlite3.SQLITE_FULL), (True, False, True)),
        (of_sqlite(sqlite3.SQLITE_BUSY), (True, True, False)),
        (of_sqlite(sqlite3.SQLITE_ERROR), (False, False, False)),
        (ValueError(), (False, False, False)),
        (None, (False, False, False)),
    ],
)
def test_a_failure_is_told_by_its_code(error, expected):
    assert (is_unavailable(error), is_locked(error), is_full(error)) == expected


@pytest.mark.parametrize(("state", "is_one_line"), [(None, True), ("42P01", False)])
def test_a_database_that_is_away_takes_one_line_of_the_log_for_each_request(state, is_one_line):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RequestFormatter())
    logger = logging.Logger("django.request")
    logger.addHandler(handler)
    try:
        raise failure(OfPostgreSQL(state))
    except OperationalError:
        logger.exception("Service Unavailable: %s", "/")
    written = stream.getvalue().splitlines()
    assert (len(written) == 1) == is_one_line
    assert ("[OperationalError: the reason]" in written[0]) == is_one_line
