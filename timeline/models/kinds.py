"""The list of the kinds of entry. The model of each kind declares what differs between kinds."""

import functools
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from timeline.models.entries import Entry


class Kind(models.TextChoices):
    """The kinds in the order of imports, tracks of pictures, and the admin.

    Entries with the same date have this order too. The database sorts them by value, backwards, so the value of a new kind must
    sort before the values of the kinds above it.
    """

    POLICY = "policy", _("Policy")
    PILOT_DESIGNATION = "pilot_designation", _("Pilot designation")
    MILESTONE = "milestone", _("Milestone")
    GOAL = "goal", _("Goal")

    @property
    def model_name(self) -> str:
        """The name of the model in permissions, relations and admin URLs."""
        return self.value.replace("_", "")

    @property
    def model(self) -> type["Entry"]:
        """The model, a child of Entry. Not available while the models are being imported."""
        return apps.get_model("timeline", self.model_name)

    @property
    def url_prefix(self) -> str:
        """What the names of the URL patterns for the pages of this kind begin with."""
        return self.value.replace("_", "-")

    @property
    def folder(self) -> str:
        """The first part of the addresses of its pages."""
        return str(self.model.PLURAL).replace("_", "-")

    @property
    def url_name(self) -> str:
        """The name of the URL pattern for the pages of this kind."""
        return f"{self.url_prefix}-detail"


def field_of(model: type[models.Model], name: str) -> models.Field:
    """The field of this name, no relation in reverse."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{name} is a relation in reverse.")
    return field


def related_model(field: models.Field) -> type[models.Model]:
    """The model that the field refers to."""
    if not isinstance(related := field.related_model, type):
        raise TypeError(f"{field} refers to no records.")
    return related


class Links(NamedTuple):
    """The table of a many-to-many field, and the columns in it of the record with the field and of the other one."""

    rows: type[models.Model]
    owner: str
    other: str


def links_of(field: models.Field) -> Links | None:
    """The table of this field; None if it is not many-to-many."""
    if not isinstance(field, models.ManyToManyField) or field.remote_field.through is None:
        return None
    return Links(field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name())


def own_fields(model: type[models.Model]) -> list[models.Field]:
    """The editable fields of a model, without those of its parent."""
    fields = (*model._meta.local_concrete_fields, *model._meta.local_many_to_many)
    return [field for field in fields if field.editable and not field.primary_key]


@functools.cache
def fields_naming(model: type[models.Model]) -> tuple[models.Field, ...]:
    """The columns in which entries refer to records of this model: those of all entries, then of each kind."""
    owners = [apps.get_model("timeline", "entry"), *(kind.model for kind in Kind)]
    return tuple(field for owner in owners for field in own_fields(owner) if field.related_model is model)


def fields_naming_entries(model: type[models.Model]) -> list[models.Field]:
    """The columns of a kind that refer to other entries."""
    entry = apps.get_model("timeline", "entry")
    return [
        field for field in own_fields(model) if field.related_model and issubclass(field.related_model, entry)
    ]


def path_from_entry(field: models.Field) -> str:
    """The lookup path to a column from Entry: `topics`, `policy__issuers`."""
    owner = field.model._meta.model_name
    return field.name if owner == "entry" else f"{owner}__{field.name}"
