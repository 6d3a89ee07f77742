"""Querysets by visibility and status: who may read what."""

import datetime
from typing import Any, Self, TypeVar

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.workflow import ENDED, UNPUBLISHED, Status

PUBLICATION_COLUMNS = {
    "status",
    "published_at",
    "published_by",
    "withdrawn_at",
    "withdrawn_by",
    "withdrawal_reason",
}


_Model = TypeVar("_Model", bound=models.Model)

# What is public, or will be at its time of publication.
IS_PUBLISHED = Q(status=Status.PUBLISHED)


def may_view(user: AbstractUser | AnonymousUser | None, model: type[models.Model]) -> bool:
    """Whether this user may read what is not public of a model: staff with the permission to view it."""
    permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
    return user is not None and user.is_active and user.is_staff and user.has_perm(permission)


class StatusQuerySet(models.QuerySet[_Model]):
    """Querysets by status, which working copies have as well."""

    def with_status(self, *statuses: str) -> Self:
        """What has one of these statuses. Scheduled records have the status of published ones."""
        return self.filter(status__in=statuses)

    def without_status(self, *statuses: str) -> Self:
        """What has none of these statuses."""
        return self.exclude(status__in=statuses)


class PublishableQuerySet(StatusQuerySet[Any]):
    """Querysets by visibility and status."""

    def published(self) -> Self:
        """What every visitor may read: on pages, in lists, feeds, exports and search."""
        return self.filter(status=Status.PUBLISHED, published_at__lte=timezone.now())

    def update(self, **values: object) -> int:
        """Update other columns than those of publication, which only the transitions write."""
        if forbidden := values.keys() & PUBLICATION_COLUMNS:
            raise TypeError(f"{', '.join(sorted(forbidden))}: use publish(), withdraw() or submit().")
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def _write_publication(self, **values: object) -> None:
        """Write the publication columns, which `update()` refuses."""
        super().update(**values)

    def visible_to(self, user: AbstractUser | AnonymousUser | None) -> Self:
        """What this user may read: everything with the permission to view it, for staff; otherwise what is published."""
        return self.all() if may_view(user, self.model) else self.published()

    def published_or_scheduled(self) -> Self:
        """What is public, or will be at its time of publication."""
        return self.filter(status=Status.PUBLISHED)

    def scheduled(self) -> Self:
        """What will be public at its time of publication."""
        return self.published_or_scheduled().filter(published_at__gt=timezone.now())

    def hidden_at(self, moment: datetime.datetime | None) -> Self:
        """What is not public by that moment but can be: drafts, and what is scheduled for later. Without one, only drafts."""
        drafts = self.with_status(*UNPUBLISHED)
        return drafts | self.published_or_scheduled().filter(published_at__gt=moment) if moment else drafts

    def published_or_ended(self) -> Self:
        """What has a public page: what is published, and what has ended, whose page only says that it has."""
        return self.published() | self.with_status(*ENDED)

    def not_ended(self) -> Self:
        """What was not withdrawn: drafts, and what is published or scheduled."""
        return self.exclude(status__in=ENDED)

    def ever_public(self) -> Self:
        """What was, is or will be public, and therefore cannot be deleted."""
        return self.filter(published_at__isnull=False)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete drafts. Raises ProtectedError if any of the rows was ever public."""
        public: set[models.Model] = {*self.ever_public()[:20]}
        if public:
            raise models.ProtectedError(deletion_refused(), public)
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


def publishable_rows(model: type[models.Model]) -> PublishableQuerySet:
    """The rows of a model whose records have a status."""
    rows = model._default_manager.all()
    if not isinstance(rows, PublishableQuerySet):
        raise TypeError(f"Records of {model.__name__} have no status.")
    return rows


def deletion_refused() -> str:
    return str(_("What was ever public is not deleted, but withdrawn: its address says so."))
