"""The admins of reference records."""

import functools
import itertools
import operator
from typing import Any

from django.contrib import admin
from django.db.models import Model, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from timeline.admin import base
from timeline.admin.duplicate_titles import DuplicateTitleForm
from timeline.admin.edit_conflicts import EditConflictAdmin
from timeline.admin.exports import ExportAdmin
from timeline.models import CITATIONS, REFERENCES, Area, Citation, Entry, Organization, Phase, Source, Topic
from timeline.models.kinds import fields_naming

OUTER = OuterRef("pk")


# By the model of the records that cite.
CITATION_INLINES = {
    model.owner_model(): type(f"{model.__name__}Inline", (base.BaseCitationInline,), {"model": model})
    for model in CITATIONS
    if model is not Citation
}


class ReferenceAdmin(ExportAdmin, EditConflictAdmin):
    """The base class of the admins of reference records."""

    add_form = DuplicateTitleForm
    list_display = ["title", "entry_count"]
    search_fields = ["title", "title_en", "slug"]
    markdown_fields = ("description", "description_en")

    @property
    def naming_fields(self) -> tuple[Any, ...]:
        """The columns by which entries refer to the records."""
        model: Any = self.model
        return fields_naming(model)

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[type[base.PartInline]]:
        return [CITATION_INLINES[self.model]] if self.model in CITATION_INLINES else []

    def with_columns(self, rows: QuerySet) -> QuerySet:
        return rows.annotate(entry_number=self.count_entries())

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
    def entry_count(self, row: Any) -> Any:
        if not self.entry_filter or not row.entry_number:
            return row.entry_number
        address = reverse("admin:timeline_entry_changelist")
        return format_html('<a href="{}?{}={}">{}</a>', address, self.entry_filter, row.pk, row.entry_number)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> base.Fieldsets:
        return base.plain_fieldsets(self.get_fields(request, obj), ["title"])


@admin.register(Phase)
class PhaseAdmin(ReferenceAdmin):
    list_display = ["title", "years", "tone", "entry_count"]

    @admin.display(description=_("period"), ordering="sort_earliest")
    def years(self, phase: Phase) -> str | None:
        return base.format_partial_date(phase.period)


@admin.register(Topic)
class TopicAdmin(ReferenceAdmin):
    list_display = ["title", "position", "entry_count"]


@admin.register(Organization)
class OrganizationAdmin(ReferenceAdmin):
    list_display = ["title", "precedence", "entry_count"]


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    list_display = ["title", "parent", "position", "entry_count"]
    list_select_related = ["parent"]


@admin.register(Source)
class SourceAdmin(ReferenceAdmin):
    list_display = ["title", "publisher", "published_words", "linked", "entry_count"]
    list_filter = ["linked"]
    search_fields = ["title", "title_en", "publisher", "author", "url", "slug"]

    def count_entries(self) -> Combinable:
        return base.count_subquery(Entry.objects.filter(citations__source=OUTER))

    @admin.display(description=_("published"), ordering="published")
    def published_words(self, source: Source) -> str | None:
        return base.format_partial_date(source.published)


# A model without a screen of its own has the one that all share.
for model in REFERENCES:
    if not admin.site.is_registered(model):
        admin.site.register(model, ReferenceAdmin)
