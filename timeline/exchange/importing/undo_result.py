"""What undoing an import did, or would do, in numbers and words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.exchange.importing.record_models import record_models
from timeline.models import Action, Chronicle, ImportBatch, Revision
from timeline.models.named import slug_owner_name
from timeline.models.records import Record
from timeline.models.revisions import RevisionQuerySet

# Of what undoing an import left alone, as many are named.
MAX_NAMED = 100
# Of what a forecast says is removed, withdrawn or restored, as many of each are named.
MAX_FORETOLD = 20


@dataclass
class ForetoldRecords:
    """The records that undoing an import would remove, withdraw and restore; `copies` are those whose working copy ends."""

    removed: list[Record] = field(default_factory=list)
    withdrawn: list[Record] = field(default_factory=list)
    restored: list[Record] = field(default_factory=list)
    copies: list[Record] = field(default_factory=list)


@dataclass
class UndoResult:
    """The numbers of records removed, withdrawn and restored by undoing an import; what it skipped, and why."""

    removed: int = 0
    withdrawn: int = 0
    restored: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    # Of a forecast, the records; of one of a large import, the first of each.
    foretold: ForetoldRecords = field(default_factory=ForetoldRecords, compare=False)
    # Of a forecast, whether the numbers are upper limits, since it was not looked at what was edited since.
    is_upper_limit: bool = False

    @property
    def did_nothing(self) -> bool:
        """Whether everything was skipped."""
        return bool(self.skipped) and not (self.removed or self.withdrawn or self.restored)

    def summary(self) -> str:
        """The numbers in words."""
        numbers = {"removed": self.removed, "withdrawn": self.withdrawn, "restored": self.restored}
        if self.is_upper_limit:
            words = _(
                "at most %(removed)s removed, %(withdrawn)s withdrawn, %(restored)s as before: "
                "some may have been changed since, and stay"
            )
            return words % numbers
        return _("%(removed)s removed, %(withdrawn)s withdrawn, %(restored)s as before") % numbers

    def messages(self) -> list[str]:
        """The messages for the user: a summary, then what was skipped and how to proceed."""
        summary = self.summary()
        if self.did_nothing:
            summary = _("Nothing was undone; the import stands as it did.")
        elif not (self.skipped or self.removed or self.withdrawn or self.restored):
            summary = _("There was nothing left to undo.")
        reason = _("Left alone: %(record)s. %(why)s")
        skipped = [reason % {"record": record, "why": why} for record, why in self.skipped[:MAX_NAMED]]
        if more := len(self.skipped[MAX_NAMED:]):
            text = ngettext(
                "Left alone: %(number)s more record.", "Left alone: %(number)s more records.", more
            )
            skipped.append(text % {"number": more})
        if skipped and not self.did_nothing:
            skipped.append(
                _(
                    "What was left alone can still be undone: undo the import again when nothing is in the way."
                )
            )
        return [summary, *skipped]


def counted_result(batch: ImportBatch) -> UndoResult:
    """What undoing an import does if no text was changed since, in a few queries for each model of records.

    It counts by what the records are now. A record that is both withdrawn and restored counts as withdrawn. The first of
    each are read as well.
    """
    result = UndoResult(is_upper_limit=True)
    earlier = Revision.objects.filter(
        table=OuterRef("table"), record=OuterRef("record"), number__lt=OuterRef("number"), applied=True
    )
    is_new = Q(applied=True) & ~Exists(earlier)
    for model in reversed(record_models()):
        records = model._default_manager.filter(pk=OuterRef("record"))
        revisions = batch.revisions.filter(Exists(records), table=slug_owner_name(model))
        is_public = Exists(model._default_manager.published_or_scheduled().filter(pk=OuterRef("record")))
        was_public = Exists(model._default_manager.ever_public().filter(pk=OuterRef("record")))
        ends = Q(is_public) & (is_new | Q(action=Action.PUBLISHED))
        removed, restored = is_new & ~was_public, ~is_new & ~ends
        counts = revisions.aggregate(
            withdrawn=Count("pk", filter=ends),
            removed=Count("pk", filter=removed),
            restored=Count("pk", filter=restored),
        )
        result.removed += counts["removed"]
        result.restored += counts["restored"]
        foretold = result.foretold
        foretold.removed += _first_records(model, revisions.filter(removed), foretold.removed)
        is_applied = Q(applied=True)
        foretold.restored += _first_records(model, revisions.filter(restored & is_applied), foretold.restored)
        foretold.copies += _first_records(model, revisions.filter(restored & ~is_applied), foretold.copies)
        # Once it is public, the chronicle stays.
        if model is not Chronicle:
            result.withdrawn += counts["withdrawn"]
            foretold.withdrawn += _first_records(model, revisions.filter(ends), foretold.withdrawn)
    return result


def _first_records(
    model: type[Record], revisions: RevisionQuerySet, before: Sequence[Record]
) -> list[Record]:
    """The records of the first of these revisions, of one model, as far as there is room behind those before."""
    keys = revisions.order_by("-pk").values_list("record", flat=True)[: MAX_FORETOLD - len(before)]
    found = model._default_manager.in_bulk(dict.fromkeys(keys))
    return [found[key] for key in dict.fromkeys(keys) if key in found]
