"""Tells that the bodies in a cell stand in another order on the page of the record than in the table."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.utils.translation import ngettext

from timeline.exchange.mapping.name_cells import CellText, NamedCell
from timeline.exchange.mapping.sheet_outline import LinesApart
from timeline.exchange.readers.types import FileLocation, FileRow, Notice, printable
from timeline.models import Organization
from timeline.models.chunks import chunks
from timeline.rows.columns import Column

# Of a body that a name creates.
_DEFAULT = Organization._meta.get_field("precedence").get_default()
# By table, the columns of bodies that act together.
_JOINT = {"policies": "issuers", "milestones": "organizations", "pilot_designations": "authorities"}
# As many lines are told.
_MAX_LINES = 5


class BodyOrder:
    """The cells of bodies that act together. `collect` all of them, and once it is known which bodies they name, tell the `notices`."""

    def __init__(self) -> None:
        # By the texts of a cell.
        self._cells: dict[tuple[CellText, ...], NamedCell] = {}
        # The bodies that have rows in the import, which may give them another precedence.
        self._of_rows: set[str] = set()

    def collect(self, row: FileRow, column: Column, texts: Sequence[CellText]) -> None:
        """Count the cell of a row, if bodies act together in its column."""
        if _JOINT.get(row.table.name) == column.name:
            self._cells.setdefault((*texts,), NamedCell(row.place, column.name)).rows += 1

    def add(self, row: FileRow) -> None:
        """Leave out the body of this row, which has its slug: its place is not known before the import."""
        self._of_rows.add(str(row.cells["slug"]))

    def notices(self, slugs: Mapping[CellText, Sequence[str]], created: Iterable[str]) -> Iterator[Notice]:
        """One notice of the cells whose bodies, with these slugs, are in another order than the records show them."""
        named = {
            texts: [*dict.fromkeys(slug for text in texts for slug in slugs.get(text, ()))]
            for texts in self._cells
        }
        joint = {texts: bodies for texts, bodies in named.items() if len(bodies) > 1}
        ranks = dict.fromkeys(created, _DEFAULT) | _precedences(
            {one for these in joint.values() for one in these}
        )
        moved = [
            (texts, self._cells[texts]) for texts, bodies in joint.items() if self._is_moved(bodies, ranks)
        ]
        if not moved:
            return
        (texts, first), rows = moved[0], sum(cell.rows for _texts, cell in moved)
        places = [cell.place for _texts, cell in moved if cell.place.file == first.place.file][:_MAX_LINES]
        words = ngettext(
            "%(count)s row names bodies in another order than its record will show them, such as “%(text)s” (line %(lines)s). "
            "Records show bodies by the “%(precedence)s” of these, and those with the same one by their slugs; it can be changed "
            "in the records of the bodies.",
            "%(count)s rows name bodies in another order than their records will show them, such as “%(text)s” (line %(lines)s). "
            "Records show bodies by the “%(precedence)s” of these, and those with the same one by their slugs; it can be changed "
            "in the records of the bodies.",
            rows,
        )
        shown = {
            "count": rows,
            "text": printable(" ".join(text.text for text in texts)),
            "lines": LinesApart(sorted(place.line for place in places)),
            "precedence": Organization._meta.get_field("precedence").verbose_name,
        }
        yield Notice(FileLocation(first.place.file, first.place.table), words % shown)

    def _is_moved(self, bodies: Sequence[str], ranks: Mapping[str, int]) -> bool:
        """Whether it is known that these bodies get another order."""
        if not self._of_rows.isdisjoint(bodies) or not all(one in ranks for one in bodies):
            return False
        return sorted(bodies, key=lambda one: (ranks[one], one)) != bodies


def _precedences(slugs: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(sorted(slugs)):
        rows = Organization._default_manager.filter(slug__in=chunk).order_by()
        found |= dict(rows.values_list("slug", "precedence"))
    return found
