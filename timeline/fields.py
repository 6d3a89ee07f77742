"""Model and form fields: values in columns, and text that is cleaned on its way in."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timeline.dates import PartialDate
from timeline.documents import DocumentNumber
from timeline.refusal import Refusal

# What XML 1.0, and so a feed or a workbook, cannot hold; and the C1 controls, which nobody means.
_UNPRINTABLE = re.compile(r"[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ValueFormField(forms.CharField):
    """A text input whose cleaned value is a value of the model field it belongs to, or None."""

    def __init__(self, *, model_field: "ValueField", **kwargs: Any) -> None:
        self.model_field = model_field
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return self.model_field.to_python(super().to_python(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class ValueField(models.Field):
    """A value class in a text column: its canonical text, NULL where there is none.

    A subclass names the class, whose `parse` raises Refusal.
    """

    value_class: Any
    column_length: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.column_length
        kwargs["null"] = kwargs.get("blank", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length")
        kwargs.pop("null", None)
        return name, path, list(args), kwargs

    def get_internal_type(self) -> str:
        return "CharField"

    def to_python(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        try:
            return self.value_class.parse(value)
        except Refusal as refusal:
            raise ValidationError(gettext(refusal.message), params=dict(refusal.params)) from None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.value_class.parse(value)

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return None if value is None or value == "" else str(self.value_class.parse(value))

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", ValueFormField)
        return super().formfield(model_field=self, empty_value="", **kwargs)


class PartialDateField(ValueField):
    """A `PartialDate` in a column, as its canonical text."""

    description = _("Date as far as it is known")
    value_class = PartialDate
    column_length = 24  # 2013-01-28~/2013-09-30~ is the longest


class DocumentNumberField(ValueField):
    """A `DocumentNumber` in a column, as its canonical text."""

    description = _("Document number")
    value_class = DocumentNumber
    column_length = 60


_LINE_BREAK = re.compile("[\\n\\r\\t\\u2028\\u2029]")


def refuse_unprintable(text: str) -> None:
    """Raise ValidationError where the text has a character that no page, feed or workbook can hold."""
    if found := _UNPRINTABLE.search(text):
        raise ValidationError(
            _("Character %(code)s at position %(position)s cannot be printed; take it out."),
            code="unprintable",
            params={"code": f"U+{ord(found[0]):04X}", "position": found.start() + 1},
        )


class CountField(models.PositiveSmallIntegerField):
    """A small whole number; up to what every database holds in such a column (SQLite alone would take more)."""

    default_validators = [MaxValueValidator(32767)]


class AddressField(models.SlugField):
    """The part of an address that names a record: lower-case Latin letters and digits, words apart by one hyphen."""

    default_validators = [
        RegexValidator(
            r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z",
            _("Lower-case Latin letters and digits, words apart by one hyphen: action-plan-2015."),
        )
    ]


class LineField(models.CharField):
    """One line of text: trimmed, without line breaks or control characters."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.strip() if isinstance(text, str) else text

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if _LINE_BREAK.search(value):
            raise ValidationError(_("This is one line; take the line break or tab out."), code="line-break")
        refuse_unprintable(value)


class ProseField(models.TextField):
    """Text of several lines: newlines normalised to \\n, outer blank space trimmed, no control characters."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(text, str) else text

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        refuse_unprintable(value)


class WebAddressField(models.URLField):
    """An http or https address."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(assume_scheme="https", **kwargs)
