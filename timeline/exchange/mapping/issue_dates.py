"""Dates that a table tells only by that of the document: 自印发之日起施行 is the date of issue in the same row."""

import re
from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import COLUMN, EMPTY
from timeline.exchange.readers.types import FileLocation, printable
from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table
from timeline.values.date_points import PartialDateError
from timeline.values.partial_date import PartialDate
from timeline.values.text import clean_line

# By table, the columns that documents tell so, each with those of the date that is meant.
RELATIVE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "policies": {"effective_from": ("issued", "published_on")}
}
_DONE = "(?:正式)?(?:施行|实施|执行|生效|试行)"
_from_issue = re.compile(
    rf"(?:本[\u3400-\u9fff]{{2,6}}?)?[自从由]?(?P<event>印发|发文|下发|发布|公布|颁布)之?[日天]起?{_DONE}?|即日起{_DONE}?"
    "|同(?P<same>印发|发文|成文|发布|公布)(?:日期|时间)"
).fullmatch
# In 2016.1起施行 the month may be October.
_in_force = re.compile(
    rf"(?:本[\u3400-\u9fff]{{2,6}}?)?[自从由]?(?P<date>(?![0-9]{{4}}\.[0-9]{{1,2}}[^0-9.]).+?)起?{_DONE}"
).fullmatch
# What makes a document public.
_PUBLICATION = ("发布", "公布", "颁布")


def columns_of_issue(table: Table, column: str, text: str) -> tuple[str, ...]:
    """The columns whose dates a text may mean, first the one that it names; none if it depends on no date of the document."""
    columns = RELATIVE.get(table.name, {}).get(column, ())
    match = _from_issue("".join(text.split()).rstrip("。.；;")) if columns else None
    if match is None:
        return ()
    is_publication = (match["event"] or match["same"]) in _PUBLICATION
    return columns[::-1] if is_publication else columns


def date_in_force(table: Table, column: str, text: str) -> PartialDate | None:
    """The day in a text that names it as that on which a document takes effect, with its words: 自2020年6月1日起施行."""
    match = _in_force(text.rstrip("。.；;")) if column in RELATIVE.get(table.name, {}) else None
    try:
        date = PartialDate.parse(match["date"]) if match else None
    except PartialDateError:
        return None
    return replace(date, words=text) if date and date.end is None else None


def issue_date_question(
    place: FileLocation, table: Table, column: str, text: str, row: Mapping[str, PlainValue]
) -> Question | None:
    """Ask once for the rows with the same text, and dates in the same columns, whether it means one of these; None if the row has none.

    The one that the text names is proposed; no other is.
    """
    columns = columns_of_issue(table, column, text)
    names = [name for name in columns if _date(row, name)]
    if not names:
        return None
    is_named = names[0] == columns[0]
    spelled = place.names or {}
    labels = {
        name: printable(spelled.get(name) or str(table.columns[name].field.verbose_name))
        for name in (column, *names)
    }
    if is_named:
        words = _("“%(text)s” in the column “%(column)s” is read as the date in “%(other)s” of the same row.")
    else:
        words = _("“%(text)s” in the column “%(column)s”: is the date in “%(other)s” of the same row meant?")
    choices = [
        Choice(COLUMN + name, _("The date in “%(column)s”") % {"column": labels[name]}) for name in names
    ]
    return Question(
        f"date:{table.name}.{column}:{text}:{','.join(names)}",
        words % {"text": printable(text), "column": labels[column], "other": labels[names[0]]},
        text,
        place,
        (*choices, Choice(EMPTY, _("Leave it empty"))),
        lines=(place.line,),
        answer=choices[0].value if is_named else "",
        is_remembered=True,
        column=column,
    )


def issue_date(answer: str, row: Mapping[str, PlainValue], text: str) -> str | None:
    """The date that an answer gives a row, with the words of its text beside its own; None to leave it empty."""
    if (date := _date(row, answer.removeprefix(COLUMN))) is None:
        return None
    return str(replace(date, words="；".join(filter(None, (date.words, clean_line(text))))))


def _date(row: Mapping[str, PlainValue], name: str) -> PartialDate | None:
    """The single date in a cell; None for any other."""
    try:
        date = PartialDate.parse(row[name]) if row.get(name) else None
    except PartialDateError:
        return None
    return date if date and date.end is None else None
