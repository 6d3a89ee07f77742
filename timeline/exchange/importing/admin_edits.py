"""What was changed in the admin since an import: kept where the files say what they said then, and asked about or refused where both changed."""

import enum
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.accounts.names import display_name
from timeline.exchange.exported_state import NAME, UntrustedStateError, exported_revision
from timeline.exchange.importing.edit_questions import (
    edit_question,
    former_value_question,
    is_vaguer,
    vaguer_date_question,
)
from timeline.exchange.importing.import_row import ImportRow, display_value
from timeline.exchange.importing.record_models import status_model
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.questions import Question
from timeline.exchange.mapping.record_choices import TAKE
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Notice, printable
from timeline.i18n.display import format_datetime
from timeline.models import ImportBatch, Revision
from timeline.models.chunks import chunks
from timeline.rows.columns import PlainValue
from timeline.rows.references import References
from timeline.rows.tables import Table, WholeRow, table_of
from timeline.workflow import Action

# So many equal characters stand before the first difference of two texts.
BEFORE_DIFFERENCE = 10
_KEPT = gettext_lazy("It is kept: the file says what it said then.")
_OVERWRITTEN = gettext_lazy("The file overwrites it.")
_CHANGED_BY_BOTH = gettext_lazy(
    "The file was changed too. Write what is to stand there into the file and the admin, or import with --overwrite-edits, which takes what the files say."
)


class _Missing(enum.Enum):
    """The value of a part that a record did not have."""

    VALUE = enum.auto()


@dataclass(frozen=True)
class _State:
    """A revision of a record, with its text as it would be written now."""

    revision: Revision
    content: WholeRow
    is_imported: bool


@dataclass
class AdminEdits:
    """Compares three values of each column that an import changes: the last imported one, that of the file, and the present one.

    Where the folder was exported since, the exported value counts as the last imported one. Without a former import of files or
    folders of these names, and without an export, nothing is compared. With `answers`, the files are those of
    other offices, which are no copies of the record: they are compared with all former imports, and each value that was
    changed since is a question.
    """

    files: Sequence[Path | Upload]
    # Whether the files overwrite what was changed in the admin.
    overwrites: bool = False
    answers: Answers | None = None
    questions: list[Question] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    kept: int = 0
    conflicts: int = 0

    @cached_property
    def batches(self) -> set[int]:
        """The imports in force with which the files are compared: those of files or folders of these names, or all."""
        is_asked = self.answers is not None
        return {pk for pk, names in self._described if is_asked or not names.isdisjoint(self._names)}

    @cached_property
    def whole_batches(self) -> set[int]:
        """Those of nothing besides."""
        return {pk for pk, names in self._described if names <= self._names}

    @cached_property
    def exported(self) -> int | None:
        """The newest revision when the folder was exported, if these files are one that was."""
        if self.answers is not None or len(self.files) != 1:
            return None
        (folder,) = self.files
        try:
            return exported_revision(folder) if isinstance(folder, Path) else None
        except UntrustedStateError as error:
            self.notices.append(Notice(FileLocation(NAME), str(error)))
            return None

    @cached_property
    def _references(self) -> References:
        return References()

    @cached_property
    def _names(self) -> set[str]:
        return {file.name for file in self.files}

    @cached_property
    def _described(self) -> list[tuple[int, set[str]]]:
        found = ImportBatch.objects.in_force().values_list("pk", "files")
        return [(pk, {one["name"] for one in described}) for pk, described in found]

    @cached_property
    def _partly_undone(self) -> set[int]:
        """The imports in force that were undone but for some records."""
        return {*ImportBatch.objects.in_force().exclude(undone_at=None).values_list("pk", flat=True)}

    def settle(self, rows: Sequence[ImportRow]) -> None:
        """Take out of these rows of one table what only the admin changed, and add an error or a question for what both changed."""
        changing = [row for row in rows if row.changes and row.stored is not None and not row.has_errors]
        if not changing or not (self.batches or self.exported or self.answers is not None):
            return
        model = status_model(changing[0].table)
        for chunk in chunks(changing):
            keys = sorted({key for row in chunk if (key := row.owner_pk) is not None})
            revisions = [*Revision.objects.for_keys(model, keys).by_number().select_related("created_by")]
            states = self._states(revisions)
            for row in chunk:
                for name in [*row.changes]:
                    self._settle(row, name, states.get(row.owner_pk or 0, []))

    def _states(self, revisions: Sequence[Revision]) -> Mapping[int, Sequence[_State]]:
        found: defaultdict[int, list[_State]] = defaultdict(list)
        references = References()
        for model in {revision.model for revision in revisions}:
            contents = [revision.content for revision in revisions if revision.model is model]
            table_of(model).prefetch_references(contents, references)
        # The number of the last revision that an undo wrote, by record.
        undone = {one.record: one.number for one in revisions if one.action == Action.UNDONE}
        for revision in revisions:
            current = table_of(revision.model).with_current_slugs(revision.content, references)
            is_undone = revision.batch_id in self._partly_undone and revision.number < undone.get(
                revision.record, 0
            )
            is_imported = revision.batch_id in self.batches and not is_undone
            found[revision.record].append(_State(revision, current, is_imported))
        return found

    def _settle(self, row: ImportRow, name: str, states: Sequence[_State]) -> None:
        present, wanted = (row.stored or {}).get(name), row.changes[name]
        imported = _imported_values(row, name, states, self.exported or 0)
        if self.answers is not None and not self.overwrites:
            self._settle_by_answer(row, name, states, imported)
            return
        if present in imported:
            return
        edit = _edit(row, name, states, present)
        if self.overwrites:
            self.notices.append(Notice(row.place, self._message(row, name, edit, _OVERWRITTEN)))
        elif wanted in imported:
            self.kept += 1
            self.notices.append(Notice(row.place, self._message(row, name, edit, _KEPT)))
            _leave_out(row, name)
        else:
            self.conflicts += 1
            ours, theirs = _excerpts(display_value(present), display_value(wanted))
            both = _("The site has: “%(text)s”. %(advice)s") % {"text": ours, "advice": _CHANGED_BY_BOTH}
            row.add_error(self._message(row, name, edit, both), name, theirs)

    def _settle_by_answer(
        self, row: ImportRow, name: str, states: Sequence[_State], imported: Sequence[PlainValue]
    ) -> None:
        """Leave the present value unless that of the file is chosen. Other changes are those that the preview shows."""
        present = (row.stored or {}).get(name)
        if imported and present not in imported:
            edit = _edit(row, name, states, present)
            question = edit_question(row, name, edit, imported, self._references)
        elif row.changes[name] in _former_values(row, name, states):
            question = former_value_question(row, name, self._references)
        elif is_vaguer(row, name):
            question = vaguer_date_question(row, name, self._references)
        else:
            return
        answer = self._ask(question)
        if answer != TAKE:
            _leave_out(row, name)
        if not answer:
            row.asked |= {name}

    def _ask(self, question: Question) -> str:
        answered = question.answered(self.answers or {})
        self.questions.append(answered)
        return answered.answer

    def _message(self, row: ImportRow, name: str, edit: Revision | None, outcome: str | Promise) -> str:
        said = {"record": " / ".join(row.key), "column": row.place.named(name)}
        if edit is None:
            text = _(
                "%(record)s.%(column)s was changed in the admin since this folder was last imported or exported."
            )
        elif edit.batch_id is not None:
            text = _(
                "%(record)s.%(column)s was changed by an import of other files since, by %(who)s, %(when)s."
            )
            said |= {"who": display_name(edit.created_by), "when": format_datetime(edit.created_at)}
        else:
            text = _(
                "%(record)s.%(column)s was changed in the admin since this folder was last imported or exported, by %(who)s, %(when)s."
            )
            said |= {"who": display_name(edit.created_by), "when": format_datetime(edit.created_at)}
        return _("%(what)s %(outcome)s") % {"what": text % said, "outcome": outcome}


def _imported_values(row: ImportRow, name: str, states: Sequence[_State], exported: int) -> list[PlainValue]:
    """What the former imports say of the column: the value last written, and those of working copies since.

    An import that leaves an edit as it is has it in its revision too, so only what it changed counts. The state up to the
    revision `exported` is that of the files then.
    """
    found: list[PlainValue] = []
    before: PlainValue | _Missing = _Missing.VALUE
    for state in states:
        value, is_exported = _value(row, name, state.content), state.revision.pk <= exported
        if is_exported and state.revision.applied:
            found = [] if value is _Missing.VALUE else [value]
        elif (
            not is_exported
            and state.is_imported
            and value is not _Missing.VALUE
            and (not found or value != before)
        ):
            if state.revision.applied:
                found = [value]
            else:
                found.append(value)
        if state.revision.applied:
            before = value
    return found


def _former_values(row: ImportRow, name: str, states: Sequence[_State]) -> list[PlainValue]:
    """What imports wrote into the column before the last of them wrote something else."""
    found: list[PlainValue] = []
    for state in states:
        value = _value(row, name, state.content)
        is_written = state.is_imported and state.revision.applied
        if is_written and value is not _Missing.VALUE and value not in found[-1:]:
            found.append(value)
    return found[:-1]


def _edit(row: ImportRow, name: str, states: Sequence[_State], present: PlainValue) -> Revision | None:
    """The revision that gave the column its present value."""
    found = None
    for state in reversed(states):
        if _value(row, name, state.content) == present:
            found = state.revision
        elif found is not None:
            break
    return found


def _value(row: ImportRow, name: str, content: WholeRow) -> PlainValue | _Missing:
    """The value of the column in this revision. A column that was added later has its default there."""
    table = row.table
    part: WholeRow | None = content
    if table.within:
        parts = content.get(_nested_name(table), ())
        part = next(
            (one for one in parts if table.key_of({**one, table.within: row.key[0]}) == row.key), None
        )
    return _Missing.VALUE if part is None else part.get(name, table.columns[name].default())


def _excerpts(one: str, other: str) -> tuple[str, str]:
    """Two texts for one message, from shortly before their first difference."""
    start = max(len(os.path.commonprefix([one, other])) - BEFORE_DIFFERENCE, 0)
    ones, others = (f"{'…' if start else ''}{printable(text[start:])}" for text in (one, other))
    return ones, others


def _nested_name(table: Table) -> str:
    """The name under which the parts of this table stand within the row of their record."""
    relation = table.columns[table.within].field.remote_field
    return str(relation.related_name) if relation else table.name


def _leave_out(row: ImportRow, name: str) -> None:
    """Leave the column as it is stored."""
    column = row.table.columns[name]
    del row.changes[name]
    row.values.pop(column.attribute, None)
    row.many.pop(name, None)
    if column.field.is_relation:
        row.links.pop(column.field.name, None)
