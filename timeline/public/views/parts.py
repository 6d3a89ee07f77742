"""The parts of records in pages, of which the page of the record itself shows only the beginning."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Generic

from django.db.models import Model, Prefetch, QuerySet
from django.http import Http404
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy

from timeline.models import AssessmentCitation, Entry, GoalAssessment
from timeline.models.entry_queryset import ASSESSMENT_ORDER, CITATION_ORDER
from timeline.models.evidence import cites_sources
from timeline.models.source_references import SourceReference
from timeline.public.metadata.trails import Breadcrumb
from timeline.public.public_history import Moment, PublicChange, public_changes, public_moments
from timeline.public.related_entries import RelatedEntry, Relation
from timeline.public.views.base import Row, SlugDetailView, page_query
from timeline.public.views.entries import detail_view


class RecordPart(SlugDetailView, Generic[Row]):
    """All of one part of a record, in pages."""

    template_name = "timeline/record_part.html"
    metadata_type = "website"
    parameters = ("page",)
    # The last part of the name of the address, and the address below that of the record.
    name: ClassVar[str]
    route: ClassVar[str]
    # What displays the rows of a page.
    list_template: ClassVar[str]

    @property
    def heading(self) -> str | Promise:
        """The name of the part."""
        raise NotImplementedError

    @classmethod
    def is_part_of(cls, model: type[Model]) -> bool:
        """Whether records of this model have such a part."""
        return True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        page = self.page_of(self.rows(), self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "heading": self.heading,
            "list_template": self.list_template,
            "page": page,
            "page_query": page_query(page),
            "rows": self.displayed(page.object_list),
        }

    def trail(self) -> Sequence[Breadcrumb]:
        above, heading = super().trail(), str(self.heading)
        return [*above, Breadcrumb(heading, self.request.path, f"{heading} · {above[-1].name}")]

    def rows(self) -> QuerySet[Model, Row] | Sequence[Row]:
        """All rows in order, as a queryset or a list."""
        raise NotImplementedError

    def displayed(self, rows: Iterable[Row]) -> Iterable[object]:
        """What the template displays of the rows of a page."""
        return rows


class History(RecordPart[Moment]):
    """What readers could see change."""

    name = "history"
    route = "history/"
    heading = gettext_lazy("Change history")
    list_template = "timeline/_public_changes.html"

    def rows(self) -> Sequence[Moment]:
        return public_moments(self.object)

    def displayed(self, rows: Iterable[Moment]) -> list[PublicChange]:
        return public_changes(self.object, [*rows])


class Citations(RecordPart[SourceReference]):
    """The citations of an entry or a reference record."""

    name = "citations"
    route = "citations/"
    heading = gettext_lazy("Sources")
    list_template = "timeline/_citation_list.html"

    @classmethod
    def is_part_of(cls, model: type[Model]) -> bool:
        return cites_sources(model)

    def rows(self) -> QuerySet[SourceReference]:
        return self.object.citations.select_related("source")


class Assessments(RecordPart[AssessmentCitation]):
    """The assessments of a goal with all their citations, of which the pages have equal numbers."""

    name = "assessments"
    route = "assessments/"
    heading = gettext_lazy("Assessments")
    list_template = "timeline/_assessment_list.html"

    @classmethod
    def is_part_of(cls, model: type[Model]) -> bool:
        return hasattr(model, "assessments")

    def rows(self) -> QuerySet[AssessmentCitation]:
        order = [f"assessment__{column}" for column in ASSESSMENT_ORDER]
        return self.object.assessment_citations.order_by(*order, *CITATION_ORDER)

    def displayed(self, rows: Iterable[AssessmentCitation]) -> QuerySet[GoalAssessment]:
        """The assessments of these citations, each with those."""
        cited = AssessmentCitation.objects.filter(pk__in=[citation.pk for citation in rows])
        return (
            GoalAssessment.objects.filter(citations__pk__in=cited.values("pk"))
            .order_by(*ASSESSMENT_ORDER)
            .distinct()
            .prefetch_related(Prefetch("citations", cited.select_related("source")))
        )


class RelatedPart(RecordPart[Model]):
    """The entries that are related to an entry in one way; there is no such page without one."""

    name = "related"
    route = "related/<slug:relation>/"
    list_template = "timeline/_related_list.html"

    @classmethod
    def is_part_of(cls, model: type[Model]) -> bool:
        return issubclass(model, Entry)

    @cached_property
    def relation(self) -> Relation:
        view = detail_view(self.request, type(self.object))
        view.object = self.object
        for relation in view.relations():
            if relation.name == self.kwargs["relation"] and relation.rows.exists():
                return relation
        raise Http404

    @property
    def heading(self) -> str | Promise:
        return self.relation.heading

    def rows(self) -> QuerySet[Model]:
        return self.relation.rows

    def displayed(self, rows: Iterable[Model]) -> list[RelatedEntry]:
        return self.relation.of(rows)


def parts_of(model: type[Model]) -> Iterator[type[RecordPart]]:
    """The parts that records of this model have."""
    return (part for part in (History, Citations, Assessments, RelatedPart) if part.is_part_of(model))
