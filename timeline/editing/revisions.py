"""The recording of one revision for each change of a record, and the deletion of drafts."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.contrib.auth.models import AbstractUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.accounts.importing_account import importing_account
from timeline.accounts.names import display_name
from timeline.i18n.display import format_datetime
from timeline.models import Action, Assignment, Entry, ImportBatch, Kind, Revision
from timeline.models.named import slug_owner_name
from timeline.models.records import Record
from timeline.models.revisions import WRITING
from timeline.rows import bulk
from timeline.rows.tables import Table, WholeRow, table_of


def reload(record: Record) -> Record:
    """Return the record fresh from the database; an entry as an instance of the model of its kind."""
    model = model_of(record)
    return model._default_manager.get(pk=record.pk)


def model_of(record: Record) -> type[Record]:
    """Return the model of a record; of an entry, that of its kind."""
    return Kind(record.kind).model if isinstance(record, Entry) else type(record)


def table_of_record(record: Record) -> Table:
    """Return the table for a record; for an entry, that of its kind."""
    return table_of(model_of(record))


def record_revision(
    record: Record, *, by: AbstractUser, action: Action = Action.SAVED, comment: str = ""
) -> Revision | None:
    """Record the current state of the record in the database, nested records and lists included.

    Call it once, after all changes, in the same transaction. Returns None if nothing changed.
    """
    with transaction.atomic():
        record.lock(record.pk)
        record = reload(record)
        row = table_of_record(record).whole_row_of(record)
        last = Revision.objects.for_record(record).applied().last()
        nothing_new = last is not None and last.content == row and last.status == record.status
        # A comment of its own deserves a line in the history.
        if nothing_new and (action == Action.IMPORTED or action == Action.SAVED and not comment):
            return None
        return create_revision(record, row, by=by, action=action, comment=comment)


def present_revision_number(record: Record) -> int:
    """Return the number of the revision with the present text of a record that is or was public; 0 if it has none.

    Former versions, and whoever writes to the database, changed records without a revision: one is recorded first, by the
    account of what nobody is known to have done. It is not announced.
    """
    last = Revision.objects.for_record(record).applied().last()
    if last is None:
        return 0
    table = table_of_record(record)
    row = table.whole_row_of(record)
    if table.with_current_slugs(last.content) == row:
        return last.number
    by, comment = importing_account(), _("As it was before: changed without a revision")
    return create_revision(record, row, by=by, action=Action.SAVED, comment=comment, is_minor=True).number


def create_revision(
    record: Record, row: WholeRow, *, by: AbstractUser, action: Action, comment: str, **columns: object
) -> Revision:
    """Record a row as the newest revision of the record; `columns` are those of a working copy, its status among them."""
    number, now = latest_revision_number(record) + 1, timezone.now()
    revision = _new_revision(record, row, number, now, by=by, action=action, comment=comment, **columns)
    revision.save()
    return revision


def _new_revision(
    record: Record,
    row: WholeRow,
    number: int,
    created_at: datetime.datetime,
    *,
    by: AbstractUser,
    action: Action,
    comment: str,
    **columns: object,
) -> Revision:
    """Return a revision of the record that is not saved yet."""
    return Revision(  # type: ignore[misc]
        table=slug_owner_name(type(record)),
        record=record.pk,
        number=number,
        kind=record.kind if isinstance(record, Entry) else "",
        title=str(row.get("title", record.title)),
        created_at=created_at,
        created_by=by,
        action=action,
        comment=comment[:300],
        content=dict(row),
        **{"status": record.status, "public_from": record.published_at, **columns},
    )


def latest_revision_numbers(model: type[Record], keys: Collection[int]) -> Counter[int]:
    """Return the number of the last revision of each record of a model, or 0 if there is none."""
    revisions = Revision.objects.for_keys(model, keys).order_by().values("record")
    return Counter(dict(revisions.annotate(newest=Max("number")).values_list("record", "newest")))


def latest_revision_number(record: Record) -> int:
    return latest_revision_numbers(type(record), [record.pk])[record.pk]


def check_seen_number(record: Record, seen_number: int | None) -> None:
    """Raise ValidationError if the record has a newer revision than the one that the user saw; None is any."""
    last = (
        Revision.objects.for_record(record).by_number().select_related("created_by").defer("content").last()
    )
    if seen_number in (None, last.number if last else 0):
        return
    if last is None or last.action in WRITING:
        raise ValidationError(_("This was changed meanwhile: read it again."))
    message = _("After you had opened this, %(who)s did the following on %(when)s: %(what)s. Read it again.")
    raise ValidationError(
        message
        % {
            "who": display_name(last.created_by),
            "when": format_datetime(last.created_at),
            "what": last.get_action_display(),
        }
    )


def record_revisions(
    model: type[Record],
    keys: Sequence[int],
    *,
    by: AbstractUser,
    action: Action,
    comment: str = "",
    batch: ImportBatch | None = None,
    rows: Mapping[int, WholeRow] | None = None,
) -> None:
    """Record the current state of records of one model in bulk; `rows` are their whole rows, if they are known.

    Each of them must have changed since its last revision.
    """
    columns = ("title", "status", "published_at", *(["kind"] if issubclass(model, Entry) else []))
    records = model._default_manager.only(*columns).in_bulk(keys)
    newest, now = latest_revision_numbers(model, keys), timezone.now()
    table = table_of_record(records[keys[0]])
    revisions = [
        _new_revision(
            records[key], row, newest[key] + 1, now, by=by, action=action, comment=comment, batch=batch
        )
        # In the order in which they were created, whatever that of the database is: undoing an import takes them backwards.
        for key, row in sorted((table.whole_rows_of(keys) if rows is None else rows).items())
    ]
    bulk.insert(Revision, revisions)


def delete_draft(record: Record, *, by: AbstractUser, comment: str = "") -> None:
    """Delete a record that was never public and record its last state. Raises ProtectedError."""
    with transaction.atomic():
        if not record.lock(record.pk):
            return
        record_revision(record, by=by, action=Action.DELETED, comment=comment)
        Assignment.objects.for_keys(slug_owner_name(type(record)), [record.pk]).delete()
        reload(record).delete()


def delete_drafts(
    model: type[Record],
    keys: Sequence[int],
    *,
    by: AbstractUser,
    comment: str = "",
    rows: Mapping[int, WholeRow] | None = None,
) -> None:
    """Delete drafts of one model in bulk, all or none; `rows` are their whole rows, if they are known. Raises ProtectedError."""
    with transaction.atomic():
        model.lock_all(keys)
        record_revisions(model, keys, by=by, action=Action.DELETED, comment=comment, rows=rows)
        Assignment.objects.for_keys(slug_owner_name(model), keys).delete()
        model._default_manager.filter(pk__in=keys).delete()


def deleted_drafts(model: type[Record]) -> QuerySet[Revision]:
    """Return the last revision of each deleted record of a model, newest first."""
    deletions = Revision.objects.for_model(model).filter(applied=True, action=Action.DELETED)
    later = deletions.filter(record=OuterRef("record"), number__gt=OuterRef("number")).order_by()
    gone = deletions.exclude(record__in=model._default_manager.values("pk")).exclude(Exists(later))
    return gone.select_related("created_by").order_by("-created_at", "-pk")


def deleted_drafts_of(model: type[Record], author: User) -> QuerySet[Revision]:
    """Return those of the deleted drafts that this user began or submitted, and did not recall since."""
    states = Revision.objects.for_model(model).filter(record=OuterRef("record")).order_by()
    later = Revision.objects.filter(
        table=OuterRef("table"),
        record=OuterRef("record"),
        number__gt=OuterRef("number"),
        action__in=(Action.SUBMITTED, Action.RECALLED),
    )
    began = states.filter(number=1, created_by=author)
    submitted = states.filter(action=Action.SUBMITTED, created_by=author).exclude(Exists(later.order_by()))
    return deleted_drafts(model).filter(Exists(began) | Exists(submitted))
