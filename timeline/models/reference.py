"""Reference records, which entries refer to: their models and the list of them."""

import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.models.addresses import page_of
from timeline.models.derived import DerivedFieldsModel, DerivedFieldsQuerySet
from timeline.models.fields import CountField, LineField, PartialDateField, ProseField, WebAddressField
from timeline.models.keyset import beyond
from timeline.models.named import TitleSlugModel, TitleSlugQuerySet
from timeline.models.search_documents import ALWAYS, Searchable, SearchableQuerySet
from timeline.search.index import RecordType
from timeline.values.partial_date import PartialDate


class Tone(models.TextChoices):
    """The names of the colours for phases. The stylesheet defines the colours."""

    HARBOUR = "harbour", _("Harbour blue")
    JADE = "jade", _("Jade green")
    EMBER = "ember", _("Ember orange")
    PLUM = "plum", _("Plum purple")
    OCHRE = "ochre", _("Ochre yellow")
    SLATE = "slate", _("Slate grey")


class ReferenceQuerySet(SearchableQuerySet, TitleSlugQuerySet):
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


class Reference(Searchable, TitleSlugModel):
    """A public record that entries refer to. Its page gathers the entries that do."""

    # The table of files, and the first part of addresses.
    PLURAL: ClassVar[str]
    # The text at the head of the page that lists all records, which the main navigation leads to; "" for no such page.
    INTRODUCTION: ClassVar[Any] = ""
    SEARCHED_MARKDOWN: ClassVar[tuple[str, ...]] = ("description", "description_en")
    public_from = ALWAYS
    sort_earliest = None

    objects = ReferenceQuerySet.as_manager()

    class Meta(TitleSlugModel.Meta):
        abstract = True

    def get_absolute_url(self) -> str:
        return page_of(f"{self._meta.model_name}-detail", self.slug)


class PhaseQuerySet(DerivedFieldsQuerySet, ReferenceQuerySet):
    def begun_by(self, day: datetime.date) -> Self:
        """Filter phases that had started on or before this day."""
        return self.filter(sort_earliest__lte=day)

    def newest_first(self) -> Self:
        return self.order_by("-sort_earliest", "-pk")


class Phase(DerivedFieldsModel, Reference):
    """A period of the history. Phases may share boundary years. The end of the last may be unknown."""

    PLURAL = "phases"
    RECORD_TYPE = RecordType.PHASE
    SUMMARIES = ("summary", "summary_en")
    SEARCHED_MARKDOWN = ()
    DERIVED_FROM = {"sort_earliest": frozenset({"period"}), "sort_latest": frozenset({"period"})}

    period = PartialDateField(
        _("period"),
        help_text=_("2011/2015 from year to year, 2021/.. goes on, 2021/ where the end is not known."),
    )
    sort_earliest = models.DateField(_("begins at the earliest"), editable=False)
    sort_latest = models.DateField(_("ends at the latest"), editable=False)
    tone = models.CharField(_("tone"), max_length=12, choices=Tone, default=Tone.SLATE)
    summary = ProseField(
        _("summary"), blank=True, help_text=_("What the sources say of the phase, in 40 to 120 characters.")
    )
    summary_en = ProseField(_("summary in English"), blank=True)
    editor_note = ProseField(
        _("editor's note"), blank=True, help_text=_("What the sources leave open, as readers are to see it.")
    )
    editor_note_en = ProseField(_("editor's note in English"), blank=True)

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

    def clean(self) -> None:
        super().clean()
        if self.others.lies_in(self.parent_id, self.pk):
            raise ValidationError(
                {"parent": _("“%(area)s” already lies in this area.") % {"area": self.parent}}
            )


class Source(Reference):
    """A publication that entries cite."""

    PLURAL = "sources"
    RECORD_TYPE = RecordType.SOURCE
    SEARCHED = ("publisher", "author", "note", "note_en")
    SEARCHED_MARKDOWN = ()
    IDENTIFYING_COLUMNS = ("title", "url")
    DISTINGUISHING_DATES = ("published",)

    publisher = LineField(_("publisher"), max_length=200, blank=True)
    author = LineField(_("author"), max_length=200, blank=True)
    url = WebAddressField(_("address"), max_length=500, blank=True)
    linked = models.BooleanField(
        _("link to it"),
        default=True,
        help_text=_("Switched off, the address is printed as text and not linked."),
    )
    archived_url = WebAddressField(_("archived copy"), max_length=500, blank=True)
    accessed = PartialDateField(_("accessed"), blank=True)
    published = PartialDateField(
        _("published"), blank=True, help_text=_("The date that the publication itself bears.")
    )
    note = ProseField(_("note"), blank=True, help_text=_("What a reader should know of this source."))
    note_en = ProseField(_("note in English"), blank=True)

    class Meta(Reference.Meta):
        abstract = False
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]


# In the order of imports: each refers to those before it or to itself.
REFERENCES: tuple[type[Reference], ...] = (Source, Phase, Topic, Organization, Area)
