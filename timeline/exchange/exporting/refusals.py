"""Reports cells that are too long for the target format, each by its record and column."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from timeline.rows.tables import FlatRow, Table

# Limits the memory and the length of the message.
MAX_NAMED = 20


class OverlongCells:
    """Collects the cells that are too long while a table is written."""

    def __init__(self, table: Table, columns: Sequence[str], limit: int) -> None:
        self.table = table
        self.columns = columns
        self.limit = limit
        self.messages: list[str] = []

    def check(self, row: FlatRow, cells: Sequence[str], length: Callable[[str], int]) -> None:
        for column, cell in zip(self.columns, cells, strict=True):
            if length(cell) > self.limit and len(self.messages) < MAX_NAMED:
                self.messages.append(
                    _(
                        "%(table)s “%(record)s”, column %(column)s: the text has %(length)s characters, and a cell of this format holds %(limit)s. Export YAML or JSON instead."
                    )
                    % {
                        "table": self.table.name,
                        "record": " / ".join(str(row[name]) for name in self.table.key),
                        "column": column,
                        "length": f"{length(cell):,}",
                        "limit": f"{self.limit:,}",
                    }
                )
