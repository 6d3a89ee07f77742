"""Choices of records and dates, in the words by which records of one name are told apart, and the values of all such choices."""

from collections.abc import Collection, Iterable

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from timeline.exchange.mapping.questions import Choice, Question
from timeline.models.chunks import chunks
from timeline.models.records import Record
from timeline.values.partial_date import PartialDate

RECORD = "record/"
# The record with the slug behind it, of which only what is empty is filled in.
FILL = "fill/"
# The values of choices that are no record.
CREATE, EMPTY = "create", "empty"
# What is created within the area with the slug behind it, or within none.
CREATE_WITHIN = "create/"
# What is created with the title behind it, where a name may stand for several.
CREATE_TITLED = "create-titled/"
# A text is several names.
SEVERAL = "several"
# Before the key of the question whose answer holds for another one.
_SAME = "same/"
# The date in the column behind it, of each row its own.
COLUMN = "column/"
NEW = "new"
MERGE, SEPARATE, LEAVE_OUT = "merge", "separate", "leave-out"
KEEP, TAKE = "keep", "take"

# Whichever of these a model has.
_DETAILS = (
    "document_number",
    "timeline_date",
    "period",
    "publisher",
    "published",
    "parent__title",
    "title_en",
)


def record_choice(slug: str, title: str, *details: object) -> Choice:
    """The choice of one record. Where others have the same label, a page shows its slug as well."""
    words = {
        "title": title,
        "details": pgettext("enumeration", ", ").join(map(_in_words, filter(None, details))),
    }
    label = _("“%(title)s” (%(details)s)") if words["details"] else _("“%(title)s”")
    return Choice(RECORD + slug, label % words)


def answers_for_others(questions: Iterable[Question]) -> dict[str, str]:
    """The answers, by key, that hold for other files of the same shape: what one has created is there for the next."""
    answered = (one for one in questions if one.is_answered and one.is_remembered)
    return {one.key: one.answer for one in answered if not (creates(one.answer) or same_chosen(one.answer))}


def creates(answer: str) -> bool:
    """Whether an answer creates a record."""
    return answer == CREATE or answer.startswith((CREATE_WITHIN, CREATE_TITLED))


def title_chosen(answer: str) -> str:
    """The title under which an answer creates a record, if it names one; "" for any other answer."""
    return answer.removeprefix(CREATE_TITLED) if answer.startswith(CREATE_TITLED) else ""


def date_choice(date: str) -> Choice:
    """The choice of a date in canonical form."""
    return Choice(date, _in_words(PartialDate.parse(date)))


def _in_words(value: object) -> str:
    return value.display(get_language() or "zh-hans") if isinstance(value, PartialDate) else str(value)


def slug_chosen(answer: str) -> str:
    """The slug of the record that an answer chooses; "" for any other answer."""
    return answer.removeprefix(RECORD) if answer.startswith(RECORD) else ""


def fill_choice(record: Choice) -> Choice:
    """The choice of the record of another choice, of which only what is empty is filled in."""
    label = _("%(record)s: what it has stays, and only what is empty is filled in") % {"record": record.label}
    return Choice(FILL + slug_chosen(record.value), label)


def slug_filled(answer: str) -> str:
    """The slug of the record that an answer fills in; "" for any other answer."""
    return answer.removeprefix(FILL) if answer.startswith(FILL) else ""


def same_choice(key: str, name: str) -> Choice:
    """The choice that a name means what another one means, about which the question with this key asks."""
    return Choice(_SAME + key, _("The same as “%(name)s”, which is asked about as well") % {"name": name})


def same_chosen(answer: str) -> str:
    """The key of the question whose answer holds; "" for any other answer."""
    return answer.removeprefix(_SAME) if answer.startswith(_SAME) else ""


def stored_choices(model: type[Record], keys: Collection[int]) -> dict[int, Choice]:
    """The choices of the records of a model by their keys; those of other models are left out."""
    known = {field.name for field in model._meta.get_fields()}
    names = [name for name in _DETAILS if name.partition("__")[0] in known]
    found = {}
    for chunk in chunks(sorted(keys)):
        records = model._default_manager.filter(pk__in=chunk).order_by()
        for key, slug, title, *details in records.values_list("pk", "slug", "title", *names):
            found[key] = record_choice(slug, title, *details)
    return found
