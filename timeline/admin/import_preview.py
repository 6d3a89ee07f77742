"""The rows of an import preview for display: the record's title, the outcome, and its columns; the counts in words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from timeline.admin.base import admin_url, format_partial_date
from timeline.admin.import_values import PreviewValues, ShownText, as_html
from timeline.exchange.importing.import_files import PUBLISHED
from timeline.exchange.importing.report import OPEN
from timeline.exchange.prepared_imports import owner_of
from timeline.models.prepared import LackedRecords, PreviewOutcome
from timeline.models.previewed_rows import ShownRow
from timeline.rows.tables import TABLES

OUTCOMES: Mapping[str, Promise] = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Deleted"),
    "unchanged": gettext_lazy("Unchanged"),
    OPEN: gettext_lazy("Waiting for an answer"),
}
# The outcome of a record, besides that of its row.
PUBLISHES = pgettext_lazy("what was done", "published")
CHANGES_PUBLIC = gettext_lazy("changed in public")
# The filters of rows besides those by outcome: the label of each, and the key of the row that says whether it is shown.
PUBLIC_FILTERS: Mapping[str, tuple[Promise, Literal["publishes", "changes_public"]]] = {
    PUBLISHED: (PUBLISHES, "publishes"),
    "public": (CHANGES_PUBLIC, "changes_public"),
}


def preview_rows(rows: Sequence[ShownRow], *, is_mapped: bool = False) -> list[dict[str, object]]:
    """The displayed rows, in a number of queries that does not grow with them.

    Those of a mapped file say which record they are: the file need not name it.
    """
    values = PreviewValues(rows)
    identities = _identities(rows) if is_mapped else {}
    return [
        {
            "title": values.record(*owner_of(row["table"], row["key"])).text,
            "key": values.key(row),
            "table": table_label(row["table"]),
            "outcome": _outcome(row),
            "place": row["place"],
            "columns": [(label, as_html(old), as_html(new)) for label, old, new in values.columns(row)],
            **identities.get((row["table"], row["key"]), {}),
        }
        for row in rows
    ]


def _identities(rows: Sequence[ShownRow]) -> dict[tuple[str, str], dict[str, str]]:
    """By table and slug, which record a row of a mapped file is: the address of its form, and its date in words."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    slugs_of: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["outcome"] != "new" and not TABLES[row["table"]].within:
            slugs_of[row["table"]].append(row["key"])
    for name, slugs in slugs_of.items():
        model = TABLES[name].record_model
        for record in model._base_manager.filter(slug__in=slugs):
            date = format_partial_date(getattr(record, "timeline_date", None))
            identity = _("the one of %(date)s that you have") if date else _("the one that you have")
            url = admin_url(model, "change", record.pk)
            found[name, record.slug] = {"url": url, "identity": identity % {"date": date}}
    return found


def _outcome(row: ShownRow) -> str:
    labels = [OUTCOMES[row["outcome"]]]
    labels += [label for label, column in PUBLIC_FILTERS.values() if row[column]]
    return "，".join(map(str, labels))


def outcome_totals(outcome: PreviewOutcome) -> list[tuple[str, Promise, int]]:
    """The filters of a preview: the name, the label and the number of rows of each. Those of what is rare only if there are any."""
    totals = outcome["totals"]
    found = [(name, label, totals.get(name, 0)) for name, label in OUTCOMES.items()]
    found += [(name, label, totals[column]) for name, (label, column) in PUBLIC_FILTERS.items()]
    return [one for one in found if one[2] or (one[0] in OUTCOMES and one[0] != OPEN)]


def created_records(outcome: PreviewOutcome) -> list[tuple[str, SafeString]]:
    """By table, the new records that a mapped file names besides those of its own rows."""
    found: defaultdict[str, list[ShownText]] = defaultdict(list)
    for name, title, slug in outcome["created"]:
        found[table_label(name)].append(ShownText(title, slug))
    return [(label, as_html(texts)) for label, texts in found.items()]


def missing_records(outcome: PreviewOutcome) -> dict[str, object]:
    """What the former version or file of this shape had and this one lacks: how many records, and the first with the address of each."""
    # A preview that was stored before has none of them.
    missing: LackedRecords = outcome.get("missing") or {"count": 0, "named": []}
    slugs_of: defaultdict[str, list[str]] = defaultdict(list)
    for name, slug in missing["named"]:
        slugs_of[name].append(slug)
    named = []
    for name, slugs in slugs_of.items():
        model = TABLES[name].record_model
        for record in model._base_manager.filter(slug__in=slugs).order_by("pk"):
            url = admin_url(model, "change", record.pk)
            places = pgettext("enumeration", ", ").join(missing.get("places", {}).get(record.slug, ()))
            named.append({"url": url, "title": record.title, "table": table_label(name), "places": places})
    left = missing["count"] - len(missing["named"])
    of = {
        "file": missing.get("file", ""),
        "source": missing.get("source", ""),
        "asked": missing.get("asked", 0),
    }
    return {"count": missing["count"], "named": named, "left": left, **of}


def table_label(name: str) -> str:
    return str(TABLES[name].model._meta.verbose_name_plural)


def counts_text(counts: Mapping[str, int]) -> str:
    labels = {**OUTCOMES, PUBLISHED: PUBLISHES}
    return "，".join(f"{label}{counts[name]}" for name, label in labels.items() if counts.get(name))


def confirmation_label(outcome: PreviewOutcome) -> str:
    """The label of the button that imports, with what becomes public and what changes in public."""
    published, changed = outcome.get("published", 0), outcome.get("changed_public", 0)
    becomes = ngettext("%(number)s record becomes public", "%(number)s records become public", published)
    changes = ngettext("%(number)s public record changes", "%(number)s public records change", changed)
    effects = [
        text % {"number": number} for text, number in ((becomes, published), (changes, changed)) if number
    ]
    if not effects:
        return _("Import")
    return _("Import: %(what)s") % {"what": pgettext("enumeration", ", ").join(effects)}


def counts_summary(counts: Mapping[str, Mapping[str, int]]) -> str:
    """What an import did to each table: 政策：新5，改3."""
    said = {
        name: counts_text({key: number for key, number in of.items() if key != "unchanged"})
        for name, of in counts.items()
    }
    return "；".join(f"{table_label(name)}：{words}" for name, words in said.items() if words)
