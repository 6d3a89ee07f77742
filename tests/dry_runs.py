"""Comparison of a dry run with the import of the same files."""

import contextlib
from collections.abc import Iterator
from typing import Any

import yaml
from django.db import connection, transaction

from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.sources import Upload


@contextlib.contextmanager
def nobody_writes() -> Iterator[None]:
    """Fail on statements that write or lock rows."""

    def only_reads(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # Within a transaction Django checks constraints behind a savepoint.
        assert sql.startswith(("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT")), sql
        assert "FOR UPDATE" not in sql.upper(), sql
        assert "FOR NO KEY UPDATE" not in sql.upper(), sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(only_reads):
        yield


def content(**tables: Any) -> list[Upload]:
    """Return tables of rows as one file."""
    return [Upload("content.yaml", yaml.safe_dump(tables, allow_unicode=True).encode())]


def both(files: Any, **options: Any) -> tuple[Report, Report]:
    """Return the reports of a dry run and of the import, which is rolled back."""
    with nobody_writes():
        preview = import_files(files, dry_run=True, include_rows=True, **options)
    with transaction.atomic():
        report = import_files(files, include_rows=True, **options)
        transaction.set_rollback(True)
    return preview, report


def told(report: Report) -> dict[str, Any]:
    return {
        "problems": [str(problem) for problem in report.problems],
        "notices": [str(notice) for notice in report.notices],
        "rows": report.rows,
        "counts": report.counts,
        "changes": report.changes,
        "published": report.published_of,
        "working copies": report.working_copies,
    }


def assert_same(files: Any, **options: Any) -> Report:
    """Assert that the dry run reports what the import does. Returns the report of the import."""
    preview, report = both(files, **options)
    assert told(preview) == told(report)
    return report
