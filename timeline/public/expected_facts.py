"""The facts that readers expect of an entry: those that examined sources do not give, of one entry and of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.models import Entry, Kind
from timeline.models.kinds import field_of
from timeline.public.counts import noun_of


@dataclass(frozen=True)
class ExpectedFact:
    """A fact with its label and the columns that give it, of which one is enough."""

    label: Promise
    columns: tuple[str, ...]

    def is_given(self, entry: Entry) -> bool:
        return any(_value(entry, name) for name in self.columns)

    def is_missing(self, model: type[Model]) -> Q:
        """The condition on rows of this model that none of the columns is filled."""
        missing = Q()
        for name in self.columns:
            column = field_of(model, name)
            is_nullable = column.many_to_many or column.null
            missing &= Q(**{name: None if is_nullable else ""})
        return missing


def _value(entry: Entry, name: str) -> object:
    field = field_of(type(entry), name)
    # The key, since a preview hides records that are not public.
    return list(getattr(entry, name).all()) if field.many_to_many else getattr(entry, field.attname)


DATE = ExpectedFact(_("Date"), ("timeline_date",))
EXPECTED_FACTS: Mapping[Kind, Sequence[ExpectedFact]] = {
    Kind.POLICY: (
        ExpectedFact(_("Document number"), ("document_number",)),
        ExpectedFact(_("Issued by"), ("issuers",)),
        # The entry's own date is one of these, whichever the sources mean.
        ExpectedFact(_("Date of the document"), ("issued", "date")),
        ExpectedFact(_("Date of publication"), ("published_on", "date")),
        ExpectedFact(_("In effect from"), ("effective_from",)),
        ExpectedFact(_("Validity"), ("validity",)),
    ),
    Kind.PILOT_DESIGNATION: (DATE, ExpectedFact(_("Announced by"), ("authorities",))),
    Kind.GOAL: (DATE, ExpectedFact(_("Set by"), ("declared_by",))),
}


def expected_facts(kind: Kind) -> Sequence[ExpectedFact]:
    return EXPECTED_FACTS.get(kind, (DATE,))


def missing_facts(entry: Entry) -> list[str]:
    """The labels of the facts that the sources do not give; none if nobody read them for every fact."""
    if not entry.examined:
        return []
    return [str(fact.label) for fact in expected_facts(Kind(entry.kind)) if not fact.is_given(entry)]


def missing_counts() -> list[tuple[str, list[tuple[str, int]]]]:
    """By kind, how many public entries with examined sources lack each fact, in a query for each kind."""
    counts = []
    for kind in Kind:
        facts, examined = expected_facts(kind), kind.model.objects.published().filter(examined=True)
        sizes = examined.order_by().aggregate(
            **{
                f"fact_{number}": Count("pk", filter=fact.is_missing(kind.model), distinct=True)
                for number, fact in enumerate(facts)
            }
        )
        lacking = [(str(fact.label), size) for fact, size in zip(facts, sizes.values(), strict=True) if size]
        if lacking:
            counts.append((noun_of(kind.model, 2), lacking))
    return counts
