"""Keys: which record each row is, and what is asked where its slug does not tell."""

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from timeline.editing.duplicate_titles import city_of_chronicle
from timeline.exchange.mapping.deleted_records import DeletedRecord, deleted_by_hash
from timeline.exchange.mapping.document_types import is_provisional
from timeline.exchange.mapping.identities import (
    IDENTITIES,
    Identity,
    Traits,
    identifying_values,
    is_distant,
    may_be_of_one_date,
    may_be_of_one_year,
    may_be_one,
    may_be_one_document,
    may_be_shortened,
    traits_of,
)
from timeline.exchange.mapping.key_questions import (
    KeyRow,
    Match,
    ask_deleted,
    ask_record,
    ask_twins,
    merged_cells,
)
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.exchange.mapping.questions import Question
from timeline.exchange.mapping.record_choices import (
    LEAVE_OUT,
    MERGE,
    slug_chosen,
    slug_filled,
    stored_choices,
)
from timeline.exchange.mapping.record_rows import kept_cells, renamed_since_import, stored_rows
from timeline.exchange.readers.types import FileLocation, FileRow, Notice
from timeline.models import Revision
from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table

# The number of rows, or of records, with one value that a row is compared with.
MAX_COMPARED = 50
_serial_number = re.compile("[0-9]{1,4}", re.ASCII).fullmatch
# The numbers of a sheet, and of a row in it from 0.
_Number = tuple[int, int]


class Keys:
    """The slugs of the rows of one import. `collect` all of them, `look_up` a table, then `identify` each row."""

    def __init__(self, answers: Answers, slugs: NewSlugs) -> None:
        self._answers, self._new_slugs = answers, slugs
        self._questions: dict[str, Question] = {}
        self.notices: list[Notice] = []
        # By table, the hashes of what identifies its rows, and those that several rows have.
        self._hashes: defaultdict[str, set[int]] = defaultdict(set)
        self._repeated: defaultdict[str, set[int]] = defaultdict(set)
        # By the number of the sheet, the slug of each row; "" for those that are left out with their parts.
        self._slugs: defaultdict[int, list[str]] = defaultdict(list)
        # The rows that are part of an earlier one, with the cells of that one, and those that are or were asked about.
        self._skipped: set[_Number] = set()
        self._merged: dict[_Number, dict[str, PlainValue]] = {}
        # The cells that follow from the records that rows are.
        self._followed: dict[_Number, dict[str, PlainValue]] = {}
        self._asked: set[_Number] = set()
        # Those that nobody has answered yet.
        self._open: set[_Number] = set()
        self._sheets_with_serial_numbers: set[tuple[str, str]] = set()

    @property
    def questions(self) -> list[Question]:
        """In the order of the tables, and in it of the rows."""
        return [*self._questions.values()]

    def collect(self, row: FileRow) -> None:
        """Reserve the slug of a row, and note what else identifies it."""
        if slug := self._given_slug(row):
            self._new_slugs.reserve(row.table.model, slug)
        if not row.table.within and not _has_references(row.table):
            self._note(row)

    def look_up(self, table: Table, rows: Callable[[], Iterable[tuple[int, FileRow]]]) -> None:
        """Find which records the rows of a table are. Each row comes with the number of its sheet."""
        if _has_references(table):
            for _sheet, row in rows():
                self._note(row)
        hashes = self._hashes.pop(table.name, set())
        stored = _stored_by_hash(table, hashes, self._city)
        deleted = deleted_by_hash(table, hashes, self._city)
        repeated = self._repeated.pop(table.name, set())
        compared: list[KeyRow] = []
        given: set[str] = set()
        for sheet, row in rows():
            slug = self._given_slug(row)
            values = [*identifying_values(table, row.cells, self._city)]
            known = () if slug else (stored, deleted)
            if any(value in one for one in (repeated, *known) for _identity, value in values):
                number = sheet, len(self._slugs[sheet])
                compared.append(KeyRow(row, number, slug, traits_of(table, row.cells), values))
            elif not slug:
                slug = self._new_slug(row)
            given.add(slug)
            self._slugs[sheet].append(slug)
        self._decide(table, compared, stored, deleted, given)

    def count(self, sheet: int) -> int:
        """The number of rows of a sheet that were looked up."""
        return len(self._slugs.get(sheet, ()))

    def slug_of(self, sheet: int, number: int) -> str:
        """The slug of a row by the numbers of its sheet and in it, from 0; "" if the row and its parts are left out."""
        return self._slugs[sheet][number]

    def identify(self, sheet: int, number: int, row: FileRow) -> FileRow | None:
        """The row with its slug; None if it is left out or part of an earlier one."""
        slug = self._slugs[sheet][number]
        if not slug or (sheet, number) in self._skipped:
            return None
        cells = self._merged.get((sheet, number), row.cells)
        cells = cells | self._followed.get((sheet, number), {}) | {"slug": slug}
        is_identified = row.is_identified or (sheet, number) in self._asked
        asked = row.asked | ({"slug"} if (sheet, number) in self._open else set())
        return replace(row, cells=cells, asked=asked, is_identified=is_identified)

    def _given_slug(self, row: FileRow) -> str:
        """The slug in the row. Serial numbers are none, unless a record has it."""
        slug = str(row.cells.get("slug") or "")
        if not _serial_number(slug) or self._new_slugs.is_stored(row.table.model, slug):
            return slug
        sheet = row.place.file, row.place.table
        if sheet not in self._sheets_with_serial_numbers:
            self._sheets_with_serial_numbers.add(sheet)
            message = _(
                "The column %(column)s has serial numbers, not slugs: the slugs are made from the titles."
            )
            words = message % {"column": row.place.named("slug")}
            self.notices.append(Notice(FileLocation(*sheet), words))
        return ""

    @functools.cached_property
    def _city(self) -> str:
        return city_of_chronicle()

    def _note(self, row: FileRow) -> None:
        hashes, repeated = self._hashes[row.table.name], self._repeated[row.table.name]
        for identity, value in identifying_values(row.table, row.cells, self._city):
            # Rows of one file are compared with each other by more.
            (repeated if value in hashes and not identity.is_shortened else hashes).add(value)

    def _new_slug(self, row: FileRow) -> str:
        return self._new_slugs.make(row.table.model, str(row.cells.get("title") or ""))

    # --- rows that may be the same, and records that they may be

    def _decide(
        self,
        table: Table,
        rows: Sequence[KeyRow],
        stored: dict[int, list[Match]],
        deleted: dict[int, list[DeletedRecord]],
        given: set[str],
    ) -> None:
        """Ask what several rows of the files are, and which record each is."""
        chosen = {*given}
        labels = stored_choices(table.record_model, {one.key for these in stored.values() for one in these})
        groups = [(next((row for row in one if row.slug), one[0]), one) for one in _groups(table, rows)]
        found = {first.number: _matches(table, first, stored) for first, _group in groups if not first.slug}
        matched = {match.key for matches in found.values() for match in matches}
        rows_stored = stored_rows(table, matched)
        for first, group in groups:
            others = [row for row in group if row is not first]
            answer = self._ask(ask_twins(table, first, others)) if others else ""
            self._note_asked(group if others else (), answer)
            if not first.slug:
                matches, record = found[first.number], ""
                if matches:
                    alike = _alike(first, stored)
                    record = self._ask(ask_record(table, first, matches, labels, chosen, alike, rows_stored))
                    self._note_asked([first], record)
                slug = slug_chosen(record) or slug_filled(record)
                if match := next((one for one in matches if one.slug == slug), None):
                    if slug_filled(record):
                        self._followed[first.number] = kept_cells(rows_stored.present[match.key])
                    else:
                        self._follow(first, match)
                if matches or self._is_created(table, first, deleted):
                    first.slug = slug or self._new_slug(first.row)
                    chosen.add(first.slug)
            self._set(first, first.slug)
            if answer == MERGE:
                self._merged[first.number] = merged_cells(first, others)
                self._skipped |= {row.number for row in others}
            for row in others:
                is_same = answer == MERGE
                new = "" if answer == LEAVE_OUT else row.slug or self._new_slug(row.row)
                self._set(row, first.slug if is_same else new)

    def _is_created(self, table: Table, row: KeyRow, deleted: dict[int, list[DeletedRecord]]) -> bool:
        """Whether a row makes a new record, also if somebody deleted the one that it made before."""
        found = next(
            (
                one
                for identity, value in row.values
                for one in deleted.get(value, ())
                if not (identity.is_near or identity.is_shortened)
                and _is_sure(table, identity, row.traits, one.traits) is not None
            ),
            None,
        )
        if found is None:
            return True
        answer = self._ask(ask_deleted(table, row, found))
        self._note_asked([row], answer)
        return answer != LEAVE_OUT

    def _note_asked(self, rows: Iterable[KeyRow], answer: str) -> None:
        """Note that these rows were asked about, and whether they have an answer."""
        for row in rows:
            self._asked.add(row.number)
            if not answer:
                self._open.add(row.number)

    def _follow(self, row: KeyRow, match: Match) -> None:
        """Let a record keep its title where that of the row is none that it gets (`Match.keeps_title()`).

        One that gets another title, which no longer ends as that of a provisional document, is none any more.
        """
        if match.keeps_title(row):
            self._followed[row.number] = {"title": match.title}
            if match.keeps_programme(row):
                self._followed[row.number]["programme"] = match.programme
            if is_provisional(row.title) and not is_provisional(match.title):
                # It was read from the title that is not taken.
                self._followed[row.number]["provisional"] = None
            return
        is_said = row.row.cells.get("provisional") not in (None, "")
        if not is_said and is_provisional(match.title) and not is_provisional(row.title):
            self._followed[row.number] = {"provisional": "false"}

    def _ask(self, question: Question) -> str:
        """Add the question, unless the same was asked of other rows. Returns its answer."""
        question = question.answered(self._answers)
        return self._questions.setdefault(question.key, question).answer

    def _set(self, row: KeyRow, slug: str) -> None:
        sheet, number = row.number
        self._slugs[sheet][number] = slug


def _has_references(table: Table) -> bool:
    """Whether something that identifies rows of the table is a reference, of which the slug must be known first."""
    names = {name for identity in IDENTITIES.get(table.name, ()) for name in identity.columns}
    return any(table.columns[name].field.is_relation for name in names)


def _stored_by_hash(table: Table, hashes: set[int], city: str) -> dict[int, list[Match]]:
    """The stored records that have one of these hashes, by hash, in one pass over all of them.

    What stands only in the working copy of a record counts as well: a draft of an import would be its double.
    """
    found: dict[int, list[Match]] = {}
    if not hashes:
        return found
    model = table.record_model
    names = {"slug", "title", *getattr(model, "DISTINGUISHING_DATES", ())}
    names |= {name for identity in IDENTITIES[table.name] for name in identity.columns}
    columns = sorted(names & table.columns.keys())
    expressions = [table.columns[name].expression for name in columns]
    copies = dict(Revision.objects.for_model(model).working_copies().values_list("record", "content"))
    former = renamed_since_import(model)
    records = model._default_manager.order_by("pk").values_list("pk", *expressions)
    for key, *values in records.iterator():
        cells = dict(zip(columns, values, strict=True))
        copy = copies.get(key, {})
        title = str(copy.get("title") or cells["title"])
        states = [(cells, False), *([(copy, False)] if copy else []), *((one, True) for one in former[key])]
        for each, is_former in states:
            for _identity, value in identifying_values(table, each, city):
                if value in hashes and len(found.setdefault(value, [])) < MAX_COMPARED:
                    traits = traits_of(table, each)
                    programme = str(copy.get("programme") or cells.get("programme") or "")
                    found[value].append(Match(key, str(cells["slug"]), traits, title, programme, is_former))
    return found


def _groups(table: Table, rows: Sequence[KeyRow]) -> list[list[KeyRow]]:
    """The rows in their order, those together that may be one record."""
    groups: list[list[KeyRow]] = []
    by_value: defaultdict[int, list[tuple[KeyRow, int]]] = defaultdict(list)
    for row in rows:
        same = (
            number
            for identity, value in row.values
            for other, number in by_value[value]
            if _are_twins(table, identity, row, other)
        )
        number = next(same, len(groups))
        if number == len(groups):
            groups.append([])
        groups[number].append(row)
        for _identity, value in row.values:
            if len(by_value[value]) < MAX_COMPARED:
                by_value[value].append((row, number))
    return groups


def _are_twins(table: Table, identity: Identity, one: KeyRow, other: KeyRow) -> bool:
    if identity.is_shortened or (one.slug and other.slug):
        return False
    if not identity.compares_dates:
        return True
    return may_be_one(table, one.traits, other.traits) and not one.traits.differs_from(other.traits)


def _alike(row: KeyRow, stored: dict[int, list[Match]]) -> set[str]:
    """The slugs of the records that a row may be, whatever their dates."""
    return {
        match.slug
        for identity, value in row.values
        for match in stored.get(value, ())
        if not identity.is_shortened or may_be_shortened(identity, row.traits, match.traits)
    }


def _matches(table: Table, row: KeyRow, stored: dict[int, list[Match]]) -> list[Match]:
    """The records that a row may be, the sure ones first."""
    found: dict[int, Match] = {}
    for identity, value in row.values:
        for match in stored.get(value, ()):
            if (is_sure := _is_sure(table, identity, row.traits, match.traits)) is None:
                continue
            known = found.get(match.key, replace(match, by=(), is_former=False))
            # The title that an import brought does not undo the one that an editor has given it since.
            is_former = known.is_former or (match.is_former and match.traits.title == row.traits.title)
            found[match.key] = replace(
                known, is_sure=known.is_sure or is_sure, by=(*known.by, identity), is_former=is_former
            )
    matches = sorted(found.values(), key=lambda match: not match.is_sure)
    # Beside the record that it is, one of a title that is only near it, of another date or of another number is none.
    surely = [match for match in matches if match.is_sure]
    if surely:
        return [
            one
            for one in matches
            if one in surely
            or not (
                one.is_near
                or one.is_shortened
                or row.traits.contradicts(one.traits)
                or is_distant(table, row.traits, one.traits)
            )
        ]
    return matches


def _is_sure(table: Table, identity: Identity, own: Traits, other: Traits) -> bool | None:
    """Whether a row that has an identity of a record is that record; None if it is not.

    With another title, only the number of a document makes it sure.
    """
    if identity.is_shortened:
        is_of_one = (
            may_be_of_one_date(table, own, other)
            if identity.compares_dates
            else may_be_of_one_year(own, other)
        )
        return False if is_of_one and may_be_shortened(identity, own, other) else None
    if identity.columns == ("document_number",):
        return may_be_one_document(own.title, other.title)
    if not identity.compares_dates:
        return own.title == other.title
    if own.agrees_with(other) and not identity.is_near:
        # Two districts may publish a document of one title in one year, and only one of them with a number.
        is_of_other = own.lacks_number and bool(other.number) and not own.is_of_day(other)
        return not (is_of_other or own.contradicts(other))
    if may_be_one(table, own, other) and not own.differs_from(other):
        return False
    # One document may have two numbers, or a wrong one in a table.
    if not identity.is_near and own.contradicts(other) and may_be_of_one_date(table, own, other):
        return False
    return False if is_distant(table, own, other) else None
