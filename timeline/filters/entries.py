"""The filter of entries by text, facets and years from a query string, with the count of each choice."""

from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django_filters
from django.utils.translation import gettext_lazy as _

from timeline.filters.facets import (
    UNDATED,
    Chip,
    Choice,
    ChoiceFacet,
    Condition,
    Facet,
    FacetRelation,
    GoalStateFacet,
    Pairs,
    ReferenceFacet,
    SearchCondition,
    YearCondition,
    collect_keys,
)
from timeline.models import REFERENCES, Citation, Entry, Policy, Source
from timeline.search.query import SearchResults

# The value of `order` for results by relevance.
RELEVANCE = "relevance"


def _sources() -> list[FacetRelation]:
    return [FacetRelation(Citation.objects.all(), "entry", "source__slug")]


class FacetDisplay(NamedTuple):
    """A facet for display in the form."""

    name: str
    label: str
    choices: list[Choice]

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in self.choices)


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
    kind = ChoiceFacet(Entry, "kind")
    type = ChoiceFacet(Policy, "document_type")
    goal = GoalStateFacet(label=_("Goal"))
    source = Facet(_sources, Source, label=_("Source"))
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
        among = self.entry_keys if is_narrowed else None
        return SearchResults(self.selected["q"].text, self.queryset.for_hits(), among)

    def entries_without(self, left_out: str) -> Any:
        """The entries that meet all other conditions."""
        entries = self.queryset.all()
        for name, selected in self.selected.items():
            if name != left_out:
                entries = self.filters[name].filter(entries, selected)
        return entries

    @cached_property
    def entry_keys(self) -> set[int]:
        """The primary keys of the matching entries."""
        return set(self.qs.values_list("pk", flat=True))

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """The number of entries by condition and choice; the choice "" is the filter without the condition."""
        without = {
            name: set(self.entries_without(name).values_list("pk", flat=True))
            for name, selected in self.selected.items()
            if selected
        }
        keys_of = collect_keys(
            query for condition in self.filters.values() for query in condition.choice_queries()
        )
        counts = {
            (name, value): len(keys & without.get(name, self.entry_keys))
            for (name, value), keys in keys_of.items()
        }
        return counts | {(name, ""): len(keys) for name, keys in without.items()}

    @property
    def _facets(self) -> list[str]:
        return [name for name, condition in self.filters.items() if isinstance(condition, Facet)]

    @property
    def facets(self) -> list[FacetDisplay]:
        """The facets with any records, even if the other conditions leave no choice."""
        return [
            FacetDisplay(
                name,
                str(self.filters[name].label),
                self.filters[name].choices(self.counts, self.selected[name]),
            )
            for name in self._facets
            if self.filters[name].records
        ]

    @property
    def undated_size(self) -> int:
        return self.counts.get(("years", UNDATED), 0)

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
                self.counts.get((name, ""), 0),
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
