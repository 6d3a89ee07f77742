"""Imports in two steps: an upload is stored with the report of its dry run, and imported once that was read."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.exchange import error_workbook as workbooks
from timeline.exchange.importing.import_files import StalePreviewError, import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import ImportBatch, PreparedImport


def prepare(name: str, content: bytes, options: Mapping[str, object], *, by: User) -> PreparedImport:
    """Store an upload with the options of `import_files()` and the report of its dry run. Deletes expired ones."""
    PreparedImport.objects.expired().delete()
    prepared = PreparedImport(created_by=by, name=name[:300], content=content, options=options)
    _store_preview(prepared)
    return prepared


def carry_out(prepared: PreparedImport) -> ImportBatch | None:
    """Import the upload. Returns None if there was nothing to change.

    Raises ValidationError, with a new preview, if the data changed since the preview or the database refuses rows.
    """
    seen, upload = prepared.outcome["fingerprint"], _upload(prepared)
    try:
        report = import_files([upload], by=prepared.created_by, expected_fingerprint=seen, **prepared.options)
    except StalePreviewError:
        _store_preview(prepared)
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


def problems(prepared: PreparedImport) -> list[Problem]:
    stored = prepared.outcome["problems"]
    return [Problem(**{**problem, "place": FileLocation(**problem["place"])}) for problem in stored]


def error_workbook(prepared: PreparedImport) -> bytes:
    """The error workbook of the upload, as the bytes of an XLSX file."""
    encoding = prepared.options["encoding"]
    return workbooks.error_workbook([_upload(prepared)], problems(prepared), encoding)


def _upload(prepared: PreparedImport) -> Upload:
    return Upload(prepared.name, bytes(prepared.content))


def _store_preview(prepared: PreparedImport) -> None:
    upload, by = _upload(prepared), prepared.created_by
    _store(prepared, import_files([upload], by=by, dry_run=True, include_rows=True, **prepared.options))


def _store(prepared: PreparedImport, report: Report) -> None:
    upload, encoding = _upload(prepared), prepared.options["encoding"]
    outcome = report.as_plain() | {
        "rows": report.rows,
        "fingerprint": report.fingerprint,
        "can_be_mended": bool(report.problems) and workbooks.has_error_workbook([upload], encoding),
    }
    # The rows have the changes too.
    del outcome["changes"]
    prepared.outcome = outcome
    prepared.save()
