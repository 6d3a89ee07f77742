"""The history of entries: one revision for each thing done, comparison, restoring, and working copies of what is public."""

import contextlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diff_match_patch import diff_match_patch
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timeline import bulk
from timeline.models import Action, Entry, Goal, ImportBatch, Milestone, PilotDesignation, Policy, Revision
from timeline.publishing import NotPublishable, Status
from timeline.rows import TABLES, Table, table_of

KINDS: tuple[type[Entry], ...] = (Policy, PilotDesignation, Milestone, Goal)
OF_VERB = {
    "submit": Action.SUBMITTED,
    "send_back": Action.SENT_BACK,
    "publish": Action.PUBLISHED,
    "withdraw": Action.WITHDRAWN,
}


def model_of(kind: str) -> type[Entry]:
    """The model of the entries of a kind."""
    return next(model for model in KINDS if kind == model.KIND)


def at_stage(entries: Any, stage: str) -> Any:
    """The entries at a stage; all of them where there is no such stage."""
    returned = Revision.objects.returns().order_by().values("entry_id")
    if stage == "scheduled":
        return entries.scheduled()
    if stage == "returned":
        return entries.filter(pk__in=returned)
    if stage == Status.DRAFT:
        return entries.standing_at(Status.DRAFT).exclude(pk__in=returned)
    if stage == "revised":
        return entries.filter(revisions__working=True)
    if stage == Status.PUBLISHED:
        return entries.published()
    return entries.standing_at(Status(stage)) if stage in Status.values else entries


def specific(entry: Entry | int) -> Any:
    """The policy, designation, milestone or goal that this entry is, fresh from the database."""
    key = entry if isinstance(entry, int) else entry.pk
    kind = Entry.objects.filter(pk=key).values_list("kind", flat=True).get()
    return model_of(kind)._default_manager.get(pk=key)


def table_for(entry: Entry) -> Table:
    """The table of files that holds this entry."""
    return table_of(model_of(entry.kind))


def record(entry: Entry, *, by: User, action: Action = Action.SAVED, why: str = "") -> Revision | None:
    """Keep the entry, parts and lists included, as it stands in the database now; None where nothing is new.

    To be called in the transaction that did it, once, after everything was written.
    """
    with transaction.atomic():
        Entry.hold(entry.pk)
        entry = specific(entry)
        row = table_for(entry).whole_row_of(entry)
        last = Revision.objects.of(entry).applied().last()
        nothing_new = last is not None and last.row == row and last.standing == entry.status
        # A note of its own is worth a line in the history.
        if nothing_new and (action == Action.IMPORTED or action == Action.SAVED and not why):
            return None
        return _keep(entry, row, by=by, action=action, why=why)


def _keep(
    entry: Entry, row: Mapping[str, Any], *, by: User, action: Action, why: str, **rest: Any
) -> Revision:
    return Revision.objects.create(
        entry_id=entry.pk,
        number=newest_number(entry) + 1,
        kind=entry.kind,
        title=str(row.get("title", entry.title)),
        at=timezone.now(),
        by=by,
        action=action,
        why=why[:300],
        standing=entry.status,
        public_from=entry.published_at,
        row=dict(row),
        **rest,
    )


def newest_numbers(keys: Collection[int]) -> Counter[int]:
    """The number of what was kept last of each of these entries; 0 where nothing was."""
    kept = Revision.objects.filter(entry_id__in=keys).order_by().values("entry_id")
    return Counter(dict(kept.annotate(newest=Max("number")).values_list("entry_id", "newest")))


def newest_number(entry: Entry) -> int:
    return newest_numbers([entry.pk])[entry.pk]


def record_all(
    keys: Sequence[int], *, by: User, action: Action, why: str = "", batch: ImportBatch | None = None
) -> None:
    """Keep entries of one kind as they stand in the database now, each changed since it was kept last; in bulk."""
    stands = {
        key: (status, since)
        for key, status, since in Entry.objects.filter(pk__in=keys).values_list(
            "pk", "status", "published_at"
        )
    }
    kind = Entry.objects.values_list("kind", flat=True).get(pk=keys[0])
    newest, at = newest_numbers(keys), timezone.now()
    table = table_of(model_of(kind))
    kept = [
        Revision(
            entry_id=key,
            number=newest[key] + 1,
            kind=kind,
            title=row["title"],
            at=at,
            by=by,
            action=action,
            why=why[:300],
            standing=stands[key][0],
            public_from=stands[key][1],
            row=row,
            batch=batch,
        )
        for key, (row, _keys) in table.whole_rows_of(keys).items()
    ]
    bulk.insert(Revision, kept)


def keep_verb(keys: Sequence[int], by: User, verb: str, words: str) -> None:
    """What publishing tells of its verbs, kept as revisions."""
    if not keys:
        return
    record_all(keys, by=by, action=OF_VERB[verb], why=words)
    if verb == "publish":
        return
    # What was only to be public later is a draft again: the working copy becomes its text.
    copies = Revision.objects.working_copies().filter(entry_id__in=keys, entry__published_at=None)
    for copy in copies.select_related("by", "entry"):
        _lay_down(copy.entry)
        with contextlib.suppress(ValidationError), transaction.atomic():
            draft = specific(copy.entry)
            table_for(draft).apply(draft, copy.row)
            record(draft, by=copy.by, why=copy.why)


def use(entry: Entry, verb: str, *, by: User, **words: Any) -> None:
    """Use a verb of publication on an entry; what is published again is what its working copy says.

    Raises ValidationError, NotPublishable among them, where it is refused.
    """
    with transaction.atomic():
        if verb == "publish" and entry.is_ever_public and working_copy(entry) is not None:
            publish_working_copy(entry, by=by, why=words.get("note", ""))
        getattr(specific(entry), verb)(by=by, **words)


# --- comparison


@dataclass(frozen=True)
class Piece:
    """A run of characters that both have ("="), only the older ("-") or only the newer ("+")."""

    sign: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One column in which two rows differ, both values as text, and character by character."""

    column: str
    label: str
    old: str
    new: str
    pieces: list[Piece]


def differences(table: Table, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """The columns in which two whole rows of a table differ, in the order of the model."""
    found = []
    for name in differing(table, old, new):
        before, after = _as_two_texts(table, name, old.get(name), new.get(name))
        found.append(Difference(name, label_of(table, name), before, after, pieces(before, after)))
    return found


def differing(table: Table, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The names of those columns."""
    return [name for name in [*table.columns, *table.nested] if old.get(name) != new.get(name)]


def pieces(old: str, new: str) -> list[Piece]:
    """Two texts as runs of characters, as people would mark them; Chinese needs no words for that."""
    compare = diff_match_patch()
    runs = compare.diff_main(old, new)
    compare.diff_cleanupSemantic(runs)
    return [Piece({0: "=", -1: "-", 1: "+"}[sign], text) for sign, text in runs]


def label_of(table: Table, name: str) -> str:
    if name in table.nested:
        return str(TABLES[table.nested[name]].model._meta.verbose_name)
    return str(table.columns[name].field.verbose_name)


def _as_two_texts(table: Table, name: str, old: Any, new: Any) -> tuple[str, str]:
    """Two cells that differ, as people read them; with slugs where the titles of what they name are the same."""
    texts = as_text(table, name, old), as_text(table, name, new)
    if texts[0] != texts[1]:
        return texts
    return as_text(table, name, old, with_slugs=True), as_text(table, name, new, with_slugs=True)


def as_text(table: Table, name: str, value: Any, *, with_slugs: bool = False) -> str:
    """A cell of a whole row as people read it, records by their titles (by the slug where one is gone); parts one on a line."""
    if value is None or value == "":
        return ""
    if name in table.nested:
        part = TABLES[table.nested[name]]
        return "\n".join(
            " · ".join(
                text
                for cell in row
                if cell in part.columns and (text := as_text(part, cell, row[cell], with_slugs=with_slugs))
            )
            for row in value
        )
    column = table.columns[name]
    if column.field.is_relation:
        titles = column.titles(value).items()
        return "、".join(
            f"{title} ({slug})" if with_slugs and title != slug else title for slug, title in titles
        )
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(column.field.flatchoices or ())
    return str(choices.get(value, value))


# --- restoring


def restore(revision: Revision, *, by: User, why: str = "", read: int | None = None) -> Any:
    """Make the entry what it was at that revision, lists and parts included; ValidationError where that cannot be.

    A deleted draft is made again under its old key, at another address where its own is another's now, and without
    references to what is gone. Of what is or was public the restored text becomes the working copy. `read` is the
    number of the newest revision when this was decided.
    """
    with transaction.atomic():
        model = model_of(revision.kind)
        # Where the entry is no more there is no row of it to hold.
        Revision.objects.select_for_update(no_key=True).get(pk=revision.pk)
        Entry.hold(revision.entry_id)
        entry = model._default_manager.filter(pk=revision.entry_id).first()
        words = why or _("Revision %(number)s restored") % {"number": revision.number}
        if entry is not None and read not in (None, newest_number(entry)):
            raise ValidationError(_("This was changed meanwhile: read it again."))
        if entry is not None and entry.is_ever_public:
            if working_copy(entry) is not None:
                raise ValidationError(_("There is a working copy: publish or discard it first."))
            keep_working_copy(entry, revision.row, by=by, why=words)
            return entry
        row = revision.row
        if entry is None:
            entry = model(pk=revision.entry_id)
            row, _gone = table_of(model).without_what_is_gone(row)
            row["slug"] = entry.free_address(row["slug"])
        table_of(model).apply(entry, row)
        record(entry, by=by, action=Action.RESTORED, why=words)
        return entry


def delete_draft(entry: Entry, *, by: User, why: str = "") -> None:
    """Delete what never was public, and keep how it was; ProtectedError where it may not be deleted."""
    with transaction.atomic():
        if not Entry.hold(entry.pk):
            return
        record(entry, by=by, action=Action.DELETED, why=why)
        specific(entry).delete()


def delete_drafts(keys: Sequence[int], *, by: User, why: str = "") -> None:
    """The same for drafts of one kind at once: all of them, or none."""
    kind = Entry.objects.values_list("kind", flat=True).get(pk=keys[0])
    with transaction.atomic():
        Entry.hold_all(keys)
        record_all(keys, by=by, action=Action.DELETED, why=why)
        model_of(kind)._default_manager.filter(pk__in=keys).delete()


def deleted_drafts() -> list[Revision]:
    """The last revision of each entry that is no more, newest first."""
    gone = (
        Revision.objects.applied()
        .filter(action=Action.DELETED)
        .exclude(entry_id__in=Entry.objects.values("pk"))
    )
    last: dict[int, Revision] = {revision.entry_id: revision for revision in gone.select_related("by")}
    return sorted(last.values(), key=lambda revision: revision.at, reverse=True)


# --- working copies


class Overtaken(ValidationError):
    """The entry itself was changed since the working copy was begun; `base` is the row from which it was."""

    def __init__(self, base: Mapping[str, Any]) -> None:
        super().__init__(_("The entry itself was changed since this working copy was begun."))
        self.base = base


def working_copy(entry: Entry) -> Revision | None:
    """The one working copy of what is or was public, seen by all editors; None where there is none."""
    return Revision.objects.of(entry).working_copies().select_related("by").first()


def named_in_copies(*, but_of: ImportBatch | None = None) -> dict[tuple[Any, str], Entry]:
    """The records that working copies name, and an entry whose copy does: the model that owns the slug, and the slug.

    The database knows nothing of these references. `but_of` leaves out the working copies that an import made.
    """
    copies = Revision.objects.working_copies().select_related("entry")
    if but_of is not None:
        copies = copies.exclude(batch=but_of)
    found: dict[tuple[Any, str], Entry] = {}
    for copy in copies:
        table = table_of(model_of(copy.entry.kind))
        found |= dict.fromkeys(table.named_in(table.today(copy.row)), copy.entry)
    return found


def keep_working_copy(
    entry: Entry,
    row: Mapping[str, Any],
    *,
    by: User,
    why: str = "",
    anew: bool = False,
    batch: ImportBatch | None = None,
    rests_on: int | None = None,
) -> Revision | None:
    """Keep a whole row as the working copy; the public page stays as it is. None where the row changes nothing.

    ValidationError where it names what is gone: no form could show that, and the next save would lose it.

    Former states of the working copy stay in the history. `anew` says that the row was written with the entry in
    view as it is now, as one that is begun from it is by itself; `rests_on` is for one of former days that comes back.
    """
    with transaction.atomic():
        Entry.hold(entry.pk)
        entry = specific(entry)
        copy = working_copy(entry)
        if (copy.row if copy else table_for(entry).whole_row_of(entry)) == row and not anew:
            return None
        table_for(entry).refuse_what_is_gone(row)
        last = Revision.objects.of(entry).applied().last()
        if rests_on is None:
            rests_on = copy.rests_on if copy and not anew else last.number if last else 0
        _lay_down(entry)
        return _keep(
            entry,
            row,
            by=by,
            action=Action.IMPORTED if batch else Action.SAVED,
            why=why,
            batch=batch,
            applied=False,
            working=True,
            rests_on=rests_on,
        )


def discard_working_copy(entry: Entry, *, by: User, read: int | None = None) -> None:
    """Let the working copy go; the entry stays as it is, and the history says what the copy was.

    `read` is the number of the working copy that was read before. ValidationError where there is none, or another.
    """
    with transaction.atomic():
        _held_copy(entry, read)
        _lay_down(entry)
        record(entry, by=by, action=Action.DISCARDED)


def without_copy(entry: Entry) -> str:
    """That there is no working copy; and who ended the last one, when and how."""
    kept = Revision.objects.of(entry).in_order()
    last = kept.filter(applied=False).last()
    ending = kept.filter(action__in=[Action.REVISED, Action.DISCARDED]).select_related("by").last()
    if last is None or ending is None or ending.number < last.number:
        return _("There is no working copy.")
    return _("There is no working copy any more. %(who)s, %(when)s: %(what)s.") % {
        "who": ending.by,
        "when": date_format(timezone.localtime(ending.at), "DATETIME_FORMAT"),
        "what": ending.get_action_display(),
    }


def _held_copy(entry: Entry, read: int | None) -> Revision:
    Entry.hold(entry.pk)
    copy = working_copy(entry)
    if copy is None:
        raise ValidationError(without_copy(entry))
    if read not in (None, copy.number):
        raise ValidationError(_("The working copy was changed meanwhile: read it again."))
    return copy


def refuse_overtaken(entry: Entry, copy: Revision) -> None:
    """Raise Overtaken where the entry is no longer what the working copy was begun from."""
    began = Revision.objects.of(entry).filter(number=copy.rests_on or 0).first()
    entry = specific(entry)
    if began is None:
        return
    # What it names may have another address since; that is no change of the entry.
    row = table_for(entry).today(began.row)
    if row != table_for(entry).whole_row_of(entry):
        raise Overtaken(row)


def publish_working_copy(entry: Entry, *, by: User, why: str = "", read: int | None = None) -> None:
    """Make the entry what its working copy says.

    `read` is the number of the working copy that was read before. Raises ValidationError where there is none, or
    another than was read, or where it no longer holds; Overtaken; and NotPublishable with every objection.
    """
    with transaction.atomic():
        copy = _held_copy(entry, read)
        refuse_overtaken(entry, copy)
        entry = specific(entry)
        table_for(entry).apply(entry, copy.row)
        _lay_down(entry)
        if objections := entry.objections_to_publishing(by):
            raise NotPublishable(objections)
        record(entry, by=by, action=Action.REVISED, why=why or copy.why)


def _lay_down(entry: Entry) -> int:
    """The working copy, if there is one, becomes a thing of the past."""
    return Revision.objects.of(entry).working_copies().update(working=False)
