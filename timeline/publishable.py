"""Records with a status, and the transitions between statuses: the only module that writes one."""

import contextlib
import datetime
import functools
import operator
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.values.text import clean_prose
from timeline.visibility import PUBLICATION_COLUMNS, PublishableQuerySet, deletion_refused, publishable_rows
from timeline.workflow import (
    ENDED,
    TRANSITIONS,
    UNPUBLISHED,
    NotPublishableError,
    Objection,
    Status,
    Transition,
    TransitionNotAllowedError,
    check_new_time,
    check_time_ahead,
    no_time_to_move,
)

# Not `status__in`, which would be another condition for migrations.
_HAS_ENDED = functools.reduce(operator.or_, (Q(status=status) for status in ENDED))


class Publishable(models.Model):
    """A record with a status, which only the transitions change. Once public, it can be withdrawn but not deleted.

    A subclass defines in `objections_of()` what prevents publication.
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
    # These three columns record the end of any publication, whichever of ENDED is the status.
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
                condition=Q(status__in=[*UNPUBLISHED])
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_withdrawn_for_a_reason",
                condition=_HAS_ENDED
                & Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawal_reason="")
                | ~_HAS_ENDED & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason=""),
            ),
        ]

    def save(self, **kwargs: Any) -> None:
        """Save all columns but those of publication: an outdated instance must not undo a transition."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            loaded = {field.name for field in self._meta.concrete_fields if not field.primary_key}
            deferred = {self._meta.get_field(name).name for name in self.get_deferred_fields()}
            kwargs["update_fields"] = loaded - deferred - PUBLICATION_COLUMNS
        super().save(**kwargs)

    @property
    def is_published_or_scheduled(self) -> bool:
        """Whether this is public, or will be at its time of publication."""
        return self.status == Status.PUBLISHED

    @property
    def has_ended(self) -> bool:
        """Whether this was public and no longer is."""
        return self.status in ENDED

    @property
    def public_from(self) -> datetime.datetime | None:
        """From when this is public; None if it is neither published nor scheduled."""
        return self.published_at if self.is_published_or_scheduled else None

    @property
    def is_ever_public(self) -> bool:
        """The rule of `ever_public()` for an instance."""
        return self.published_at is not None

    @property
    def is_public(self) -> bool:
        """The rule of `published()` for an instance."""
        return self.public_from is not None and self.public_from <= timezone.now()

    @classmethod
    def objections_of(
        cls,
        records: Sequence[Self],
        by: AbstractUser | None = None,
        together_with: Collection[int] = (),
        others: Any = None,
    ) -> dict[int, list[Objection]]:
        """Every reason why this user cannot publish these records now, by key, in a fixed number of queries.

        `together_with` has the keys of all records that are published together. If several of them have a value that must
        be unique, there is an objection to all but the first. `others` is asked for what is no column of the records
        (`models/stored_records.py`; by default the database). In the dry run of an import, the records have only the columns
        in `FACTS` of `exchange/importing/pending.py`: a new reason that reads another, which raises, adds it there.
        """
        raise NotImplementedError

    def objections_to_publishing(self, by: AbstractUser | None = None) -> list[Objection]:
        """The reasons why this user cannot publish this record now."""
        return self.objections_of([self], by)[self.pk]

    def objections_to_withdrawing(self) -> list[str]:
        """The reasons why this record has to remain public."""
        return []

    def submit(self, *, by: AbstractUser, comment: str = "") -> None:
        """Submit a draft to the reviewers."""
        with self._transition("submit", by, comment) as transition:
            self.status = transition.target

    def send_back(self, *, by: AbstractUser, comment: str) -> None:
        """Send a submitted draft back to its editor. Raises ValidationError without a comment."""
        with self._transition("send_back", by, self._required(comment, "why")) as transition:
            self.status = transition.target

    def recall(self, *, by: AbstractUser, comment: str = "") -> None:
        """Take a submitted draft back from the reviewers."""
        with self._transition("recall", by, comment) as transition:
            self.status = transition.target

    def publish(
        self, *, by: AbstractUser, public_from: datetime.datetime | None = None, comment: str = ""
    ) -> None:
        """Make this public from that time on, which may be in the future; by default at once.

        Raises NotPublishableError with every objection, and TransitionNotAllowedError if it is public already.
        """
        with self._transition("publish", by, comment):
            if objections := self.objections_to_publishing(by):
                raise NotPublishableError(objections)
            check_time_ahead(public_from)
            if self.has_ended and public_from is not None and public_from > timezone.now():
                # Until then, its page could no longer say that it was withdrawn.
                raise TransitionNotAllowedError(
                    _("What was withdrawn is published again at once, not at a later time.")
                )
            for column, value in _published_columns(by, public_from or timezone.now()).items():
                setattr(self, column, value)

    def reschedule(
        self, *, by: AbstractUser, public_from: datetime.datetime | None = None, comment: str = ""
    ) -> None:
        """Move the time of publication, earlier or later. Raises as `publish()` does, and ValidationError without a time."""
        with self._transition("reschedule", by, comment) as transition:
            self._check_scheduled()
            check_new_time(transition, public_from)
            check_time_ahead(public_from)
            self.published_at = public_from

    def publish_now(self, *, by: AbstractUser, comment: str = "") -> None:
        """Make what is scheduled public at once. Raises as `publish()` does."""
        with self._transition("publish_now", by, comment):
            if self.is_public:
                raise TransitionNotAllowedError(_("It is public already."))
            self._check_scheduled()
            self.published_at = timezone.now()

    def _check_scheduled(self) -> None:
        """Raise an error if this is public already, or could not become so."""
        if self.is_public:
            raise TransitionNotAllowedError(no_time_to_move())
        if objections := self.objections_to_publishing():
            raise NotPublishableError(objections)

    def withdraw(self, *, by: AbstractUser, comment: str) -> None:
        """End the publication. The page remains, and says since when and why the record is no longer public."""
        self._end_publication("withdraw", by, comment)

    def _end_publication(self, name: str, by: AbstractUser, comment: str) -> None:
        """Perform a transition to one of ENDED. A record that was only scheduled becomes a draft again."""
        comment = self._required(comment, "withdrawal_reason")
        with self._transition(name, by, comment) as transition:
            if refused := self.objections_to_withdrawing():
                raise TransitionNotAllowedError(refused)
            if not self.is_public:
                self.status = Status.DRAFT
                self.published_at = self.published_by = None
                return
            for column, value in _ended_columns(transition, by, timezone.now(), comment).items():
                setattr(self, column, value)

    @classmethod
    def lock(cls, key: int) -> bool:
        """Lock the row until the transaction ends. Returns False if it no longer exists.

        The row locked is always that of the table with the status, so that no two transactions wait for each other.
        Other rows can still refer to it.
        """
        return key in cls.lock_all([key])

    @classmethod
    def lock_all(cls, keys: Collection[int]) -> set[int]:
        """Lock many rows, in the order of their keys. Returns the keys of those that still exist."""
        rows = cls._rows().select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        return {*rows.values_list("pk", flat=True)}

    @classmethod
    def publish_rows(
        cls,
        keys: Sequence[int],
        *,
        by: AbstractUser,
        now: datetime.datetime,
        public_from: datetime.datetime | None = None,
        comment: str = "",
    ) -> None:
        """Publish rows, by default at once. The caller has locked them and checked their statuses and objections."""
        columns = _published_columns(by, public_from or now)
        cls._write_rows("publish", keys, columns, by=by, now=now, comment=comment)

    @classmethod
    def reschedule_rows(
        cls,
        keys: Sequence[int],
        *,
        by: AbstractUser,
        now: datetime.datetime,
        public_from: datetime.datetime,
        comment: str = "",
    ) -> None:
        """Move the time of publication of scheduled rows, which the caller has locked."""
        columns = {"published_at": public_from}
        cls._write_rows("reschedule", keys, columns, by=by, now=now, comment=comment)

    @classmethod
    def withdraw_rows(
        cls, keys: Sequence[int], *, by: AbstractUser, now: datetime.datetime, comment: str
    ) -> None:
        """Withdraw public rows at once. The caller has locked them and checked that they are public."""
        columns = _ended_columns(TRANSITIONS["withdraw"], by, now, comment)
        cls._write_rows("withdraw", keys, columns, by=by, now=now, comment=comment)

    @classmethod
    def _write_rows(
        cls,
        name: str,
        keys: Sequence[int],
        columns: Mapping[str, object],
        *,
        by: AbstractUser,
        now: datetime.datetime,
        comment: str = "",
    ) -> None:
        """Write these columns of publication to all of the rows, and run the effects of the transition."""
        fields = cls._rows().model._meta.concrete_fields
        touched = {field.name: now for field in fields if getattr(field, "auto_now", False)}
        with atomic():
            cls._rows().filter(pk__in=keys)._write_publication(**columns, **touched)
            TRANSITIONS[name].run_effects(cls, keys, by, comment)

    @classmethod
    def _rows(cls) -> PublishableQuerySet:
        """The rows of the table that has the status, which may be that of a parent."""
        return publishable_rows(cls._meta.get_field("status").model)

    def _required(self, comment: str, field: str) -> str:
        comment = clean_prose(comment)
        if not comment:
            raise ValidationError({field: _("Say why.")})
        try:
            return str(self._meta.get_field("withdrawal_reason").clean(comment, self))  # type: ignore[union-attr]
        except ValidationError as error:
            raise ValidationError({field: error}) from None

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete a draft. Raises ProtectedError if this was ever public."""
        if self._rows().ever_public().filter(pk=self.pk).exists():
            raise models.ProtectedError(deletion_refused(), {self})
        return super().delete(using, keep_parents)

    @contextlib.contextmanager
    def _transition(self, name: str, by: AbstractUser, comment: str) -> Iterator[Transition]:
        """Save the publication columns that the block changes, and run the effects of the transition.

        The row is locked and its stored status checked first, because the instance may be outdated.
        """
        transition = TRANSITIONS[name]
        if self.pk is None:
            raise TransitionNotAllowedError(_("Save it first."))
        with atomic():
            if not self.lock(self.pk):
                raise TransitionNotAllowedError(_("Somebody deleted this meanwhile."))
            self.refresh_from_db(fields=PUBLICATION_COLUMNS)
            transition.check_status(self.status)
            yield transition
            self.save(update_fields=PUBLICATION_COLUMNS)
            transition.run_effects(type(self), [self.pk], by, comment)


def _published_columns(by: AbstractUser, public_from: datetime.datetime) -> dict[str, object]:
    """The publication columns of a record that is public from that time on."""
    return {
        "status": Status.PUBLISHED,
        "published_at": public_from,
        "published_by": by,
        "withdrawn_at": None,
        "withdrawn_by": None,
        "withdrawal_reason": "",
    }


def _ended_columns(
    transition: Transition, by: AbstractUser, now: datetime.datetime, reason: str
) -> dict[str, object]:
    """The publication columns that a transition to one of ENDED writes."""
    return {
        "status": transition.target,
        "withdrawn_at": now,
        "withdrawn_by": by,
        "withdrawal_reason": reason,
    }
