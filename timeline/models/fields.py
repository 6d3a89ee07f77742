"""Model and form fields: values in columns, and text that is cleaned on its way in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timeline.values.document_numbers import DocumentNumber
from timeline.values.errors import InvalidValueError
from timeline.values.partial_date import PartialDate
from timeline.values.text import (
    TextError,
    check_no_html,
    check_printable,
    clean_line,
    clean_prose,
    clean_url,
    is_blank,
)

# More than any text of a chronicle has: beyond it, something else was pasted.
MAX_PROSE_LENGTH = 200_000


def validate_text(text: str, *checks: Callable[[str], None]) -> None:
    """Raise ValidationError where one of the checks, by default for damaged text and unprintable characters, fails."""
    try:
        for check in checks or (check_printable,):
            check(text)
    except TextError as refusal:
        raise ValidationError(gettext(refusal.message), code="text", params=dict(refusal.params)) from None


class TextFormField(forms.CharField):
    """A text input whose text is cleaned before anything else is asked of it."""

    def __init__(self, *, clean_text: Callable[[str], str] = clean_line, **kwargs: Any) -> None:
        self.clean_text = clean_text
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (self.clean_text(text) or self.empty_value) if isinstance(text, str) else text

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, str):
            validate_text(value)


class WebAddressFormField(forms.URLField):
    """An input for a web address, cleaned before it is split into its parts."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(clean_url(value) if isinstance(value, str) else value)


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

    A subclass names the class, whose `parse` raises InvalidValueError.
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
        if value is None or (isinstance(value, str) and is_blank(value)):
            return None
        try:
            return self.value_class.parse(value)
        except InvalidValueError as refusal:
            raise ValidationError(gettext(refusal.message), params=dict(refusal.params)) from None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.value_class.parse(value)

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        if value is None or (isinstance(value, str) and is_blank(value)):
            return None
        return str(self.value_class.parse(value))

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


def date_or_none(value: Any) -> PartialDate | None:
    """The date in a column of an instance; None where there is none, or one that clean_fields() refuses."""
    try:
        return PartialDate.parse(value) if value else None
    except InvalidValueError:
        return None


class DocumentNumberField(ValueField):
    """A `DocumentNumber` in a column, as its canonical text."""

    description = _("Document number")
    value_class = DocumentNumber
    column_length = 60


class CountField(models.PositiveSmallIntegerField):
    """A small whole number; up to what every database holds in such a column (SQLite alone would take more)."""

    default_validators = [MaxValueValidator(32767)]


class LowercaseSlugField(models.SlugField):
    """The part of an address that names a record: lower-case Latin letters and digits, words apart by one hyphen."""

    default_validators = [
        RegexValidator(
            r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z",
            _("Lower-case Latin letters and digits, words apart by one hyphen: action-plan-2015."),
        )
    ]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_line(text) if isinstance(text, str) else text

    def formfield(self, **kwargs: Any) -> Any:
        # Not the form field of SlugField, whose validator would see the text before it is cleaned.
        kwargs.setdefault("form_class", TextFormField)
        return models.CharField.formfield(self, **kwargs)


class LineField(models.CharField):
    """One line of text: cleaned and trimmed, without control characters and HTML."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_line(text) if isinstance(text, str) else text

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        validate_text(value, check_printable, check_no_html)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", TextFormField)
        return super().formfield(**kwargs)


class ProseField(models.TextField):
    """Text of several lines: cleaned, newlines normalised to \\n, trimmed, without control characters and HTML."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_prose(text) if isinstance(text, str) else text

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if len(value) > MAX_PROSE_LENGTH:
            raise ValidationError(
                _("The text has %(length)s characters; it may have %(limit)s at most."),
                code="max_length",
                params={"length": f"{len(value):,}", "limit": f"{MAX_PROSE_LENGTH:,}"},
            )
        validate_text(value, check_printable, check_no_html)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", TextFormField)
        return super().formfield(clean_text=clean_prose, **kwargs)


class WebAddressField(models.URLField):
    """An http or https address."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_url(text) if isinstance(text, str) else text

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", WebAddressFormField)
        return super().formfield(assume_scheme="https", **kwargs)
