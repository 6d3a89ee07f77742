"""Cells of numbers, document numbers, addresses and yes or no that cannot be read: what each means is asked, with its readings."""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext as _

from timeline.exchange.mapping.cell_values import refusal_of, value_choice
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import EMPTY
from timeline.exchange.readers.types import FileLocation, printable
from timeline.models.fields import DocumentNumberField, PartialDateField
from timeline.rows.columns import Column
from timeline.values.document_numbers import numbers_in
from timeline.values.numerals import numbers_of_ordinals


def may_be_asked_about(column: Column) -> bool:
    """Whether a cell that cannot be read is asked about. What is text can be read, however long; dates are asked about as such."""
    field = column.field
    if field.is_relation or field.choices or column.is_required or isinstance(field, PartialDateField):
        return False
    return column.holds_no_text or isinstance(field, models.BooleanField)


def value_question(place: FileLocation, column: Column, text: str, refusal: str) -> Question:
    """Ask once for the cells of a column with this text, which is none of its values. The only reading is proposed.

    Not for numbers of documents: of several, the one may be that of another document.
    """
    header = (place.names or {}).get(column.name) or column.field.verbose_name
    choices = [value_choice(column, one) for one in readings(column, text)]
    is_proposed = len(choices) == 1 and not isinstance(column.field, DocumentNumberField)
    named = {"text": printable(text), "column": printable(str(header))}
    if is_proposed:
        words = _("“%(text)s” in the column “%(column)s” is read as %(value)s.")
        words %= named | {"value": choices[0].label}
    else:
        question = _("What does “%(text)s” in the column “%(column)s” mean?") % named
        words = with_reason(question, refusal)
    return Question(
        f"value:{place.table}.{column.name}:{text}",
        words,
        text,
        place,
        (*choices, Choice(EMPTY, _("Leave it empty"))),
        lines=(place.line,),
        answer=choices[0].value if is_proposed else "",
        is_remembered=True,
        column=column.name,
    )


def with_reason(question: str, reason: str) -> str:
    """A question and why it is asked."""
    return _("%(question)s %(reason)s") % {"question": question, "reason": reason}


def readings(column: Column, text: str) -> list[str]:
    """The values of a column that a text may mean which is none by itself."""
    return [one for one in dict.fromkeys(_readings(column, text)) if not refusal_of(column, one)]


def _readings(column: Column, text: str) -> Iterator[str]:
    if isinstance(column.field, models.BooleanField):
        yield from ("true", "false")
    elif isinstance(column.field, models.IntegerField):
        yield from map(str, numbers_of_ordinals(text))
    elif isinstance(column.field, DocumentNumberField):
        yield from map(str, numbers_in(text))
