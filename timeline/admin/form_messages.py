"""What the messages say after the form of a record was saved or refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.accounts.names import display_name
from timeline.admin.record_views import RecordViewsAdmin
from timeline.admin.transition_buttons import success_message
from timeline.editing.answers import Saved
from timeline.editing.last_steps import describe_action, describe_step
from timeline.editing.working_copies import find_scheduled_copy
from timeline.i18n.display import format_datetime
from timeline.models import Action, Revision
from timeline.models.records import Record
from timeline.workflow import TRANSITIONS, Transition, TransitionFields

if TYPE_CHECKING:
    from timeline.admin.published_records import PublishedRecordAdmin

# The name of the address of the front page, which begins with the queue of the user: a decision leads back to it.
QUEUE = "admin:index"


def working_copy_message(record: Record) -> str:
    """The message that a working copy was saved, with what readers see until it is published."""
    scheduled = find_scheduled_copy(record)
    if scheduled is not None and not scheduled.is_working_copy and scheduled.public_from:
        return _(
            "Kept as a working copy. The change before it becomes public on %(when)s, without what you have changed now."
        ) % {"when": format_datetime(scheduled.public_from)}
    if record.is_public:
        return _("Kept as a working copy. The public page stays as it is until that is published.")
    return _("Kept as a working copy. Readers do not see its text at present.")


def recreated_message(record: Record) -> str:
    """What is said to whose saving has put back a draft that was deleted meanwhile: by whom, when and why."""
    step = Revision.objects.for_record(record).filter(action=Action.DELETED).by_number().last()
    if step is None:
        return _("Somebody had deleted this meanwhile. Your saving has put it back.")
    words = {"step": describe_step(step), "reason": step.comment}
    if step.comment:
        return _("%(step)s (%(reason)s). Your saving has put it back.") % words
    return _("%(step)s. Your saving has put it back.") % words


def story_message(named: Sequence[Record]) -> str:
    """What is said to who withdraws entries of which the story at the head of the first page speaks."""
    titles = pgettext("enumeration", ", ").join(map(str, named))
    return _("The story on the first page still speaks of %(titles)s, without a link: change its words.") % {
        "titles": titles
    }


def decision_message(admin: RecordViewsAdmin, answer: Saved) -> str:
    """The message on a decision, for the queue: with a link to the page of the record or of its working copy."""
    record = answer.record
    address = record.get_absolute_url() if record.is_public else admin.admin_url("draft_preview", record.pk)
    if answer.of_copy and answer.is_working_copy:
        address = admin.admin_url("working_copy", record.pk)
    return format_html(
        _('<a href="{address}">{title}</a>: {message}'),
        address=address,
        title=record,
        message=success_message(answer),
    )


def published_meanwhile_message(step: Revision) -> str:
    """The message that what was saved is another working copy, since the text it was written over was published meanwhile."""
    return _(
        "After you had opened this, %(step)s. What you changed is kept as a working copy of its own, not submitted yet."
    ) % {"step": describe_step(step)}


def publication_message(record: Record, transition: Transition = TRANSITIONS["publish"]) -> str:
    """What the publication of a working copy of the record, by one of the transitions to it, means for readers."""
    if record.has_ended:
        return _(
            "This is withdrawn, and readers do not see it: the working copy becomes its text, and what you tell readers is "
            "kept until it is public again. To make it public again, open its form and press “%(verb)s”."
        ) % {"verb": TRANSITIONS["publish"].label}
    if record.is_public or record.public_from is None:
        if transition.fields is TransitionFields.NOTE_AND_NEW_TIME:
            return _("Readers see what the working copy says from the time that you choose.")
        if not transition.fields.has_time:
            return _("Readers see what the working copy says from now on.")
        return _("Readers see what the working copy says from now on, or from the time that you choose.")
    message = _(
        "The working copy becomes the text of what is scheduled, at once or at the time that you choose. "
        "Readers see it once that is public, on %(when)s."
    )
    if transition.fields is TransitionFields.NOTE_AND_NEW_TIME:
        message = _(
            "The working copy becomes the text of what is scheduled at the time that you choose. "
            "Readers see it once that is public, on %(when)s."
        )
    elif not transition.fields.has_time:
        message = _(
            "The working copy becomes the text of what is scheduled at once. "
            "Readers see it once that is public, on %(when)s."
        )
    return message % {"when": format_datetime(record.public_from)}


def unchanged_message(record: Record) -> str:
    """That an action on the working copy of the record changes nothing else."""
    if record.is_public:
        return _("The public text stays as it is.")
    return _("The present text stays as it is; readers do not see it.")


def resubmission_message(answer: Saved, pressed: Transition | None) -> str:
    """The message when a form that created the record before was sent again with changes."""
    if answer.transition:
        return success_message(answer)
    message = (
        working_copy_message(answer.record)
        if answer.is_working_copy
        else _("This form was sent before; what you changed since is saved in the same record.")
    )
    if pressed is None:
        return message
    # It was performed before, on what the form said then.
    not_done = _("“%(verb)s” was not done: press it now if all is as you want it.")
    return f"{message} {not_done % {'verb': pressed.label}}"


def unread_message(
    admin: "PublishedRecordAdmin", request: HttpRequest, last: Revision, pressed: Transition | None
) -> str:
    """The message with the last change since the form was opened, and its author."""
    record = admin.get_object(request, str(last.record))
    names = [one["name"] for one in admin.available_transitions(request, record)]
    is_available = pressed is not None and pressed.name in names
    return format_html(
        _(
            'After you had opened this, {who} did the following on {when}: {what}. <a href="{history}">Look at it</a>; '
            "to go on, press the button once more."
        )
        if is_available
        else _(
            'After you had opened this, {who} did the following on {when}: {what}. <a href="{history}">Look at it</a>.'
        ),
        who=display_name(last.created_by),
        when=format_datetime(last.created_at),
        what=describe_action(last),
        history=admin.admin_url("history", last.record),
    )
