"""The stages of entries: their statuses as editors tell them apart, some of which have several stages."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.models import Entry, Revision
from timeline.models.entries import EntryQuerySet
from timeline.workflow import Status


@dataclass(frozen=True)
class Stage:
    """A status or a part of one. `filter` limits a queryset of entries to it."""

    name: str
    label: str | Promise
    filter: Callable[[EntryQuerySet[Entry]], EntryQuerySet[Entry]]


def is_returned() -> Exists:
    """The condition on entries that they were sent back and not submitted since."""
    return Exists(Revision.objects.sent_back().order_by().filter(entry=OuterRef("pk")))


def _stage_of_status(status: Status) -> Stage:
    return Stage(status.value, status.label, lambda entries: entries.with_status(status))


_PARTS = {
    Status.DRAFT: (
        Stage(
            "draft",
            Status.DRAFT.label,
            lambda entries: entries.with_status(Status.DRAFT).exclude(is_returned()),
        ),
        Stage("returned", _("Returned"), lambda entries: entries.filter(is_returned())),
    ),
    Status.PUBLISHED: (
        Stage("scheduled", _("Scheduled"), lambda entries: entries.scheduled()),
        Stage("published", Status.PUBLISHED.label, lambda entries: entries.published()),
        # Published or no longer public, with a working copy. These entries are at another stage as well.
        Stage(
            "revised",
            _("Published, with a working copy"),
            lambda entries: entries.filter(revisions__is_working_copy=True),
        ),
    ),
}
STAGES = {stage.name: stage for status in Status for stage in _PARTS.get(status, (_stage_of_status(status),))}


def at_stage(entries: EntryQuerySet[Entry], name: str) -> EntryQuerySet[Entry]:
    """The entries at a stage, or all of them if there is no such stage."""
    return STAGES[name].filter(entries) if name in STAGES else entries


def stage_of(entry: Entry, *, is_returned: bool) -> Stage:
    """The stage of an entry. The caller passes `is_returned`, which depends on the revisions."""
    if entry.is_published_or_scheduled and not entry.is_public:
        return STAGES["scheduled"]
    return STAGES["returned" if is_returned else entry.status]
