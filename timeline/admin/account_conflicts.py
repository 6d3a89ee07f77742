"""Concurrent edits of accounts and groups: merged, or reported if both changed the same field."""

import hashlib
import json

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from timeline.admin.permission_names import permission_name
from timeline.rows.cell_text import plain_text

# The hidden field with a fingerprint of each value that the form displayed.
OPENED_ON_FIELD = "_opened_on"
# Written by the login, or never displayed.
EXCLUDED_FIELDS = {"last_login", "password"}


def fingerprint(value: object) -> str:
    """A short hash of the value of a field, or of the records of a many-to-many field."""
    if isinstance(value, (list, QuerySet)):
        value = sorted(str(one.pk) for one in value)
    return hashlib.sha256(str(value).encode()).hexdigest()[:12]


def fingerprints(record: Model) -> dict[str, str]:
    """The fingerprint of each stored value of a record, by field name."""
    values = model_to_dict(type(record)._base_manager.get(pk=record.pk))
    return {name: fingerprint(value) for name, value in values.items() if name not in EXCLUDED_FIELDS}


def stored_value(record: Model, name: str) -> object:
    """The stored value of a field, as a form returns it."""
    value = getattr(type(record)._base_manager.get(pk=record.pk), name)
    return value.all() if record._meta.get_field(name).many_to_many else value


def field_with_value(record: Model, name: str) -> str:
    """The label of a field with its stored value."""
    field, value = record._meta.get_field(name), stored_value(record, name)
    if isinstance(value, QuerySet):
        value = [permission_name(one) if isinstance(one, Permission) else str(one) for one in value]
    label = getattr(field, "verbose_name", name)
    return _("%(field)s “%(value)s”") % {"field": label, "value": plain_text(value)}


class StaleFormMixin:
    """A form that keeps concurrent changes of fields that the user did not change.

    If both changed a field, the form is refused once, with the stored value.
    """

    data: QueryDict
    instance: Model
    cleaned_data: dict[str, object]

    def clean(self) -> dict[str, object]:
        super().clean()
        try:
            opened_on = json.loads(self.data.get(OPENED_ON_FIELD, "{}"))
        except ValueError:
            opened_on = {}
        stored = fingerprints(self.instance) if isinstance(opened_on, dict) and opened_on else {}
        contested = []
        for name in stored.keys() & self.cleaned_data.keys():
            if opened_on.get(name, stored[name]) == stored[name]:
                continue
            if fingerprint(self.cleaned_data[name]) == opened_on[name]:
                self.cleaned_data[name] = stored_value(self.instance, name)
            elif fingerprint(self.cleaned_data[name]) != stored[name]:
                contested.append(name)
        if contested:
            raise ValidationError(
                _(
                    "Somebody else saved this after you had opened it. Stored now is: %(values)s. Press save again to "
                    "replace it by what the form shows."
                ),
                code="stale",
                params={"values": "；".join(field_with_value(self.instance, name) for name in contested)},
            )
        return self.cleaned_data


class AccountConflictsMixin:
    """An admin whose forms detect concurrent changes."""

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (StaleFormMixin, form), {}) if obj is not None else form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, object], *args: object, **kwargs: object
    ) -> HttpResponse:
        record = context["original"]
        if isinstance(record, Model):
            opened_on = json.dumps(fingerprints(record), sort_keys=True)
            context["opened_on"] = opened_on
            context["revision"] = hashlib.sha256(opened_on.encode()).hexdigest()[:20]
        return super().render_change_form(request, context, *args, **kwargs)
