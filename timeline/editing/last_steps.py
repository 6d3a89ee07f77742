"""What somebody did with a record before the action of another, told to the latter."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.editing.copy_states import states_of
from timeline.i18n.display import format_datetime
from timeline.models import Action, Revision
from timeline.models.records import Record
from timeline.workflow import ENDED, Transition, TransitionNotAllowedError


def check_transition(transition: Transition, record: Record, copy: Revision | None = None) -> None:
    """Raise TransitionNotAllowedError if the transition does not apply to the record, or to its working copy if one is given.

    The message is who did what last, if that is known: whoever opened a page before does not know.
    """
    try:
        transition.check_status(copy.status if copy else record.status)
    except TransitionNotAllowedError:
        step = last_step(record, copy)
        if step is None:
            raise
        message = _("%(step)s: your action was not performed.") % {"step": describe_step(step)}
        raise TransitionNotAllowedError(message) from None


def last_step(record: Record, copy: Revision | None = None) -> Revision | None:
    """What was done last with a record, or with its working copy."""
    steps = Revision.objects.for_record(record).steps().select_related("created_by")
    return (steps.filter(number__in=states_of(copy)) if copy else steps).last()


def describe_step(step: Revision) -> str:
    """Who did what with a record and when, as the beginning of a sentence, with the time for which it was scheduled."""
    return _("%(who)s, %(when)s: %(what)s") % {
        "who": display_name(step.created_by),
        "when": format_datetime(step.created_at),
        "what": describe_action(step),
    }


def describe_action(step: Revision) -> str:
    """What was done, with the time for which it was scheduled: what nobody saw was neither published nor withdrawn."""
    what = step.get_action_display()
    if step.action == Action.WITHDRAWN and step.status not in ENDED:
        return str(Action.UNSCHEDULED.label)
    if step.public_from is None or step.public_from <= step.created_at:
        return what
    if step.action == Action.PUBLISHED:
        what = _("scheduled its publication")
    if step.action not in (Action.PUBLISHED, Action.SCHEDULED, Action.RESCHEDULED):
        return what
    return _("%(what)s (%(public_from)s)") % {
        "what": what,
        "public_from": format_datetime(step.public_from),
    }


def publication_since(record: Record, seen_number: int, user: AbstractUser) -> Revision | None:
    """What somebody else has published or scheduled since a form was opened on that revision, or None."""
    later = Revision.objects.for_record(record).filter(
        number__gt=seen_number,
        action__in=(Action.PUBLISHED, Action.RELEASED, Action.REVISED, Action.SCHEDULED),
    )
    return later.exclude(created_by=user.pk).by_number().select_related("created_by").last()
