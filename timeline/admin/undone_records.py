"""What undoing an import did to each of its records, as the page of the import lists them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.admin.base import format_timestamp
from timeline.exchange.importing.imported_records import ImportedRecord, imported_records
from timeline.exchange.importing.record_models import record_models
from timeline.exchange.importing.undo_result import UndoResult
from timeline.models import Action, ImportBatch, Revision
from timeline.models.chunks import chunks
from timeline.models.records import Record


def undone_marks(batch: ImportBatch, revisions: Sequence[Revision]) -> Mapping[int, list[str]]:
    """By the key of each of these revisions of an import, what undoing it did to the record, in words; nothing before."""
    if batch.undone_at is None:
        return {}
    by_model: defaultdict[type[Record], list[Revision]] = defaultdict(list)
    for revision in revisions:
        by_model[revision.model].append(revision)
    return {
        key: _marks(imported)
        for model, of_model in by_model.items()
        for key, imported in imported_records(batch, model, of_model, locked=False).items()
    }


def undone_summary(batch: ImportBatch) -> str:
    """When an import was undone and what became of its records, in numbers: those that are there no more, withdrawn and restored."""
    done = UndoResult()
    for model in record_models():
        for chunk in chunks([*batch.revisions.for_model(model)]):
            there = {
                *model._default_manager.filter(pk__in=[one.record for one in chunk]).values_list(
                    "pk", flat=True
                )
            }
            done.removed += sum(one.record not in there for one in chunk)
            left = [one for one in chunk if one.record in there]
            for imported in imported_records(batch, model, left, locked=False).values():
                done.withdrawn += imported.was_withdrawn
                done.restored += imported.was_restored
    context = {
        "who": display_name(batch.undone_by) if batch.undone_by else "",
        "when": format_timestamp(batch.undone_at),
    }
    return _("%(what)s, by %(who)s, %(when)s") % {"what": done.summary(), **context}


def _marks(imported: ImportedRecord) -> list[str]:
    if not imported.revision.applied:
        was_discarded = any(one.action == Action.DISCARDED for one in imported.since)
        return [_("its working copy was restored or discarded")] if was_discarded else []
    marks = [_("withdrawn from the public site")] if imported.was_withdrawn else []
    return [*marks, _("restored to the former text")] if imported.was_restored else marks
