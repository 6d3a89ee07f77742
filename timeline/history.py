"""The history of entries: one revision for each thing done, comparison, restoring, and working copies of what is public."""

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diff_match_patch import diff_match_patch
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import Action, Entry, Goal, Milestone, PilotDesignation, Policy, Revision
from timeline.publishing import NotPublishable, Publishable
from timeline.rows import TABLES, Table, table_of

KINDS: tuple[type[Entry], ...] = (Policy, PilotDesignation, Milestone, Goal)
OF_VERB = {
    "submit": Action.SUBMITTED,
    "send_back": Action.SENT_BACK,
    "publish": Action.PUBLISHED,
    "withdraw": Action.WITHDRAWN,
}


def specific(entry: Entry | int) -> Any:
    """The policy, designation, milestone or goal that this entry is, fresh from the database."""
    key = entry if isinstance(entry, int) else entry.pk
    kind = Entry.objects.filter(pk=key).values_list("kind", flat=True).get()
    return next(model for model in KINDS if kind == model.KIND)._default_manager.get(pk=key)


def record(
    entry: Entry, *, by: User, action: Action = Action.SAVED, why: str = "", token: uuid.UUID | None = None
) -> Revision | None:
    """Keep the entry, parts and lists included, as it stands in the database now; None where nothing is new.

    To be called in the transaction that did it, once, after everything was written.
    """
    with transaction.atomic():
        Entry.objects.select_for_update().get(pk=entry.pk)
        entry = specific(entry)
        row = table_of(type(entry)).whole_row_of(entry)
        last = Revision.objects.of(entry).applied().last()
        nothing_new = last is not None and last.row == row and last.standing == entry.status
        if nothing_new and action in (Action.SAVED, Action.IMPORTED):
            return None
        return Revision.objects.create(
            entry_id=entry.pk,
            number=last.number + 1 if last else 1,
            kind=entry.kind,
            title=entry.title,
            at=timezone.now(),
            by=by,
            action=action,
            why=why[:300],
            standing=entry.status,
            version=entry.version,
            row=row,
            token=token,
        )


def keep_verb(entry: Publishable, by: User, verb: str, words: str) -> None:
    """What publishing tells of its verbs, kept as a revision."""
    assert isinstance(entry, Entry)
    record(entry, by=by, action=OF_VERB[verb], why=words)


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


def differences(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """The columns in which two whole rows of a kind differ, in the order of the model."""
    table = _table(kind)
    found = []
    for name in [*table.columns, *table.nested]:
        if old.get(name) != new.get(name):
            before, after = as_text(table, name, old.get(name)), as_text(table, name, new.get(name))
            found.append(Difference(name, label_of(table, name), before, after, pieces(before, after)))
    return found


def pieces(old: str, new: str) -> list[Piece]:
    """Two texts as runs of characters, as people would mark them; Chinese needs no words for that."""
    compare = diff_match_patch()
    runs = compare.diff_main(old, new)
    compare.diff_cleanupSemantic(runs)
    return [Piece({0: "=", -1: "-", 1: "+"}[sign], text) for sign, text in runs]


@dataclass(frozen=True)
class ThreeWays:
    """One column that two people made different: both values as text, and where each leaves what they began from."""

    name: str
    label: str
    base: str
    theirs: list[Piece]
    mine: list[Piece]
    side: str

    @property
    def is_contested(self) -> bool:
        """Whether both changed it, so that somebody must choose."""
        return not self.side


def three_ways(
    kind: str, base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[ThreeWays]:
    """The columns in which theirs and mine differ; `side` names the one that changed where only one did."""
    table = _table(kind)
    found = []
    for difference in differences(kind, theirs, mine):
        name = difference.column
        began = as_text(table, name, base.get(name))
        found.append(
            ThreeWays(
                name,
                difference.label,
                began,
                pieces(began, difference.old),
                pieces(began, difference.new),
                "mine"
                if theirs.get(name) == base.get(name)
                else "theirs"
                if mine.get(name) == base.get(name)
                else "",
            )
        )
    return found


def label_of(table: Table, name: str) -> str:
    if name in table.nested:
        return str(TABLES[table.nested[name]].model._meta.verbose_name)
    return str(table.columns[name].field.verbose_name)


def as_text(table: Table, name: str, value: Any) -> str:
    """A cell of a whole row as people read it; parts one on a line."""
    if value is None or value == "":
        return ""
    if name in table.nested:
        return "\n".join(
            " · ".join(str(cell) for cell in part.values() if cell not in (None, "")) for part in value
        )
    if isinstance(value, list):
        return "、".join(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(table.columns[name].field.flatchoices or ())
    return str(choices.get(value, value))


# --- restoring


def restore(revision: Revision, *, by: User, why: str = "") -> Any:
    """Make the entry what it was at that revision, lists and parts included; ValidationError where that cannot be.

    A deleted draft is made again under its old key. What is public keeps its status; the restored text of a
    published entry becomes its working copy.
    """
    with transaction.atomic():
        model = next(model for model in KINDS if revision.kind == model.KIND)
        entry = model._default_manager.filter(pk=revision.entry_id).first()
        words = why or _("Revision %(number)s restored") % {"number": revision.number}
        if entry is not None and entry.is_appointed:
            if working_copy(entry) is not None:
                raise ValidationError(_("There is a working copy: publish or discard it first."))
            keep_working_copy(entry, revision.row, by=by, why=words)
            return entry
        entry = entry or model(pk=revision.entry_id)
        table_of(model).apply(entry, revision.row)
        record(entry, by=by, action=Action.RESTORED, why=words)
        return entry


def delete_draft(entry: Entry, *, by: User, why: str = "") -> None:
    """Delete what never was public, and keep how it was; ProtectedError where it may not be deleted."""
    with transaction.atomic():
        record(entry, by=by, action=Action.DELETED, why=why)
        specific(entry).delete()


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


def working_copy(entry: Entry) -> Revision | None:
    """The one working copy of a published entry, seen by all editors; None where there is none."""
    return Revision.objects.of(entry).working_copies().select_related("by").first()


def keep_working_copy(entry: Entry, row: Mapping[str, Any], *, by: User, why: str = "") -> Revision:
    """Keep a whole row as the working copy; the public page stays as it is."""
    copy, _created = Revision.objects.update_or_create(
        entry_id=entry.pk,
        number=0,
        defaults={
            "applied": False,
            "kind": entry.kind,
            "title": str(row.get("title", entry.title)),
            "at": timezone.now(),
            "by": by,
            "why": why[:300],
            "standing": entry.status,
            "version": entry.version,
            "row": dict(row),
        },
    )
    return copy


def discard_working_copy(entry: Entry) -> None:
    """Let the working copy go; the entry stays as it is."""
    Revision.objects.of(entry).working_copies().delete()


def publish_working_copy(entry: Entry, *, by: User, why: str = "") -> None:
    """Make the public entry what its working copy says; ValidationError where it has none or it no longer holds."""
    with transaction.atomic():
        Entry.objects.select_for_update().get(pk=entry.pk)
        copy = working_copy(entry)
        if copy is None:
            raise ValidationError(_("There is no working copy."))
        entry = specific(entry)
        table_of(type(entry)).apply(entry, copy.row)
        if objections := entry.objections_to_publishing(by):
            raise NotPublishable(objections)
        copy.delete()
        record(entry, by=by, action=Action.REVISED, why=why or copy.why)


class _RollBack(Exception):
    """Ends a block that only looked."""


@contextlib.contextmanager
def seen_as(
    entry: Entry, row: Mapping[str, Any], keys: Mapping[str, Sequence[int]] | None = None
) -> Iterator[Any]:
    """Within this block the database holds the entry as the row says; afterwards it never did.

    `keys` are those that its parts have meanwhile, as `Table.whole_of` gives them; without it, the same each time.
    """
    with contextlib.suppress(_RollBack), transaction.atomic():
        entry = specific(entry)
        table_of(type(entry)).stage(entry, row, keys or {})
        yield specific(entry)
        raise _RollBack


def try_out(entry: Entry, row: Mapping[str, Any]) -> None:
    """Raise ValidationError where the entry could not be made what the row says."""
    with contextlib.suppress(_RollBack), transaction.atomic():
        entry = specific(entry)
        table_of(type(entry)).apply(entry, row)
        raise _RollBack


def _table(kind: str) -> Table:
    return table_of(next(model for model in KINDS if kind == model.KIND))
