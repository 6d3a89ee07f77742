"""Imports in two steps: an upload is stored with the report of its dry run, and imported once that was read.

A table of another program or office is read by a mapping besides, which is proposed first, changed, and remembered when the
import is carried out.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from timeline.exchange import error_workbook as workbooks
from timeline.exchange.importing.import_files import StalePreviewError, import_files
from timeline.exchange.importing.report import KEY_SEPARATOR, OPEN, Report, key_cells
from timeline.exchange.lacked_records import lacked_records, slugs_of_rows
from timeline.exchange.mapping.cell_values import takes_typed_value
from timeline.exchange.mapping.former_records import described_records, remember_import
from timeline.exchange.mapping.mapped_reading import check
from timeline.exchange.mapping.mapping import Answers, Mapping
from timeline.exchange.mapping.own_files import is_own, own_proposal
from timeline.exchange.mapping.proposals import Proposal, propose
from timeline.exchange.mapping.questions import Choice, Question, by_answer, unanswered, with_choice
from timeline.exchange.mapping.record_choices import answers_for_others, creates
from timeline.exchange.readers.headers import stem_of_versions
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.exchange.reading import read_grids
from timeline.models import ImportBatch, ImportMapping, JobStage, PreparedImport, PreviewedRow
from timeline.models.named import TitleSlugModel, slug_owner
from timeline.models.previewed_rows import RowOutcome, ShownRow
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES

# The problems and notices that a page lists, and the characters of a value that it shows.
MAX_LISTED, MAX_SHOWN = 500, 200
# The questions that a page asks; further ones follow when these are answered.
MAX_QUESTIONS = 100


def prepare(name: str, content: bytes, options: AnyMapping[str, object], *, by: User) -> PreparedImport:
    """Store an upload with the options of `import_files()`, without its preview. Deletes expired ones.

    One that is no file of the chronicle is read as proposed, until `set_mapping()`.
    """
    PreparedImport.objects.expired().delete()
    prepared = PreparedImport(created_by=by, name=name[:300], content=content, options=options)
    if (proposal := proposal_of(prepared)) is not None:
        prepared.mapping = proposal.mapping.as_plain()
        if former := former_upload(prepared):
            prepared.answers = former.answers
    prepared.save()
    return prepared


def proposal_of(prepared: PreparedImport, *, anew: bool = False) -> Proposal | None:
    """How the upload may be read, with the reasons; None for a file of the chronicle, which needs no mapping unless it is refused.

    As the last file of its shape was read, or `anew` by its names and content alone.
    """
    files, encoding = [_upload(prepared)], prepared.options["encoding"]
    if is_own(files, encoding):
        return own_proposal(files, encoding) if can_be_mapped(prepared) else None
    grids, _reading = read_grids(files, encoding)
    return propose(grids, prepared.name, () if anew else _known_mappings(prepared))


def can_be_mapped(prepared: PreparedImport) -> bool:
    """Whether the upload is a file of the chronicle that is refused as such, and may be read by a mapping instead."""
    return bool(prepared.outcome.get("can_be_mapped"))


def _known_mappings(prepared: PreparedImport) -> list[Mapping]:
    """The mappings of earlier imports and of this person's uploads with problems or open questions, the newest first."""
    stored = ImportMapping.objects.values_list("created_at", "mapping")
    faulty = _faulty_uploads(prepared).values_list("created_at", "mapping")
    found = sorted([*stored, *faulty], key=lambda one: one[0], reverse=True)
    return [_without_lines(Mapping.from_plain(mapping)) for _at, mapping in found]


def former_upload(prepared: PreparedImport) -> PreparedImport | None:
    """The upload with problems or open questions of which this is the corrected table, by its name, mapping and what was imported since."""
    if (mapping := mapping_of(prepared)) is None:
        return None
    faulty, imported = _faulty_uploads(prepared), remembered_mapping(mapping)
    if imported:
        faulty = faulty.filter(created_at__gt=imported.created_at)
    kind = stem_of_versions(prepared.name), _columns_of(prepared)
    return next((one for one in faulty if (stem_of_versions(one.name), _columns_of(one)) == kind), None)


def _faulty_uploads(prepared: PreparedImport) -> QuerySet[PreparedImport]:
    """The uploads of the same person that had problems or open questions in their last preview, without content, the newest first."""
    earlier = PreparedImport.objects.filter(
        created_by=prepared.created_by, created_at__lt=prepared.created_at
    )
    return (
        earlier.filter(Q(outcome__problem_count__gt=0) | Q(outcome__questions__open__gt=0))
        .exclude(mapping={})
        .order_by("-created_at")
        .only("created_at", "name", "mapping", "answers")
    )


def _columns_of(prepared: PreparedImport) -> set[object]:
    """How an upload is read, without what differs between files of one shape: names of tabs and lines."""
    return {(one.table, one.header, one.columns) for one in Mapping.from_plain(prepared.mapping).sheets}


def mapping_of(prepared: PreparedImport) -> Mapping | None:
    """How the upload is read now; None for a file of the chronicle."""
    return Mapping.from_plain(prepared.mapping) if prepared.mapping else None


def remembered_mapping(mapping: Mapping) -> ImportMapping | None:
    """The stored mapping of that shape: by whom, when and for which file it was made."""
    return ImportMapping.objects.filter(shape=mapping.digest).select_related("created_by").first()


def set_mapping(prepared: PreparedImport, mapping: Mapping) -> None:
    """Read the upload by this mapping from the next preview on. Raises MappingError."""
    check(mapping)
    prepared.mapping = mapping.as_plain()
    prepared.save(update_fields=["mapping"])


def set_answers(
    prepared: PreparedImport, answers: Answers, others: AnyMapping[str, Choice] | None = None
) -> None:
    """Add answers to the questions of the upload, for the next preview; `others` are those that were no choice before."""
    others = others or {}
    chosen = {key: choice.value for key, choice in others.items()}
    prepared.answers = {**prepared.answers, **answers, **chosen}
    prepared.questions = [with_choice(plain, others.get(plain["key"])) for plain in prepared.questions]
    prepared.save(update_fields=["answers", "questions"])


def questions(prepared: PreparedImport) -> list[Question]:
    """What the upload leaves open, with the answers so far: the first of those open, proposed and answered."""
    return [question.answered(prepared.answers) for question in _stored_questions(prepared)]


def later_questions(prepared: PreparedImport) -> dict[str, int]:
    """The numbers of questions besides these, as `by_answer()` groups them."""
    stored = by_answer(_stored_questions(prepared))
    return {name: count - len(stored[name]) for name, count in prepared.outcome["questions"].items()}


def store_preview(
    prepared: PreparedImport,
    *,
    progress: Callable[[int], None] = lambda done: None,
    begin: Callable[[JobStage], None] = lambda stage: None,
    before_commit: Callable[[], None] = lambda: None,
) -> None:
    """Store the report of a dry run of the upload. `before_commit` is called in the transaction that ends the storing."""
    report = _import(prepared, dry_run=True, include_rows=True, progress=progress, begin=begin)
    begin(JobStage.STORING)
    _store(prepared, report, before_commit)


def carry_out(
    prepared: PreparedImport,
    *,
    progress: Callable[[int], None] = lambda done: None,
    begin: Callable[[JobStage], None] = lambda stage: None,
    before_commit: Callable[[ImportBatch | None], None] = lambda batch: None,
) -> ImportBatch | None:
    """Import the upload. Returns None if there was nothing to change. `before_commit` is called with what is returned.

    Raises ValidationError, with a new preview, if the data changed since the preview or the database refuses rows.
    """
    seen = prepared.outcome["fingerprint"]
    try:
        report = _import(
            prepared,
            expected_fingerprint=seen,
            progress=progress,
            begin=begin,
            before_commit=lambda report: before_commit(report.batch),
        )
    except StalePreviewError:
        store_preview(prepared, progress=progress, begin=begin)
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


def empty(prepared: PreparedImport) -> None:
    """Delete what was uploaded and its preview, but not the record of the upload, which leads to the import."""
    PreviewedRow.objects.filter(prepared=prepared).delete()
    PreparedImport.objects.filter(pk=prepared.pk).update(content=b"", outcome={}, problems=[], questions=[])


def problems(prepared: PreparedImport) -> list[Problem]:
    """What is wrong with the upload, without the questions that have no answer."""
    return [
        Problem(**{**problem, "place": FileLocation(**problem["place"])}) for problem in prepared.problems
    ]


def error_workbook(prepared: PreparedImport) -> bytes:
    """The error workbook of the upload, as the bytes of an XLSX file. Who corrects it sees what is asked as well."""
    encoding = prepared.options["encoding"]
    found = [*problems(prepared), *(question.problem for question in unanswered(questions(prepared)))]
    return workbooks.error_workbook([_upload(prepared)], found, encoding, mapping_of(prepared))


def owner_of(name: str, key: str) -> tuple[type[TitleSlugModel], str]:
    """The model and slug of the record that a row of this table and key is, or belongs to."""
    table = TABLES[name]
    model = table.columns[table.within].model if table.within else table.model
    # The key of a part begins with its parent's slug.
    return slug_owner(model), key.split(KEY_SEPARATOR)[0]


def _upload(prepared: PreparedImport) -> Upload:
    return Upload(prepared.name, bytes(prepared.content))


def _stored_questions(prepared: PreparedImport) -> list[Question]:
    return [Question.from_plain(question) for question in prepared.questions]


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
    kept = answers_for_others(report.questions)
    records = described_records(slugs_of_rows(mapping, report.rows))
    imports = remember_import(mapping.imports, report.batch, prepared.name, records)
    mapping = replace(
        _without_lines(mapping),
        source_title="",
        answers={**mapping.answers, **kept},
        records=records,
        imports=imports,
    )
    ImportMapping.objects.remember(mapping.digest, prepared.name, mapping.as_plain(), prepared.created_by)


def _without_lines(mapping: Mapping) -> Mapping:
    """The mapping for other files, which have other lines."""
    sheets = (replace(sheet, header_line=None, last_line=None) for sheet in mapping.sheets)
    return replace(mapping, sheets=tuple(sheets))


def _store(
    prepared: PreparedImport, report: Report, before_commit: Callable[[], None] = lambda: None
) -> None:
    upload, encoding = _upload(prepared), prepared.options["encoding"]
    outcome = report.as_plain()
    asked = {question.problem for question in unanswered(report.questions)}
    plain_problems: Any = outcome["problems"]
    pairs = zip(report.problems, plain_problems, strict=True)
    found = [(str(problem), plain) for problem, plain in pairs if problem not in asked]
    prepared.problems = [plain for _text, plain in found]
    groups = by_answer(report.questions)
    plain_questions: Any = outcome.pop("questions")
    kept = {question.key for group in groups.values() for question in group[:MAX_QUESTIONS]}
    prepared.questions = [plain for plain in plain_questions if plain["key"] in kept]
    prepared.outcome = outcome | {
        "problems": [text for text, _plain in found[:MAX_LISTED]],
        "problem_count": len(found),
        "questions": {name: len(group) for name, group in groups.items()},
        "proposed_records": sum(creates(question.answer) for question in groups["proposed"]),
        "notices": [str(notice) for notice in report.notices[:MAX_LISTED]],
        "notice_count": len(report.notices),
        "row_count": len(report.rows),
        "totals": report.totals,
        "created": [*itertools.islice(_created(prepared, report.rows), MAX_LISTED)],
        "missing": lacked_records(mapping_of(prepared), report),
        "fingerprint": report.fingerprint,
        "can_be_mapped": bool(found)
        and prepared.mapping == {}
        and own_proposal([upload], encoding) is not None,
        "can_be_mended": (bool(found) or any(map(takes_typed_value, unanswered(report.questions))))
        and workbooks.has_error_workbook([upload], encoding, mapping_of(prepared)),
    }
    # The rows have the changes too.
    del prepared.outcome["changes"]
    PreviewedRow.objects.store(prepared, _stored_rows(report.rows))
    with transaction.atomic():
        prepared.save(update_fields=["outcome", "problems", "questions"])
        before_commit()


def _created(prepared: PreparedImport, rows: Sequence[RowOutcome]) -> Iterator[tuple[str, str, str]]:
    """The table, title and slug of each new record that a mapped file names besides those of its own rows."""
    mapping = mapping_of(prepared)
    own = {sheet.table for sheet in mapping.sheets} if mapping else TABLES.keys()
    for row in rows:
        if row["outcome"] == "new" and row["table"] not in own and not TABLES[row["table"]].within:
            title, others = _in_file(row, "title") or row["key"], _in_file(row, "aliases")
            also = _("%(title)s (also: %(names)s)") % {"title": title, "names": others}
            yield row["table"], also if others else title, row["key"]


def _in_file(row: RowOutcome, column: str) -> str:
    return next((str(new or "") for name, _old, new in row["columns"] if name == column), "")


def _stored_rows(rows: Sequence[RowOutcome]) -> Iterator[ShownRow]:
    """The rows with the titles of records that are new, and no longer values than a page shows."""
    titles = {
        owner_of(row["table"], row["key"]): _in_file(row, "title")
        for row in rows
        if row["outcome"] in ("new", OPEN) and not TABLES[row["table"]].within
    }
    for row in rows:
        columns = [(name, _shown(old), _shown(new)) for name, old, new in row["columns"]]
        names = [*_new_names(row, titles)]
        title = titles.get(owner_of(row["table"], row["key"]), "")
        yield {**row, "columns": columns, "title": title, "new_names": names}


def _new_names(
    row: RowOutcome, titles: AnyMapping[tuple[type[TitleSlugModel], str], str]
) -> Iterator[tuple[str, str, str]]:
    """The new records that a row names: the column, the slug and the title of each."""
    table = TABLES[row["table"]]
    cells: dict[str, PlainValue] = {name: new for name, _old, new in row["columns"]}
    for name, cell in (
        {**cells, **key_cells(row["table"], row["key"])}.items() if table.within else cells.items()
    ):
        column = table.columns[name]
        for slug in column.slugs(cell) if column.field.is_relation and name != table.within else ():
            if title := titles.get((slug_owner(column.model), slug)):
                yield name, slug, title


def _shown(value: PlainValue) -> PlainValue:
    return value[:MAX_SHOWN] if isinstance(value, str) else value
