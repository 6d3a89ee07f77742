"""Model and form fields for value types and for text that is cleaned on input."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timeline.values import document_numbers, logo, partial_date
from timeline.values.document_numbers import DocumentNumber
from timeline.values.errors import InvalidValueError
from timeline.values.logo import Logo
from timeline.values.partial_date import PartialDate
from timeline.values.text import (
    TextError,
    check_no_html,
    check_printable,
    clean_line,
    clean_names,
    clean_prose,
    clean_url,
    is_blank,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class FormFieldOptions(TypedDict, total=False):
    """What a form field of text can be told."""

    required: bool
    widget: forms.Widget | type[forms.Widget] | None
    label: "_StrOrPromise | None"
    initial: object
    help_text: "_StrOrPromise"
    error_messages: Mapping[str, "_StrOrPromise"] | None
    max_length: int | None
    empty_value: str | None


class ModelFormFieldOptions(FormFieldOptions, total=False):
    """What `formfield()` of a model field can be told."""

    form_class: type[forms.Field]


# Longer than any text of a chronicle: such input was pasted by mistake.
MAX_PROSE_LENGTH = 200_000


def validate_text(text: str, *checks: Callable[[str], None]) -> None:
    """Raise ValidationError if a check fails, by default that for damaged text and unprintable characters."""
    try:
        for check in checks or (check_printable,):
            check(text)
    except TextError as error:
        raise ValidationError(gettext(error.message), code="text", params=dict(error.params)) from None


class WholeTextMixin:
    """A text input without `maxlength`, by which browsers cut what is pasted: a long text is refused as a whole, and kept."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        attrs: dict[str, object] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class TextFormField(WholeTextMixin, forms.CharField):
    """A text input that cleans its value before validation."""

    def __init__(
        self, *, clean_text: Callable[[str], str] = clean_line, **kwargs: Unpack[FormFieldOptions]
    ) -> None:
        self.clean_text = clean_text
        super().__init__(**kwargs)

    def to_python(self, value: object) -> object:
        text = super().to_python(value)
        return (self.clean_text(text) or self.empty_value) if isinstance(text, str) else text

    def validate(self, value: object) -> None:
        super().validate(value)
        if isinstance(value, str):
            validate_text(value)


class WebAddressFormField(WholeTextMixin, forms.URLField):
    """A URL input that cleans its value before it is parsed."""

    def to_python(self, value: object) -> object:
        return super().to_python(clean_url(value) if isinstance(value, str) else value)


class ValueFormField(forms.CharField):
    """A text input whose cleaned value is that of its model field, or None."""

    def __init__(self, *, model_field: "ValueField", **kwargs: Unpack[FormFieldOptions]) -> None:
        self.model_field = model_field
        super().__init__(**kwargs)

    def to_python(self, value: object) -> object:
        return self.model_field.to_python(super().to_python(value))

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class ValueField(models.Field):
    """A value type in a text column: its canonical text, or NULL.

    A subclass sets the value class, whose `parse` raises InvalidValueError, and whose `load` takes what the column holds.
    """

    value_class: type[PartialDate] | type[DocumentNumber] | type[Logo]
    column_length: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.column_length
        kwargs["null"] = kwargs.get("blank", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length")
        kwargs.pop("null", None)
        return name, path, list(args), kwargs

    def get_internal_type(self) -> str:
        return "CharField"

    def to_python(self, value: object) -> object:
        if value is None or (isinstance(value, str) and is_blank(value)):
            return None
        try:
            return self.value_class.parse(value)
        except InvalidValueError as error:
            raise ValidationError(gettext(error.message), params=dict(error.params)) from None

    def from_db_value(
        self, value: str | None, expression: object, connection: object
    ) -> PartialDate | DocumentNumber | Logo | None:
        return None if value is None else self.value_class.load(value)

    def get_prep_value(self, value: object) -> str | None:
        value = super().get_prep_value(value)
        if value is None or (isinstance(value, str) and is_blank(value)):
            return None
        return str(self.value_class.parse(value))

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, **kwargs: Unpack[ModelFormFieldOptions]) -> forms.Field | None:
        kwargs.setdefault("form_class", ValueFormField)
        return super().formfield(model_field=self, empty_value="", **kwargs)


class PartialDateField(ValueField):
    """A `PartialDate`, stored as its canonical text, with the words of its source."""

    description = _("Date as far as it is known")
    value_class = PartialDate
    column_length = partial_date.MAX_LENGTH


def date_or_none(value: object) -> PartialDate | None:
    """The date in a column of an instance; None where there is none, or one that clean_fields() refuses."""
    try:
        return PartialDate.parse(value) if value else None
    except InvalidValueError:
        return None


class DocumentNumberField(ValueField):
    """A `DocumentNumber`, stored as its canonical text; that of another system as it is written."""

    description = _("Document number")
    value_class = DocumentNumber
    column_length = document_numbers.MAX_LENGTH


class LogoField(ValueField):
    """A `Logo`, stored as its data URI: it travels with exports, revisions and backups as every other column does."""

    description = _("Logo")
    value_class = Logo
    column_length = logo.MAX_LENGTH


class CountField(models.PositiveSmallIntegerField):
    """A small non-negative integer, up to the limit of all databases (SQLite alone would store more)."""

    default_validators = [MaxValueValidator(32767)]


class LowercaseSlugField(models.SlugField):
    """A slug in lower-case Latin letters and digits, with single hyphens between words."""

    default_validators = [
        RegexValidator(
            r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z",
            _("Lower-case Latin letters and digits, words apart by one hyphen: action-plan-2015."),
        )
    ]

    def to_python(self, value: object) -> object:
        text = super().to_python(value)
        return clean_line(text) if isinstance(text, str) else text

    def formfield(self, **kwargs: Unpack[ModelFormFieldOptions]) -> forms.Field | None:
        # Not the form field of SlugField, which validates text before it is cleaned.
        kwargs.setdefault("form_class", TextFormField)
        return models.CharField.formfield(self, **kwargs)


class LineField(models.CharField):
    """A line of text, cleaned and stripped. Control characters and HTML are refused."""

    clean_text = staticmethod(clean_line)

    def to_python(self, value: object) -> Any:
        text = super().to_python(value)
        return self.clean_text(text) if isinstance(text, str) else text

    def validate(self, value: str, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        validate_text(value, check_printable, check_no_html)

    def formfield(self, **kwargs: Unpack[ModelFormFieldOptions]) -> forms.Field | None:
        kwargs.setdefault("form_class", TextFormField)
        return super().formfield(clean_text=self.clean_text, **kwargs)


class AliasesField(LineField):
    """Further names of a record in one line, separated by “；”, without repetitions."""

    clean_text = staticmethod(clean_names)


class ProseField(models.TextField):
    """Text of several lines, cleaned and stripped, with LF line ends. Control characters and HTML are
    refused.
    """

    clean_text = staticmethod(clean_prose)

    def to_python(self, value: object) -> Any:
        text = super().to_python(value)
        return self.clean_text(text) if isinstance(text, str) else text

    def validate(self, value: str, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if len(value) > MAX_PROSE_LENGTH:
            raise ValidationError(
                _("The text has %(length)s characters; it may have %(limit)s at most."),
                code="max_length",
                params={"length": f"{len(value):,}", "limit": f"{MAX_PROSE_LENGTH:,}"},
            )
        validate_text(value, check_printable, check_no_html)

    def formfield(self, **kwargs: Unpack[ModelFormFieldOptions]) -> forms.Field | None:
        kwargs.setdefault("form_class", TextFormField)
        return super().formfield(clean_text=self.clean_text, **kwargs)


class WebAddressField(models.URLField):
    """A URL with http or https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def to_python(self, value: object) -> object:
        text = super().to_python(value)
        return clean_url(text) if isinstance(text, str) else text

    def formfield(self, **kwargs: Unpack[ModelFormFieldOptions]) -> forms.Field | None:
        kwargs.setdefault("form_class", WebAddressFormField)
        return super().formfield(assume_scheme="https", **kwargs)
