"""The sources of an entry, numbered in their order on its page, with the places that it cites."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timeline.models import Citation, Entry, Source
from timeline.models.shortlists import read_first_related
from timeline.models.source_references import CITATION_ORDER, by_source
from timeline.values.partial_date import PartialDate

# The most citations that the page of an entry shows, and that references are chosen from.
MAX_CITATIONS = 50


@dataclass(frozen=True)
class CitedSource:
    """A source with its number and the citations of it."""

    number: int
    source: Source
    citations: list[Citation]


@dataclass(frozen=True)
class DateFact:
    """A date of an entry, and the numbers of the sources that give it."""

    label: str
    date: PartialDate
    numbers: Sequence[int] = ()


def read_citations(entry: Entry) -> None:
    """Read the first citations of the entry with their sources, for `entry.citations.all()`."""
    cited = entry.citations.select_related("source").order_by(*CITATION_ORDER)
    read_first_related(entry, "citations", MAX_CITATIONS, cited)


def cited_sources(citations: Iterable[Citation]) -> list[CitedSource]:
    """The sources in the order of these citations, each at its first."""
    return [CitedSource(number, *found) for number, found in enumerate(by_source(citations), 1)]


def date_facts(
    placing: tuple[str, PartialDate | None],
    others: Iterable[tuple[str, PartialDate | None]],
    cited: Iterable[CitedSource],
) -> list[DateFact]:
    """The dates of an entry, each with its label: the one that places it on the timeline, and others.

    The number of a source stands at the date that it gives: of two dates that are the same at the placing one, which
    is what a citation is compared with. Words do not tell dates apart: 2015年底 is given by a source that gives 2015.
    """
    numbers: dict[str, list[int]] = defaultdict(list)
    for found in cited:
        for date in {citation.date.edtf for citation in found.citations if citation.date}:
            numbers[date].append(found.number)
    return [DateFact(label, date, numbers.pop(date.edtf, ())) for label, date in (placing, *others) if date]


def other_dates(
    cited: Iterable[CitedSource], facts: Iterable[DateFact]
) -> list[tuple[CitedSource, Citation]]:
    """The citations, with their sources, that give a date which is none of these facts."""
    known = {fact.date.edtf for fact in facts}
    return [
        (found, citation)
        for found in cited
        for citation in found.citations
        if citation.date and citation.date.edtf not in known
    ]
