"""What is to become public together with something that names it, when that is moved to a later time or called off."""

import datetime
from collections.abc import Iterator, Sequence

from django.contrib.auth.models import AbstractUser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.accounts.notifications import without_notifications
from timeline.editing.copies_naming import copies_naming
from timeline.editing.named_references import Keys, publish_named_by, references_named_by
from timeline.i18n.display import format_datetime
from timeline.models import REFERENCES, Revision
from timeline.models.named import MAX_NAMED
from timeline.models.records import Record, naming_columns, publishable_models
from timeline.workflow import Transition, TransitionNotAllowedError


def follow_schedule_of(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """Move what scheduled records of one model name along with them: an effect of moving and of calling off.

    To be called before the revision of the transition, since the last one has the former time.
    """
    ahead = Revision.objects.for_keys(model, keys).applied().filter(public_from__gt=timezone.now())
    for key in [*dict.fromkeys(ahead.values_list("record", flat=True))]:
        last = Revision.objects.for_key(model, key).applied().last()
        if last and last.public_from:
            follow_schedule(references_named_by({model: [key]}), last.public_from, by=by, comment=comment)


def follow_schedule(
    references: Keys, former: datetime.datetime, *, by: AbstractUser, comment: str = ""
) -> None:
    """Move those of these reference records that were to become public at a former time to that of what names them now.

    If nothing public or scheduled names it any more, a record is a draft again. What they name in their turn follows.
    """
    if former <= timezone.now():
        return
    # What names others comes before them.
    for model in reversed(REFERENCES):
        rows = model._default_manager.scheduled().filter(pk__in=references.get(model, ()))
        for record in rows.filter(published_at=former).order_by("pk"):
            first = min((at for at, _title in _namings(record)), default=None)
            if first is None:
                # Its authors are told of what it comes along with, as when it was scheduled.
                with without_notifications():
                    record.withdraw(
                        by=by, comment=comment or _("Nothing public or scheduled names it any more.")
                    )
            elif first > former:
                record.reschedule(by=by, public_from=first, comment=comment)


def references_of_scheduled(record: Record) -> Keys:
    """The reference records that a record names, if it is scheduled: they are called off with it."""
    if record.is_public or not record.is_published_or_scheduled:
        return {}
    return references_named_by({type(record): [record.pk]})


def follow_text(
    record: Record, former: Keys, *, by: AbstractUser, comment: str = "", is_read: bool = False
) -> None:
    """Publish the drafts that the new text of a record names, and move what only its former one named, if it is scheduled.

    `former` is what that named (`references_of_scheduled`), `is_read` whether somebody has let the new one through before.
    """
    publish_named_by(record, by=by, is_read=is_read)
    if record.public_from is not None:
        follow_schedule(former, record.public_from, by=by, comment=comment)


def refuse_to_come_after_naming(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """Raise TransitionNotAllowedError if reference records would be public after what names them: an effect of moving."""
    if model not in REFERENCES:
        return
    for record in model._default_manager.scheduled().filter(pk__in=keys).order_by("pk"):
        first = min(_namings(record), default=None)
        if first is not None and record.public_from is not None and first[0] < record.public_from:
            message = _("“%(naming)s” names it and is public from %(when)s: it cannot become public later.")
            raise TransitionNotAllowedError(message % {"naming": first[1], "when": format_datetime(first[0])})


def refuse_to_hide_from_copies(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """Raise TransitionNotAllowedError if scheduled working copies name what is withdrawn: an effect of the withdrawal."""
    if model in REFERENCES and (
        objection := objection_of_scheduled_copies([*model._default_manager.filter(pk__in=keys)])
    ):
        raise TransitionNotAllowedError(objection)


def objection_of_scheduled_copies(records: Sequence[Record]) -> str:
    """Why these reference records of one model are not withdrawn: scheduled working copies name them. "" if none does."""
    titles = [*dict.fromkeys(copy.title for copy in copies_naming(records, Revision.objects.scheduled()))]
    if not titles:
        return ""
    names = pgettext("enumeration", ", ").join(titles[:MAX_NAMED] + ["…"] * (len(titles) > MAX_NAMED))
    return _("Working copies that are scheduled name it, and would lead nowhere: %(names)s.") % {
        "names": names
    }


def _namings(record: Record) -> Iterator[tuple[datetime.datetime, str]]:
    """From when the first of each kind of what names the record is public, and its title."""
    for owner in publishable_models():
        for column in naming_columns(owner):
            if column.named is type(record):
                naming = column.rows._base_manager.filter(**{column.column: record.pk})
                rows = owner._default_manager.published_or_scheduled().filter(
                    pk__in=naming.values(column.key)
                )
                if first := rows.order_by("published_at", "pk").values_list("published_at", "title").first():
                    yield first
    for copy in copies_naming([record], Revision.objects.scheduled()):
        if copy.public_from is not None:
            yield copy.public_from, copy.title
