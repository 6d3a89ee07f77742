"""The columns of the sheets of entries: those of all kinds, and for each kind its own."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from timeline.i18n.display import batch_text, is_in_chinese, localized_text
from timeline.models import (
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    GoalState,
    Kind,
    Milestone,
    PilotDesignation,
    Policy,
    PolicyRelation,
)
from timeline.models.entry_queryset import EntryQuerySet, link_columns
from timeline.models.kinds import field_of, own_fields
from timeline.models.shortlists import first_of_each
from timeline.models.source_references import CITATION_ORDER
from timeline.public.goal_pages import public_origin_of_goals
from timeline.public.spreadsheets.columns import (
    MAX_RELATED,
    MEDIUM,
    NARROW,
    PROSE,
    WIDE,
    SheetColumn,
    SheetContent,
    citation_text,
    date_text,
    edtf_text,
    enumerated,
    field_column,
    label_of,
    lines,
    place_text,
    prefetches,
)

# The number of entries that are in memory at once.
CHUNK_SIZE = 500
_EDTF_NOTE = gettext_lazy(
    "The same date for sorting and for programs (ISO 8601-2, EDTF): 2013, 2013-01, 2011/2015; 2021/.. goes on, 2021/ has no known end, 2012~ is about, 2014? is uncertain."
)


def _date(entry: Entry) -> str:
    return date_text(entry.timeline_date) or _("Date not recorded")


def _date_source(entry: Entry) -> str:
    return entry.get_timeline_date_source_display() if entry.timeline_date else ""


def _citations(entry: Entry) -> str:
    cited = entry.citations.all()
    return lines(map(citation_text, cited), cited)


def _other_dates(entry: Entry) -> str:
    template = _("%(source)s gives the date %(date)s.")
    return lines(
        template % {"source": place_text(citation), "date": date_text(citation.date)}
        for citation in entry.differing_citations
    )


def _cited() -> list[Prefetch]:
    cited = Citation.objects.select_related("source").order_by(*CITATION_ORDER)
    return [Prefetch("citations", first_of_each(cited, MAX_RELATED, CITATION_ORDER, "entry"))]


def _page_of(entry: Entry) -> str:
    return entry.get_absolute_url()


def _field(
    model: type[Entry], name: str, label: str | Promise = "", *, width: int = 0, note: str | Promise = ""
) -> SheetColumn:
    return field_column(field_of(model, name), label, width=width, note=note)


_TITLE = SheetColumn(
    label_of(Entry, "title"), lambda entry: localized_text(entry, "title"), WIDE, address=_page_of
)
_CHINESE_TITLE = SheetColumn(
    gettext_lazy("Title in Chinese"),
    lambda entry: entry.title,
    WIDE,
    gettext_lazy("The title itself, of which the other one is a translation."),
)
_DATES = (
    SheetColumn(
        gettext_lazy("Date"),
        _date,
        NARROW,
        gettext_lazy(
            "Written only as far as a source gives it: a year, a month or a day. “Date not recorded” means that no cited source gives one; none is guessed."
        ),
    ),
    SheetColumn(
        gettext_lazy("Which date"),
        _date_source,
        NARROW,
        gettext_lazy(
            "A policy without a date of its own stands at the date of its publication, of the document or of its effect, in this order; a goal at the date of what set it."
        ),
    ),
    SheetColumn(
        gettext_lazy("Date (EDTF)"), lambda entry: edtf_text(entry.timeline_date), NARROW, _EDTF_NOTE
    ),
)
TRAILING_COLUMNS: tuple[SheetColumn, ...] = (
    _field(
        Entry,
        "phase",
        note=gettext_lazy(
            "By its date, an entry belongs to the newest phase that had begun by then, unless the editors put it into another; its page says which of the two."
        ),
    ),
    _field(Entry, "topics"),
    _field(Entry, "summary", width=PROSE),
    SheetColumn(
        gettext_lazy("Sources"),
        _citations,
        PROSE,
        gettext_lazy(
            "In each line a source with the place in it. What stands in quotation marks behind them is the source’s own words, followed by a note if they were taken from an edited or converted text; remarks are the editors’."
        ),
        related=_cited,
    ),
    SheetColumn(
        gettext_lazy("Other dates"),
        _other_dates,
        WIDE,
        gettext_lazy("Dates that cited sources give and that are not the date of the entry."),
        related=_cited,
    ),
    _field(Entry, "editor_note", width=WIDE),
    SheetColumn(
        gettext_lazy("Page of the entry"),
        None,
        WIDE,
        gettext_lazy("The page of the entry, with its full text and everything related to it."),
        address=_page_of,
    ),
)


def leading_columns() -> tuple[SheetColumn, ...]:
    """The columns of all kinds before their own, in the language of the page; translated titles beside the original."""
    titles = (_TITLE,) if is_in_chinese() else (_TITLE, _CHINESE_TITLE)
    return (*titles, *_DATES)


def _relations(policy: Policy) -> str:
    """The related public policies, each with its relation: those of this policy first."""
    own, inverse = policy.relations.all(), policy.inverse_relations.all()
    named = [(relation.get_type_display(), relation.to_policy, relation) for relation in own]
    named += [(relation.inverse_label, relation.from_policy, relation) for relation in inverse]
    return lines((_relation_text(*one) for one in named), own, inverse)


def _relation_text(label: str, other: Policy, relation: PolicyRelation) -> str:
    """The relation with the title of the other policy, and what was changed."""
    text = pgettext("relation and title", "%(relation)s: %(title)s") % {
        "relation": capfirst(str(label)),
        "title": localized_text(other, "title"),
    }
    if change := localized_text(relation, "change"):
        text = pgettext("relation and change", "%(relation)s (change: %(change)s)") % {
            "relation": text,
            "change": change,
        }
    return text


def _related_policies() -> list[Prefetch]:
    public = Policy.objects.published().values("pk")
    found = []
    for name, owner, other in (
        ("relations", "from_policy", "to_policy"),
        ("inverse_relations", "to_policy", "from_policy"),
    ):
        rows = PolicyRelation.objects.filter(**{f"{other}__in": public}).select_related(other)
        rows = rows.only(
            *("type", "change", "change_en", "from_policy", "to_policy"),
            *(f"{other}__{one}" for one in link_columns(Policy)),
        )
        order = ("type", "pk")
        found.append(Prefetch(name, first_of_each(rows.order_by(*order), MAX_RELATED, order, owner)))
    return found


def _batch(designation: PilotDesignation) -> str:
    return batch_text(designation.batch) if designation.batch else ""


def _announced_by(designation: PilotDesignation) -> str:
    announced_by = enumerated(designation.authorities.all())
    return announced_by or (_("Not given by the sources") if designation.examined else "")


def _declared_by(goal: Goal) -> str:
    if goal.declared_by:
        return localized_text(goal.declared_by, "title")
    return _("What set it is not public.") if goal.declared_by_id else _("What set it is not stated.")


def _due(goal: Goal) -> str:
    return _("Open-ended") if goal.is_open_ended else date_text(goal.target) or _("No due date stated")


def _delivery(goal: Goal) -> str:
    newest = goal.newest_assessment
    return str(newest.get_delivery_display()) if newest else ""


def _assessments(goal: Goal) -> str:
    found = goal.assessments.all()
    return lines(map(_assessment, found), found)


def _assessment(assessment: GoalAssessment) -> str:
    said = (date_text(assessment.date), assessment.get_delivery_display(), assessment.get_evidence_display())
    cited = map(citation_text, assessment.citations.all())
    note = localized_text(assessment, "note")
    return " · ".join(filter(None, (*said, *cited, note)))


def _search(goal: Goal) -> str:
    if not goal.searched_on or goal.assessments.all():
        return ""
    text = _("Searched %(date)s, no assessment found.") % {"date": date_text(goal.searched_on)}
    return " ".join(filter(None, (text, localized_text(goal, "search_note"))))


# The columns of the kinds in an order of their own; others have those of their fields.
OWN_COLUMNS: Mapping[Kind, Sequence[SheetColumn]] = {
    Kind.POLICY: (
        _field(Policy, "document_type"),
        SheetColumn(gettext_lazy("Interim or trial"), lambda policy: policy.provisional_label, NARROW),
        _field(Policy, "document_number"),
        _field(Policy, "issuers", gettext_lazy("Issued by"), width=WIDE),
        _field(Policy, "level"),
        _field(Policy, "published_on", width=NARROW),
        _field(Policy, "issued", width=NARROW),
        _field(Policy, "effective_from", width=NARROW),
        _field(Policy, "effective_until", width=NARROW),
        _field(Policy, "covers", width=NARROW),
        _field(Policy, "validity"),
        SheetColumn(gettext_lazy("Related policies"), _relations, WIDE, related=_related_policies),
        _field(Policy, "official_url", width=WIDE),
    ),
    Kind.PILOT_DESIGNATION: (
        _field(PilotDesignation, "programme"),
        SheetColumn(gettext_lazy("Batch"), _batch, NARROW),
        _field(PilotDesignation, "designee"),
        _field(PilotDesignation, "areas"),
        replace(_field(PilotDesignation, "authorities", width=WIDE), text=_announced_by),
    ),
    Kind.MILESTONE: (
        _field(Milestone, "occasion"),
        _field(Milestone, "organizations"),
        _field(Milestone, "areas"),
        _field(Milestone, "policies", gettext_lazy("Policies concerned"), width=WIDE),
    ),
    Kind.GOAL: (
        SheetColumn(
            gettext_lazy("Set by"),
            _declared_by,
            WIDE,
            related=lambda: public_origin_of_goals(MAX_RELATED, MAX_RELATED),
        ),
        SheetColumn(gettext_lazy("Due"), _due, NARROW),
        SheetColumn(gettext_lazy("Due (EDTF)"), lambda goal: edtf_text(goal.target), NARROW, _EDTF_NOTE),
        SheetColumn(
            gettext_lazy("State of the due date"),
            lambda goal: str(GoalState(goal.state()).label),
            MEDIUM,
            gettext_lazy(
                "On the day on which this file was made. Only a cited assessment says whether a goal was met; where none is known, that says nothing about the goal."
            ),
        ),
        SheetColumn(gettext_lazy("Newest assessment"), _delivery, NARROW),
        SheetColumn(gettext_lazy("Assessments"), _assessments, PROSE),
        SheetColumn(gettext_lazy("Search for an assessment"), _search, WIDE),
        _field(Goal, "indicator", width=WIDE),
    ),
}


def own_columns(kind: Kind) -> Sequence[SheetColumn]:
    """The columns of this kind alone."""
    if kind in OWN_COLUMNS:
        return OWN_COLUMNS[kind]
    fields = own_fields(kind.model)
    # English is displayed in place of the Chinese.
    return [field_column(field) for field in fields if not field.name.endswith("_en")]


def sheet_of(kind: Kind, entries: EntryQuerySet) -> SheetContent:
    """The sheet of those of these public entries that are of this kind, in chronological order."""
    columns = (*leading_columns(), *own_columns(kind), *TRAILING_COLUMNS)
    related = prefetches(columns)

    def records() -> Iterator[Entry]:
        found = kind.model.objects.published().filter(pk__in=entries.order_by().values("pk"))
        found = found.chronological().defer("body", "body_en").prefetch_related(*related)
        return found.iterator(chunk_size=CHUNK_SIZE)

    return SheetContent(capfirst(str(kind.model._meta.verbose_name_plural)), columns, records)


def table_of_all(kinds: Sequence[Kind], entries: EntryQuerySet) -> SheetContent:
    """These public entries in one table, kind after kind, with the columns of all of them."""
    sheets = {kind: sheet_of(kind, entries) for kind in kinds}
    own: dict[str, dict[str, SheetColumn]] = {}
    for kind in kinds:
        for column in own_columns(kind):
            own.setdefault(column.heading, {})[kind] = column
    return SheetContent(
        "",
        (
            _field(Entry, "kind"),
            *leading_columns(),
            *map(_of_kinds, own.values()),
            *TRAILING_COLUMNS,
        ),
        lambda: itertools.chain.from_iterable(sheet.records() for sheet in sheets.values()),
    )


def _of_kinds(columns: Mapping[str, SheetColumn]) -> SheetColumn:
    """The column in which these kinds have their texts, and others nothing."""
    first = next(iter(columns.values()))

    def text(entry: Entry) -> str:
        own = columns.get(entry.kind)
        return own.text(entry) if own and own.text else ""

    return SheetColumn(first.label, text)
