"""Reference records, which entries refer to: their models and the list of them."""

import datetime
from collections.abc import Collection, Iterable
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.models.addresses import page_of
from timeline.models.derived import DerivedFieldsModel, DerivedFieldsQuerySet
from timeline.models.fields import CountField, LineField, PartialDateField, ProseField, WebAddressField
from timeline.models.keyset import beyond
from timeline.models.records import Record, SearchableRecordQuerySet
from timeline.models.search_documents import Searchable
from timeline.models.stored_records import STORED
from timeline.search.index import RecordType
from timeline.values.partial_date import PartialDate
from timeline.workflow import ENDED


class Tone(models.TextChoices):
    """The names of the colours for phases. The stylesheet defines the colours."""

    HARBOUR = "harbour", _("Harbour blue")
    JADE = "jade", _("Jade green")
    EMBER = "ember", _("Ember orange")
    PLUM = "plum", _("Plum purple")
    OCHRE = "ochre", _("Ochre yellow")
    SLATE = "slate", _("Slate grey")


class ReferenceQuerySet(SearchableRecordQuerySet):
    """Reference records with their search documents."""

    def after(self, record: "Reference") -> Self:
        """The records after this one in their order, nearest first."""
        return self._beyond(record, is_later=True)

    def before(self, record: "Reference") -> Self:
        """The records before this one, nearest first."""
        return self._beyond(record, is_later=False).reverse()

    def _beyond(self, record: "Reference", *, is_later: bool) -> Self:
        columns = [str(column) for column in self.model._meta.ordering or ()]
        order = [(column, False) for column in columns]
        return self.filter(beyond(record, order, is_later=is_later)).order_by(*columns)


class Reference(Searchable, Record):
    """A record that entries refer to. Its page gathers the entries that do."""

    # The table of files, and the first part of addresses.
    PLURAL: ClassVar[str]
    # The text at the head of the page that lists all records, which the main navigation leads to; "" for no such page.
    INTRODUCTION: ClassVar[str | Promise] = ""
    SEARCHED_MARKDOWN: ClassVar[tuple[str, ...]] = ("description", "description_en")
    IDENTIFYING_COLUMNS = ("title",)
    DISTINGUISHING_DATES: ClassVar[tuple[str, ...]] = ()
    sort_earliest = None

    objects = ReferenceQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True
        indexes = [models.Index("published_at", "id", name="%(app_label)s_%(class)s_public")]

    def get_absolute_url(self) -> str:
        return page_of(f"{self._meta.model_name}-detail", self.slug)


class PhaseQuerySet(DerivedFieldsQuerySet, ReferenceQuerySet):
    def not_withdrawn(self) -> Self:
        """Filter phases that were not withdrawn: only these does the date of an entry place it in."""
        return self.without_status(*ENDED)

    def begun_by(self, day: datetime.date) -> Self:
        """Filter phases that had started on or before this day."""
        return self.filter(sort_earliest__lte=day)

    def newest_first(self) -> Self:
        return self.order_by("-sort_earliest", "-pk")

    def without_citation(self) -> Self:
        """Filter phases that cite no source: their years are the editors' own."""
        return self.filter(citations=None)


def newest_begun(phases: "Iterable[Phase]", day: datetime.date) -> "Phase | None":
    """The first of `begun_by(day).newest_first()`, from phases at hand."""
    begun = (phase for phase in phases if phase.sort_earliest <= day)
    return max(begun, key=lambda phase: (phase.sort_earliest, phase.pk), default=None)


class Phase(DerivedFieldsModel, Reference):
    """A period of the history. Phases may share boundary years. The end of the last may be unknown."""

    PLURAL = "phases"
    DISTINGUISHING_DATES = ("period",)
    RECORD_TYPE = RecordType.PHASE
    TITLES = ("title", "title_en", "short_title", "short_title_en")
    SUMMARIES = ("summary", "summary_en")
    SEARCHED = ("editor_note", "editor_note_en")
    SEARCHED_MARKDOWN = ()
    DERIVED_FROM = {"sort_earliest": frozenset({"period"}), "sort_latest": frozenset({"period"})}

    period = PartialDateField(
        _("period"),
        help_text=_("2011/2015 from year to year, 2021/.. goes on, 2021/ where the end is not known."),
    )
    sort_earliest = models.DateField(_("begins at the earliest"), editable=False)
    sort_latest = models.DateField(_("ends at the latest"), editable=False)
    short_title = LineField(
        _("short title"),
        max_length=8,
        blank=True,
        help_text=_("In the picture, where the title has no room: at most 8 characters."),
    )
    short_title_en = LineField(_("short title in English"), max_length=25, blank=True)
    gist = LineField(
        _("at the same time"),
        max_length=20,
        blank=True,
        help_text=_(
            "What the record dates to these years, in the picture below the name: at most 20 characters."
        ),
    )
    gist_en = LineField(_("at the same time, in English"), max_length=60, blank=True)
    tone = models.CharField(_("tone"), max_length=12, choices=Tone, default=Tone.SLATE)
    summary = ProseField(
        _("summary"), blank=True, help_text=_("What the sources say of the phase, in 40 to 120 characters.")
    )
    summary_en = ProseField(_("summary in English"), blank=True)
    editor_note = ProseField(
        _("editor’s note"), blank=True, help_text=_("What the sources leave open, as readers are to see it.")
    )
    editor_note_en = ProseField(_("editor’s note in English"), blank=True)

    objects = PhaseQuerySet.as_manager()

    class Meta(Reference.Meta):
        abstract = False
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["sort_earliest", "sort_latest", "slug"]
        constraints = [
            *Reference.Meta.constraints,
            models.CheckConstraint(
                name="timeline_phase_begins_before_it_ends",
                condition=Q(sort_earliest__lte=models.F("sort_latest")),
            ),
            models.CheckConstraint(name="timeline_phase_tone_known", condition=Q(tone__in=Tone.values)),
        ]

    def derive(self) -> None:
        if self.period is None:  # refused by full_clean() and the database
            return
        period = PartialDate.parse(self.period)
        self.sort_earliest, self.sort_latest = period.earliest, period.latest


class Topic(Reference):
    """A system or theme that runs through several years and connects entries."""

    PLURAL = "topics"
    RECORD_TYPE = RecordType.TOPIC
    INTRODUCTION = _("Systems and themes that run through several years, each with its thread of entries.")

    description = ProseField(
        _("introduction"), blank=True, help_text=_("What it is and how it runs through the years. Markdown.")
    )
    description_en = ProseField(_("introduction in English"), blank=True)
    phases = models.ManyToManyField(
        Phase,
        verbose_name=_("phases"),
        blank=True,
        related_name="topics",
        help_text=_("Only where a source itself ties the topic to a phase."),
    )
    position = CountField(_("position"), default=0, help_text=_("Small numbers come first."))

    class Meta(Reference.Meta):
        abstract = False
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "slug"]


class Organization(Reference):
    """An organization that issues, decides, designates or participates."""

    PLURAL = "organizations"
    RECORD_TYPE = RecordType.ORGANIZATION
    INTRODUCTION = _("Bodies that issued, decided, designated or took part.")

    description = ProseField(_("description"), blank=True, help_text=_("Its part in this record. Markdown."))
    description_en = ProseField(_("description in English"), blank=True)
    precedence = CountField(
        _("precedence"),
        default=100,
        help_text=_("Order in which joint issuers are named: small numbers first."),
    )

    class Meta(Reference.Meta):
        abstract = False
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["precedence", "slug"]


class Area(Reference):
    """A city, district, zone or town."""

    PLURAL = "areas"
    RECORD_TYPE = RecordType.AREA
    INTRODUCTION = _("Places that the record speaks of.")

    parent = models.ForeignKey(
        "self",
        verbose_name=_("lies in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    description = ProseField(_("description"), blank=True, help_text=_("Its part in this record. Markdown."))
    description_en = ProseField(_("description in English"), blank=True)
    position = CountField(_("position"), default=0, help_text=_("Small numbers come first."))

    class Meta(Reference.Meta):
        abstract = False
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["position", "slug"]
        constraints = [
            *Reference.Meta.constraints,
            models.CheckConstraint(
                name="timeline_area_lies_in_another",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                violation_error_message=_("An area does not lie in itself."),
            ),
        ]

    @classmethod
    def lock_all(cls, keys: Collection[int]) -> set[int]:
        # With the areas in which they lie, which are published with them: so the order is that of the keys.
        parents, wanted = STORED.parents_of_areas(), {*keys}
        within = {*wanted}
        while new := {key for key in map(parents.get, within) if key is not None} - within:
            within |= new
        return super().lock_all(within) & wanted

    def clean(self) -> None:
        super().clean()
        if self.others.lies_in(self.parent_id, self.pk):
            raise ValidationError(
                {"parent": _("“%(area)s” already lies in this area.") % {"area": self.parent}}
            )


class SourceType(models.TextChoices):
    """What a source is, by which references mark it (GB/T 7714—2025)."""

    PAGE = "page", _("web page")
    DOCUMENT = "document", _("document")
    NEWSPAPER = "newspaper", _("newspaper")
    REPORT = "report", _("report")
    ARCHIVE = "archive", _("archival document")
    DATASET = "dataset", _("dataset")


class SourceText(models.TextChoices):
    """The text from which quotations are taken, where that is not the publication as it stands."""

    EDITED = "edited", _("an edited text of it")
    CONVERTED = "converted", _("a reprint in traditional characters, converted")

    @property
    def note(self) -> str:
        """What stands beside a quotation from it."""
        return str(
            {
                SourceText.EDITED: _("quoted from an edited text"),
                SourceText.CONVERTED: _("converted from a reprint in traditional characters"),
            }[self]
        )


class Source(Reference):
    """A publication that entries cite."""

    PLURAL = "sources"
    RECORD_TYPE = RecordType.SOURCE
    SEARCHED = ("publisher", "author", "note", "note_en")
    SEARCHED_MARKDOWN = ()
    IDENTIFYING_COLUMNS = ("title", "url")
    DISTINGUISHING_DATES = ("published",)

    type = models.CharField(_("type"), max_length=12, choices=SourceType, default=SourceType.PAGE)
    publisher = LineField(_("publisher"), max_length=200, blank=True)
    author = LineField(_("author"), max_length=200, blank=True)
    number = LineField(
        _("number"),
        max_length=100,
        blank=True,
        help_text=_(
            "The number of a document or report, the shelf mark of an archive, the version of a dataset."
        ),
    )
    place = LineField(
        _("place of publication"),
        max_length=60,
        blank=True,
        help_text=_("Where its publisher is, or the archive."),
    )
    pages = LineField(_("pages"), max_length=30, blank=True, help_text=_("Those of a newspaper: 17."))
    url = WebAddressField(_("address"), max_length=500, blank=True)
    linked = models.BooleanField(
        _("link to it"),
        default=True,
        help_text=_(
            "Switched off, the address is printed as text and not linked. Say why in the note, which then stands beside it."
        ),
    )
    archived_url = WebAddressField(_("archived copy"), max_length=500, blank=True)
    accessed = PartialDateField(_("accessed"), blank=True)
    read_in_copy = models.BooleanField(
        _("read in a stored copy"),
        default=False,
        help_text=_(
            "On, if a stored copy was read, not the page at the address: references then give no date of access."
        ),
    )
    published = PartialDateField(
        _("published"), blank=True, help_text=_("The date that the publication itself bears.")
    )
    reprint = models.BooleanField(
        _("reprint"),
        default=False,
        help_text=_(
            "On, if it repeats what was published elsewhere before: its date is that of the reprint, and references say so."
        ),
    )
    consulted = ProseField(
        _("what was read"),
        blank=True,
        help_text=_("As much of the source as the editors had before them: 正文前五段."),
    )
    consulted_en = ProseField(_("what was read, in English"), blank=True)
    quoted_text = models.CharField(
        _("quoted from"),
        max_length=12,
        blank=True,
        choices=SourceText,
        help_text=_("Left blank, quotations are the words of the publication as it stands."),
    )
    note = ProseField(_("note"), blank=True, help_text=_("What a reader should know of this source."))
    note_en = ProseField(_("note in English"), blank=True)

    class Meta(Reference.Meta):
        abstract = False
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]
        constraints = [
            *Reference.Meta.constraints,
            models.CheckConstraint(
                name="timeline_source_type_known", condition=Q(type__in=SourceType.values)
            ),
            models.CheckConstraint(
                name="timeline_source_quoted_text_known",
                condition=Q(quoted_text__in=["", *SourceText.values]),
            ),
        ]

    @property
    def quotation_note(self) -> str:
        """From which text of it quotations are taken; "" for the publication as it stands."""
        return SourceText(self.quoted_text).note if self.quoted_text else ""


# In the order of imports: each refers to those before it or to itself.
REFERENCES: tuple[type[Reference], ...] = (Source, Phase, Topic, Organization, Area)
