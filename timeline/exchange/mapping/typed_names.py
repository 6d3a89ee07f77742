"""Names that somebody types as the answer to the question of another one: a record, what another question creates, or a new title."""

from collections.abc import Iterable, Sequence

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.editing.duplicate_titles import city_of_chronicle, normalize_title
from timeline.exchange.mapping.area_parents import Parents, possible_parents
from timeline.exchange.mapping.cell_values import value_of
from timeline.exchange.mapping.name_questions import UnclearName
from timeline.exchange.mapping.named_records import by_value, titled_record
from timeline.exchange.mapping.office_titles import possible_titles
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import creates, same_choice, stored_choices
from timeline.exchange.mapping.record_names import keys_of_names, near_names, stored_slugs
from timeline.models import Area
from timeline.models.records import Record
from timeline.rows.tables import table_of


def takes_new_title(question: Question) -> bool:
    """Whether a record can be created under a title that somebody types."""
    return question.kind == "name" and any(creates(choice.value) for choice in question.choices)


def name_typed(
    question: Question, text: str, asked: Sequence[Question] = (), *, publish: bool = False
) -> Choice:
    """The choice that somebody types in answer to the question of a name.

    It is the only record of this title, other name or slug, or else what another of these questions asks about or creates, or
    else a new record of this title. Raises ValueError, which says why it is none of them.
    """
    model = _model_of(question)
    records = _records_named(model, text)
    found = records or _others_named(question, text, asked)
    if len(found) == 1:
        return found[0]
    if records:
        message = _("“%(name)s” is the name of several records: %(records)s. Type the slug of one.")
        raise ValueError(message % {"name": text, "records": _enumerated(records)})
    if found or not takes_new_title(question):
        message = _("“%(name)s” is not the title, another name or the slug of just one record.")
        raise ValueError(message % {"name": text})
    value_of(table_of(model).columns["title"], text)
    if doubled := _doubled(model, text):
        message = _("“%(name)s” would double %(records)s, which is there. Type the title that stands there.")
        raise ValueError(message % {"name": text, "records": _enumerated(doubled)})
    parents = possible_parents(text, city_of_chronicle(), question.column) if model is Area else Parents()
    name = UnclearName(question.subject, question.place, question.column, is_published=publish)
    name.typed_title, name.typed_parents = text, parents
    return name.typed_creation()


def _model_of(question: Question) -> type[Record]:
    model = apps.get_model("timeline", question.key.split("/")[1])
    if not issubclass(model, Record):
        raise TypeError(f"{model.__name__} has no names.")
    return model


def _records_named(model: type[Record], text: str) -> list[Choice]:
    """The records of this slug, else of this name: of several the one that has it as its title."""
    name, slugs = normalize_title(text), stored_slugs(model, [text])
    found = {*slugs.values()} or keys_of_names(model, {name} - {""}).get(name, set())
    records = by_value(stored_choices(model, found).values())
    return [*(titled_record(model, records, [name]) if len(records) > 1 else records).values()]


def _others_named(question: Question, text: str, asked: Iterable[Question]) -> list[Choice]:
    """What other questions about names of this model ask about or create, if it has this name."""
    model, name, city = _model_of(question), normalize_title(text), city_of_chronicle()
    kind = question.key[: question.key.index("/", len("name/")) + 1]
    return [
        same_choice(one.key, one.subject)
        for one in asked
        if one.key.startswith(kind)
        and one.key != question.key
        and name in {*map(normalize_title, {one.subject, *possible_titles(model, one.subject, city)})}
    ]


def _doubled(model: type[Record], text: str) -> list[Choice]:
    """The records of which a title is the usual short form, or lacks the unit."""
    name = normalize_title(text)
    near = near_names(model, {name} - {""}, city_of_chronicle()).get(name)
    return [*stored_choices(model, near.full - near.within).values()] if near else []


def _enumerated(choices: Iterable[Choice]) -> str:
    return pgettext("enumeration", ", ").join(choice.label for choice in choices)
