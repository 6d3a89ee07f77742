"""Results of Wikidata's query service, as tables or JSON: a line for each value, put together by item, with its dates and labels."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, SequenceNode

from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.nodes import line, plain_value
from timeline.exchange.readers.types import Problem
from timeline.exchange.vocabularies.declaration import (
    ForeignRecord,
    ForeignValueError,
    Vocabulary,
    VocabularyField,
)
from timeline.exchange.vocabularies.grids import record_grid

# What may be the record in a query; its label is the title.
_ITEMS = {
    "item",
    "subject",
    "entity",
    "policy",
    "document",
    "work",
    "event",
    "organization",
    "place",
    "area",
    "city",
}
# What the variables of queries mostly mean, in lower case without “Label”.
_VARIABLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("date", "time", "inception", "pointintime"), ("date", "published", "period")),
    **dict.fromkeys(("start", "starttime", "startdate"), ("effective_from", "date", "period")),
    **dict.fromkeys(("end", "endtime", "enddate"), ("effective_until",)),
    **dict.fromkeys(("publicationdate", "published"), ("published_on", "published", "date")),
    **dict.fromkeys(
        ("publisher", "issuer", "issuedby", "legislatedby"), ("issuers", "publisher", "organizations")
    ),
    **dict.fromkeys(("author", "creator"), ("author", "issuers", "organizations")),
    **dict.fromkeys(("url", "website", "officialwebsite", "link"), ("official_url", "url")),
    **dict.fromkeys(("mainsubject", "topic", "field"), ("topics",)),
    **dict.fromkeys(("organizer", "participant"), ("organizations",)),
    **dict.fromkeys(("location",), ("areas",)),
    **dict.fromkeys(("altlabel", "alias", "aliases"), ("aliases",)),
    **dict.fromkeys(("description",), ("summary", "description", "note")),
}
_LABEL, _PRECISION = "Label", "Precision"

is_entity = re.compile(r"https?://www\.wikidata\.org/entity/Q[1-9][0-9]*").fullmatch
_is_number = re.compile(r"Q[1-9][0-9]*").fullmatch
_is_unknown = re.compile(r"(?:_:.+|t[0-9]{6,}|https?://www\.wikidata\.org/\.well-known/genid/.+)").fullmatch
_time = re.compile(r"\+?([0-9]{4})-([0-9]{2})-([0-9]{2})T00:00:00(?:\.0+)?Z?").fullmatch
# The precisions of Wikibase: wikibase:timePrecision.
_DECADE, _YEAR, _MONTH, _DAY = "8", "9", "10", "11"


def _candidates(header: str) -> Iterator[str]:
    """The columns that a variable may mean, the likeliest first."""
    base = header.removesuffix(_LABEL)
    if header != base and base.casefold() in _ITEMS:
        yield "title"
    for item in _ITEMS:
        for suffix in ("Description", "AltLabel"):
            if header.casefold() == f"{item}{suffix}".casefold():
                yield from _VARIABLES[suffix.casefold()]
    yield from _VARIABLES.get(base.casefold().replace("_", ""), ())
    if base.casefold() not in _ITEMS:
        yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", base).casefold()


VOCABULARY = Vocabulary(name="wikidata", label="Wikidata", candidates=_candidates)


def wikidata_grid(
    file: str,
    name: str,
    variables: Sequence[str],
    records: Sequence[ForeignRecord],
    problems: Sequence[Problem] = (),
) -> Grid:
    """The records by item, with the label of an entity in the place of its address."""
    item = _item(variables, records)
    merged = _by_item(records, item)
    notices = []
    if len(merged) < len(records):
        message = _("Lines of the same item were put together: %(lines)s lines, %(items)s items.")
        notices.append(message % {"lines": len(records), "items": len(merged)})
    fields = [*_fields(variables, item)]
    return record_grid(VOCABULARY, file, name, merged, problems, fields=fields, notices=notices)


def names_entities(variables: Sequence[str], records: Sequence[ForeignRecord]) -> bool:
    """Whether a column has nothing but entities of Wikidata, and no column the slugs of a chronicle."""
    return "slug" not in variables and bool(_item(variables, records))


def _item(variables: Sequence[str], records: Sequence[ForeignRecord]) -> str:
    """The variable of the record: the first one with entities only; "" if there is none."""
    ordered = sorted(variables, key=lambda name: name != "item")
    return next(
        (name for name in ordered if records and all(is_entity(one.first(name)) for one in records)), ""
    )


def _by_item(records: Sequence[ForeignRecord], item: str) -> list[ForeignRecord]:
    """One record for each item, in the order of the file, with the values of all of its lines."""
    if not item:
        return [*records]
    found: dict[str, ForeignRecord] = {}
    for record in records:
        first = found.setdefault(record.first(item), ForeignRecord(record.line, {}))
        both = {name: (*first.values.get(name, ()), *record.all(name)) for name in record.values}
        values = {name: [*dict.fromkeys(texts)] for name, texts in (dict(first.values) | both).items()}
        found[record.first(item)] = ForeignRecord(first.line, values)
    return [*found.values()]


def _fields(variables: Sequence[str], item: str) -> Iterator[VocabularyField]:
    """A field for each variable, without the addresses of entities that have a label, and without precisions."""
    for name in variables:
        has_label = f"{name}{_LABEL}" in variables and name != item
        is_precision = name.removesuffix(_PRECISION) in variables and name.endswith(_PRECISION)
        if not has_label and not is_precision:
            yield VocabularyField(
                name, names=(name, f"{name}{_PRECISION}"), convert=_item_number if name == item else _value
            )


def _item_number(record: ForeignRecord, names: Sequence[str]) -> str:
    return record.first(*names)


def _value(record: ForeignRecord, names: Sequence[str]) -> str:
    """All values, dates in EDTF. Raises ForeignValueError for an entity without a label."""
    name, precision = names
    texts = []
    for text in record.all(name):
        if is_entity(text) or _is_number(text):
            message = _(
                "Which one is this? It is an item without a label in the languages of the query. "
                "Query its label in another language, or write its name here."
            )
            raise ForeignValueError(message, text.rpartition("/")[2])
        if _is_unknown(text):
            record.note(_("A value that Wikidata gives as unknown was left out."))
        else:
            texts.append(_date(record, text, record.first(precision)))
    return "；".join(dict.fromkeys(texts))


def _date(record: ForeignRecord, text: str, precision: str) -> str:
    """A time of Wikidata as far as it is known; any other text as it stands."""
    found = _time(text)
    if not found:
        return text
    year, month, day = found.groups()
    if precision == _DECADE:
        return f"{year[:3]}0/{year[:3]}9"
    if precision not in ("", _YEAR, _MONTH, _DAY):
        raise ForeignValueError(_("This date is known less exactly than by decade."), text)
    if precision == _YEAR or month == "00":
        return year
    if precision == _MONTH or day == "00":
        return f"{year}-{month}"
    if not precision and day == "01":
        record.note(
            _(
                "The query service writes a year as its 1 January and a month as its first day, and does not say which is meant. "
                "Such a date was read as the day: check it, or query wikibase:timePrecision as datePrecision beside date."
            )
        )
    return f"{year}-{month}-{day}"


# --- its files


def wikidata_json(file: str, name: str, root: Node) -> Grid | None:
    """The grid of a result in JSON, with its bindings or as a list of plain objects; None if the root is neither."""
    if isinstance(root, MappingNode):
        members = {str(key.value): value for key, value in root.value}
        head, results = plain_value(members["head"]) if "head" in members else None, members.get("results")
        if not isinstance(head, dict) or not isinstance(results, MappingNode):
            return None
        nodes = next((value for key, value in results.value if key.value == "bindings"), None)
        variables = head.get("vars")
    else:
        nodes, variables = root, None
    if not isinstance(nodes, SequenceNode):
        return None
    records = [ForeignRecord(line(node), _values(plain_value(node))) for node in nodes.value]
    if not isinstance(variables, list):
        variables = [*dict.fromkeys(name for record in records for name in record.values)]
        if not names_entities(variables, records):
            return None
    return wikidata_grid(file, name, [*map(str, variables)], records)


def _values(binding: object) -> dict[str, list[str]]:
    members = binding if isinstance(binding, Mapping) else {}
    return {str(name): [*_texts(value)] for name, value in members.items()}


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        value = "" if value.get("type") == "bnode" else value.get("value")
    return [] if value is None else [str(value)]


_term = re.compile(r'<(?P<uri>[^>]*)>|"(?P<text>(?:[^"\\]|\\.)*)"(?:@[A-Za-z-]+|\^\^<[^>]*>)?').fullmatch
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}


def is_verbose_table(head: str) -> bool:
    """Whether a text begins as the TSV of SPARQL does: variables with question marks, terms with their types."""
    first_line = head.partition("\n")[0].rstrip("\r")
    return re.fullmatch(r"\?\w+(\t\?\w+)*", first_line) is not None


def wikidata_tsv(file: str, name: str, text: str) -> Grid:
    """The grid of the TSV of SPARQL."""
    header, *lines = text.splitlines()
    variables = [variable.removeprefix("?") for variable in header.split("\t")]
    records = [
        ForeignRecord(
            number, {key: [_plain(term)] for key, term in zip(variables, row.split("\t"), strict=False)}
        )
        for number, row in enumerate(lines, 2)
        if row.strip()
    ]
    return wikidata_grid(file, name, variables, records)


def _plain(term: str) -> str:
    found = _term(term)
    if not found:
        return term
    if found["uri"] is not None:
        return found["uri"]
    return re.sub(r"\\(.)", lambda sign: _ESCAPES.get(sign[1], sign[1]), found["text"])
