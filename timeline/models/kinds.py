"""The kinds of entry: the list of them. Each model of a kind declares what differs from kind to kind."""

import functools
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The kinds, in the order of imports, of the tracks of the picture and of the admin.

    Entries of one date have this order too. The database sorts them by value, backwards, so the value of a new kind must
    sort before the values of the kinds above it.
    """

    POLICY = "policy", _("Policy")
    PILOT_DESIGNATION = "pilot_designation", _("Pilot designation")
    MILESTONE = "milestone", _("Milestone")
    GOAL = "goal", _("Goal")

    @property
    def model_name(self) -> str:
        """The name of the model, as permissions, relations and addresses of the admin have it."""
        return self.value.replace("_", "")

    @property
    def model(self) -> Any:
        """The model, a child of Entry; not available while the models are being imported."""
        return apps.get_model("timeline", self.model_name)

    @property
    def url_name(self) -> str:
        """The name of the URL pattern of its pages."""
        return f"{self.value.replace('_', '-')}-detail"


def own_fields(model: type[models.Model]) -> list[Any]:
    """The fields of a model that people fill in, without those of the parent that it inherits from."""
    fields = (*model._meta.local_concrete_fields, *model._meta.local_many_to_many)
    return [field for field in fields if field.editable and not field.primary_key]


@functools.cache
def fields_naming(model: type[models.Model]) -> tuple[Any, ...]:
    """The columns by which entries refer to records of this model: those of all entries, then those of each kind."""
    owners = [apps.get_model("timeline", "entry"), *(kind.model for kind in Kind)]
    return tuple(field for owner in owners for field in own_fields(owner) if field.related_model is model)


def fields_naming_entries(model: type[models.Model]) -> list[Any]:
    """The columns of a kind itself by which its entries refer to other entries."""
    entry = apps.get_model("timeline", "entry")
    return [
        field for field in own_fields(model) if field.related_model and issubclass(field.related_model, entry)
    ]


def path_from_entry(field: Any) -> str:
    """The lookup that reaches a column from entries of any kind: `topics`, `policy__issuers`."""
    owner = field.model._meta.model_name
    return field.name if owner == "entry" else f"{owner}__{field.name}"
