"""The facts of an entry: the columns of its kind, for the pages of kinds without their own template and for spreadsheets."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import BooleanField, Field, URLField
from django.utils.text import capfirst

from timeline.models import Entry
from timeline.models.fields import PartialDateField
from timeline.models.kinds import fields_naming_entries, own_fields


@dataclass(frozen=True)
class Fact:
    """A column with a value, and its form of display: records, date, address, yes, choice or text."""

    label: str
    column: str
    form: str
    value: object


def facts_of(entry: Entry) -> Iterator[Fact]:
    """The columns of the kind that have values. References to entries are left out: they may not be public."""
    entries = fields_naming_entries(type(entry))
    for field in own_fields(type(entry)):
        # English is displayed in place of the Chinese.
        if field in entries or field.name.endswith("_en"):
            continue
        if (fact := fact_of(entry, field)).value:
            yield fact


def fact_of(entry: Entry, field: Field) -> Fact:
    """This column of the entry, whatever its value."""
    return Fact(capfirst(str(field.verbose_name)), field.name, *_display(entry, field))


def _display(entry: Entry, field: Field) -> tuple[str, object]:
    value = getattr(entry, field.name)
    if field.many_to_many:
        return "records", list(value.all())
    if field.is_relation:
        return "records", [value] if value else []
    if field.choices:
        return "choice", getattr(entry, f"get_{field.name}_display")()
    if isinstance(field, PartialDateField):
        return "date", value
    if isinstance(field, URLField):
        return "address", value
    return "yes" if isinstance(field, BooleanField) else "text", value
