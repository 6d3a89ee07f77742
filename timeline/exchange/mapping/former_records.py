"""The records that the last file of a shape had, kept with its mapping, and those of them that the next file lacks."""

import itertools
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from timeline.exchange.mapping.record_names import stored_slugs
from timeline.models import ImportBatch
from timeline.models.chunks import chunks
from timeline.rows.tables import TABLES

# As many are named.
MAX_NAMED = 20
# As many imports of one shape are remembered.
MAX_IMPORTS = 5

_RANGE = "[0-9]{1,18}(?:-[0-9]{1,18})?"
_entry = re.compile(rf"(\w+):({_RANGE}(?:,{_RANGE})*)", re.ASCII)


@dataclass(frozen=True)
class MissingRecords:
    """How many records a file lacks that the former had, and the table and slug of the first.

    Where it is the corrected version of a source, `source` is its title, and `places` are those that the first go on citing.
    """

    count: int
    named: list[tuple[str, str]]
    source: str = ""
    places: dict[str, list[str]] = field(default_factory=dict)


def described_records(slugs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The keys of the records with these slugs by table, as short texts: policies:1-20,25."""
    keys = {name: _keys(name, of_table) for name, of_table in slugs.items()}
    return tuple(f"{name}:{','.join(_ranges(found))}" for name, found in keys.items() if found)


def remember_import(
    imports: Sequence[str], batch: ImportBatch | None, name: str, records: Sequence[str]
) -> tuple[str, ...]:
    """The imports with a further one: of the file of this name, with these described records; None if it changed nothing."""
    newest = json.dumps({"batch": batch and batch.pk, "name": name, "records": [*records]})
    return (newest, *imports)[:MAX_IMPORTS]


def former_import(imports: Sequence[str]) -> tuple[str, list[str]] | None:
    """The name and the records of the newest import that was not undone, also not in part."""
    found = [json.loads(text) for text in imports]
    undone = ImportBatch.objects.filter(pk__in=[one["batch"] for one in found if one["batch"]])
    keys = {*undone.exclude(undone_at=None).values_list("pk", flat=True)}
    return next(((one["name"], one["records"]) for one in found if one["batch"] not in keys), None)


def missing_records(former: Sequence[str], slugs: Mapping[str, Collection[str]]) -> MissingRecords:
    """The described records that exist and have none of these slugs, of the tables that have any.

    A table with fewer than half of the records that the former file had is another list, of which nothing is missing.
    """
    count, named = 0, list[tuple[str, str]]()
    for name, keys in _described(former):
        if name not in slugs:
            continue
        model = TABLES[name].record_model
        own = _keys(name, slugs[name])
        found = list[tuple[str, str]]()
        for chunk in chunks(sorted(keys - own)):
            records = model._default_manager.filter(pk__in=chunk).order_by("pk")
            found += [(name, slug) for slug in records.values_list("slug", flat=True)]
        if len(found) <= len(keys & own):
            count += len(found)
            named += found[: MAX_NAMED - len(named)]
    return MissingRecords(count, named)


def _keys(table: str, slugs: Iterable[str]) -> set[int]:
    """The keys of the records of a table by their slugs, also former ones."""
    return {*stored_slugs(TABLES[table].record_model, slugs).values()}


def _ranges(keys: Iterable[int]) -> Iterator[str]:
    for _key, group in itertools.groupby(enumerate(sorted(keys)), lambda pair: pair[1] - pair[0]):
        run = [key for _index, key in group]
        yield str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}"


def _described(former: Sequence[str]) -> Iterator[tuple[str, set[int]]]:
    for text in former:
        if (found := _entry.fullmatch(text)) and found[1] in TABLES:
            keys = set[int]()
            for part in found[2].split(","):
                first, _dash, last = part.partition("-")
                keys.update(range(int(first), int(last or first) + 1))
            yield found[1], keys
