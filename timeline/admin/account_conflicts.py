"""Accounts and groups that somebody else changed since their form was opened: said, and written only on a second press."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

# The hidden field with a short name of each value that the form was opened on.
OPENED_ON = "_opened_on"
# Written by a log-in, or never shown.
UNCOMPARED = {"last_login", "password"}


def fingerprints(record: Any) -> dict[str, str]:
    """A short name of each stored value of a record, by the names of its fields."""
    values = model_to_dict(type(record)._base_manager.get(pk=record.pk))
    return {
        name: hashlib.sha256(_plain(value).encode()).hexdigest()[:12]
        for name, value in values.items()
        if name not in UNCOMPARED
    }


def _plain(value: Any) -> str:
    return json.dumps(sorted(str(one.pk) for one in value) if isinstance(value, list) else str(value))


def in_words(record: Any, name: str) -> str:
    """A field and its stored value."""
    field = record._meta.get_field(name)
    value = getattr(type(record)._base_manager.get(pk=record.pk), name)
    if field.many_to_many:
        value = "、".join(map(str, value.all()))
    elif isinstance(value, bool):
        value = _("yes") if value else _("no")
    return f"{field.verbose_name}：{value or '—'}"


class StaleFormMixin:
    """A form that was opened on values that are others now is refused once, with what they are."""

    data: Any
    instance: Any

    def clean(self) -> Any:
        cleaned = super().clean()
        try:
            opened_on = json.loads(self.data.get(OPENED_ON, "{}"))
        except ValueError:
            opened_on = {}
        stored = fingerprints(self.instance) if isinstance(opened_on, dict) and opened_on else {}
        changed = [name for name, value in stored.items() if opened_on.get(name, value) != value]
        if changed:
            raise ValidationError(
                _(
                    "Somebody else saved this after you had opened it. Stored now is: %(values)s. Press save again to "
                    "replace it by what the form shows."
                ),
                code="stale",
                params={"values": "；".join(in_words(self.instance, name) for name in changed)},
            )
        return cleaned


class AccountConflictsMixin:
    """A screen whose forms know what they were opened on."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (StaleFormMixin, form), {}) if obj is not None else form

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (record := context["original"]) is not None:
            context["opened_on"] = json.dumps(fingerprints(record), sort_keys=True)
            context["revision"] = hashlib.sha256(context["opened_on"].encode()).hexdigest()[:20]
        return super().render_change_form(request, context, *args, **kwargs)
