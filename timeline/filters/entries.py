"""The filter of entries by text, facets and years from a query string, as a queryset."""

from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django_filters
from django.utils.translation import gettext_lazy as _

from timeline.filters.conditions import Chip, Condition, Pairs, SearchCondition, YearCondition
from timeline.filters.facets import (
    ChoiceFacet,
    ColumnFacet,
    Facet,
    FacetDisplay,
    FacetRelation,
    RecordFacet,
    ReferenceFacet,
)
from timeline.models import REFERENCES, Citation, Entry, GoalState, Policy, Source
from timeline.search.query import SearchResults

# The value of `order` for results by relevance.
RELEVANCE = "relevance"


def _goal_states() -> list[FacetRelation]:
    return [FacetRelation(Entry.objects.goals_with_state(), "pk", "goal_state")]


def _sources() -> list[FacetRelation]:
    return [FacetRelation(Citation.objects.all(), "entry", "source")]


class RemovableChip(NamedTuple):
    """A chip with the query string without it."""

    chip: Chip
    query: str


class Relaxation(NamedTuple):
    """A condition, the number of entries without it, and the query string without it."""

    label: str
    chips: list[Chip]
    size: int
    query: str


def query_string(pairs: Pairs) -> str:
    """The query string with its question mark; empty without conditions."""
    return "?" + urlencode(pairs) if pairs else ""


class EntryFilter(django_filters.FilterSet):
    """The conditions of public entries. Conditions combine with AND, the values of one facet with OR.

    Any query string is accepted; `remarks` reports the parts that were ignored.
    """

    q = SearchCondition(label=_("Words searched for"))
    kind = ColumnFacet(Entry, "kind")
    type = ColumnFacet(Policy, "document_type")
    goal = ChoiceFacet(_goal_states, GoalState.choices, label=_("Goal"))
    source = RecordFacet(_sources, Source, label=_("Source"))
    years = YearCondition(label=_("Years"))

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        """The conditions above, with a facet for each model of reference records, except sources, after the kind."""
        found: dict[str, Condition] = {}
        for name, condition in super().get_filters().items():
            found[name] = condition
            if name == "kind":
                facets = [ReferenceFacet(model) for model in REFERENCES if model is not Source]
                found |= {facet.field_name: facet for facet in facets}
        return found

    @cached_property
    def selected(self) -> dict[str, Any]:
        """The parsed value of each condition, by name."""
        # Validates the form, which accepts any query string.
        self.form.full_clean()
        return self.form.cleaned_data

    @cached_property
    def raw_text(self) -> dict[str, str]:
        """The values of the text inputs, exactly as typed."""
        return {name: self.data.get(name, "") for name in ("q", "from", "to")}

    @cached_property
    def is_by_relevance(self) -> bool:
        """Whether results are ordered by relevance instead of by time."""
        return bool(self.selected["q"]) and self.data.get("order") == RELEVANCE

    @property
    def by_relevance(self) -> SearchResults[Entry]:
        """The matching entries by relevance, with what their cards show."""
        is_narrowed = any(selected for name, selected in self.selected.items() if name != "q")
        among = self.entries_without("q") if is_narrowed else None
        return SearchResults(self.selected["q"].text, self.queryset.for_hits(), among)

    def entries_without(self, left_out: str) -> Any:
        """The entries that meet all other conditions."""
        entries = self.queryset.all()
        for name, selected in self.selected.items():
            if name != left_out:
                entries = self.filters[name].filter(entries, selected)
        return entries

    @property
    def facets(self) -> list[FacetDisplay]:
        """The facets with any options, even if the other conditions leave no choice."""
        displayed = (
            condition.display(self.entries_without(name), self.selected[name])
            for name, condition in self.filters.items()
            if isinstance(condition, Facet)
        )
        return [facet for facet in displayed if facet is not None]

    @property
    def undated_size(self) -> int:
        """The number of undated entries under the conditions other than years."""
        return int(self.entries_without("years").undated().count())

    @cached_property
    def _chips(self) -> dict[str, list[Chip]]:
        return {
            name: self.filters[name].chips(selected) for name, selected in self.selected.items() if selected
        }

    @cached_property
    def pairs(self) -> Pairs:
        """The conditions as pairs of a query string, in a canonical order."""
        return [pair for chips in self._chips.values() for chip in chips for pair in chip.pairs]

    @property
    def chosen(self) -> int:
        """The number of conditions, without the search text."""
        return sum(not one.chip.is_typed for one in self.chips)

    @property
    def chips(self) -> list[RemovableChip]:
        return [
            RemovableChip(chip, self._query_without([chip]))
            for chips in self._chips.values()
            for chip in chips
        ]

    @property
    def relaxations(self) -> list[Relaxation]:
        """Each condition without which there would be entries."""
        found = [
            Relaxation(
                str(self.filters[name].label),
                chips,
                self.entries_without(name).count(),
                self._query_without(chips),
            )
            for name, chips in self._chips.items()
        ]
        return [relaxation for relaxation in found if relaxation.size]

    @property
    def query(self) -> str:
        """The query string of all conditions."""
        return self._query_without([])

    def _query_without(self, chips: list[Chip]) -> str:
        dropped = {pair for chip in chips for pair in chip.pairs}
        pairs = [pair for pair in self.pairs if pair not in dropped]
        if self.is_by_relevance and any(name == "q" for name, _value in pairs):
            pairs.append(("order", RELEVANCE))
        return query_string(pairs)

    @property
    def remarks(self) -> list[str]:
        return [
            remark
            for name, selected in self.selected.items()
            for remark in self.filters[name].remarks(selected)
        ]
