"""The tables of pilot designations: for each programme who was named, in which batch, when and by whom."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Prefetch

from timeline.models import Area, Citation, Organization, PilotDesignation
from timeline.models.entry_queryset import MAX_CITATIONS_OF_CARD
from timeline.models.shortlists import first_of, first_of_each, link_owner
from timeline.models.source_references import CITATION_ORDER

# The most rows of a page, those of included areas counted; a designation is not divided.
MAX_ROWS = 50
# The most organizations that are named as announcing one designation.
MAX_AUTHORITIES = 4
# The most areas that are listed as included in one designation.
MAX_INCLUDED = 8


@dataclass(frozen=True)
class DesignationRow:
    """A designation with the first areas included in it, and the number of the others."""

    designation: PilotDesignation
    included: Sequence[Area]
    more_included: int

    @property
    def size(self) -> int:
        """The number of its lines in the table."""
        return 1 + len(self.included) + bool(self.more_included)


@dataclass(frozen=True)
class ProgrammeTable:
    """The designations of one programme, by batch, then by area."""

    rows: Sequence[DesignationRow]

    @property
    def first(self) -> PilotDesignation:
        """A designation, which names the programme."""
        return self.rows[0].designation


@dataclass(frozen=True)
class DesignationTables:
    """The tables, and the number of the designations that they leave out."""

    programmes: Sequence[ProgrammeTable]
    left_out: int


def designation_tables() -> DesignationTables:
    """The first published designations, in a fixed number of queries. Those without a batch come last."""
    citations = first_of_each(
        Citation.objects.select_related("source"), MAX_CITATIONS_OF_CARD, CITATION_ORDER, "entry"
    )
    announcing = link_owner(PilotDesignation, "authorities")
    authorities = first_of_each(
        Organization.objects.all(), MAX_AUTHORITIES, ("precedence", "slug"), announcing
    )
    order = (F("batch").asc(nulls_last=True), "designee__position", "designee__slug", "slug")
    found = list(
        first_of(
            PilotDesignation.objects.published()
            .defer("summary", "summary_en", "body", "body_en")
            .select_related("designee")
            .prefetch_related(Prefetch("citations", citations), Prefetch("authorities", authorities))
            .order_by("programme", *order),
            MAX_ROWS,
        )
    )
    included = _included_areas(found)
    rows: list[DesignationRow] = []
    for designation in found:
        row = DesignationRow(designation, *included.get(designation.pk, ([], 0)))
        if rows and sum(each.size for each in rows) + row.size > MAX_ROWS:
            break
        rows.append(row)
    by_programme = itertools.groupby(rows, key=lambda row: row.designation.programme)
    return DesignationTables(
        [ProgrammeTable(list(group)) for _programme, group in by_programme],
        found[0].total - len(rows) if found else 0,
    )


def _included_areas(designations: Sequence[PilotDesignation]) -> dict[int, tuple[list[Area], int]]:
    """The first areas included in each designation, without the designee, and the number of the others."""
    links = PilotDesignation.areas.through.objects.filter(pilotdesignation__in=designations).exclude(
        area=F("pilotdesignation__designee")
    )
    order = ("area__position", "area__slug")
    first = first_of_each(links.select_related("area"), MAX_INCLUDED, order, "pilotdesignation")
    found: dict[int, list[Area]] = defaultdict(list)
    sizes: dict[int, int] = {}
    for link in first.order_by(*order):
        found[link.pilotdesignation_id].append(link.area)
        sizes[link.pilotdesignation_id] = link.total
    return {key: (areas, sizes[key] - len(areas)) for key, areas in found.items()}
