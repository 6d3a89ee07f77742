"""What undoing an import did, or would do, in numbers and words."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timeline.exchange.importing.record_models import record_models
from timeline.models import Action, Chronicle, ImportBatch, Revision
from timeline.models.named import slug_owner_name

# Of what undoing an import left alone, as many are named.
MAX_NAMED = 100
# Of the drafts that it removes.
MAX_REMOVED = 20


@dataclass
class UndoResult:
    """The numbers of records removed, withdrawn and restored by undoing an import; what it skipped, and why."""

    removed: int = 0
    withdrawn: int = 0
    restored: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    # Of a forecast, the records that are removed.
    removed_names: list[str] = field(default_factory=list, compare=False)
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

    def removed_summary(self) -> str:
        """The names of the first drafts that are removed; "" for none."""
        more = len(self.removed_names) - MAX_REMOVED
        names = pgettext("enumeration", ", ").join(self.removed_names[:MAX_REMOVED])
        if more <= 0:
            return names
        text = ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", more)
        return text % {"names": names, "number": more}

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
    """What undoing an import does if no text was changed since, in one query for each model of records.

    It counts by what the records are now. A record that is both withdrawn and restored counts as withdrawn.
    """
    result = UndoResult(is_upper_limit=True)
    earlier = Revision.objects.filter(
        table=OuterRef("table"), record=OuterRef("record"), number__lt=OuterRef("number"), applied=True
    )
    is_new = Q(applied=True) & ~Exists(earlier)
    for model in record_models():
        revisions = batch.revisions.filter(table=slug_owner_name(model))
        records = model._default_manager.filter(pk=OuterRef("record"))
        is_public = Exists(model._default_manager.published_or_scheduled().filter(pk=OuterRef("record")))
        was_public = Exists(model._default_manager.ever_public().filter(pk=OuterRef("record")))
        ends = Q(is_public) & (is_new | Q(action=Action.PUBLISHED))
        counts = revisions.filter(Exists(records)).aggregate(
            withdrawn=Count("pk", filter=ends),
            removed=Count("pk", filter=is_new & ~was_public),
            restored=Count("pk", filter=~is_new & ~ends),
        )
        result.removed += counts["removed"]
        result.restored += counts["restored"]
        # Once it is public, the chronicle stays.
        result.withdrawn += 0 if model is Chronicle else counts["withdrawn"]
    return result
