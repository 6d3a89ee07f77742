"""The sheet of citations: in each row a source for an entry or for an assessment of a goal."""

import itertools
from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.i18n.display import is_in_chinese, localized_text, translation_of
from timeline.i18n.locators import locator_text
from timeline.models import AssessmentCitation, Citation, Entry, Source
from timeline.models.entry_queryset import EntryQuerySet
from timeline.models.source_references import CITATION_ORDER, SourceReference
from timeline.models.timeline_position import timeline_order
from timeline.public.spreadsheets.columns import (
    MEDIUM,
    NARROW,
    WIDE,
    SheetColumn,
    SheetContent,
    date_text,
    label_of,
)

# The number of citations that are in memory at once.
CHUNK_SIZE = 500


def _owner(citation: SourceReference) -> Entry:
    return getattr(citation, citation.OWNER_FIELD)


def _cited_for(citation: SourceReference) -> str:
    """Whether the source is cited for the entry or for an assessment of it."""
    if not isinstance(citation, AssessmentCitation):
        return _("the entry")
    return _("its assessment of %(date)s") % {"date": date_text(citation.assessment_date)}


def _quoted_from(citation: SourceReference) -> str:
    """What pages say beside a quotation that is not from the publication as it stands."""
    return citation.source.quotation_note if citation.quotation else ""


def _of_source(field: str) -> SheetColumn:
    return SheetColumn(label_of(Source, field), lambda citation: localized_text(citation.source, field))


_TRANSLATION = SheetColumn(
    label_of(Citation, "quotation_en"),
    lambda citation: translation_of(citation, "quotation"),
    WIDE,
    gettext_lazy("By the editors of this record, not by the source."),
)
CITATION_COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn(
        gettext_lazy("entry"),
        lambda citation: localized_text(_owner(citation), "title"),
        WIDE,
        address=lambda citation: _owner(citation).get_absolute_url(),
    ),
    SheetColumn(label_of(Entry, "kind"), lambda citation: _owner(citation).get_kind_display(), NARROW),
    SheetColumn(gettext_lazy("Cited for"), _cited_for, NARROW),
    SheetColumn(
        label_of(Citation, "source"),
        lambda citation: localized_text(citation.source, "title"),
        WIDE,
        address=lambda citation: citation.source.get_absolute_url(),
    ),
    SheetColumn(label_of(Citation, "locator"), lambda citation: locator_text(citation.locator), NARROW),
    SheetColumn(
        label_of(Citation, "quotation"),
        lambda citation: citation.quotation,
        WIDE,
        gettext_lazy(
            "The words of the source, to the letter; if they were taken from an edited or converted text, the column “Quoted from” says so."
        ),
    ),
    SheetColumn(label_of(Source, "quoted_text"), _quoted_from, MEDIUM),
    _TRANSLATION,
    SheetColumn(
        label_of(Citation, "remark"),
        lambda citation: localized_text(citation, "remark"),
        WIDE,
        gettext_lazy("What the editors say of the citation, not the source."),
    ),
    SheetColumn(label_of(Citation, "date"), lambda citation: date_text(citation.date), NARROW),
    _of_source("author"),
    _of_source("publisher"),
    SheetColumn(label_of(Source, "published"), lambda citation: date_text(citation.source.published), NARROW),
    SheetColumn(
        gettext_lazy("Address of the source"),
        lambda citation: citation.source.url,
        WIDE,
        # Not every address is one to follow.
        address=lambda citation: citation.source.url if citation.source.linked else "",
    ),
)


def citation_sheet(entries: EntryQuerySet) -> SheetContent:
    """The sheet of the citations of these public entries, and of the assessments of goals among them."""
    keys = entries.order_by().values("pk")

    def records() -> Iterator[SourceReference]:
        of_entries = Citation.objects.filter(entry__in=keys).select_related("entry", "source")
        of_entries = of_entries.defer("entry__body", "entry__body_en").order_by(
            *timeline_order("entry__"), *CITATION_ORDER
        )
        of_goals = AssessmentCitation.objects.filter(goal__in=keys).select_related("goal", "source")
        of_goals = of_goals.defer("goal__body", "goal__body_en")
        assessment = ("assessment_date", "assessment_number")
        of_goals = of_goals.order_by(*timeline_order("goal__"), *assessment, *CITATION_ORDER)
        return itertools.chain(of_entries.iterator(CHUNK_SIZE), of_goals.iterator(CHUNK_SIZE))

    columns = [column for column in CITATION_COLUMNS if column is not _TRANSLATION or not is_in_chinese()]
    return SheetContent(capfirst(str(Citation._meta.verbose_name_plural)), columns, records)
