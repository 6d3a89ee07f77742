"""The stages of records: their statuses as editors tell them apart, some of which have several stages."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.models import Revision
from timeline.models.records import Record, RecordQuerySet
from timeline.models.revisions import RevisionQuerySet
from timeline.workflow import SCHEDULED_LABEL, Status


@dataclass(frozen=True)
class Stage:
    """A status or a part of one. `filter` limits a queryset of records to it."""

    name: str
    label: str | Promise
    filter: Callable[[RecordQuerySet], RecordQuerySet]


def revisions_of_each(model: type[models.Model]) -> RevisionQuerySet:
    """The revisions of the record of a model that the outer query is at."""
    return Revision.objects.for_model(model).filter(record=OuterRef("pk"))


def is_returned(model: type[models.Model]) -> Exists:
    """The condition on records of a model that they were sent back and not submitted since."""
    return Exists(revisions_of_each(model).sent_back().filter(applied=True).order_by())


def is_called_off(model: type[models.Model]) -> Exists:
    """The condition on records of a model that they were scheduled, and called off, and that nothing followed."""
    return Exists(revisions_of_each(model).called_off().filter(applied=True).order_by())


def is_copy_returned(model: type[models.Model]) -> Exists:
    """The condition on records that their working copy was sent back and not submitted since."""
    return Exists(revisions_of_each(model).sent_back().filter(applied=False).order_by())


def is_copy_missed(model: type[models.Model]) -> Exists:
    """The condition on records that their working copy could not be published at its time."""
    return Exists(revisions_of_each(model).not_applied().order_by())


def _has_copy(model: type[models.Model], status: Status | None = None) -> Exists:
    """The condition on records that they have a working copy, of this status if one is given."""
    copies = revisions_of_each(model).current_copies()
    return Exists((copies.with_status(status) if status else copies).order_by())


def _stage_of_status(status: Status) -> Stage:
    return Stage(status.value, status.label, lambda records: records.with_status(status))


_PARTS = {
    Status.DRAFT: (
        Stage(
            "draft",
            Status.DRAFT.label,
            lambda records: records.with_status(Status.DRAFT).exclude(is_returned(records.model)),
        ),
        Stage("returned", _("Returned"), lambda records: records.filter(is_returned(records.model))),
    ),
    Status.PUBLISHED: (
        Stage("scheduled", SCHEDULED_LABEL, lambda records: records.scheduled()),
        Stage("published", Status.PUBLISHED.label, lambda records: records.published()),
        # Published or no longer public, with a working copy. These records are at another stage as well.
        Stage(
            "revised",
            _("With a working copy"),
            lambda records: records.filter(_has_copy(records.model)),
        ),
        Stage(
            "change_review",
            _("Change in review"),
            lambda records: records.filter(_has_copy(records.model, Status.REVIEW)),
        ),
        Stage(
            "change_returned",
            _("Change returned"),
            lambda records: records.filter(is_copy_returned(records.model)),
        ),
        Stage(
            "change_scheduled",
            _("Change scheduled"),
            lambda records: records.filter(_has_copy(records.model, Status.PUBLISHED)),
        ),
        Stage(
            "change_missed",
            _("Change not published at its time"),
            lambda records: records.filter(is_copy_missed(records.model)),
        ),
    ),
}
STAGES = {stage.name: stage for status in Status for stage in _PARTS.get(status, (_stage_of_status(status),))}


def at_stage(records: RecordQuerySet, name: str) -> RecordQuerySet:
    """The records at a stage, or all of them if there is no such stage."""
    return STAGES[name].filter(records) if name in STAGES else records


def stage_of(record: Record, *, is_returned: bool) -> Stage:
    """The stage of a record. The caller passes `is_returned`, which depends on the revisions."""
    if record.is_published_or_scheduled and not record.is_public:
        return STAGES["scheduled"]
    return STAGES["returned" if is_returned else record.status]


def stage_of_copy(status: str, *, is_returned: bool, is_missed: bool) -> Stage:
    """The stage of a working copy of this status. The caller passes what depends on other revisions."""
    if status == Status.REVIEW:
        return STAGES["change_missed" if is_missed else "change_review"]
    if status == Status.PUBLISHED:
        return STAGES["change_scheduled"]
    return STAGES["change_returned" if is_returned else "revised"]
