"""Imports in two steps: an upload is stored with the report of its dry run, and imported once that was read."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from timeline.exchange import error_workbook as workbooks
from timeline.exchange.importing.import_files import StalePreviewError, import_files
from timeline.exchange.importing.report import Report, RowOutcome
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import ImportBatch, PreparedImport, PreviewedRow
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES

# The problems and notices that a page lists, and the characters of a value that it shows.
MAX_LISTED, MAX_SHOWN = 500, 200


def prepare(name: str, content: bytes, options: Mapping[str, object], *, by: User) -> PreparedImport:
    """Store an upload with the options of `import_files()`, without its preview. Deletes expired ones."""
    PreparedImport.objects.expired().delete()
    return PreparedImport.objects.create(created_by=by, name=name[:300], content=content, options=options)


def store_preview(
    prepared: PreparedImport,
    *,
    progress: Callable[[int], None] = lambda done: None,
    before_commit: Callable[[], None] = lambda: None,
) -> None:
    """Store the report of a dry run of the upload. `before_commit` is called in the transaction that ends the storing."""
    upload, by = _upload(prepared), prepared.created_by
    report = import_files(
        [upload], by=by, dry_run=True, include_rows=True, progress=progress, **prepared.options
    )
    _store(prepared, report, before_commit)


def carry_out(
    prepared: PreparedImport,
    *,
    progress: Callable[[int], None] = lambda done: None,
    before_commit: Callable[[ImportBatch | None], None] = lambda batch: None,
) -> ImportBatch | None:
    """Import the upload. Returns None if there was nothing to change. `before_commit` is called with what is returned.

    Raises ValidationError, with a new preview, if the data changed since the preview or the database refuses rows.
    """
    seen, upload = prepared.outcome["fingerprint"], _upload(prepared)
    try:
        report = import_files(
            [upload],
            by=prepared.created_by,
            expected_fingerprint=seen,
            progress=progress,
            before_commit=lambda report: before_commit(report.batch),
            **prepared.options,
        )
    except StalePreviewError:
        store_preview(prepared, progress=progress)
        message = _(
            "Nothing was imported: the content was changed since the preview. This is a new preview; read it again."
        )
        raise ValidationError(message) from None
    if report.problems:
        # Of what only the database refuses: the preview has no problems.
        _store(prepared, report)
        raise ValidationError(
            _("Nothing was imported: %(count)s problems.") % {"count": len(report.problems)}
        )
    return report.batch


def empty(prepared: PreparedImport) -> None:
    """Delete what was uploaded and its preview, but not the record of the upload, which leads to the import."""
    PreviewedRow.objects.filter(prepared=prepared).delete()
    PreparedImport.objects.filter(pk=prepared.pk).update(content=b"", outcome={}, problems=[])


def problems(prepared: PreparedImport) -> list[Problem]:
    return [
        Problem(**{**problem, "place": FileLocation(**problem["place"])}) for problem in prepared.problems
    ]


def error_workbook(prepared: PreparedImport) -> bytes:
    """The error workbook of the upload, as the bytes of an XLSX file."""
    encoding = prepared.options["encoding"]
    return workbooks.error_workbook([_upload(prepared)], problems(prepared), encoding)


def owner_of(row: Mapping[str, Any]) -> tuple[type[Model], str]:
    """The model and slug of the record that a row is, or belongs to."""
    table = TABLES[row["table"]]
    # The key of a part begins with its parent's slug.
    model = table.columns[table.within].model if table.within else table.model
    return model._meta.get_field("slug").model, row["key"].split(" / ")[0]


def _upload(prepared: PreparedImport) -> Upload:
    return Upload(prepared.name, bytes(prepared.content))


def _store(
    prepared: PreparedImport, report: Report, before_commit: Callable[[], None] = lambda: None
) -> None:
    upload, encoding = _upload(prepared), prepared.options["encoding"]
    outcome = report.as_plain()
    prepared.problems = outcome["problems"]
    prepared.outcome = outcome | {
        "problems": [str(problem) for problem in report.problems[:MAX_LISTED]],
        "problem_count": len(report.problems),
        "notices": [str(notice) for notice in report.notices[:MAX_LISTED]],
        "notice_count": len(report.notices),
        "row_count": len(report.rows),
        "totals": _totals(report.rows),
        "fingerprint": report.fingerprint,
        "can_be_mended": bool(report.problems) and workbooks.has_error_workbook([upload], encoding),
    }
    # The rows have the changes too.
    del prepared.outcome["changes"]
    PreviewedRow.objects.store(prepared, _stored_rows(report.rows))
    with transaction.atomic():
        prepared.save(update_fields=["outcome", "problems"])
        before_commit()


def _totals(rows: Sequence[RowOutcome]) -> dict[str, int]:
    """The number of rows of each outcome, and of those that publish or change a public record."""
    totals = Counter(row["outcome"] for row in rows)
    for name in ("publishes", "changes_public"):
        totals[name] = sum(bool(row[name]) for row in rows)
    return dict(totals)


def _stored_rows(rows: Sequence[RowOutcome]) -> Iterator[dict[str, Any]]:
    """The rows with the titles of records that are new, and no longer values than a page shows."""
    titles: defaultdict[tuple[type[Model], str], str] = defaultdict(str)
    for row in rows:
        if row["outcome"] == "new" and not TABLES[row["table"]].within:
            found = (str(new) for name, _old, new in row["columns"] if name == "title")
            titles[owner_of(row)] = next(found, "")
    for row in rows:
        columns = [(name, _shown(old), _shown(new)) for name, old, new in row["columns"]]
        yield {**row, "title": titles[owner_of(row)], "columns": columns}


def _shown(value: PlainValue) -> PlainValue:
    return value[:MAX_SHOWN] if isinstance(value, str) else value
