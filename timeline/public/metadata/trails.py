"""The pages above a page, from the front page down, by their names and addresses."""

from typing import NamedTuple

from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline.i18n.display import localized_text
from timeline.models import Goal, Source
from timeline.models.records import Record
from timeline.models.reference import Reference


class Breadcrumb(NamedTuple):
    """A page with its name in the language of the page, and its address on this site.

    `title` is what it is called elsewhere, if its name makes sense only below the page above it.
    """

    name: str
    address: str
    title: str = ""


def list_trail(model: type[Model]) -> list[Breadcrumb]:
    """The page that lists all records of this model; nothing for phases, nor for entries of most kinds.

    These are listed by the front page with a condition, which robots.txt keeps from whoever reads trails.
    """
    if issubclass(model, Goal):
        return [Breadcrumb(_("Goals"), reverse("timeline:goal-list"))]
    if issubclass(model, Source):
        return [Breadcrumb(_("Sources"), reverse("timeline:source-list"))]
    if issubclass(model, Reference) and model.INTRODUCTION:
        name = capfirst(str(model._meta.verbose_name_plural))
        return [Breadcrumb(name, reverse(f"timeline:{model._meta.model_name}-list"))]
    return []


def record_trail(record: Record) -> list[Breadcrumb]:
    """The list with the record, and its own page."""
    page = Breadcrumb(localized_text(record, "title"), record.get_absolute_url())
    return [*list_trail(type(record)), page]
