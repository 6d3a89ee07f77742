"""What the services of this room answer: `Saved`, `Unchanged`, `Conflict` or `Refused`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from itertools import chain
from typing import ParamSpec, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from timeline.editing.conflicts import ColumnMerge, three_way_merge
from timeline.models import Revision
from timeline.rows.tables import WholeRow, table_of
from timeline.workflow import NotPublishableError, Transition


@dataclass(frozen=True)
class Saved:
    """The record is saved, or its working copy is. `revision` is None if there was nothing to record.

    `transition` is the one that was performed, `is_recreated` whether the record had been deleted meanwhile,
    `is_resubmission` whether the same form had created the record before. `left_out` has the references of a
    restored revision to what no longer exists.
    """

    record: models.Model
    revision: Revision | None = None
    is_working_copy: bool = False
    transition: Transition | None = None
    is_recreated: bool = False
    is_resubmission: bool = False
    left_out: WholeRow = field(default_factory=dict)


@dataclass(frozen=True)
class Unchanged:
    """The record is as the form says. `is_repeated` is whether it became so after the form was opened."""

    record: models.Model
    is_repeated: bool = False


@dataclass(frozen=True)
class Conflict:
    """Nothing is saved: somebody else changed the record since the form was opened.

    `with_public_text` is whether this is between a working copy and the public text, which changed since the
    copy was begun. `errors` are the reasons why the chosen sides cannot be saved.
    """

    record: models.Model
    base: WholeRow
    theirs: WholeRow
    mine: WholeRow
    with_public_text: bool = False
    errors: list[str] = field(default_factory=list)

    @cached_property
    def columns(self) -> list[ColumnMerge]:
        """The columns in which the two differ."""
        return three_way_merge(table_of(type(self.record)), self.base, self.theirs, self.mine)


@dataclass(frozen=True)
class Refused:
    """Nothing is saved. `messages` has the reasons by field, those that concern no field under "".

    `unread` is the revision that the user must read before the transition.
    """

    messages: Mapping[str, list[str]]
    unread: Revision | None = None

    @property
    def reasons(self) -> list[str]:
        return [*chain.from_iterable(self.messages.values())]


Answer = Saved | Unchanged | Conflict | Refused

_P = ParamSpec("_P")
_A = TypeVar("_A", bound=Answer)


def in_transaction(service: Callable[_P, _A]) -> Callable[_P, _A | Refused]:
    """Run the service in a transaction. If it is refused, roll back and return every reason."""

    @wraps(service)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> _A | Refused:
        try:
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except IntegrityError:
                # A concurrent request has taken a value, such as the slug: validation sees that only now.
                with transaction.atomic():
                    return service(*args, **kwargs)
        except NotPublishableError as refusal:
            reasons = [(objection.field, [objection.message]) for objection in refusal.objections]
        except ValidationError as refusal:
            by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
            reasons = [("" if name == NON_FIELD_ERRORS else name, found) for name, found in by_field.items()]
        except ProtectedError as refusal:
            reasons = [("", [str(refusal.args[0])])]
        messages: dict[str, list[str]] = {}
        for name, found in reasons:
            messages.setdefault(name, []).extend(found)
        return Refused(messages)

    return answer
