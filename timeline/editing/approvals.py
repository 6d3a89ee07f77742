"""The decisions of whoever publishes a text: warnings confirmed by name, and what readers are told of the change."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser

from timeline.editing.checklist import checklist_of
from timeline.editing.revisions import latest_revision_number
from timeline.models import Action, Revision
from timeline.models.records import Record
from timeline.workflow import ENDED, TRANSITIONS, Status, Transition

# The columns of a revision that readers of the public history see, also once a scheduled copy is its record's text.
NOTE_COLUMNS = ("change_note", "change_note_en", "is_minor")
MAX_NOTE: int = Revision._meta.get_field("change_note").max_length  # type: ignore[assignment]


@dataclass(frozen=True)
class Approval:
    """What a user decides when publishing. A note for readers is of a change; a first publication has none.

    What is None was not decided: it stays as the working copy has it.
    """

    confirmed: Collection[str] = ()
    change_note: str | None = None
    change_note_en: str | None = None
    is_minor: bool | None = None

    @property
    def notes(self) -> dict[str, object]:
        """The columns of a revision that were decided."""
        return {name: value for name in NOTE_COLUMNS if (value := getattr(self, name)) is not None}


def needs_approval(transition: Transition) -> bool:
    """Whether a transition makes a text public that was not let through before."""
    return transition is TRANSITIONS["publish"]


def approve(record: Record, copy: Revision | None, by: AbstractUser, approval: Approval) -> dict[str, object]:
    """Return the columns of the revision that record the approval of a text: that of the record, or of its working copy.

    Raises NotPublishableError, or UnconfirmedWarningsError for warnings that are not confirmed.
    """
    checklist = checklist_of(record, copy, by)
    checklist.check(approval.confirmed)
    columns: dict[str, object] = {"confirmed_warnings": checklist.confirmed_by(approval.confirmed)}
    if record.is_ever_public:
        columns |= approval.notes
    return columns


def record_approval(record: Record, columns: dict[str, object]) -> None:
    """Record the approval in the newest revision of the record, which the same transaction has written."""
    number = latest_revision_number(record)
    Revision.objects.for_record(record).filter(number=number).update(**columns)


def propose_notes(record: Record, approval: Approval | None) -> bool:
    """Let the working copy of a record say what its author proposes to tell readers. Returns whether that is new."""
    notes = approval.notes if approval else {}
    copies = Revision.objects.for_record(record).working_copies()
    return bool(notes) and copies.exclude(**notes).update(**notes) > 0


def keep_notes(copy: Revision, revision: Revision | None) -> None:
    """Let the revision with which a copy became the text of its record say what readers are told."""
    if revision is not None:
        Revision.objects.filter(pk=revision.pk).update(**notes_of(copy))


def unread_notes(record: Record) -> dict[str, object]:
    """The columns with what the last working copy told that became the text of a withdrawn record: no reader has seen it.

    They go over to the next working copy, and to the publication of the record. Empty if there are none.
    """
    if not record.has_ended:
        return {}
    revisions = Revision.objects.for_record(record).applied()
    last = (revisions.filter(action=Action.REVISED) | revisions.filter(status=Status.PUBLISHED)).last()
    return notes_of(last) if last is not None and last.status in ENDED else {}


# What stands between the notes of two changes, in each language.
_BETWEEN = {"change_note": "；", "change_note_en": "; "}


def join_notes(former: Revision, copy: Revision) -> dict[str, object]:
    """The columns of a working copy that carries the text of a former one as well: what both tell readers.

    What would be too long together is left to the copy, and the note of the former one to its revision in the history.
    """
    joined: dict[str, object] = {"is_minor": former.is_minor and copy.is_minor}
    for name, between in _BETWEEN.items():
        own, given = getattr(copy, name), getattr(former, name)
        both = own if given in own else between.join(filter(None, (given, own)))
        joined[name] = both if len(both) <= MAX_NOTE else own
    return joined


def notes_of(copy: Revision) -> dict[str, object]:
    """The columns with what a working copy proposes to tell readers."""
    return {name: getattr(copy, name) for name in NOTE_COLUMNS}
