"""What the services of this room answer: `Saved`, `Unchanged`, `Conflict` or `Refused`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from itertools import chain
from typing import ParamSpec, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy

from timeline.editing.checklist import Checklist, UnconfirmedWarningsError
from timeline.editing.conflicts import ColumnMerge, three_way_merge
from timeline.editing.seen_drafts import UnreadDraftsError
from timeline.models import Revision, Source
from timeline.models.records import Record
from timeline.rows.tables import WholeRow, table_of
from timeline.workflow import NotPublishableError, Transition


@dataclass(frozen=True)
class Saved:
    """The record is saved, or its working copy is. `revision` is None if there was nothing to record.

    `transition` is the one that was performed, `of_copy` whether on the working copy. `is_recreated` is whether the record had been deleted meanwhile,
    `is_resubmission` whether the same form had created the record before. `left_out` has the references of a
    restored revision to what no longer exists. `unconfirmed` is the checklist of a publication that was not performed, since
    nobody has confirmed its warnings.
    """

    record: Record
    revision: Revision | None = None
    is_working_copy: bool = False
    transition: Transition | None = None
    of_copy: bool = False
    is_recreated: bool = False
    is_resubmission: bool = False
    left_out: WholeRow = field(default_factory=dict)
    unconfirmed: Checklist | None = None


@dataclass(frozen=True)
class Unchanged:
    """The record is as the form says. `is_repeated` is whether it became so after the form was opened."""

    record: Record
    is_repeated: bool = False


@dataclass(frozen=True)
class Conflict:
    """Nothing is saved: somebody else changed the record since the form was opened.

    `with_public_text` is whether this is between a working copy and the public text, which changed since the
    copy was begun. `new_sources` are those that `mine` may cite. `errors` are the reasons why the chosen sides cannot be
    saved.
    """

    record: Record
    base: WholeRow
    theirs: WholeRow
    mine: WholeRow
    with_public_text: bool = False
    new_sources: Sequence[Source] = ()
    errors: list[str] = field(default_factory=list)

    @cached_property
    def columns(self) -> list[ColumnMerge]:
        """The columns in which the two differ."""
        return three_way_merge(table_of(type(self.record)), self.base, self.theirs, self.mine)


@dataclass(frozen=True)
class Refused:
    """Nothing is saved. `messages` has the reasons by field, those that concern no field under "".

    `unread` is the revision that the user must read before the transition; `has_unread_drafts` is whether drafts that come
    along with a publication must be.
    """

    messages: Mapping[str, list[str]]
    unread: Revision | None = None
    has_unread_drafts: bool = False

    @property
    def reasons(self) -> list[str]:
        return [*chain.from_iterable(self.messages.values())]


@dataclass(frozen=True)
class Unconfirmed:
    """Nothing is done: the checklist of the publication has warnings that nobody has confirmed."""

    checklist: Checklist


BUSY = gettext_lazy(
    "Somebody else is writing the same records at this moment; nothing was changed. Please try again."
)
# The SQLSTATE with which PostgreSQL ends one of two transactions that wait for each other.
DEADLOCK = "40P01"

Answer = Saved | Unchanged | Conflict | Refused

_P = ParamSpec("_P")
_A = TypeVar("_A", bound=Answer)
_B = TypeVar("_B")


def in_transaction(service: Callable[_P, _A]) -> Callable[_P, _A | Refused]:
    """Run the service in a transaction. If it is refused, roll back and return every reason.

    What waits for another transaction that waits for
    it is tried once more: an import locks records in the order of its files, and not in that of publications.
    """

    @wraps(service)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> _A | Refused:
        # An outer transaction would keep its own locks: its owner tries again.
        is_outermost = not transaction.get_connection().in_atomic_block
        try:
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except (IntegrityError, OperationalError) as error:
                # A concurrent request has taken a value, such as the slug: validation sees that only now.
                if isinstance(error, OperationalError) and not (is_outermost and _is_deadlock(error)):
                    raise
                with transaction.atomic():
                    return service(*args, **kwargs)
        except UnreadDraftsError as refusal:
            return Refused({"": refusal.messages}, has_unread_drafts=True)
        except NotPublishableError as refusal:
            reasons = [(objection.field, [objection.message]) for objection in refusal.objections]
        except ValidationError as refusal:
            by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
            reasons = [("" if name == NON_FIELD_ERRORS else name, found) for name, found in by_field.items()]
        except ProtectedError as refusal:
            reasons = [("", [str(refusal.args[0])])]
        except OperationalError as error:
            if not (is_outermost and _is_deadlock(error)):
                raise
            reasons = [("", [str(BUSY)])]
        messages: dict[str, list[str]] = {}
        for name, found in reasons:
            messages.setdefault(name, []).extend(found)
        return Refused(messages)

    return answer


def asking_for_confirmation(service: Callable[_P, _B]) -> Callable[_P, _B | Unconfirmed]:
    """Return what has warnings that nobody has confirmed: above `in_transaction`, which has rolled back."""

    @wraps(service)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> _B | Unconfirmed:
        try:
            return service(*args, **kwargs)
        except UnconfirmedWarningsError as unconfirmed:
            return Unconfirmed(unconfirmed.checklist)

    return answer


def _is_deadlock(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == DEADLOCK
