"""The records of the rows that the corrected version of a table lacks: they stay, and go on citing their former lines."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from timeline.exchange.importing.moved_citations import imported_places
from timeline.exchange.importing.report import key_cells
from timeline.exchange.mapping.citing import is_file_source
from timeline.exchange.mapping.former_records import MAX_NAMED, MissingRecords
from timeline.exchange.mapping.mapping import THIS_FILE, Mapping
from timeline.models import Citation, Kind, Source
from timeline.models.previewed_rows import RowOutcome
from timeline.rows.tables import TABLES, table_of
from timeline.values.natural_order import natural_sort_key


def corrected_source(mapping: Mapping, rows: Sequence[RowOutcome]) -> Source | None:
    """The stored source of which a file is a version; None if it is a new one, or cites something else or nothing."""
    keys = (key_cells(row["table"], row["key"]) for row in rows if row["table"] == "citations")
    source = Source.objects.filter(slug__in={key["source"] for key in keys}).first()
    is_version = source is not None and (mapping.source == THIS_FILE or is_file_source(source))
    return source if is_version else None


def records_without_row(source: Source, slugs: Collection[str]) -> MissingRecords:
    """The entries without one of these slugs that cite the source where an import found their rows.

    Places that somebody corrected since are among them, other citations by hand are not.
    """
    citing = Citation.objects.filter(source=source).exclude(entry__slug__in=slugs)
    places: defaultdict[int, list[str]] = defaultdict(list)
    entries: dict[int, tuple[str, str]] = {}
    for key, kind, slug, locator in citing.values_list("entry", "entry__kind", "entry__slug", "locator"):
        entries[key] = table_of(Kind(kind).model).name, slug
        places[key].append(locator)
    imported = imported_places(TABLES["citations"], entries.keys())
    found = {}
    for key in sorted(entries):
        of_rows = [one for one in places[key] if (source.slug, one) in imported.get(key, {})]
        if of_rows:
            found[entries[key]] = sorted(of_rows, key=natural_sort_key)
    named = [*found][:MAX_NAMED]
    return MissingRecords(len(found), named, source.title, {one[1]: found[one] for one in named})
