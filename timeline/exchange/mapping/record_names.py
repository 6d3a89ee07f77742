"""The names of stored records: which records have a name, and which have one that is near it."""

import functools
import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.name_lists import BETWEEN
from timeline.exchange.mapping.office_spellings import full_name, full_spellings, province_of
from timeline.exchange.mapping.office_titles import field_of
from timeline.models import Area, Entry, Organization, SearchDocument
from timeline.models.chunks import chunks
from timeline.models.records import Record
from timeline.models.reference import Reference
from timeline.values.text import split_names as split_aliases

# The columns of titles in files, the title itself first.
TITLES = ("title", "title_en", "short_title", "short_title_en")
MAX_NEAREST = 5
# What two names that are near have in common, as a share of their pairs of characters, is more: 海曙区政府 is not 市政府.
MIN_SIMILARITY = 0.5
# A pair of characters that more of the names have tells none of them.
MAX_SHARING = 50
_slug = re.compile(r"[a-z0-9_-]+", re.IGNORECASE).fullmatch
_of_province = re.compile("省|自治区").match
# Names of bodies of districts and towns, unless they are also those of bodies above the city: 区政府, 海曙区发改局.
_is_of_district = re.compile(
    "[\u3400-\u9fff]{0,8}?(?:[区县镇]|(?<!城)乡|街道)(?!块|域)[\u3400-\u9fff]+"
).fullmatch
_is_above_city = re.compile(
    "(?:国务院|国家|全国|中央|中共中央|中华人民共和国|省|[\u3400-\u9fff]{2,6}?(?:省|自治区)).*|[^市区县省委]{2,}(?:部|总局)"
).fullmatch
# The units of areas; those of counties, and of cities and districts at their level.
COUNTY_UNITS = ("区", "县", "市", "旗")
UNITS = ("街道", *COUNTY_UNITS, "镇", "乡")


@dataclass
class NearNames:
    """What is near a name that no record has, by the keys of records."""

    # The one record that has the name in full, of which this is the usual short form, or lacks the unit: 余姚.
    full: set[int] = field(default_factory=set)
    # Those of an office of this body, or of a place in this area.
    within: set[int] = field(default_factory=set)
    scores: dict[int, float] = field(default_factory=dict)
    # The names within this one, each with its records.
    contained: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def nearest(self) -> list[int]:
        """The nearest first."""
        best = heapq.nsmallest(MAX_NEAREST, self.scores.items(), key=lambda one: (-one[1], one[0]))
        return [key for key, _score in best]


@dataclass(frozen=True)
class AliasedRecord:
    """The title of a record, and normalized: all of its titles, and its other names."""

    title: str
    titles: frozenset[str]
    aliases: frozenset[str]


def stored_aliases(model: type[Record], slugs: Iterable[str]) -> dict[str, AliasedRecord]:
    """By slug, the records that have other names."""
    fields = {field.name for field in model._meta.get_fields()}
    if "aliases" not in fields:
        return {}
    titles = [name for name in TITLES if name in fields]
    found = {}
    for chunk in chunks(sorted({*slugs})):
        records = model._default_manager.filter(slug__in=chunk).exclude(Q(aliases="")).order_by()
        for slug, aliases, *texts in records.values_list("slug", "aliases", *titles):
            others = frozenset(map(normalize_title, split_aliases(aliases)))
            found[slug] = AliasedRecord(texts[0], frozenset(map(normalize_title, texts)), others)
    return found


def stored_titles(model: type[Record], slugs: Iterable[str]) -> dict[str, frozenset[str]]:
    """By slug, the normalized titles of records in all languages, without short ones."""
    names = [name for name in TITLES[:2] if name in {field.name for field in model._meta.get_fields()}]
    found = {}
    for chunk in chunks(sorted({*slugs})):
        records = model._default_manager.filter(slug__in=chunk).order_by()
        for slug, *texts in records.values_list("slug", *names):
            found[slug] = frozenset(map(normalize_title, filter(None, texts)))
    return found


def other_names(model: type[Record], slugs: Mapping[str, str], city: str) -> dict[str, str]:
    """Of these names, each with the slug of its record, those that are only another name of it, and no usual short form of its title; with the title."""
    found = stored_aliases(model, slugs.values())
    aliases = {}
    for name, slug in slugs.items():
        if name.lower() == slug or slug not in found:
            continue
        record, normalized = found[slug], normalize_title(name)
        spellings = {normalized, *names_in_city(normalized, city)}
        is_short_form = full_name(normalized, city) == full_name(normalize_title(record.title), city)
        if record.aliases & spellings and not (record.titles & spellings or is_short_form):
            aliases[name] = record.title
    return aliases


def stored_slugs(model: type[Record], names: Iterable[str]) -> dict[str, int]:
    """The keys of records by those of these names that are or were their slugs."""
    found: dict[str, int] = {}
    for chunk in chunks(name for name in names if _slug(name)):
        records = model._default_manager.order_by().only("slug").resolve_slugs([*map(str.lower, chunk)])
        found |= {name: records[name.lower()].pk for name in chunk if name.lower() in records}
    return found


def keys_of_names(model: type[Record], names: Collection[str]) -> dict[str, set[int]]:
    """The keys of records by those of these normalized names that they have, in one pass over the names of all."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    if not names:
        return found
    for key, name in _names_of_all(model):
        if name in names:
            found[name].add(key)
    return found


def near_names(model: type[Record], names: Collection[str], city: str) -> dict[str, NearNames]:
    """What is near each of these normalized names, in one pass over the names of all records.

    省政府 is that of a province only where the areas tell that the city belongs to it. 区政府 is near nothing above the city.
    """
    found = {name: NearNames() for name in names}
    by_pair: defaultdict[str, list[str]] = defaultdict(list)
    by_full: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        for spelling in (full_name(name, city), *(with_units(name) if model is Area else ())):
            by_full[spelling].append(name)
        for pair in _pairs(name):
            by_pair[pair].append(name)
    by_field: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if of_office := field_of(model, name, city):
            by_field[of_office].append(name)
    telling = {pair: these for pair, these in by_pair.items() if len(these) <= MAX_SHARING}
    of_district = {
        name for name in names if model is Organization and _is_of_district(name) and not _is_above_city(name)
    }
    above = set[int]()
    provinces = _provinces_of(city) if any(map(_of_province, by_full)) else frozenset[str]()
    for key, other in _names_of_all(model) if names else ():
        if of_district and _is_above_city(other):
            above.add(key)
        for spelling, province in full_spellings(other, city):
            for name in by_full.get(spelling, ()):
                if not province or province in provinces:
                    found[name].full.add(key)
                found[name].scores[key] = 2
        for name in by_field.get(field_of(model, other, city), ()) if by_field else ():
            found[name].scores.setdefault(key, 1)
        pairs = _pairs(other)
        shared = Counter(name for pair in pairs for name in telling.get(pair, ()))
        for name, common in shared.items():
            if is_within(name, other):
                found[name].within.add(key)
            if len(other) > 1 and other in name:
                found[name].contained[other].add(key)
            if (score := _similarity(name, other, common / (len(pairs) + len(_pairs(name))))) is not None:
                scores = found[name].scores
                scores[key] = max(score, scores.get(key, 0))
    for name in of_district:
        found[name].scores = {key: score for key, score in found[name].scores.items() if key not in above}
    return found


def longer_names(model: type[Record], names: Collection[str]) -> dict[str, list[int]]:
    """By each of these normalized names, the keys of records of which a name ends so: those of 国家发展和改革委员会 by 发改委."""
    found: defaultdict[str, dict[int, bool]] = defaultdict(dict)
    ends = {name: full_name(name, "") for name in names}
    for key, other in _names_of_all(model) if names else ():
        full = full_name(other, "")
        for name, end in ends.items():
            if full.endswith(end):
                found[name][key] = True
    return {name: [*keys][:MAX_NEAREST] for name, keys in found.items()}


def _provinces_of(city: str) -> frozenset[str]:
    """The provinces to which the area of the city belongs, as `province_of()` has them."""
    found = set[str]()
    keys = keys_of_names(Area, {city, f"{city}市"} if city else ())
    areas = {key for these in keys.values() for key in these}
    seen = set[int]()
    while areas := areas - seen:
        seen |= areas
        above = Area.objects.filter(parts__in=areas).values_list("pk", "title")
        found |= {province_of(name) or name for name in (normalize_title(title) for _key, title in above)}
        areas = {key for key, _title in above}
    return frozenset(found)


def unit_of(name: str) -> str:
    """The unit with which the name of an area ends, "" for none."""
    return next((unit for unit in UNITS if name.endswith(unit) and name != unit), "")


def with_units(name: str) -> list[str]:
    """A name without a unit with each that it may lack: 余姚 is 余姚市."""
    return [] if len(name) < 2 or unit_of(name) or BETWEEN.search(name) else [name + unit for unit in UNITS]


def units_of_areas() -> frozenset[str]:
    """The units with which the titles of the stored areas end: 区, 市."""
    titles = Area.objects.order_by().values_list("title", flat=True)
    return frozenset(title[-1] for title in titles if len(title) > 1 and not title.isascii())


def names_of_areas() -> frozenset[str]:
    """The normalized names of all areas."""
    return frozenset(name for _key, name in _names_of_all(Area))


def names_in_city(name: str, city: str) -> list[str]:
    """A normalized name with the city in it, or without it: 市教育局, 某市教育局, 教育局."""
    if not city:
        return []
    if name.startswith("市") and len(name) > 1:
        return [city + name]
    if name.startswith(f"{city}市") and (rest := name.removeprefix(f"{city}市")):
        return [f"市{rest}", rest]
    return []


def is_within(name: str, title: str) -> bool:
    """Whether the title goes on behind the name, as that of an office of this body or of a place in this area: 鄞州区咸祥镇."""
    name, title = full_name(name, ""), full_name(title, "")
    # One more character is the unit of an area: 某市.
    return title.startswith(name) and len(title) > len(name) + 1


def _names_of_all(model: type[Record]) -> Iterator[tuple[int, str]]:
    """The normalized names of all records of the model, each with a key."""
    if not issubclass(model, Entry | Reference):
        raise TypeError(f"{model.__name__} has no search documents.")
    # Kinds of entry share one type of document.
    documents = SearchDocument.objects.for_model(model).filter(
        record__in=model._base_manager.values_list("pk", flat=True)
    )
    for key, names in documents.order_by().values_list("record", "title").iterator():
        for name in names.split("\n"):
            # Documents are folded already.
            if normalized := "".join(filter(str.isalnum, name)):
                yield key, normalized


@functools.lru_cache(maxsize=4096)
def _pairs(name: str) -> frozenset[str]:
    """The pairs of adjacent characters, and the last one, by which short forms are found: 市府."""
    return frozenset([*(name[at : at + 2] for at in range(len(name) - 1)), name[-1] + "$"])


def _similarity(name: str, other: str, share: float) -> float | None:
    """How near two names are, more than 1 if one is short for the other; None if they are not."""
    short, long = sorted((name, other), key=len)
    remaining = iter(long)
    # A record whose name is short has it in one piece in a longer one: 市卫健委 is not 市委.
    is_short = short == name or short in name
    if len(short) > 1 and is_short and all(char in remaining for char in short):
        return 1 + len(short) / len(long)
    return 2 * share if 2 * share > MIN_SIMILARITY else None
