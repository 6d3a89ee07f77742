"""The admins of reference records."""

import functools
import itertools
import operator
from typing import ClassVar

from django.contrib import admin
from django.db.models import Field, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from timeline.admin import base
from timeline.admin.citations import BaseCitationInline
from timeline.admin.duplicate_titles import DuplicateTitleForm
from timeline.admin.filters import StatusFilter
from timeline.admin.published_records import PublishedRecordAdmin
from timeline.admin.transition_buttons import RecordForm
from timeline.models import (
    REFERENCE_CITATIONS,
    REFERENCES,
    Area,
    Citation,
    Entry,
    Organization,
    Phase,
    Source,
    Topic,
)
from timeline.models.kinds import fields_naming
from timeline.models.reference import Reference

OUTER = OuterRef("pk")


# By the model of the records that cite.
CITATION_INLINES = {
    model.owner_model(): type(f"{model.__name__}Inline", (BaseCitationInline,), {"model": model})
    for model in REFERENCE_CITATIONS
}


class ReferenceAddForm(DuplicateTitleForm, RecordForm):
    """The form of a new reference record."""


class ReferenceAdmin(PublishedRecordAdmin):
    """The base class of the admins of reference records."""

    add_form = ReferenceAddForm
    list_display = ["title", "stage", "entry_count", "last_change"]
    list_filter = [StatusFilter]
    # Besides what search documents contain.
    search_fields = ["slug"]
    markdown_fields = ("description", "description_en")
    # Those with which the form begins.
    first_fields: ClassVar[list[str]] = ["title", "aliases"]

    @property
    def naming_fields(self) -> tuple[Field, ...]:
        """The columns by which entries refer to the records."""
        owner: type[Reference] = self.model
        return fields_naming(owner)

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[type[base.PartInline]]:
        return [CITATION_INLINES[self.model]] if self.model in CITATION_INLINES else []

    def with_columns(self, rows: QuerySet) -> QuerySet:
        return super().with_columns(rows).annotate(entry_number=self.count_entries())

    def count_entries(self) -> Combinable:
        """How many entries refer to the row of the outer query, as an expression."""
        counts = []
        for owner, fields in itertools.groupby(self.naming_fields, key=lambda field: field.model):
            named = functools.reduce(operator.or_, (Q(**{field.name: OUTER}) for field in fields))
            counts.append(base.count_subquery(owner._default_manager.filter(named)))
        # An entry is of one kind, so the counts of the kinds add up.
        return functools.reduce(operator.add, counts)

    @property
    def entry_filter(self) -> str:
        """The parameter by which the list of all entries shows them; "" where only some kinds refer to such records."""
        return next((f"{field.name}__id__exact" for field in self.naming_fields if field.model is Entry), "")

    @admin.display(description=_("entries"), ordering="entry_number")
    def entry_count(self, row: Reference) -> int | str:
        number: int = getattr(row, "entry_number", 0)
        if not self.entry_filter or not number:
            return number
        address = reverse("admin:timeline_entry_changelist")
        return format_html('<a href="{}?{}={}">{}</a>', address, self.entry_filter, row.pk, number)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> base.Fieldsets:
        return base.plain_fieldsets(self.get_fields(request, obj), self.first_fields)


@admin.register(Phase)
class PhaseAdmin(ReferenceAdmin):
    list_display = ["title", "years", "tone", "stage", "entry_count", "last_change"]
    first_fields = ["title", "short_title", "aliases", "period", "gist"]

    @admin.display(description=_("period"), ordering="sort_earliest")
    def years(self, phase: Phase) -> str | None:
        return base.format_partial_date(phase.period)


@admin.register(Topic)
class TopicAdmin(ReferenceAdmin):
    title_help = _("The name of the topic, as readers see it in lists and filters.")
    list_display = ["title", "position", "stage", "entry_count", "last_change"]


@admin.register(Organization)
class OrganizationAdmin(ReferenceAdmin):
    list_display = ["title", "precedence", "stage", "entry_count", "last_change"]


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    list_display = ["title", "parent", "position", "stage", "entry_count", "last_change"]
    list_select_related = ["parent"]


@admin.register(Source)
class SourceAdmin(ReferenceAdmin):
    title_help = _("The title that the source itself bears, to the letter, without the title marks 《》.")
    list_display = [
        "title",
        "type",
        "publisher",
        "published_words",
        "linked",
        "stage",
        "entry_count",
        "last_change",
    ]
    list_filter = [StatusFilter, "type", "quoted_text", "linked"]
    search_fields = ["slug", "url"]
    first_fields = [
        "title",
        "aliases",
        "type",
        "author",
        "publisher",
        "place",
        "published",
        "reprint",
        "number",
        "pages",
    ]
    # What was read, where, when and in which text.
    reading_fields = (
        "url",
        "linked",
        "archived_url",
        "accessed",
        "read_in_copy",
        "consulted",
        "quoted_text",
        "note",
    )

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> base.Fieldsets:
        fields = [name for name in self.get_fields(request, obj) if name not in self.reading_fields]
        first, *others = base.plain_fieldsets(fields, self.first_fields)
        return [first, (_("Reading and quoting"), {"fields": self.reading_fields}), *others]

    def count_entries(self) -> Combinable:
        return base.count_subquery(Citation.objects.filter(source=OUTER), "entry")

    @admin.display(description=_("published"), ordering="published")
    def published_words(self, source: Source) -> str | None:
        return base.format_partial_date(source.published)


# A model without a screen of its own has the one that all share.
for model in REFERENCES:
    if not admin.site.is_registered(model):
        admin.site.register(model, ReferenceAdmin)
