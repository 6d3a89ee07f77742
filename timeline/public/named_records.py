"""Records that a search finds besides the entries of its list: reference records, and entries of that name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import BigIntegerField, CharField, ExpressionWrapper, F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst

from timeline.filters.counts import Countable, count_choices
from timeline.filters.entries import EntryFilter, query_string
from timeline.models import REFERENCES, Entry, Kind, Phase, Source
from timeline.models.addresses import page_of
from timeline.models.reference import Reference
from timeline.models.search_documents import Searchable
from timeline.search.dialects import Rank
from timeline.search.index import RecordType
from timeline.search.proposals import Name, Part, parts_with_hits, similar_names
from timeline.search.query import Hit, Hits
from timeline.values.partial_date import PartialDate

# The most reference records above the list of entries, and the most entries of that name.
MAX_RECORDS = 8
MAX_ENTRIES = 4
# The records that are open above the list, so that its first entry is on the first screen; the others are folded.
MAX_OPEN = 2

_SEARCHABLE: tuple[type[Entry] | type[Reference], ...] = (Entry, *REFERENCES)
_MODELS: Mapping[RecordType, type[Entry] | type[Reference]] = {
    model.RECORD_TYPE: model for model in _SEARCHABLE
}
# The column with the date of a record, where it has one.
_DATES: Mapping[type[Searchable], str] = {Phase: "period", Entry: "timeline_date"}
# The column that describes a reference record.
_DESCRIPTIONS: Mapping[type[Searchable], str] = {
    **dict.fromkeys(REFERENCES, "description"),
    Phase: "summary",
    Source: "note",
}


class NamedRecord(NamedTuple):
    """A public record with its name, as its link needs it. `size` is the number of entries that refer to it."""

    record_type: int
    pk: int
    slug: str
    title: str
    title_en: str
    # The kind of an entry or the name of the model, and the date or "".
    kind: str
    date: str
    # What describes a record that was found by more than its names, else "".
    description: str = ""
    description_en: str = ""
    size: int = 0

    @property
    def is_entry(self) -> bool:
        return self.record_type == RecordType.ENTRY

    def get_absolute_url(self) -> str:
        return page_of(Kind(self.kind).url_name if self.is_entry else f"{self.kind}-detail", self.slug)

    @property
    def entries_query(self) -> str:
        """The query string of the list of the entries that refer to the reference record."""
        return query_string([(self.kind, self.slug)])

    @property
    def noun(self) -> str:
        """What the record is: topic, policy."""
        if self.is_entry:
            return str(Kind(self.kind).label)
        return capfirst(str(_MODELS[RecordType(self.record_type)]._meta.verbose_name))

    @property
    def period(self) -> PartialDate | None:
        return PartialDate.load(self.date) if self.date else None


class NamedRecords(NamedTuple):
    """Records by rank; `size` is the number of all reference records that are hits."""

    records: Sequence[NamedRecord] = ()
    size: int = 0
    # Whether there are more reference records than these.
    is_partial: bool = False

    @property
    def open_groups(self) -> list[tuple[str, list[NamedRecord]]]:
        """The first records by noun."""
        return grouped(self.records[:MAX_OPEN])

    @property
    def folded_groups(self) -> list[tuple[str, list[NamedRecord]]]:
        """The other records by noun."""
        return grouped(self.records[MAX_OPEN:])

    @property
    def folded_size(self) -> int:
        """The number of the hits that are not open."""
        entries = sum(record.is_entry for record in self.records)
        return max(0, self.size + entries - MAX_OPEN)

    @property
    def with_entries(self) -> list[NamedRecord]:
        """The reference records to which entries refer."""
        return [record for record in self.records if record.size]


def find_named(text: str, max_entries: int = MAX_ENTRIES) -> NamedRecords:
    """The first reference records that contain the words of a text, and the first entries of that name."""
    hits = Hits(text)
    references = hits[: MAX_RECORDS + 1]
    is_partial = len(references) > MAX_RECORDS
    entries = Hits(text, RecordType.ENTRY, ranks=(Rank.NAME,))[:max_entries]
    ranked = sorted([*references[:MAX_RECORDS], *entries], key=lambda hit: hit.rank)
    size = hits.count() if is_partial else len(references)
    return NamedRecords(load_named(ranked), size, is_partial)


def count_named(text: str) -> int:
    """The number of reference records that contain the words of a text."""
    return Hits(text).count()


class Proposals(NamedTuple):
    """What may have been meant by a text: its parts with entries, and records with a similar name."""

    parts: Sequence[Part] = ()
    names: Sequence[NamedRecord] = ()


def find_proposals(text: str) -> Proposals:
    return Proposals(parts_with_hits(text), load_named(similar_names(text)))


def grouped(records: Iterable[NamedRecord]) -> list[tuple[str, list[NamedRecord]]]:
    """The records by noun, the nouns in the order in which they first occur."""
    groups: dict[str, list[NamedRecord]] = {}
    for record in records:
        groups.setdefault(record.noun, []).append(record)
    return [*groups.items()]


def load_named(found: Sequence[Hit | Name]) -> list[NamedRecord]:
    """Load the public records that were found, in their order and in two queries."""
    keys: dict[RecordType, list[int]] = {}
    for one in found:
        keys.setdefault(one.record_type, []).append(one.record)
    if not keys:
        return []
    first, *others = [_rows(record_type, of_type) for record_type, of_type in keys.items()]
    sizes = _sizes(keys)
    described = {
        _number(one.record_type, one.record)
        for one in found
        if isinstance(one, Hit) and one.rank > Rank.TITLE
    }
    records: dict[int, NamedRecord] = {}
    for row in first.union(*others, all=True) if others else first:
        record = NamedRecord._make([*row, 0])
        number = _number(RecordType(record.record_type), record.pk)
        record = record._replace(size=sizes.get(number, 0))
        if number not in described:
            record = record._replace(description="", description_en="")
        records[number] = record
    numbers = [_number(one.record_type, one.record) for one in found]
    return [records[number] for number in numbers if number in records]


def _rows(record_type: RecordType, keys: Sequence[int]) -> QuerySet:
    """The columns of `NamedRecord` for these records of one type."""
    model = _MODELS[record_type]
    date, description = _DATES.get(model), _DESCRIPTIONS.get(model)
    rows: QuerySet = (
        model.objects.published()
        .filter(pk__in=keys)
        .order_by()
        .annotate(
            record_type=Value(record_type.value),
            named=F("kind") if model is Entry else Value(model._meta.model_name),
            dated=Cast(date, CharField()) if date else Value(""),
            told=Cast(description, TextField()) if description else Value(""),
            told_en=Cast(f"{description}_en", TextField()) if description else Value(""),
        )
        .values_list("record_type", "pk", "slug", "title", "title_en", "named", "dated", "told", "told_en")
    )
    return rows


def _sizes(keys: Mapping[RecordType, Sequence[int]]) -> dict[int, int]:
    """The numbers of the public entries that refer to these reference records, by number of the record."""
    pairs = []
    for record_type, of_type in keys.items():
        if record_type == RecordType.ENTRY:
            continue
        facet = EntryFilter.base_filters[_MODELS[record_type]._meta.model_name]
        for relation in facet.relations():
            number = ExpressionWrapper(F(relation.key) + Value(_number(record_type, 0)), BigIntegerField())
            rows = relation.rows.filter(**{f"{relation.key}__in": of_type})
            pairs.append(rows.annotate(choice=number).values_list("choice", relation.entry))
    if not pairs:
        return {}
    size = sum(map(len, keys.values()))
    counted = count_choices({"": Countable(pairs)}, Entry.objects.published(), size)
    return {int(key): number for key, number in counted[""]}


def _number(record_type: RecordType, key: int) -> int:
    """One number for the type and the key of a record."""
    return (record_type << 40) + key
