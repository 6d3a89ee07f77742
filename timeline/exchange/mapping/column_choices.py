"""Columns with choices: what a word that is none of them means is asked once for all rows that have it."""

from django.utils.translation import gettext as _

from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import EMPTY
from timeline.exchange.readers.types import FileLocation, printable
from timeline.models.policies import Validity
from timeline.rows.columns import Column

# By column, what offices write for a choice.
_USUAL_WORDS = {
    "validity": {
        Validity.IN_FORCE: ("有效", "现行", "生效", "施行中", "继续有效"),
        Validity.REPEALED: ("废止", "已废止", "宣布废止"),
        Validity.LAPSED: ("失效", "已失效", "宣布失效"),
        Validity.AMENDED: ("已修改", "已修订", "被修改"),
        Validity.NOT_YET: ("未生效", "未施行", "尚未生效"),
    }
}


def has_choices(column: Column) -> bool:
    """Whether the column has choices to ask for, and is neither a reference nor a list."""
    return bool(column.field.choices) and not column.field.is_relation


def is_choice(column: Column, text: str) -> bool:
    """Whether a text is one of the choices, by its value or its label in any language."""
    try:
        column.read(text)
    except ValueError:
        return False
    return True


def choices_of(column: Column) -> list[Choice]:
    """The choices of a column, in the language of the user."""
    return [Choice(str(value), str(label)) for value, label in column.field.flatchoices if value]


def choice_question(place: FileLocation, column: Column, text: str) -> Question:
    """Ask once for the cells of a column with this text. What offices usually mean by it is proposed."""
    header = (place.names or {}).get(column.name) or column.field.verbose_name
    words = _("What does “%(text)s” in the column “%(column)s” mean?")
    choices = choices_of(column)
    if column.field.blank:
        choices.append(Choice(EMPTY, _("Leave it empty")))
    usual = _USUAL_WORDS.get(column.name, {})
    return Question(
        f"choice:{place.table}.{column.name}:{text}",
        words % {"text": printable(text), "column": printable(str(header))},
        text,
        place,
        tuple(choices),
        lines=(place.line,),
        answer=next((str(value.value) for value, texts in usual.items() if text in texts), ""),
        is_remembered=True,
        column=column.name,
    )
