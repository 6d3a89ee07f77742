"""What the cells of a column look like: document numbers, dates, addresses, types and titles of documents, names of offices."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from timeline.exchange.mapping.document_types import is_document_type
from timeline.exchange.readers.placeholders import is_placeholder
from timeline.rows.tables import Table
from timeline.values.date_points import PartialDateError
from timeline.values.document_numbers import DocumentNumber, DocumentNumberError
from timeline.values.missing_values import is_missing
from timeline.values.partial_date import PartialDate

# The share of the cells of a column that look so.
_MOST = 0.8


def _is_document_number(text: str) -> bool:
    try:
        return DocumentNumber.parse(text).is_standard
    except DocumentNumberError:
        return False


def _is_date(text: str) -> bool:
    try:
        return bool(PartialDate.parse(text))
    except PartialDateError:
        return False


_title = re.compile(
    r"关于.{2,}(?:通知|决定|意见|办法|规定|方案|规划|计划|通告|公告|批复|函|报告|纲要)(?:[（(].*[）)])?$|^《.{2,}》$"
)
_office = re.compile(
    r"(?:政府|党委|市委|省委|区委|县委|局|厅|委|部|院|办公室|办|中心|人大常委会|集团|公司|大学|学会|协会)$"
)


def is_title_of_document(text: str) -> bool:
    """Whether a text looks like the title of a document: 关于…的通知, 《…》."""
    return bool(_title.search(text))


class _Content(NamedTuple):
    """A kind of content: how a cell of it is told, its columns in the order in which they are proposed, and what it is called."""

    is_content: Callable[[str], object]
    columns: tuple[str, ...]
    reason: str | Promise


# The first that most cells are is meant: a document number has a year, and a title the name of an office.
_CONTENTS = (
    _Content(
        _is_document_number,
        ("document_number", "number"),
        gettext_lazy("%(count)s of %(total)s cells are document numbers."),
    ),
    _Content(
        _is_date,
        ("issued", "published", "date", "period", "published_on", "target"),
        gettext_lazy("%(count)s of %(total)s cells are dates."),
    ),
    _Content(
        re.compile(r"https?://\S+", re.IGNORECASE).fullmatch,
        ("official_url", "url"),
        gettext_lazy("%(count)s of %(total)s cells are web addresses."),
    ),
    _Content(
        is_document_type,
        ("document_type",),
        gettext_lazy("%(count)s of %(total)s cells are types of documents."),
    ),
    _Content(
        is_title_of_document,
        ("title",),
        gettext_lazy("%(count)s of %(total)s cells look like titles of documents."),
    ),
    _Content(
        _office.search,
        ("issuers", "organizations", "authorities", "publisher"),
        gettext_lazy("%(count)s of %(total)s cells look like names of offices."),
    ),
)


def matching_column(table: Table, cells: Sequence[str], taken: Collection[str]) -> tuple[str, str]:
    """The column of the table, none of those taken, that holds what most of the cells are, and the reason; "" for none."""
    cells = [cell for cell in cells if not (is_placeholder(cell) or is_missing(cell))]
    for content in _CONTENTS:
        count = sum(bool(content.is_content(cell)) for cell in cells)
        if not cells or count < _MOST * len(cells):
            continue
        free = [name for name in content.columns if name in table.columns and name not in taken]
        if not free:
            return "", ""
        return free[0], str(content.reason) % {"count": count, "total": len(cells)}
    return "", ""
