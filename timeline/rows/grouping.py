"""Parts that belong to other parts of the same record, as citations do to an assessment.

In a whole row both are lists of the record, side by side; an inner row names its outer row by columns. In YAML and JSON the
inner rows stand within their outer row.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from timeline.rows.tables import MutableWholeRow, Table, WholeRow

# The normalized key of an outer row, without the parent.
GroupKey = tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """How the rows of the table `inner` belong to those of the table `outer`, each of which has at least one.

    `columns` maps the columns that name the outer row, the parent excepted, to those of its key. `name` is that of the inner
    rows within an outer row. `former` names the columns that outer rows had for a single inner row in files of 0.1.
    """

    outer: str
    inner: str
    name: str
    columns: Mapping[str, str]
    former: frozenset[str]
    missing_message: str | Promise
    unknown_message: str | Promise


GROUPINGS = (
    Grouping(
        outer="assessments",
        inner="assessment_citations",
        name="citations",
        columns={"assessment_date": "date", "assessment_number": "number"},
        former=frozenset({"source", "locator"}),
        missing_message=_("An assessment cites at least one source: add a citation to that of %(key)s."),
        unknown_message=_("There is no assessment with this date and number: %(key)s."),
    ),
)


@dataclass(frozen=True)
class GroupedParts:
    """The two tables of a grouping among the parts of a record, with their nested names."""

    grouping: Grouping
    outer_name: str
    outer: "Table"
    inner_name: str
    inner: "Table"

    def outer_key(self, row: "WholeRow") -> GroupKey:
        return self.outer.key_of({**row, self.outer.within: ""})[1:]

    def inner_key(self, row: "WholeRow") -> GroupKey:
        """The key of the outer row that an inner row names."""
        return self.outer_key({own: row.get(name) for name, own in self.grouping.columns.items()})

    def remaining(self, rows: Iterable["WholeRow"], outer_rows: Iterable["WholeRow"]) -> list["WholeRow"]:
        """The inner rows whose outer row is among these."""
        present = {self.outer_key(one) for one in outer_rows}
        return [one for one in rows if self.inner_key(one) in present]


def inner_grouping(table: "Table") -> Grouping | None:
    """The grouping by which rows of this table belong to those of another one."""
    return next((one for one in GROUPINGS if one.inner == table.name), None)


def outer_groupings(table: "Table") -> list[Grouping]:
    """The groupings by which rows of others belong to those of this table."""
    return [one for one in GROUPINGS if one.outer == table.name]


def grouped_parts(table: "Table") -> Iterator[GroupedParts]:
    """The groupings among the parts of the records of this table."""
    names = {part.name: name for name, part in table.parts.items()}
    for one in GROUPINGS:
        if one.outer in names:
            outer, inner = names[one.outer], names[one.inner]
            yield GroupedParts(one, outer, table.parts[outer], inner, table.parts[inner])


def relate_previews(table: "Table", lists: Mapping[str, Any]) -> None:
    """Let the outer ones of unsaved parts, by nested name, have their inner ones loaded."""
    for parts in grouped_parts(table):
        for outer in lists.get(parts.outer_name, ()):
            key = parts.outer_key(parts.outer.row_of(outer, {}))
            related = getattr(outer, parts.grouping.name).all()
            related._result_cache = [
                inner
                for inner in lists.get(parts.inner_name, ())
                if parts.inner_key(parts.inner.row_of(inner, {})) == key
            ]
            outer._prefetched_objects_cache = {parts.grouping.name: related}


def check_groups(table: "Table", row: "WholeRow") -> None:
    """Raise ValidationError, by nested name, for outer rows without an inner one, and for inner ones without an outer."""
    errors: dict[str, list[str]] = {}
    for parts in grouped_parts(table):
        if parts.outer_name in row and parts.inner_name in row:
            present = {parts.outer_key(one) for one in row[parts.outer_name]}
            named = {parts.inner_key(one) for one in row[parts.inner_name]}
            found = {
                parts.outer_name: (parts.grouping.missing_message, present - named),
                parts.inner_name: (parts.grouping.unknown_message, named - present),
            }
            for name, (message, keys) in found.items():
                if keys:
                    errors[name] = [group_message(message, key) for key in sorted(keys)]
    if errors:
        raise ValidationError(errors)


def group_message(message: str | Promise, key: GroupKey) -> str:
    return str(message) % {"key": " / ".join(key)}


def without_incomplete_groups(table: "Table", row: "MutableWholeRow") -> dict[str, list["WholeRow"]]:
    """Remove the outer rows without an inner one from the whole row. Returns them by nested name."""
    removed: dict[str, list[WholeRow]] = {}
    for parts in grouped_parts(table):
        name = parts.outer_name
        if name in row and parts.inner_name in row:
            named = {parts.inner_key(one) for one in row[parts.inner_name]}
            if dropped := [one for one in row[name] if parts.outer_key(one) not in named]:
                row[name] = [one for one in row[name] if one not in dropped]
                removed[name] = dropped
    return removed


def with_inner_rows(table: "Table", row: "MutableWholeRow") -> "MutableWholeRow":
    """The whole row with its inner rows within their outer ones, as YAML and JSON have them."""
    for parts in grouped_parts(table):
        by_key: dict[GroupKey, list[MutableWholeRow]] = {}
        for one in row.pop(parts.inner_name):
            cells = {name: cell for name, cell in one.items() if name not in parts.grouping.columns}
            by_key.setdefault(parts.inner_key(one), []).append(cells)
        row[parts.outer_name] = [
            {**one, parts.grouping.name: by_key.get(parts.outer_key(one), [])}
            for one in row[parts.outer_name]
        ]
    return row
