"""A column of a table in files, with the conversion from a cell to the value of the model field and back; rows of columns."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.utils import translation
from django.utils.translation import gettext as _

from timeline.models.fields import AliasesField, PartialDateField, ValueField
from timeline.models.kinds import Links, links_of
from timeline.models.previewed_rows import PlainValue as PlainValue
from timeline.models.records import Record
from timeline.rows.bulk import AnyField
from timeline.values.date_points import PartialDateError
from timeline.values.numerals import number_of_ordinal
from timeline.values.partial_date import check_ambiguous_month
from timeline.values.text import NAME_SEPARATOR, TextError, check_printable, clean_line

FlatRow = dict[str, PlainValue]

# The end of the names of columns in English.
ENGLISH = "_en"
# What may be between the items of a list in a cell.
LIST_SEPARATORS = re.compile(r"[\s,;|，；、]+")
_YES_NO = dict.fromkeys(("true", "yes", "y", "1", "是", "真"), True)
_YES_NO |= dict.fromkeys(("false", "no", "n", "0", "否", "假"), False)


def parse_yes_no(text: str) -> bool | None:
    """Whether the text is a word for yes, in English or Chinese; None if it is not one for no either."""
    return _YES_NO.get(text.lower())


def suggestion_for(word: str, known: Sequence[str]) -> str:
    """“(perhaps x is meant)” with the most similar known word; empty if none is similar."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return _(" (perhaps “%(word)s” is meant)") % {"word": close[0]} if close else ""


class PrimaryKeyIn(models.Func):  # noqa: N801 (reads as the condition it is)
    """A filter condition on a list of keys. `__in` prepares each key, which takes longer than the query."""

    def __init__(self, name: str, keys: Iterable[int]) -> None:
        super().__init__(name, output_field=models.BooleanField())
        # Converted to integers, because they are inserted into the SQL without parameters.
        self.keys = ",".join(str(int(key)) for key in keys)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: object, **context: object
    ) -> tuple[str, tuple[str | int, ...]]:
        name, parameters = compiler.compile(self.source_expressions[0])
        return (f"{name} IN ({self.keys})" if self.keys else "1 = 0"), parameters


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in files, its model field, and the conversion between the two."""

    name: str
    field: AnyField

    @property
    def attribute(self) -> str:
        return self.field.name

    @property
    def model(self) -> type[Record]:
        """The model that a relation refers to."""
        related = self.field.related_model
        if not (isinstance(related, type) and issubclass(related, Record)):
            raise TypeError(f"The column {self.name} refers to no records.")
        return related

    @property
    def is_many_to_many(self) -> bool:
        return self.field.many_to_many is True

    @property
    def holds_no_text(self) -> bool:
        """Whether it has values of which no word for an empty cell can be one: dates, numbers, references, addresses."""
        kinds = (ValueField, models.IntegerField, models.URLField)
        return self.field.is_relation or (isinstance(self.field, kinds) and not self.field.choices)

    def read(self, cell: PlainValue) -> object:
        """Convert the cell to the value of the model field. Raises ValueError with a message for the user.

        The cells of relations are read by `References.read`.
        """
        cell = self.clean(cell)
        self.check_characters(cell)
        if isinstance(cell, list):
            raise ValueError(_("One value is expected here, not a list."))
        if cell in (None, ""):
            return self.default()
        if isinstance(self.field, models.BooleanField):
            if (answer := parse_yes_no(str(cell))) is None:
                raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": cell})
            return answer
        if isinstance(self.field, models.IntegerField):
            # Programs write whole numbers of a column with empty cells as 1.0, offices as 第一批.
            if found := re.fullmatch(r"([0-9]{1,9})(\.0+)?", str(cell), re.ASCII):
                return int(found[1])
            if (number := number_of_ordinal(str(cell))) is None:
                raise ValueError(_("“%(value)s” is not a whole number.") % {"value": cell})
            return number
        if self.field.choices:
            return self._choice(str(cell))
        if isinstance(self.field, ValueField):
            try:
                if isinstance(self.field, PartialDateField):
                    check_ambiguous_month(str(cell))
                return self.field.to_python(cell)
            except ValidationError as error:
                raise ValueError(" ".join(error.messages)) from None
            except PartialDateError as refusal:
                raise ValueError(_(refusal.message) % refusal.params) from None
        return self.field.to_python(str(cell))

    def check_characters(self, cell: PlainValue) -> None:
        """Raise ValueError if the cell contains a character that no column accepts."""
        try:
            for text in cell if isinstance(cell, list) else [cell] if isinstance(cell, str) else []:
                check_printable(text)
        except TextError as refusal:
            raise ValueError(_(refusal.message) % refusal.params) from None

    def check_list_items(self, cell: PlainValue) -> None:
        """Raise ValueError if a list has an empty item, or a cell only separators."""
        cell = self.clean(cell)
        if isinstance(cell, list) and not all(cell):
            raise ValueError(
                _("One item of the list is empty. Leave it out; a list without items is written [].")
            )
        if isinstance(cell, str) and cell and not self.slugs(cell):
            raise ValueError(_("“%(value)s” names nothing.") % {"value": cell})

    def clean(self, cell: PlainValue) -> PlainValue:
        """The cell with whitespace and invisible characters cleaned as its field requires."""
        if isinstance(cell, list) and isinstance(self.field, AliasesField):
            cell = NAME_SEPARATOR.join(cell)
        clean_text = getattr(self.field, "clean_text", clean_line)
        if isinstance(cell, list):
            return [clean_text(text) for text in cell]
        return clean_text(cell) if isinstance(cell, str) else cell

    @property
    def expression(self) -> str | models.Expression:
        """The query expression of the cell: the slug of a reference, the text of a value.

        Lists come from `m2m_pairs`. A plain field name is returned where it suffices: it is the fastest to
        compile.
        """
        if self.is_many_to_many:
            return models.Value(None, models.TextField(null=True))
        if self.field.is_relation:
            return f"{self.attribute}__slug"
        if isinstance(self.field, ValueField):
            # As stored: converting it to the Python value and back to text would take most of the time.
            return models.ExpressionWrapper(models.F(self.attribute), models.TextField())
        return self.attribute

    @property
    def links(self) -> Links:
        """The table of a many-to-many column, with its fields of the owner and of the related record."""
        if (links := links_of(self.field)) is None:
            raise TypeError(f"The column {self.name} has no table of its own.")
        return links

    def m2m_pairs(self, keys: Sequence[int]) -> Iterable[tuple[int, str]]:
        """Pairs of these records' primary keys and the slugs that they refer to; for a many-to-many column."""
        through, owner, target = self.links
        links = through._base_manager.filter(PrimaryKeyIn(f"{owner}_id", keys))
        return links.values_list(f"{owner}_id", f"{target}__slug")

    def cell_of(self, instance: models.Model) -> PlainValue:
        """The cell of the instance's value, as the database would return it; not for many-to-many columns."""
        value = getattr(instance, self.attribute)
        if value is not None and self.field.is_relation:
            return str(value.slug)
        return str(value) if value is not None and isinstance(self.field, ValueField) else value

    def normalized_key(self, cell: PlainValue) -> str:
        """The cell in normalized form, so that “01” and “1” are equal; an invalid cell is returned unchanged."""
        if self.field.is_relation:
            return clean_line(str(cell or ""))
        try:
            value = self.read(cell)
        except ValueError:
            return str(cell)
        return "" if value is None else str(value)

    @property
    def is_required(self) -> bool:
        """Whether no row can be without a value. A blank slug is generated in forms only."""
        return self.name == "slug" or not (self.field.blank or self.field.has_default())

    def default(self) -> PlainValue:
        """The value of an empty cell."""
        value: PlainValue = None if self.field.null else self.field.get_default()
        return value

    def lacks_reference(self, instance: models.Model) -> bool:
        """Whether the instance lacks a required reference."""
        field = self.field
        return field.is_relation and not field.null and getattr(instance, field.attname) is None

    def slugs(self, cell: PlainValue) -> list[str]:
        """The slugs in a cell, without duplicates."""
        if not self.is_many_to_many:
            return [str(cell)] if cell not in (None, "") else []
        parts = cell if isinstance(cell, list) else LIST_SEPARATORS.split(str(cell or ""))
        return [part for part in dict.fromkeys(map(str.strip, parts)) if part]

    @cached_property
    def _choices(self) -> dict[str, object]:
        """The labels of the choices, not yet translated, by value."""
        return {str(value): label for value, label in self.field.flatchoices}

    def _choice(self, word: str) -> str:
        if word in self._choices:
            return word
        # The language of the file is unknown: an import template has Chinese labels.
        for language in (translation.get_language(), *(code for code, _name in settings.LANGUAGES)):
            with translation.override(language):
                for value, label in self._choices.items():
                    if word == str(label):
                        return value
        allowed = "、".join(f"{label}（{value}）" for value, label in self._choices.items() if value)
        raise ValueError(_("“%(value)s” is none of: %(allowed)s.") % {"value": word, "allowed": allowed})


def rows_of(records: models.QuerySet[models.Model], columns: Mapping[str, Column]) -> dict[int, FlatRow]:
    """The records as flat rows with these columns, by primary key, in a constant number of queries."""
    found = records.order_by().values_list("pk", *(column.expression for column in columns.values()))
    rows = {key: dict(zip(columns, cells, strict=True)) for key, *cells in found}
    for name, column in columns.items() if rows else ():
        if column.is_many_to_many:
            references: dict[int, list[str]] = {key: [] for key in rows}
            for key, slug in column.m2m_pairs(list(rows)):
                references[key].append(slug)
            for key, slugs in references.items():
                # By slug: the order of the related table may change without this record.
                rows[key][name] = sorted(slugs)
    return rows
