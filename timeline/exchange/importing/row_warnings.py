"""Warnings about rows that are valid but suspicious: duplicates, serial numbers as slugs, lost characters, dates ahead."""

import functools
import marshal
import re
import unicodedata
import weakref
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from django.apps import apps
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.editing.checks import is_in_title_marks
from timeline.editing.duplicate_titles import may_be_same
from timeline.editing.implausible_dates import is_early, lies_ahead, out_of_order
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.packed_hashes import PackedHashes
from timeline.exchange.readers.types import FileLocation, Notice
from timeline.i18n.display import format_datetime
from timeline.models import Revision
from timeline.models.chunks import chunks
from timeline.models.fields import PartialDateField, date_or_none
from timeline.models.named import TitleSlugModel, slug_owner_name
from timeline.models.records import Record
from timeline.models.stored_records import StoredRecords
from timeline.rows.columns import FlatRow, PlainValue
from timeline.rows.tables import Table
from timeline.values.document_numbers import DocumentNumber
from timeline.workflow import ENDED

# More than anybody reads one by one; the others are only counted.
MAX_LISTED = 100
# Of the records that are withdrawn, as many are named.
MAX_NAMED = 20
# The number of records of the same title that a row is compared with.
MAX_COMPARED = 50
# Bytes of what is remembered of records; more is in a file.
MAX_IN_MEMORY = 2**20

_serial_number = re.compile("[0-9]{1,4}", re.ASCII).fullmatch
# GBK has no ¶: a file that is saved in it has ?5 in its place.
_lost_characters = re.compile(r"(?<=[\u3400-\u9fff])\?{2,}|\?{2,}(?=[\u3400-\u9fff])|\A\?(?=[0-9])").search


# By the model that owns the slugs, the current slug and title of records by the new slug of their working copy.
SlugsOfCopies = Mapping[str, Mapping[str, Mapping[str, str]]]


class _Known(NamedTuple):
    """A record that another may duplicate: its slug, its title, its date, and whether it is from the files."""

    slug: str
    title: str
    date: str
    is_of_files: bool


class _KnownRecords:
    """The records that others may duplicate, by hashes of their values.

    There is one for every row of an import: they stand in a temporary file, and are read where a hash is the same.
    """

    def __init__(self) -> None:
        self._hashes = PackedHashes()
        # By number of the hash, the record; by record, its end in the file.
        self._records, self._ends = array("Q"), array("Q", [0])
        self._file = SpooledTemporaryFile(MAX_IN_MEMORY)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._last = b""

    def add(self, key: int, packed: bytes) -> None:
        """Add a record, unless there are many with this hash. The same object is stored once."""
        numbers = [*self._hashes.numbers(key)]
        is_new = packed is not self._last
        if len(numbers) >= MAX_COMPARED or (
            numbers and not is_new and self._records[numbers[-1]] == len(self._ends) - 2
        ):
            return
        if is_new:
            self._file.seek(self._ends[-1])
            self._file.write(packed)
            self._ends.append(self._ends[-1] + len(packed))
            self._last = packed
        self._hashes.add(key)
        self._records.append(len(self._ends) - 2)

    def of(self, key: int) -> Iterator[_Known]:
        """The records with this hash."""
        for number in self._hashes.numbers(key):
            record = self._records[number]
            begin, end = self._ends[record], self._ends[record + 1]
            self._file.seek(begin)
            yield _Known(*marshal.loads(self._file.read(end - begin)))


class RowWarnings:
    """The warnings about one table's rows. A warning does not skip its row."""

    def __init__(self, table: Table, slugs_of_copies: SlugsOfCopies) -> None:
        self.notices: list[Notice] = []
        self._table = table
        # Parts have no slug.
        self._slugs_of_copies = {} if table.within else slugs_of_copies.get(slug_owner_name(table.model), {})
        # None for parts, which have no title.
        self._model = table.model if issubclass(table.model, TitleSlugModel) else None
        # The columns that identify a record besides its slug, and those that tell records of the same title apart.
        self._identifying_columns = self._model.IDENTIFYING_COLUMNS if self._model else ()
        self._dates = self._model.DISTINGUISHING_DATES if self._model and self._identifying_columns else ()
        self._compared_columns = {*self._identifying_columns, *self._dates}
        self._date_columns = [
            name for name, column in table.columns.items() if isinstance(column.field, PartialDateField)
        ]
        # The number of rows with a warning, and the slugs that are serial numbers.
        self._count = 0
        self._serial_numbers: list[str] = []
        # The withdrawn records that have a row, by key, with their titles.
        self._matched_withdrawn: dict[int, str] = {}
        # The keys of the citations that stay in lines where their records do not stand.
        self._left: dict[tuple[str, ...], None] = {}
        # The sheet of the first warning.
        self._sheet: FileLocation | None = None
        # By a hash of column and value, the records with that value; None until the first use.
        self._known: _KnownRecords | None = None

    def check(self, rows: Sequence[ImportRow]) -> None:
        """Check rows before they are written; only changed values are checked."""
        if self._known is None and any(row.changes.keys() & self._compared_columns for row in rows):
            self._known = self._of_database()
        for row in rows:
            self._check_texts(row)
            self._check_dates(row)
            self._check_order_of_dates(row)
            if any(name in row.changes for name in self._identifying_columns):
                self._check_duplicates(row)

    def finish(self) -> None:
        """Add the warnings that concern all rows together."""
        if self._sheet is None:
            return
        if self._serial_numbers:
            message = _(
                "The slugs of new records are bare numbers: %(slugs)s. They become permanent public addresses; if this is a column of serial numbers, give each row a slug in words (action-plan-2015)."
            )
            shown = ", ".join(self._serial_numbers[:5]) + (" …" if len(self._serial_numbers) > 5 else "")
            self.notices.append(Notice(self._sheet, message % {"slugs": shown}))
        if self._matched_withdrawn:
            self.notices.append(Notice(self._sheet, self._of_withdrawn()))
        if self._left:
            self.notices.append(Notice(self._sheet, self._of_left()))
        if (unlisted := self._count - MAX_LISTED) > 0:
            message = ngettext(
                "%(count)s more row of this table has such a warning.",
                "%(count)s more rows of this table have such warnings.",
                unlisted,
            )
            self.notices.append(Notice(self._sheet, message % {"count": unlisted}))

    def note_withdrawn(self, rows: Sequence[ImportRow]) -> None:
        """Note the withdrawn records that rows are, unchanged ones as well."""
        for row in rows if not self._table.within else ():
            if row.outcome and row.pk is not None and (title := self._withdrawn.get(row.pk)) is not None:
                self._note_sheet(row)
                self._matched_withdrawn[row.pk] = title

    def note_left(self, rows: Sequence[ImportRow]) -> None:
        """Note the citations of lines of a table in which their records do not stand any more."""
        for row in rows:
            if row.outcome and row.left_keys:
                self._note_sheet(row)
                self._left.update(dict.fromkeys(row.left_keys))

    def _of_left(self) -> str:
        message = ngettext(
            "%(count)s citation names a line in which its record does not stand in this file, and stays as it is: %(places)s. Look at it by hand.",
            "%(count)s citations name lines in which their records do not stand in this file, and stay as they are: %(places)s. Look at them by hand.",
            len(self._left),
        )
        shown = [" / ".join(key) for key in [*self._left][:MAX_NAMED]] + ["…"][: len(self._left) > MAX_NAMED]
        return message % {"count": len(self._left), "places": pgettext("enumeration", ", ").join(shown)}

    @functools.cached_property
    def _withdrawn(self) -> dict[int, str]:
        """The titles of the withdrawn records of the table by key, in one query for all rows."""
        if not issubclass(self._table.model, Record) or self._model is None:
            return {}
        withdrawn = self._table.model._default_manager.with_status(*ENDED).order_by()
        return dict(withdrawn.values_list("pk", "title"))

    def _of_withdrawn(self) -> str:
        titles = [*self._matched_withdrawn.values()]
        message = ngettext(
            "%(count)s record with a row here is withdrawn and stays so: %(titles)s. A reviewer publishes it again in the admin.",
            "%(count)s records with rows here are withdrawn and stay so: %(titles)s. A reviewer publishes them again in the admin.",
            len(titles),
        )
        shown = [_("“%(title)s”") % {"title": title} for title in titles[:MAX_NAMED]]
        more = ["…"] if len(titles) > MAX_NAMED else []
        return message % {
            "count": len(titles),
            "titles": pgettext("enumeration", ", ").join([*shown, *more]),
        }

    def _warn_at(self, row: ImportRow, message: str) -> None:
        self._note_sheet(row)
        self._count += 1
        if self._count <= MAX_LISTED:
            self.notices.append(Notice(row.place, message))

    def _note_sheet(self, row: ImportRow) -> None:
        self._sheet = self._sheet or FileLocation(row.place.file, row.place.table)

    def check_slugs(self, rows: Sequence[ImportRow]) -> None:
        """Check the slugs of new records, even in rows with errors: a wrong slug may be the cause."""
        for row in rows if not self._table.within else ():
            slug = row.key[0]
            if _serial_number(slug):
                self._note_sheet(row)
                self._serial_numbers.append(slug)
            if copied := self._slugs_of_copies.get(slug):
                message = _(
                    "Perhaps a duplicate: a working copy in the admin gives “%(title)s” this slug. If it is the same, write its slug, “%(slug)s”, or publish the working copy first."
                )
                self._warn_at(row, message % copied)

    def warn_of_nothing_to_delete(self, row: ImportRow) -> None:
        """Warn that a row deletes a part that does not exist: another may be meant."""
        self._warn_at(row, _("There is nothing to delete: no row of this table has this key."))

    def _check_texts(self, row: ImportRow) -> None:
        for name, text in row.changes.items():
            if isinstance(text, str) and "?" in text and _lost_characters(text):
                message = _(
                    "Question marks in the column %(column)s may stand for lost characters: “%(text)s”."
                )
                self._warn_at(row, message % {"column": row.place.named(name), "text": text[:60]})

        title = row.changes.get("title")
        if self._model and isinstance(title, str) and is_in_title_marks(title):
            message = _("The whole title is in 《》, which pages add where they are needed: %(title)s.")
            self._warn_at(row, message % {"title": title[:60]})

    def _check_order_of_dates(self, row: ImportRow) -> None:
        cells = {**(row.stored or {}), **row.changes}
        dates = {name: date for name in self._date_columns if (date := date_or_none(cells.get(name)))}
        for later, first in out_of_order(dates):
            if row.changes.keys() & {later, first}:
                message = _("%(later)s (%(its_date)s) lies before %(first)s (%(date)s).")
                language = get_language() or "zh-hans"
                words = {
                    "later": row.place.named(later),
                    "its_date": dates[later].display(language),
                    "first": row.place.named(first),
                    "date": dates[first].display(language),
                }
                self._warn_at(row, message % words)

    def _check_dates(self, row: ImportRow) -> None:
        for name in self._date_columns:
            if (date := date_or_none(row.changes.get(name))) is None:
                continue
            if lies_ahead(name, date):
                message = _("The date in the column %(column)s lies ahead: %(date)s.")
            elif is_early(date):
                message = _("The date in the column %(column)s lies before 1900: %(date)s.")
            else:
                continue
            words = {"column": row.place.named(name), "date": date.display(get_language() or "zh-hans")}
            self._warn_at(row, message % words)

    # --- existing records under another slug

    def _check_duplicates(self, row: ImportRow) -> None:
        known = self._known if self._known is not None else _KnownRecords()
        cells = {**row.stored, **row.changes} if row.stored else row.changes
        own = self._record(row.key[0], cells, is_of_files=True)
        packed = marshal.dumps(tuple(own))
        found: defaultdict[_Known, list[str]] = defaultdict(list)
        for name, key in self._keys(row.changes):
            others = (other for other in known.of(key) if other.slug != own.slug)
            same = next((other for other in others if self._may_be_same(name, own, other)), None)
            if same is not None and name not in found[same]:
                found[same].append(name)
            elif same is None:
                known.add(key, packed)
        for other, names in found.items() if not row.is_identified else ():
            message = (
                _(
                    "Perhaps a duplicate: the row “%(title)s” (slug “%(slug)s”) of this import has the same %(columns)s."
                )
                if other.is_of_files
                else _(
                    "Perhaps a duplicate: “%(title)s” (slug “%(slug)s”) is there already and has the same %(columns)s. If it is the same, write its slug."
                )
            )
            labels = (str(self._table.columns[name].field.verbose_name) for name in names)
            columns = pgettext("enumeration", ", ").join(labels)
            self._warn_at(row, message % {"title": other.title, "slug": other.slug, "columns": columns})

    def _may_be_same(self, name: str, one: _Known, other: _Known) -> bool:
        """Whether two records may be the same. Records of one title with different dates are not."""
        return name != "title" or self._model is None or may_be_same(self._model, one.date, other.date)

    def _record(self, slug: str, row: Mapping[str, PlainValue], *, is_of_files: bool) -> _Known:
        date = next((str(row[name]) for name in self._dates if row.get(name)), "")
        # Without the words of its source.
        return _Known(slug, str(row.get("title") or slug), date.partition("（")[0], is_of_files)

    def _of_database(self) -> _KnownRecords:
        known = _KnownRecords()
        names = sorted({*self._compared_columns, "slug", "title"})
        columns = [self._table.columns[name].expression for name in names]
        stored = self._table.model._base_manager.order_by().values_list(*columns)
        for cells in stored.iterator():
            row: FlatRow = dict(zip(names, cells, strict=True))
            packed = marshal.dumps(tuple(self._record(str(row["slug"]), row, is_of_files=False)))
            for _name, key in self._keys(row):
                known.add(key, packed)
        return known

    def _keys(self, row: Mapping[str, PlainValue]) -> Iterator[tuple[str, int]]:
        for name in self._identifying_columns:
            for value in _comparables(name, str(row.get(name) or "")):
                yield name, hash((name, value))


def slugs_of_copies() -> SlugsOfCopies:
    """The records whose working copy has a new slug."""
    found: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    by_table: defaultdict[str, dict[int, str]] = defaultdict(dict)
    copies = Revision.objects.working_copies().order_by()
    for table, key, slug in copies.values_list("table", "record", "content__slug"):
        by_table[table][key] = slug
    for table, new in by_table.items():
        model = apps.get_model("timeline", table)
        for chunk in chunks(new):
            records = model._default_manager.filter(pk__in=chunk)
            for key, slug, title in records.values_list("pk", "slug", "title"):
                if new[key] != slug:
                    found[table][new[key]] = {"slug": slug, "title": title}
    return found


def warnings_of_unchanged_records(
    model: type[Record], keys: Sequence[int], pending: StoredRecords
) -> Iterator[tuple[int, str]]:
    """Warnings, by key, of withdrawn records and working copies that a publishing import leaves unchanged."""
    records = model._default_manager.filter(pk__in=keys)
    withdrawn = {*records.with_status(*ENDED).values_list("pk", flat=True)}
    copied = {*pending.with_working_copy(model, keys)}
    titles = {one.pk: one.title for one in pending.fetch(model, withdrawn | copied)}
    for pk in sorted(withdrawn):
        message = _("“%(title)s” was withdrawn and stays so. Publish it again in the admin.")
        yield pk, message % {"title": titles[pk]}
    for pk in sorted(copied):
        message = _("“%(title)s” has a working copy in the admin, which stays as it is and is not published.")
        yield pk, message % {"title": titles[pk]}


def warnings_of_working_copies(model: type[Record], keys: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Warnings, by the key of the record, of working copies that the import changes: their author and date."""
    copies = Revision.objects.for_keys(model, keys).working_copies().select_related("created_by")
    titles = dict(model._default_manager.filter(pk__in=keys).values_list("pk", "title"))
    for copy in copies.defer("content").order_by("record"):
        message = _(
            "“%(title)s” has a working copy of %(who)s, %(when)s. The import changes it, wherever the file says something else."
        )
        when = format_datetime(copy.created_at)
        yield (
            copy.record,
            message % {"title": titles[copy.record], "who": display_name(copy.created_by), "when": when},
        )


def _comparables(name: str, value: str) -> list[str]:
    """The value without differences of spelling; of a number of several documents, that of each of them."""
    if name == "document_number" and value:
        return [_comparable(name, str(number)) for number in DocumentNumber.load(value).documents]
    return [text] if (text := _comparable(name, value)) else []


def _comparable(name: str, value: str) -> str:
    """The value without differences of spelling: case, width, spaces, punctuation, the scheme of a URL."""
    if name == "url":
        return value.partition("://")[2].removeprefix("www.").rstrip("/")
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", value).lower()))
