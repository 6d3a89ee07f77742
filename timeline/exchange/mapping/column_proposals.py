"""Proposes which column of its table each column of a sheet is, with the reason: by its header, its content or those beside it."""

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from timeline.exchange.mapping.cell_content import matching_column
from timeline.exchange.mapping.header_lines import HeaderLines, is_remark, named_column
from timeline.exchange.mapping.joined_dates import joined_dates
from timeline.exchange.mapping.mapping import ColumnMapping
from timeline.exchange.mapping.narrated_titles import narrated_title
from timeline.exchange.mapping.shared_columns import columns_beside, with_shared
from timeline.exchange.mapping.sheet_outline import names_of
from timeline.exchange.readers.headers import is_serial_number, is_status, normalized_header
from timeline.exchange.readers.types import printable
from timeline.exchange.vocabularies.declaration import Vocabulary
from timeline.rows.tables import Table

# Headers that say so little that the content of their columns tells what they are, and the ends of those above such a one.
_VAGUE = {"类别", "类型", "种类", "单位", "部门", "机构", "机关"}
_of_group = re.compile("(?:基本)?(?:信息|情况|内容)$")


@dataclass(frozen=True)
class ColumnProposal:
    """A column of a sheet: its name and letter, the column of the table or "" to skip it, and why.

    `parts` are the texts of different lines that stand above it, if there are several.
    """

    name: str
    letter: str
    column: str
    reason: str
    parts: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The name as people see it: 发文信息 / 单位."""
        return " / ".join(self.parts) or self.name


def mapped_columns(table: Table, columns: Iterable[ColumnProposal]) -> tuple[ColumnMapping, ...]:
    """The columns of a mapping that are proposed so; those of the sheet that are one of the table are put together."""
    headers: dict[str, tuple[str, ...]] = {}
    for one in columns:
        if one.column:
            headers[one.column] = (*headers.get(one.column, ()), one.name)
    return with_shared(table.name, itertools.starmap(ColumnMapping, headers.items()))


def propose_columns(
    table: Table, header: HeaderLines, sample: Sequence[Sequence[str]], vocabulary: Vocabulary | None
) -> list[ColumnProposal]:
    """What each column of the sheet is: by its header, and those without one by their content.

    The content overrules no header but those that say little (单位): one that is not known may say what no column is (有效期).
    """
    width = max([len(header.texts), *map(len, sample)])
    names = names_of([*header.texts, *[""] * (width - len(header.texts))])
    found: list[ColumnProposal] = []
    beside = columns_beside(table.name, header.texts)
    for index, name in enumerate(names):
        text = header.texts[index] if index < len(header.texts) else ""
        taken_by = {one.column: one.name for one in found if one.column}
        column, reason = _by_vocabulary(vocabulary, table, text, taken_by) if vocabulary else ("", "")
        if not reason:
            column, reason = _by_header(table, text, taken_by, header.parts.get(index), beside)
        parts = tuple(header.parts.get(index, ()))
        found.append(ColumnProposal(name, letter_of(index), column, reason, parts))
    for index, one in enumerate(found):
        if one.column or one.reason:
            continue
        cells = [row[index] for row in sample if index < len(row) and row[index]]
        taken = {other.column for other in found}
        column, reason = matching_column(table, cells, taken)
        has_header = any(header.texts[index : index + 1])
        if column and has_header and normalized_header([one.name, *one.parts][-1]) not in _VAGUE:
            column, reason = (
                "",
                _("The header is not known. %(content)s Choose a column.") % {"content": reason},
            )
        reason = reason or (_("No column of the table is called so.") if cells else _("The column is empty."))
        found[index] = replace(one, column=column, reason=reason)
    for index, together in joined_dates(table, [(one.column, one.name) for one in found], sample).items():
        found[index] = replace(found[index], column=together.column, reason=together.reason)
    if title := narrated_title(table.name, [(one.column, one.shown) for one in found]):
        found[title[0]] = replace(found[title[0]], column="title", reason=title[1])
    return found


def _by_vocabulary(
    vocabulary: Vocabulary, table: Table, text: str, taken: Collection[str]
) -> tuple[str, str]:
    """The column that a header of another program's format means and the reason; no reason if only its content tells."""
    column = vocabulary.column(table, text)
    if column and column not in taken:
        return column, vocabulary.reason
    return "", _("It has no place here, unless you choose a column for it.") if vocabulary.fields else ""


def _by_header(
    table: Table,
    text: str,
    taken: dict[str, str],
    parts: tuple[str, str] | None,
    beside: AnyMapping[str, str],
) -> tuple[str, str]:
    """The column that a header names and the reason; no reason if the header says nothing.

    `parts` are the texts of different lines that it is put together of; `beside` has what headers mean here.
    """
    if not text:
        return "", ""
    # 发文信息 above 时间 is 发文时间.
    together = _of_group.sub("", parts[0]) + parts[1] if parts else ""
    joined = next((one for one in (together, text) if one and named_column(table, one)), "")
    if column := beside.get(text) or named_column(table, joined):
        if column in taken:
            return "", _("“%(first)s” is this column already.") % {"first": taken[column]}
        named = {"header": printable(joined), "column": table.columns[column].field.verbose_name}
        if parts and joined not in parts:
            named |= {"upper": printable(parts[0]), "lower": printable(parts[1])}
            reason = _(
                "“%(upper)s” stands above “%(lower)s”; together, “%(header)s” is a name of %(column)s."
            )
            return column, reason % named
        return column, _("The header “%(header)s” is a name of %(column)s.") % named
    if is_serial_number(text):
        return "", _("It only numbers the rows.")
    if is_status(table, text):
        return "", _("The status of records does not come from such tables.")
    if is_remark(text):
        return "", _("Remarks of an office are not for readers, unless you choose a column for them.")
    return "", ""


def letter_of(index: int) -> str:
    """The letter of a column, as a spreadsheet has it."""
    return names_of([""] * (index + 1))[index]
