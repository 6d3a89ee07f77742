"""Entry, the parent model of all kinds: its position on the timeline, its texts, its publication."""

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Self, Unpack

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.models.addresses import page_of
from timeline.models.derived import DerivedFieldsModel, SaveOptions
from timeline.models.entry_queryset import EntryQuerySet
from timeline.models.fields import LineField, PartialDateField, ProseField
from timeline.models.kinds import Kind, field_of, fields_naming, fields_naming_entries
from timeline.models.records import Record
from timeline.models.reference import Phase, Topic
from timeline.models.search_documents import Searchable
from timeline.models.stored_records import STORED, StoredRecords
from timeline.models.timeline_position import TIMELINE_ORDER, TimelineDate, TimelineDateSource
from timeline.search.index import RecordType
from timeline.values.partial_date import PartialDate
from timeline.workflow import TRANSITIONS, Objection

if TYPE_CHECKING:
    from timeline.models.evidence import Citation

# The messages where an entry names one that is not public, for columns without their own.
_NOT_PUBLIC = (
    _("“%(title)s”, which this names, was withdrawn."),
    _("“%(title)s”, which this names, is not published."),
)


class Entry(Searchable, DerivedFieldsModel, Record):
    """What the timeline, search, feeds and the rule of publication need of every kind.

    A real table (multi-table inheritance), so that each of those is one queryset. An entry always has a kind, which
    inherits this model and declares what differs from kind to kind: saving a bare Entry raises TypeError.
    """

    KIND: ClassVar[Kind]
    # The name of the table in files and, with - for _, the first part of URLs.
    PLURAL: ClassVar[str]
    # The columns that a link to an entry displays beside its title and date.
    LINK_COLUMNS: ClassVar[tuple[str, ...]] = ()
    # Whether entries of this kind are plans; otherwise they are events. The page of a phase lists them separately.
    IS_PLAN: ClassVar[bool] = False
    IDENTIFYING_COLUMNS = ("title",)
    # By column, the messages if it refers to an entry that has ended, and to one that is not published.
    NOT_PUBLIC_MESSAGES: ClassVar[Mapping[str, tuple[str | Promise, str | Promise]]] = {}
    # Whether the caller decides on the phase, even if it leaves it empty. Otherwise `derive()` may fill it in, by
    # default if the stored entry has no date.
    phase_is_set: bool | None = None
    RECORD_TYPE = RecordType.ENTRY
    TITLES = ("title", "title_en", "short_title", "short_title_en")
    SUMMARIES = ("summary", "summary_en")
    SEARCHED = ("editor_note", "editor_note_en")
    SEARCHED_MARKDOWN = ("body", "body_en")
    SEARCHED_DATES = ("timeline_date",)
    DERIVED_FROM = {"kind": frozenset()}
    # The dates that can place an entry on the timeline; the first that has a value does.
    TIMELINE_DATES: ClassVar[tuple[TimelineDate, ...]] = (TimelineDate("date", TimelineDateSource.OWN),)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, editable=False)
    date = PartialDateField(
        _("date"),
        blank=True,
        help_text=_(
            "Only as far as a source gives it: 2013, 2013-01, 2013-01-28, 2011/2015. Where no source gives a date, leave "
            "it empty; never guess a month."
        ),
    )
    short_title = LineField(
        _("short title"),
        max_length=12,
        blank=True,
        help_text=_(
            "In the picture, where the title has no room: at most 12 characters. Left blank, the title is cut."
        ),
    )
    short_title_en = LineField(_("short title in English"), max_length=25, blank=True)
    summary = ProseField(
        _("summary"),
        blank=True,
        help_text=_("Who, what, to what end, in your own words; 40 to 120 characters."),
    )
    summary_en = ProseField(_("summary in English"), blank=True)
    body = ProseField(_("text"), blank=True, help_text=_("What the sources say in more detail. Markdown."))
    body_en = ProseField(_("text in English"), blank=True)
    phase = models.ForeignKey(
        Phase,
        verbose_name=_("phase"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
        help_text=_(
            "Left blank on a new entry, it becomes the newest phase that had begun by its date; an entry may precede them all."
        ),
    )
    topics = models.ManyToManyField(
        Topic,
        verbose_name=_("topics"),
        blank=True,
        related_name="entries",
        help_text=_("Every topic of which the cited text speaks."),
    )
    editor_note = ProseField(
        _("editor’s note"),
        blank=True,
        help_text=_(
            "What the sources leave open or say differently, as readers are to see it. Do not resolve it."
        ),
    )
    editor_note_en = ProseField(_("editor’s note in English"), blank=True)
    examined = models.BooleanField(
        _("sources examined"),
        default=False,
        help_text=_(
            "The sources were read for every fact. Only then the page says of what is missing that the sources do not give it."
        ),
    )

    timeline_date = PartialDateField(_("place on the timeline"), blank=True, editable=False)
    timeline_date_source = models.CharField(
        _("by which date"),
        max_length=12,
        choices=TimelineDateSource,
        default=TimelineDateSource.NONE,
        blank=True,
        editable=False,
    )
    sort_earliest = models.DateField(_("earliest day"), null=True, blank=True, editable=False)
    sort_latest = models.DateField(_("latest day"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        permissions = [
            *((f"{name}_entry", transition.permission_label) for name, transition in TRANSITIONS.items()),
            ("restore_entry", _("Can restore revisions of records")),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="timeline_entry_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="timeline_entry_place_whole",
                condition=Q(
                    timeline_date__isnull=True,
                    sort_earliest__isnull=True,
                    sort_latest__isnull=True,
                    timeline_date_source="",
                )
                # A comparison with NULL is not false, and a check lets through what is not false.
                | Q(timeline_date__isnull=False, sort_earliest__isnull=False, sort_latest__isnull=False)
                & Q(sort_latest__gte=F("sort_earliest"))
                & ~Q(timeline_date_source=""),
            ),
        ]
        indexes = [
            # With all that `published()` asks of a row, its key, and what counts group by: neither lists of keys nor counts read
            # the table.
            models.Index(
                "status",
                *(
                    F(column).desc() if is_descending else column
                    for column, is_descending in TIMELINE_ORDER[:2]
                ),
                "published_at",
                "id",
                "kind",
                "phase",
                name="timeline_entry_in_order",
            ),
            # The order of lists that show entries in any status.
            models.Index(
                *(F(column).desc() if is_descending else column for column, is_descending in TIMELINE_ORDER),
                name="timeline_entry_of_any_status",
            ),
            models.Index("published_at", "id", name="timeline_entry_of_publication"),
            models.Index("kind", "sort_earliest", name="timeline_entry_of_kind"),
            # Equal titles are found without reading the table.
            models.Index("title", name="timeline_entry_of_title"),
            models.Index("title_en", name="timeline_entry_of_title_en"),
        ]

    def save(self, **kwargs: Unpack[SaveOptions]) -> None:
        if type(self) is Entry:
            models_of_kinds = ", ".join(kind.model.__name__ for kind in Kind)
            raise TypeError(f"An entry has a kind: save one of {models_of_kinds}.")
        with transaction.atomic():
            if kwargs.get("update_fields") is not None:
                phase_before = self.phase_id
                self.derive()
                also = {"changed_at"} | ({"phase"} if self.phase_id != phase_before else set())
                kwargs["update_fields"] = {*kwargs["update_fields"], *also}
            # A new entry declares no goals yet.
            declared_before = self.pk is not None
            super().save(**kwargs)
            if declared_before:
                for goal in self.goals_declared.select_related("declared_by"):
                    goal.refresh_timeline_date()

    @classmethod
    def lock_all(cls, keys: Collection[int]) -> set[int]:
        # The entries that declare goals are locked first, because saving one locks it before it updates its goals.
        declaring = Entry.objects.filter(pk__in=keys).exclude(goal__declared_by=None)
        if of_goals := {*declaring.values_list("goal__declared_by", flat=True)}:
            super().lock_all(of_goals)
        return super().lock_all(keys)

    @classmethod
    @functools.cache
    def derived_from(cls) -> Mapping[str, frozenset[str]]:
        """The derived columns with those of the position, which depend on every date that can place the entry."""
        inputs = frozenset().union(*(date.inputs for date in cls.TIMELINE_DATES))
        position = ("timeline_date", "timeline_date_source", "sort_earliest", "sort_latest")
        return {**cls.DERIVED_FROM, **dict.fromkeys(position, inputs)}

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        # Django's own makes a dictionary of all choices, for each entry of a list.
        return str(Kind(self.kind).label)

    def get_absolute_url(self) -> str:
        return page_of(Kind(self.kind).url_name, self.slug)

    def derive(self) -> None:
        self.kind = self.KIND
        self.timeline_date, self.timeline_date_source = self.compute_timeline_date()
        self.sort_earliest = self.timeline_date.earliest if self.timeline_date else None
        self.sort_latest = self.timeline_date.latest if self.timeline_date else None
        if (
            self.phase_id is None
            and self.sort_earliest is not None
            and not (self._has_stored_date() if self.phase_is_set is None else self.phase_is_set)
        ):
            # Once only, when the entry first gets a date: an editor may empty the phase later.
            self.phase_id = self.others.phase_begun_by(self.sort_earliest)

    @classmethod
    def with_all_columns(cls, keys: Sequence[int]) -> Iterator[Searchable]:
        # The columns of each kind are in a table of their own.
        for model in [kind.model for kind in Kind] if cls is Entry else [cls]:
            yield from super(Entry, model).with_all_columns(keys)

    def _cleaned(self, name: str) -> object:
        """The value of the column as the database will store it, whatever spelling was assigned."""
        return field_of(type(self), name).to_python(getattr(self, name))

    def _has_stored_date(self) -> bool:
        """Whether the database has this entry with a date."""
        return self.pk is not None and Entry.objects.filter(pk=self.pk, sort_earliest__isnull=False).exists()

    def compute_timeline_date(self) -> tuple[PartialDate | None, TimelineDateSource]:
        """The date that places this entry on the timeline, with its source. A date is never guessed."""
        for date in self.TIMELINE_DATES:
            if value := date.value_of(self):
                return PartialDate.parse(value), date.source
        return None, TimelineDateSource.NONE

    def objections_to_withdrawing(self) -> list[str]:
        return []

    @property
    def differing_citations(self) -> list["Citation"]:
        """The citations whose source gives another date than the entry."""
        return [citation for citation in self.citations.all() if citation.has_other_date]

    @classmethod
    def objections_of(
        cls,
        records: Sequence[Self],
        by: AbstractUser | None = None,
        together_with: Collection[int] = (),
        others: StoredRecords = STORED,
    ) -> dict[int, list[Objection]]:
        found = super().objections_of(records, by, together_with, others)
        # Of `others`, because the instances may be outdated.
        cited = others.citation_counts(found)
        for record in records:
            if not cited[record.pk]:
                message = _("“%(title)s” cites no source; every published entry cites one.") % {
                    "title": record
                }
                found[record.pk].append(Objection("citations", str(message)))
        named = [*cls.references_of(records, others)]
        hidden = {entry.pk: entry for entry in others.unpublished({other for _key, _field, other in named})}
        for key, field, other in named:
            if other in hidden:
                withdrawn, unpublished = cls.NOT_PUBLIC_MESSAGES.get(field, _NOT_PUBLIC)
                message = withdrawn if hidden[other].has_ended else unpublished
                found[key].append(Objection(field, str(message % {"title": hidden[other]}), other))
        return found

    @classmethod
    def references_of(cls, records: Sequence[Self], others: StoredRecords) -> Iterable[tuple[int, str, int]]:
        """The references of these records to entries: key of the record, column, key of the other entry."""
        for field in fields_naming_entries(cls):
            if field.many_to_many:
                for key, named in others.linked_entries(field, [record.pk for record in records]):
                    yield key, field.name, named
            else:
                for record in records:
                    if (named := getattr(record, field.attname)) is not None:
                        yield record.pk, field.name, named

    @classmethod
    def references_to(cls, keys: Collection[int]) -> Iterator[tuple[int, int]]:
        """The references of entries to those of this kind with these keys: keys of the one and of the other."""
        for field in (*fields_naming(Entry), *fields_naming(cls)):
            naming = field.model._base_manager.filter(**{f"{field.name}__in": keys})
            yield from naming.order_by().values_list("pk", field.name)
