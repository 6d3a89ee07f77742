"""Revisions of records, working copies included: what changed, by whom and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models.batches import ImportBatch
from timeline.models.chunks import chunks
from timeline.models.kinds import Kind
from timeline.models.named import slug_owner_name
from timeline.models.records import Record, RecordKey, visible_tables
from timeline.visibility import IS_PUBLISHED, StatusQuerySet
from timeline.workflow import TRANSITIONS, Action, Status

# What brings a record or its working copy further, or ends the copy. Other actions only change the text.
STEPS = sorted(
    {transition.action for transition in TRANSITIONS.values()}
    | {transition.action_of_copy for transition in TRANSITIONS.values()}
    | {Action.REVISED, Action.NOT_APPLIED, Action.DISCARDED}
)
# What changes the text.
WRITING = (Action.SAVED, Action.IMPORTED, Action.RESTORED)


class RevisionQuerySet(StatusQuerySet["Revision"]):
    def get_by_natural_key(self, table: str, record: int, number: int) -> "Revision":
        return self.get(table=table, record=record, number=number)

    def for_model(self, model: type[models.Model]) -> Self:
        """Filter revisions of records of a model. Those of one kind of entry have their own, too."""
        kind = getattr(model, "KIND", None)
        of_table = self.filter(table=slug_owner_name(model))
        return of_table.filter(kind=kind) if kind else of_table

    def visible_to(self, user: AbstractUser) -> Self:
        """Filter revisions of records that the user may view."""
        return self.filter(table__in=visible_tables(user))

    def for_record(self, record: models.Model) -> Self:
        return self.for_key(type(record), record.pk)

    def for_key(self, model: type[models.Model], key: int | None) -> Self:
        return self.filter(table=slug_owner_name(model), record=key)

    def for_keys(self, model: type[models.Model], keys: Iterable[int]) -> Self:
        return self.filter(table=slug_owner_name(model), record__in=keys)

    def applied(self) -> Self:
        """Filter revisions that were applied to their record, ordered by record and number."""
        return self.filter(applied=True).order_by("table", "record", "number")

    def by_number(self) -> Self:
        """Order all revisions, former working copies included, by record and number."""
        return self.order_by("table", "record", "number")

    def working_copies(self) -> Self:
        """Filter current working copies, at most one for each record."""
        return self.filter(is_working_copy=True)

    def scheduled(self) -> Self:
        """Filter working copies that become the text of their record at a time, at most one for each record."""
        return self.filter(is_scheduled=True)

    def due(self) -> Self:
        """Filter scheduled working copies whose time has come, the earliest first."""
        return self.scheduled().filter(public_from__lte=timezone.now()).order_by("public_from", "pk")

    def current_copies(self) -> Self:
        """Filter the current and the scheduled working copies, in whatever state, at most two for each record."""
        return self.filter(Q(is_working_copy=True) | Q(is_scheduled=True))

    def copies(self) -> Self:
        """Filter all states of working copies, former ones included."""
        return self.filter(applied=False)

    def steps(self) -> Self:
        """Filter what brought records and their working copies further, by record and number."""
        return self.filter(action__in=STEPS).by_number()

    def writings(self) -> Self:
        """Filter what changed the text, by record and number."""
        return self.filter(action__in=WRITING).by_number()

    def transitions(self) -> Self:
        """Filter revisions of workflow transitions, in the order of `applied`."""
        return self.applied().filter(action__in=[transition.action for transition in TRANSITIONS.values()])

    def sent_back(self) -> Self:
        """Filter revisions that returned a draft or a working copy which was not submitted since, newest first."""
        return self.filter(action=Action.SENT_BACK)._last_steps()

    def called_off(self) -> Self:
        """Filter revisions that called off what was scheduled, a record or a working copy, and that nothing followed, newest first."""
        return self._calls_off()._last_steps()

    def returned(self) -> Self:
        """Filter revisions that sent back or called off what was not submitted since, newest first."""
        return (self.filter(action=Action.SENT_BACK) | self._calls_off())._last_steps()

    def _calls_off(self) -> Self:
        """Filter revisions after which what was only scheduled is a draft."""
        withdrawn = self.filter(action=Action.WITHDRAWN).with_status(Status.DRAFT)
        return self.filter(action=Action.UNSCHEDULED) | withdrawn

    def not_applied(self) -> Self:
        """Filter working copies that could not be published at their time, and that nobody has decided on since."""
        return self.filter(action=Action.NOT_APPLIED)._last_steps()

    def _last_steps(self) -> Self:
        later = type(self)(self.model).filter(
            action__in=[*STEPS, Action.DELETED],
            table=OuterRef("table"),
            record=OuterRef("record"),
            number__gt=OuterRef("number"),
        )
        return self.exclude(Exists(later)).order_by("-created_at", "-pk")


class Revision(models.Model):
    """The state of a record after an action, as a flat row with nested records.

    A revision that is not applied was a working copy. The current working copy has `is_working_copy`; its
    `based_on` is the number of the revision that it was started from. Its `status` is its own: a draft, in review, or
    published, from `public_from` on. Until that time it `is_scheduled`, and remains so if somebody begins another
    working copy over it. Revisions remain when the record is deleted: a deleted draft is restored from its last one with
    its old key, so that its history continues.
    """

    # No foreign key: the records are in several tables, and their revisions outlive them.
    table = models.CharField(_("table"), max_length=40)
    record = models.BigIntegerField(_("record"))
    number = models.PositiveIntegerField(_("number"), help_text=_("Counts from 1."))
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, blank=True, help_text=_("That of an entry.")
    )
    title = models.CharField(_("title"), max_length=300)
    created_at = models.DateTimeField(_("at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(_("action"), max_length=12, choices=Action, default=Action.SAVED)
    comment = models.CharField(_("why"), max_length=300, blank=True)
    status = models.CharField(_("status then"), max_length=12, choices=Status)
    public_from = models.DateTimeField(_("public from"), null=True, blank=True)
    content = models.JSONField(_("row"))
    applied = models.BooleanField(_("applied"), default=True)
    batch = models.ForeignKey(
        ImportBatch,
        verbose_name=_("import"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revisions",
    )
    is_working_copy = models.BooleanField(_("working copy"), default=False)
    is_scheduled = models.BooleanField(_("scheduled"), default=False)
    based_on = models.PositiveIntegerField(_("rests on"), null=True, blank=True)
    # What the user decided who published or scheduled it (`editing/approvals.py`).
    confirmed_warnings = models.JSONField(_("confirmed warnings"), default=dict, blank=True)
    change_note = models.CharField(_("note for readers"), max_length=300, blank=True)
    change_note_en = models.CharField(_("note for readers in English"), max_length=300, blank=True)
    is_minor = models.BooleanField(_("minor, not announced"), default=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["table", "record", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "record", "number"], name="timeline_revision_numbered_once"
            ),
            models.CheckConstraint(name="timeline_revision_counts_from_one", condition=Q(number__gte=1)),
            models.UniqueConstraint(
                fields=["table", "record"],
                condition=Q(is_working_copy=True),
                name="timeline_revision_working_copy_once",
            ),
            models.UniqueConstraint(
                fields=["table", "record"],
                condition=Q(is_scheduled=True),
                name="timeline_revision_scheduled_once",
            ),
            models.CheckConstraint(
                name="timeline_revision_scheduled_for_a_time",
                condition=Q(is_scheduled=False) & ~(Q(is_working_copy=True) & IS_PUBLISHED)
                | Q(is_scheduled=True, applied=False, public_from__isnull=False) & IS_PUBLISHED,
            ),
            models.CheckConstraint(
                name="timeline_revision_applied_or_resting",
                condition=Q(applied=True, is_working_copy=False, based_on__isnull=True)
                | Q(applied=False, based_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index("created_at", name="timeline_revision_at"),
            # For `lately_changed()`.
            models.Index(
                F("created_at").desc(),
                "status",
                "table",
                "record",
                "number",
                "is_minor",
                name="timeline_revision_lately",
                condition=Q(applied=True),
            ),
            # For the next scheduled working copy.
            models.Index("public_from", name="timeline_revision_scheduled", condition=Q(is_scheduled=True)),
            # For who wrote and who submitted a draft, without reading the rows, which are long.
            models.Index(
                fields=["table", "record", "created_by"],
                name="timeline_revision_first",
                condition=Q(number=1),
            ),
            models.Index(
                fields=["table", "record", "number", "created_by"],
                name="timeline_revision_submitted",
                condition=Q(action=Action.SUBMITTED),
            ),
            models.Index(
                fields=["table", "record", "number"],
                name="timeline_revision_sent_back",
                condition=Q(action=Action.SENT_BACK),
            ),
            models.Index(
                fields=["table", "record", "number"],
                name="timeline_revision_not_applied",
                condition=Q(action=Action.NOT_APPLIED),
            ),
            # For `by_last_public_change()`, without reading the rows, which are long.
            models.Index(
                fields=["table", "record", "status", "applied", "is_minor", "created_at"],
                name="timeline_revision_of_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    @property
    def is_sent_back(self) -> bool:
        """Whether this revision returned the record to its editor."""
        return self.action == Action.SENT_BACK

    @property
    def is_called_off(self) -> bool:
        """Whether this revision called off what was scheduled, which nobody saw."""
        return self.action == Action.UNSCHEDULED or (
            self.action == Action.WITHDRAWN and self.status == Status.DRAFT
        )

    @property
    def model(self) -> type[Record]:
        """The model of the record: of an entry, that of its kind."""
        return Kind(self.kind).model if self.kind else apps.get_model("timeline", self.table)

    @property
    def kind_label(self) -> str:
        """What the record is: “topic”, “policy”."""
        return str(self.model._meta.verbose_name)

    @property
    def record_key(self) -> RecordKey:
        return self.table, self.record

    def find_record(self) -> Record | None:
        """The record from the database; None if it was deleted."""
        found: Record | None = self.model._default_manager.filter(pk=self.record).first()
        return found

    def natural_key(self) -> tuple[str, int, int]:
        return (self.table, self.record, self.number)


def authors_of_copies(copies: Sequence[Revision]) -> dict[int, set[int]]:
    """Return, by the key of each working copy, the keys of the users who began it and who submitted it.

    Not of who only changed a colleague's, nor of who submitted and recalled it.
    """
    return {
        key: {row.created_by_id for row in (*_writings(states)[:1], *_submission(states))}
        for key, states in _states_of_copies(copies).items()
    }


def writers_of_copies(copies: Sequence[Revision]) -> dict[int, set[int]]:
    """Return the same with who last changed each working copy: whom its fate concerns."""
    return {
        key: {
            row.created_by_id
            for row in (*_writings(states)[:1], *_writings(states)[-1:], *_submission(states))
        }
        for key, states in _states_of_copies(copies).items()
    }


class _State(NamedTuple):
    """The columns of a revision that tell which working copy it is a state of, and what was done by whom."""

    record: int
    number: int
    applied: bool
    status: str
    action: str
    created_by_id: int


def _writings(states: Sequence[_State]) -> list[_State]:
    return [row for row in states if row.action in WRITING]


def _submission(states: Sequence[_State]) -> list[_State]:
    """The last submission, if it was not recalled since, as a list."""
    steps = [row for row in states if row.action in (Action.SUBMITTED, Action.RECALLED)]
    return [row for row in steps[-1:] if row.action == Action.SUBMITTED]


def _states_of_copies(copies: Sequence[Revision]) -> dict[int, list[_State]]:
    """The states of each working copy, by its key, in one query for each table."""
    by_record: dict[tuple[str, int], list[_State]] = defaultdict(list)
    keys_of: dict[str, set[int]] = defaultdict(set)
    for copy in copies:
        keys_of[copy.table].add(copy.record)
    for table, keys in keys_of.items():
        for portion in chunks(keys):
            rows = Revision.objects.filter(table=table, record__in=portion).by_number()
            for row in map(_State._make, rows.values_list(*_State._fields)):
                by_record[table, row.record].append(row)
    found = {}
    for copy in copies:
        states, based_on = by_record[copy.table, copy.record], copy.based_on or 0
        # A scheduled copy does not end the one that is begun over it.
        ends = [state.number for state in states if state.number <= based_on and _ends_copy(state)]
        last_end = max(ends, default=0)
        found[copy.pk] = [
            state for state in states if not state.applied and last_end < state.number <= copy.number
        ]
    return found


def _ends_copy(state: _State) -> bool:
    is_ended = state.action in (Action.REVISED, Action.DISCARDED)
    return is_ended or state.applied and state.status == Status.DRAFT
