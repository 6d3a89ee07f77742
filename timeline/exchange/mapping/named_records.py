"""The records that names may mean: stored ones, and those of the rows of an import."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.questions import Choice
from timeline.exchange.mapping.record_choices import record_choice, slug_chosen, stored_choices
from timeline.exchange.mapping.record_names import (
    TITLES,
    keys_of_names,
    names_in_city,
    stored_slugs,
    stored_titles,
)
from timeline.exchange.readers.types import FileRow
from timeline.models.records import Record
from timeline.values.text import split_names as split_aliases

# By the value of the choice, the records that a name may mean.
Records = Mapping[str, Choice]


class NamedRecords:
    """Finds records by their names. An exact title goes before other names: 鄞州区 is not 鄞州区咸祥镇, though that has it as one."""

    def __init__(self) -> None:
        # By model, the records of rows by their normalized names, and the titles of these by their slugs.
        self._of_rows: defaultdict[type[Record], dict[str, dict[str, Choice]]] = defaultdict(dict)
        self._titles: defaultdict[type[Record], dict[str, set[str]]] = defaultdict(dict)

    def add(self, model: type[Record], row: FileRow, wanted: Collection[str]) -> None:
        """Let the record of this row, which has its slug, be found by those of its names that are wanted."""
        cells, slug = row.cells, str(row.cells["slug"])
        aliases = cells.get("aliases") or ""
        titles = [str(cells.get(name) or "") for name in TITLES]
        others = aliases if isinstance(aliases, list) else split_aliases(str(aliases))
        for name in {*map(normalize_title, [slug, *titles, *others])}.intersection(wanted):
            choice = record_choice(slug, str(cells.get("title") or slug))
            self._of_rows[model].setdefault(name, {})[choice.value] = choice
            self._titles[model].setdefault(slug, {*map(normalize_title, titles)})

    def find(
        self, model: type[Record], texts: Iterable[str], wanted: Collection[str], city: str
    ) -> dict[str, Records]:
        """The records that have these names, by name: those of this slug, else of this name, else in the city.

        `wanted` has all of the normalized names, with and without the city.
        """
        texts = [*texts]
        slugs = stored_slugs(model, texts)
        keys = keys_of_names(model, wanted)
        stored = stored_choices(model, {*slugs.values()}.union(*keys.values()))
        of_rows = self._of_rows[model]
        found: dict[str, Records] = {}
        several: dict[str, list[str]] = {}
        for text in texts:
            if text in slugs:
                found[text] = by_value([stored[slugs[text]]])
                continue
            name = normalize_title(text)
            for spellings in ([name], names_in_city(name, city)):
                records = by_value(
                    stored[key] for spelling in spellings for key in sorted(keys.get(spelling, ()))
                )
                for spelling in spellings:
                    records |= of_rows.get(spelling, {})
                if records:
                    found[text] = records
                    if len(records) > 1:
                        several[text] = spellings
                    break
        for text, spellings in several.items():
            found[text] = titled_record(model, found[text], spellings, self._titles[model])
        return found


def titled_record(
    model: type[Record],
    records: Records,
    names: Collection[str],
    titles: Mapping[str, Collection[str]] | None = None,
) -> Records:
    """Of several records the one that has one of these normalized names as its title, if just one has; otherwise all of them.

    `titles` are those of records that are not stored, by their slugs.
    """
    of_slug = stored_titles(model, map(slug_chosen, records))
    of_row = titles or {}
    exact = {
        value: choice
        for value, choice in records.items()
        if not {*of_slug.get(slug := slug_chosen(value), ()), *of_row.get(slug, ())}.isdisjoint(names)
    }
    return exact if len(exact) == 1 else records


def by_value(choices: Iterable[Choice]) -> dict[str, Choice]:
    """Choices by their values."""
    return {choice.value: choice for choice in choices}
