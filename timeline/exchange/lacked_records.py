"""The records that a former file or version had and an upload lacks, as far as it is known which records its rows are."""

import itertools
from collections.abc import Sequence
from dataclasses import asdict

from timeline.exchange.importing.missing_rows import corrected_source, records_without_row
from timeline.exchange.importing.report import Report
from timeline.exchange.mapping.former_records import former_import, missing_records
from timeline.exchange.mapping.mapping import Mapping
from timeline.exchange.mapping.questions import unanswered
from timeline.exchange.mapping.record_choices import slug_chosen
from timeline.exchange.mapping.struck_rows import STRUCK
from timeline.models import ImportMapping
from timeline.models.previewed_rows import RowOutcome
from timeline.rows.tables import TABLES


def slugs_of_rows(mapping: Mapping, rows: Sequence[RowOutcome]) -> dict[str, list[str]]:
    """By table of the mapping, the slugs of its records in the rows."""
    names = [sheet.table for sheet in mapping.sheets if not TABLES[sheet.table].within]
    found: dict[str, list[str]] = {name: [] for name in names}
    for row in rows:
        if row["table"] in found:
            found[row["table"]].append(row["key"])
    return found


def lacked_records(mapping: Mapping | None, report: Report) -> dict[str, object]:
    """The records that the file lacks and a former one had: none while not every row is read.

    That is the version of the source which the file corrects, or else the last file of its shape. Records that rows may be,
    as it is still asked, are not among them: `asked` counts these questions.
    """
    asked = unanswered(report.questions)
    is_read = not any(one.kind == STRUCK for one in asked)
    if mapping is None or not is_read or {*report.problems} - {one.problem for one in asked}:
        return {}
    slugs = slugs_of_rows(mapping, report.rows)
    of_rows = [one for one in asked if one.kind == "record" and one.place.table in slugs]
    for question in of_rows:
        slugs[question.place.table] += filter(None, (slug_chosen(one.value) for one in question.choices))
    found = {"asked": len(of_rows)}
    if (source := corrected_source(mapping, report.rows)) is not None:
        return asdict(records_without_row(source, {*itertools.chain(*slugs.values())})) | found
    if not mapping.records:
        return {}
    name, records = former_import(mapping.imports) or ("", [])
    if not mapping.imports:
        # As of earlier versions.
        stored = ImportMapping.objects.filter(shape=mapping.digest).values_list("name", flat=True)
        name, records = stored.first() or "", [*mapping.records]
    return asdict(missing_records(records, slugs)) | {"file": name} | found
