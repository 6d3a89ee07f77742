"""The questions of keys: whether a row is a record that is there or was deleted, and whether several rows are one record."""

import hashlib
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.accounts.names import display_name
from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.deleted_records import DeletedRecord
from timeline.exchange.mapping.identities import Identity, Traits, text_of_row
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import LEAVE_OUT, MERGE, NEW, SEPARATE, fill_choice
from timeline.exchange.mapping.record_rows import StoredRows, kept_cells, replaced_columns
from timeline.exchange.readers.types import FileRow
from timeline.i18n.display import format_datetime
from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table, WholeRow
from timeline.values.text import is_same_spelling

# Of the rows that are one record, as many are named.
MAX_NAMED = 5
_EMPTY: tuple[PlainValue, ...] = (None, "", [])


@dataclass(slots=True)
class KeyRow:
    """A row that is compared: the numbers of its sheet and in it, its slug or "", and what is compared of it."""

    row: FileRow
    number: tuple[int, int]
    slug: str
    traits: Traits
    values: Sequence[tuple[Identity, int]]

    @property
    def title(self) -> str:
        return str(self.row.cells.get("title") or "")

    @property
    def content(self) -> str:
        """What the questions about the row are known by, whatever its number in the file and other answers."""
        return text_of_row(self.row.table, self.traits, self.row.cells, self.row.written)


@dataclass(frozen=True, slots=True)
class Match:
    """A record that a row may be, by which identities, and whether one of them is sure."""

    key: int
    slug: str
    traits: Traits
    # Its title now; with `is_former`, the traits are those of an import that it was renamed since.
    title: str = ""
    programme: str = ""
    is_former: bool = False
    is_sure: bool = False
    by: tuple[Identity, ...] = ()

    @property
    def is_near(self) -> bool:
        """Whether only its title is nearly the same."""
        return all(identity.is_near for identity in self.by)

    @property
    def is_shortened(self) -> bool:
        """Whether only a title or a programme is the same with something left out."""
        return all(identity.is_shortened for identity in self.by)

    def keeps_title(self, row: KeyRow) -> bool:
        """Whether the record, if the row is it, keeps its title.

        The title of the row differs in blanks and width alone, is the one of an import that an editor has changed since, or is
        only the name of the programme.
        """
        return self.is_former or is_same_spelling(row.title, self.title) or self.keeps_programme(row)

    def keeps_programme(self, row: KeyRow) -> bool:
        """Whether the file has one text for the title and the programme, and the record has two."""
        traits = self.traits
        return (
            bool(self.programme) and row.traits.title == row.traits.subject and traits.title != traits.subject
        )


def ask_record(
    table: Table,
    row: KeyRow,
    matches: Sequence[Match],
    choices: Mapping[int, Choice],
    chosen: Collection[str],
    alike: Collection[str],
    stored: StoredRows,
) -> Question:
    """Ask whether a row is one of these records. The only sure one is proposed, unless it is another row's.

    Nor is one proposed that is public if the row would replace more than the spelling of what it is known by, and by what is
    new: what an import wrote and somebody changed is asked by itself.

    `alike` has the slugs of those that it might be with other dates. One that has what the row would replace may also keep it.
    """
    sure = [match for match in matches if match.is_sure]
    replaced = {
        match.key: _replaced(table, row, match, stored.present.get(match.key, {})) for match in matches
    }
    proposal = ""
    if len(sure) == 1 and sure[0].slug not in chosen and sure[0].key in choices:
        key = sure[0].key
        others = {*replaced[key]}.difference(*(identity.columns for identity in sure[0].by))
        if normalize_title(sure[0].title) != row.traits.title:
            others |= {*replaced[key]} & {"title"}
        is_left_open = key in stored.public and _has_new(table, row, others, stored.public[key])
        proposal = "" if is_left_open else choices[key].value
    text = _("“%(title)s”: there is a %(what)s with the same %(columns)s. Is it this one?")
    has_title = any(match.traits.title == row.traits.title for match in matches)
    if all(match.is_near for match in matches) and not has_title:
        text = _("“%(title)s”: there is a %(what)s with nearly the same title. Is it this one?")
    elif all(match.is_shortened for match in matches) and not has_title:
        text = _("“%(title)s”: there is a %(what)s for the same area with the same batch. Is it this one?")
    if all(match.is_former for match in matches):
        text = _(
            "“%(title)s”: an import brought a %(what)s with the same %(columns)s, which was renamed since. Is it this one? It "
            "keeps its new title."
        )
    identities = (identity for match in matches for identity in match.by if not identity.is_near)
    names = ["title"] if has_title else []
    names += [name for identity in identities for name in identity.columns]
    for match in matches:
        if match.traits.agrees_with(row.traits):
            names += match.traits.shared_dates(row.traits)
    words = {
        "title": row.title,
        "what": str(table.model._meta.verbose_name),
        "columns": _labels(table, names),
    }
    found = list[Choice]()
    for match in matches:
        if match.key in choices:
            found.append(choices[match.key])
            if replaced[match.key]:
                found.append(fill_choice(choices[match.key]))
    # An answer was given to these candidates: with others, it is asked again. Whatever the date is answered to be, they are
    # the same.
    slugs = ",".join(sorted({match.slug for match in matches} | {*alike}))
    return Question(
        f"record/{table.name}/{row.content}/{slugs}",
        text % words + _title_then(row, matches) + _others_then(table, itertools.chain(*replaced.values())),
        row.title,
        row.row.place,
        (*found, Choice(NEW, _("No, it is a new one"))),
        answer=proposal,
    )


def _title_then(row: KeyRow, matches: Sequence[Match]) -> str:
    """What becomes of the title of the record, if the row is it and has another one; "" if that was said or it is the same."""
    if any(match.keeps_programme(row) for match in matches):
        return _(" It keeps its title and its programme: the file has one text for both.")
    others = [match.title for match in matches if not match.keeps_title(row)]
    if not others:
        return ""
    if len(others) > 1:
        return _(" The one that it is gets the title of the file.")
    return _(" Its title “%(old)s” would become “%(new)s”.") % {"old": others[0], "new": row.title}


def _replaced(table: Table, row: KeyRow, match: Match, present: Mapping[str, PlainValue]) -> list[str]:
    """The columns of a record that are not empty and that the row would replace, if it is the record."""
    kept = {"title"} if match.keeps_title(row) else set[str]()
    kept |= {"programme"} if match.keeps_programme(row) else set()
    return [name for name in replaced_columns(table, _told(table, row), present) if name not in kept]


def _told(table: Table, row: KeyRow) -> dict[str, PlainValue]:
    """The cells of a row. What is asked about has the text of the file; what a name means is not known before it is answered."""
    written = row.row.written
    asked = {
        name: None if table.columns[name].field.is_relation else written.get(name)
        for name in row.row.asked & table.columns.keys()
    }
    return {**row.row.cells, **asked}


def _has_new(table: Table, row: KeyRow, names: Collection[str], imported: Iterable[WholeRow]) -> bool:
    """Whether the row has something new in one of these columns: what none of the imports wrote."""
    known, told = set[str](), _told(table, row)
    for content in imported:
        others = replaced_columns(table, told, content)
        known |= {name for name in kept_cells(content) if name not in others}
    return not known.issuperset(names)


def _others_then(table: Table, names: Iterable[str]) -> str:
    """Which columns besides the title would be replaced; "" for none."""
    others = [name for name in names if name != "title"]
    if not others:
        return ""
    return _(" What stands there as %(columns)s would be replaced.") % {"columns": _labels(table, others)}


def ask_deleted(table: Table, row: KeyRow, deleted: DeletedRecord) -> Question:
    """Ask whether a row makes a record anew that an import once made and somebody deleted since. It is not, by proposal."""
    text = _(
        "“%(title)s” was imported, %(imported)s, and deleted by %(who)s, %(when)s. Is it created again, or is the row left out?"
    )
    words = {
        "title": row.title,
        "imported": format_datetime(deleted.imported_at),
        "who": display_name(deleted.deletion.created_by),
        "when": format_datetime(deleted.deletion.created_at),
    }
    # An answer was given to this deletion: after another one, it is asked again.
    return Question(
        f"deleted/{table.name}/{row.content}/{deleted.deletion.pk}",
        text % words,
        row.title,
        row.row.place,
        (Choice(LEAVE_OUT, _("Leave the row out")), Choice(NEW, _("Create it again"))),
        answer=LEAVE_OUT,
    )


def ask_twins(table: Table, first: KeyRow, others: Sequence[KeyRow]) -> Question:
    """Ask whether several rows of the files are one record. To be one, their cells must not contradict each other."""
    rows = [first, *others]
    places = [str(row.row.place) for row in rows[:MAX_NAMED]] + (["…"] if len(rows) > MAX_NAMED else [])
    shared = {identity: True for identity, value in first.values if any(_has(row, value) for row in others)}
    names = [name for identity in shared if not identity.is_near for name in identity.columns]
    text = _("“%(title)s” stands in several rows with the same %(columns)s: %(places)s.")
    if not names:
        text = _("“%(title)s” stands in several rows with nearly the same title: %(places)s.")
    words = {
        "title": first.title,
        "columns": _labels(table, names),
        "places": pgettext("enumeration", ", ").join(places),
    }
    choices = [
        Choice(SEPARATE, _("They are different records")),
        Choice(LEAVE_OUT, _("Leave out all but the first")),
    ]
    if not contradictions(table, rows):
        choices.insert(0, Choice(MERGE, _("They are one record: put the rows together")))
    # An answer was given to these rows, also of the next file: with others, it is asked again.
    contents = "\n".join(sorted(f"{row.content}\t{row.slug}" for row in others))
    digest = hashlib.sha256(contents.encode()).hexdigest()[:16]
    return Question(
        f"twins/{table.name}/{first.content}/{digest}",
        text % words,
        first.title,
        others[0].row.place,
        tuple(choices),
        rows=len(rows),
        is_remembered=True,
    )


def contradictions(table: Table, rows: Sequence[KeyRow]) -> list[str]:
    """The columns of which these rows have different values."""
    found = []
    for name in table.columns:
        cells = (row.row.cells.get(name) for row in rows)
        values = {_comparable(table, name, cell) for cell in cells if cell not in _EMPTY}
        if len(values) > 1 and name != "slug":
            found.append(name)
    return found


def merged_cells(first: KeyRow, others: Sequence[KeyRow]) -> dict[str, PlainValue]:
    """The cells of a row, the empty ones filled from the others."""
    cells = dict(first.row.cells)
    for row in others:
        for name, cell in row.row.cells.items():
            if cells.get(name) in _EMPTY:
                cells[name] = cell
    return cells


def _has(row: KeyRow, value: int) -> bool:
    return any(value == own for _identity, own in row.values)


def _labels(table: Table, names: Sequence[str]) -> str:
    labels = [table.columns[name].field.verbose_name for name in dict.fromkeys(names)]
    return pgettext("enumeration", ", ").join(map(str, labels))


def _comparable(table: Table, name: str, cell: PlainValue) -> str:
    if isinstance(cell, list):
        return "\n".join(sorted(map(str, cell)))
    return normalize_title(str(cell)) if name == "title" else table.columns[name].normalized_key(cell)
