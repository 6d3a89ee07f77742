"""Values of cells: whether a text is one of its column and why not, the choice that a value is, and values that are typed as answers."""

import functools
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import COLUMN, date_choice
from timeline.models.stored_records import StoredRecords
from timeline.rows.columns import Column
from timeline.rows.tables import TABLES
from timeline.values.document_numbers import DocumentNumber
from timeline.values.errors import InvalidValueError
from timeline.values.partial_date import PartialDate

# The kinds of questions whose key goes on with the table and column, so that any value of the column may answer them.
TYPED_KINDS = ("date", "value")


def value_of(column: Column, text: str) -> object:
    """The value that a text is in a column. Raises ValueError, with a message for the user, for one that is none."""
    try:
        value = _read(column, text)
        if isinstance(value, DocumentNumber) and not value.is_standard and not _accepts_other_numbers():
            value.check_standard()
    except ValidationError as refusal:
        raise ValueError(" ".join(refusal.messages)) from None
    except InvalidValueError as refusal:
        raise ValueError(_(refusal.message) % refusal.params) from None
    return value


@functools.lru_cache(maxsize=4096)
def _read(column: Column, text: str) -> object:
    return column.field.clean(column.read(text), None)


def _accepts_other_numbers() -> bool:
    return StoredRecords().accepts_other_document_numbers()


def refusal_of(column: Column, text: str) -> str:
    """Why a text is no value of a column, and what would be right; "" for one that is."""
    try:
        value_of(column, text)
    except ValueError as refusal:
        return str(refusal)
    return ""


def value_choice(column: Column, text: str) -> Choice:
    """The choice of a value, in words. Raises ValueError for a text that is none."""
    value = value_of(column, text)
    if value is None:
        raise ValueError(_("A value is needed here."))
    if isinstance(value, PartialDate):
        return date_choice(str(value))
    if isinstance(value, bool):
        return Choice("true" if value else "false", _("Yes") if value else _("No"))
    return Choice(str(value), str(value))


def takes_typed_value(question: Question) -> bool:
    """Whether a value that is not among the choices may be typed as the answer: not where each row has its own."""
    return question.kind in TYPED_KINDS and not any(
        choice.value.startswith(COLUMN) for choice in question.choices
    )


def value_typed(question: Question, text: str) -> Choice:
    """The choice that is the value somebody types. Raises ValueError, which says what would be right."""
    table, _dot, column = question.key.split(":")[1].partition(".")
    return value_choice(TABLES[table].columns[column], text)


def with_typed(question: Question, answers: Answers) -> Question:
    """The question with its answer among the choices, if that is a value which somebody has typed."""
    given = answers.get(question.key, "")
    if not given or given in {choice.value for choice in question.choices}:
        return question
    try:
        return replace(question, choices=(value_typed(question, given), *question.choices))
    except ValueError:
        return question
