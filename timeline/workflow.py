"""Publication: who may see what, and the verbs that change it. The only module that writes a status."""

import contextlib
import datetime
import enum
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.values.text import clean_prose

PUBLICATION_COLUMNS = {
    "status",
    "published_at",
    "published_by",
    "withdrawn_at",
    "withdrawn_by",
    "withdrawal_reason",
}


class Status(models.TextChoices):
    """Where an entry stands on its way to the public."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TransitionFields(enum.Enum):
    """What a transition asks of whoever uses it, besides who they are."""

    NOTE = enum.auto()
    NOTE_AND_TIME = enum.auto()
    REASON = enum.auto()


@dataclass(frozen=True)
class Transition:
    """One change of state: the method of Publishable, its name for editors, the right it takes, what it asks."""

    name: str
    label: Any
    fields: TransitionFields
    statuses: tuple[Status, ...]

    @property
    def permission(self) -> str:
        return f"timeline.{self.name}_entry"


TRANSITIONS = (
    Transition("submit", _("Submit for review"), TransitionFields.NOTE, (Status.DRAFT,)),
    Transition("send_back", _("Send back"), TransitionFields.REASON, (Status.REVIEW,)),
    Transition(
        "publish",
        _("Publish"),
        TransitionFields.NOTE_AND_TIME,
        (Status.DRAFT, Status.REVIEW, Status.WITHDRAWN),
    ),
    Transition("withdraw", _("Withdraw"), TransitionFields.REASON, (Status.PUBLISHED,)),
)

# Who keeps a record of what the verbs do: called with the keys of entries of one kind, who, the transition and the words.
# History lies above this module and puts itself here.
on_transition: list[Callable[[Sequence[int], AbstractUser, str, str], None]] = []

# So many rows are read and written by one statement.
CHUNK_SIZE = 500

# A time of publication that lay ahead when it was given may be past by so much when it is written.
MAX_REQUEST_DURATION = datetime.timedelta(minutes=2)


@dataclass(frozen=True)
class Objection:
    """One reason why an entry cannot be published: the field it concerns ("" for none) and a sentence.

    `other` is the key of the entry that would have to be public, where that is the reason.
    """

    field: str
    message: str
    other: int | None = None


class NotPublishableError(ValidationError):
    """Publishing was refused; `objections` lists every reason."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__([objection.message for objection in objections])
        self.objections = list(objections)


class TransitionNotAllowedError(ValidationError):
    """The transition does not apply to an entry of this status."""


class PublishableQuerySet(models.QuerySet):
    """The one place where visibility is written."""

    def published(self) -> Self:
        """What every visitor may read now: on pages, in lists, feeds, exports and search."""
        return self.filter(status=Status.PUBLISHED, published_at__lte=timezone.now())

    def update(self, **values: Any) -> int:
        """Refused for the columns of publication: they are written by the verbs alone."""
        if forbidden := values.keys() & PUBLICATION_COLUMNS:
            raise TypeError(f"{', '.join(sorted(forbidden))}: use publish(), withdraw() or submit().")
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def _write_publication(self, **values: Any) -> None:
        """Write columns of publication, which `update()` refuses to others."""
        super().update(**values)

    def visible_to(self, user: Any) -> Self:
        """What this user may read: all of it for staff with the right to view it, else what is published."""
        permission = f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        if user is not None and user.is_active and user.is_staff and user.has_perm(permission):
            return self.all()
        return self.published()

    def published_or_scheduled(self) -> Self:
        """What is public now, or will be at its time."""
        return self.filter(status=Status.PUBLISHED)

    def scheduled(self) -> Self:
        """What is appointed to be public, but not yet."""
        return self.published_or_scheduled().filter(published_at__gt=timezone.now())

    def with_status(self, status: Status) -> Self:
        """What stands at this step of its way; of what is published also what is only appointed to be."""
        return self.filter(status=status)

    def visible_or_withdrawn(self, user: Any) -> Self:
        """What this user finds at its address: what is visible, and what is withdrawn, which only says so."""
        return self.visible_to(user) | self.filter(status=Status.WITHDRAWN)

    def ever_public(self) -> Self:
        """What was, is, or is appointed to be public, and so may not be deleted."""
        return self.filter(published_at__isnull=False)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete drafts; raise ProtectedError where any of the rows was ever public."""
        public: set[Any] = {*self.ever_public()[:20]}
        if public:
            raise models.ProtectedError(_never_deleted(), public)
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


def _never_deleted() -> str:
    return str(_("What was ever public is not deleted: withdraw it, and its address will say so."))


class Publishable(models.Model):
    """A row that goes from draft to published and is never silently removed.

    A model that inherits this says in `objections_of()` what stands in the way.
    """

    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.DRAFT, editable=False, db_index=True
    )
    published_at = models.DateTimeField(
        _("public from"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("May lie ahead; until then nobody sees it."),
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawal_reason = models.CharField(
        _("reason of withdrawal"), max_length=300, blank=True, editable=False
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_status_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_published_by_somebody",
                condition=Q(status__in=[Status.DRAFT, Status.REVIEW])
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_withdrawn_for_a_reason",
                condition=Q(status=Status.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawal_reason="")
                | ~Q(status=Status.WITHDRAWN)
                & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason=""),
            ),
        ]

    def save(self, **kwargs: Any) -> None:
        """Save all but the columns of publication, which an older copy must not take back; the verbs write those."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            loaded = {field.name for field in self._meta.concrete_fields if not field.primary_key}
            deferred = {self._meta.get_field(name).name for name in self.get_deferred_fields()}
            kwargs["update_fields"] = loaded - deferred - PUBLICATION_COLUMNS
        super().save(**kwargs)

    @property
    def is_published_or_scheduled(self) -> bool:
        """Whether this is public now, or will be at its time."""
        return self.status == Status.PUBLISHED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Status.WITHDRAWN

    @property
    def public_from(self) -> datetime.datetime | None:
        """From when this is public; None where it is not appointed to be."""
        return self.published_at if self.is_published_or_scheduled else None

    @property
    def is_ever_public(self) -> bool:
        """The same rule as `ever_public()`, for one row at hand."""
        return self.published_at is not None

    @property
    def is_public(self) -> bool:
        """The same rule as `published()`, for one row at hand."""
        return self.public_from is not None and self.public_from <= timezone.now()

    @classmethod
    def objections_of(
        cls, records: Sequence[Self], by: AbstractUser | None = None, together_with: Collection[int] = ()
    ) -> dict[Any, list[Objection]]:
        """By key every reason why each of these cannot be published now, by this user, in a fixed number of queries.

        `together_with` are the keys of what is to be published together with them: of what only one of them may have, the
        first has it.
        """
        raise NotImplementedError

    def objections_to_publishing(self, by: AbstractUser | None = None) -> list[Objection]:
        """The same of this one; empty where nothing stands in the way."""
        return self.objections_of([self], by)[self.pk]

    def submit(self, *, by: AbstractUser, note: str = "") -> None:
        """Hand a draft to the reviewers."""
        with self._transition("submit", by, note):
            self.status = Status.REVIEW

    def send_back(self, *, by: AbstractUser, reason: str) -> None:
        """Give what was submitted back to its editor; raises ValidationError without a reason."""
        with self._transition("send_back", by, self._reason(reason, "why")):
            self.status = Status.DRAFT

    def publish(self, *, by: AbstractUser, now: datetime.datetime | None = None, note: str = "") -> None:
        """Make this public from `now` on, which may lie ahead (default: the present).

        Raises NotPublishableError with every objection, and TransitionNotAllowedError where it is public already.
        """
        with self._transition("publish", by, note):
            if objections := self.objections_to_publishing(by):
                raise NotPublishableError(objections)
            if now is not None and now < timezone.now() - MAX_REQUEST_DURATION:
                raise ValidationError(_("No entry is published as of a time that is past."))
            if self.status == Status.WITHDRAWN and now is not None and now > timezone.now():
                # Its address says that it was withdrawn; in the meantime it would say nothing.
                raise TransitionNotAllowedError(
                    _("What was withdrawn is published again at once, not at a later time.")
                )
            for column, value in _published_columns(by, now or timezone.now()).items():
                setattr(self, column, value)

    def withdraw(self, *, by: AbstractUser, reason: str, now: datetime.datetime | None = None) -> None:
        """Take this from the public; its address goes on to say that it was withdrawn, and why.

        What was only appointed to be public later becomes a draft again.
        """
        reason = self._reason(reason, "withdrawal_reason")
        with self._transition("withdraw", by, reason):
            if not self.is_public:
                self.status = Status.DRAFT
                self.published_at = self.published_by = None
                return
            self.status = Status.WITHDRAWN
            self.withdrawn_at = now or timezone.now()
            self.withdrawn_by = by  # type: ignore[assignment]
            self.withdrawal_reason = reason

    @classmethod
    def lock(cls, key: Any) -> bool:
        """Let all others who would change this row wait until the transaction ends; False where it is no more.

        All hold the one row that has the status, so that no two can wait for each other; meanwhile it can be referred to.
        """
        return key in cls.lock_all([key])

    @classmethod
    def lock_all(cls, keys: Collection[Any]) -> set[Any]:
        """The same for many rows, in the order of their keys; those that are still there."""
        rows: Any = cls._meta.get_field("status").model._default_manager
        held = rows.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        return {*held.values_list("pk", flat=True)}

    def _reason(self, reason: str, field: str) -> str:
        reason = clean_prose(reason)
        if not reason:
            raise ValidationError({field: _("Say why.")})
        try:
            return str(self._meta.get_field("withdrawal_reason").clean(reason, self))  # type: ignore[union-attr]
        except ValidationError as error:
            raise ValidationError({field: error}) from None

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft; raise ProtectedError where this was ever public."""
        stored: Any = type(self)._default_manager
        if stored.ever_public().filter(pk=self.pk).exists():
            raise models.ProtectedError(_never_deleted(), {self})
        return super().delete(*args, **kwargs)

    @contextlib.contextmanager
    def _transition(self, transition: str, by: AbstractUser, comment: str) -> Iterator[None]:
        """Change the publication columns, and only them, where the stored status allows the transition; then keep a record.

        The row is locked meanwhile, and read first: the instance at hand may be older than what another did.
        """
        if self.pk is None:
            raise TransitionNotAllowedError(_("Save it first."))
        with transaction.atomic():
            if not self.lock(self.pk):
                raise TransitionNotAllowedError(_("Somebody deleted this meanwhile."))
            self.refresh_from_db(fields=PUBLICATION_COLUMNS)
            _check_status(self.status, transition)
            yield
            self.save(update_fields=PUBLICATION_COLUMNS)
            for keep in on_transition:
                keep([self.pk], by, transition, comment)


def publish_all(
    keys: Mapping[type[Publishable], Sequence[int]], *, by: AbstractUser, note: str = ""
) -> dict[int, list[Objection]]:
    """Make public at once what nothing stands in the way of; what refers to another of these is published with it.

    By their models the keys of what to publish. Returns the objections to the others, by key: each stays as it was.
    """
    together_with = {key for of_model in keys.values() for key in of_model}
    with transaction.atomic():
        objections: dict[int, list[Objection]] = {}
        for model, portion in _in_chunks(keys):
            model.lock_all(portion)
            records: Any = model._default_manager.filter(pk__in=portion)
            found = model.objections_of([*records], by, together_with)
            for record in records:
                try:
                    _check_status(record.status, "publish")
                except TransitionNotAllowedError as refusal:
                    found[record.pk].append(Objection("", refusal.messages[0]))
            objections |= {key: those for key, those in found.items() if those}
        refused = _blocked_keys(objections, together_with)
        now = timezone.now()
        for model, portion in _in_chunks(keys):
            done = [key for key in portion if key not in refused]
            rows: Any = model._meta.get_field("status").model
            values = _published_columns(by, now) | {
                column.name: now
                for column in rows._meta.concrete_fields
                if getattr(column, "auto_now", False)
            }
            rows._default_manager.filter(pk__in=done)._write_publication(**values)
            for keep in on_transition:
                keep(done, by, "publish", note)
        return {
            key: [one for one in objections[key] if one.other not in together_with - refused]
            for key in refused
        }


def _in_chunks(
    keys: Mapping[type[Publishable], Sequence[int]],
) -> Iterator[tuple[type[Publishable], Sequence[int]]]:
    for model, of_model in keys.items():
        for start in range(0, len(of_model), CHUNK_SIZE):
            yield model, of_model[start : start + CHUNK_SIZE]


def _blocked_keys(objections: Mapping[int, Sequence[Objection]], together_with: Collection[int]) -> set[int]:
    """The keys of what cannot be published, and of what refers to that."""
    refused: set[int] = set()
    waiting_for: dict[int, list[int]] = defaultdict(list)
    refusing = []
    for key, found in objections.items():
        others = [one.other for one in found]
        if any(other not in together_with for other in others):
            refusing.append(key)
        for other in others:
            if other is not None:
                waiting_for[other].append(key)
    while refusing:
        key = refusing.pop()
        if key not in refused:
            refused.add(key)
            refusing += waiting_for[key]
    return refused


def _published_columns(by: AbstractUser, now: datetime.datetime) -> dict[str, Any]:
    """The columns of publication of what is public from then on."""
    return {
        "status": Status.PUBLISHED,
        "published_at": now,
        "published_by": by,
        "withdrawn_at": None,
        "withdrawn_by": None,
        "withdrawal_reason": "",
    }


def _check_status(status: str, transition: str) -> None:
    """Raise TransitionNotAllowedError where the transition does not apply to what has this status."""
    allowed = next(known.statuses for known in TRANSITIONS if known.name == transition)
    if status not in allowed:
        raise TransitionNotAllowedError(
            _("This is “%(status)s”; only “%(allowed)s” can be so changed."),
            params={
                "status": Status(status).label,
                "allowed": " / ".join(str(one.label) for one in allowed),
            },
        )
