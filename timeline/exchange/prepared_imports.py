"""Imports in two steps: an upload is stored with the report of its dry run, and imported once that was read.

A table of another program or office is read by a mapping besides, which is proposed first, changed, and remembered when the
import is carried out.
"""

import hashlib
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.exchange import error_workbook as workbooks
from timeline.exchange.importing.import_files import StalePreviewError, import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.mapping.mapped_reading import check
from timeline.exchange.mapping.mapping import Answers, Mapping
from timeline.exchange.mapping.own_files import is_own
from timeline.exchange.mapping.proposals import Proposal, propose
from timeline.exchange.mapping.questions import Question, unanswered
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.exchange.reading import read_grids
from timeline.models import ImportBatch, ImportMapping, PreparedImport


def prepare(name: str, content: bytes, options: AnyMapping[str, object], *, by: User) -> PreparedImport:
    """Store an upload with the options of `import_files()` and the report of its dry run. Deletes expired ones.

    One that is no file of the chronicle is read as proposed, until `set_mapping()`.
    """
    PreparedImport.objects.expired().delete()
    prepared = PreparedImport(created_by=by, name=name[:300], content=content, options=options)
    if (proposal := proposal_of(prepared)) is not None:
        prepared.mapping = proposal.mapping.as_plain()
    _store_preview(prepared)
    return prepared


def proposal_of(prepared: PreparedImport, *, anew: bool = False) -> Proposal | None:
    """How the upload may be read, with the reasons; None for a file of the chronicle, which needs no mapping.

    As the last file of its shape was read, or `anew` by its names and content alone.
    """
    files, encoding = [_upload(prepared)], prepared.options["encoding"]
    if is_own(files, encoding):
        return None
    grids, _reading = read_grids(files, encoding)
    known = (
        ()
        if anew
        else [Mapping.from_plain(one.mapping) for one in ImportMapping.objects.order_by("-created_at")]
    )
    return propose(grids, prepared.name, known)


def mapping_of(prepared: PreparedImport) -> Mapping | None:
    """How the upload is read now; None for a file of the chronicle."""
    return Mapping.from_plain(prepared.mapping) if prepared.mapping else None


def remembered_mapping(mapping: Mapping) -> ImportMapping | None:
    """The stored mapping of that shape: by whom, when and for which file it was made."""
    return ImportMapping.objects.filter(shape=_digest(mapping)).select_related("created_by").first()


def set_mapping(prepared: PreparedImport, mapping: Mapping) -> None:
    """Read the upload by this mapping, and store the new preview. Raises MappingError."""
    check(mapping)
    prepared.mapping = mapping.as_plain()
    _store_preview(prepared)


def set_answers(prepared: PreparedImport, answers: Answers) -> None:
    """Add answers to the questions of the preview, and store the new one."""
    prepared.answers = {**prepared.answers, **answers}
    _store_preview(prepared)


def questions(prepared: PreparedImport) -> list[Question]:
    """What the upload leaves open, with the answers so far."""
    return [Question.from_plain(question) for question in prepared.outcome["questions"]]


def carry_out(prepared: PreparedImport) -> ImportBatch | None:
    """Import the upload. Returns None if there was nothing to change.

    Raises ValidationError, with a new preview, if the data changed since the preview or the database refuses rows.
    """
    seen = prepared.outcome["fingerprint"]
    try:
        report = _import(prepared, expected_fingerprint=seen)
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
    if (mapping := mapping_of(prepared)) is not None:
        _remember(prepared, mapping, report)
    return report.batch


def problems(prepared: PreparedImport) -> list[Problem]:
    """What is wrong with the upload, without the questions that have no answer."""
    stored = prepared.outcome["problems"]
    found = [Problem(**{**problem, "place": FileLocation(**problem["place"])}) for problem in stored]
    asked = [question.problem for question in unanswered(questions(prepared))]
    return [problem for problem in found if problem not in asked]


def error_workbook(prepared: PreparedImport) -> bytes:
    """The error workbook of the upload, as the bytes of an XLSX file."""
    encoding = prepared.options["encoding"]
    return workbooks.error_workbook([_upload(prepared)], problems(prepared), encoding, mapping_of(prepared))


def _upload(prepared: PreparedImport) -> Upload:
    return Upload(prepared.name, bytes(prepared.content))


def _store_preview(prepared: PreparedImport) -> None:
    _store(prepared, _import(prepared, dry_run=True, include_rows=True))


def _import(prepared: PreparedImport, **how: Any) -> Report:
    return import_files(
        [_upload(prepared)],
        by=prepared.created_by,
        mapping=mapping_of(prepared),
        answers=prepared.answers,
        **prepared.options,
        **how,
    )


def _remember(prepared: PreparedImport, mapping: Mapping, report: Report) -> None:
    """Remember how the file was read for the next one of its shape, whose lines will be others."""
    sheets = tuple(replace(sheet, header_line=None, last_line=None) for sheet in mapping.sheets)
    kept = {one.key: one.answer for one in report.questions if one.is_answered and one.is_remembered}
    mapping = replace(mapping, sheets=sheets, answers={**mapping.answers, **kept})
    ImportMapping.objects.remember(_digest(mapping), prepared.name, mapping.as_plain(), prepared.created_by)


def _digest(mapping: Mapping) -> str:
    return hashlib.sha256(mapping.shape.encode()).hexdigest()


def _store(prepared: PreparedImport, report: Report) -> None:
    upload, encoding = _upload(prepared), prepared.options["encoding"]
    outcome = report.as_plain() | {
        "rows": report.rows,
        "fingerprint": report.fingerprint,
        "can_be_mended": bool(report.problems)
        and workbooks.has_error_workbook([upload], encoding, mapping_of(prepared)),
    }
    # The rows have the changes too.
    del outcome["changes"]
    prepared.outcome = outcome
    prepared.save()
