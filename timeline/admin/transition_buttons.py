"""Transitions as buttons of a record's form: their inputs, the pressed one, and its refusal."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.admin.english_fields import needed_fields
from timeline.admin.permission_names import denial
from timeline.editing.answers import Saved
from timeline.editing.approvals import Approval, needs_approval, notes_of, unread_notes
from timeline.editing.working_copies import find_scheduled_copy, find_working_copy
from timeline.i18n.display import format_datetime
from timeline.models import Revision
from timeline.models.fields import TextFormField
from timeline.models.records import Record
from timeline.values.text import clean_line
from timeline.workflow import TRANSITIONS, Status, Transition, TransitionFields, new_time_required

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# The name of the buttons; the value is the name of the transition.
TRANSITION_FIELD = "_transition"
# The pressed transition on the conflict page: the conflict must be resolved first.
PRESSED_FIELD = "_pressed"


class PublicationTimeField(forms.DateTimeField):
    """The time from which a record is public: a later minute, or None for at once; a new time is required.

    `times` are those for which the records are scheduled that are moved to a new one.
    """

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, is_new: bool = False, times: Collection[datetime.datetime] = ()) -> None:
        label, help_text = (
            gettext_lazy("Publish at"),
            gettext_lazy("Left blank: at once. A time ahead: nobody sees it until then."),
        )
        if is_new:
            label, help_text = gettext_lazy("New time"), _help_on_new_time(times)
        super().__init__(label=label, help_text=help_text, required=is_new)
        if is_new:
            self.error_messages["required"] = new_time_required()
        # Whether what is scheduled is moved to this time: another button publishes it at once.
        self.is_moved = is_new
        # The time that was chosen before, which may be past by now.
        self.former: datetime.datetime | None = None

    def clean(self, value: object) -> datetime.datetime | None:
        at: datetime.datetime | None = super().clean(value)
        if at is None or self.is_former(at):
            return at
        # Not every database can convert later times to every time zone.
        if at.year >= 3000:
            raise ValidationError(_("This is no time from which a record could be public."))
        # Browsers send no seconds: what is to become public in the present minute would be at once.
        if _minute_of(at) <= _minute_of(timezone.now()):
            if not self.is_moved:
                message = _("This time is past. Leave it blank to publish at once, or give a time ahead.")
                raise ValidationError(message, code="past")
            message = _("This time is past: give a time ahead. To publish at once, use “%(verb)s”.")
            verb = {"verb": TRANSITIONS["publish_now"].label}
            raise ValidationError(message, code="past", params=verb)
        return at

    def is_former(self, at: datetime.datetime) -> bool:
        """Whether this is the time that was chosen before; browsers send no seconds."""
        return self.former is not None and at == _minute_of(self.former)


def _minute_of(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(second=0, microsecond=0)


def _help_on_new_time(times: Collection[datetime.datetime]) -> str:
    """For what is moved, if that is scheduled for several times: all of it gets the new one."""
    if len({*times}) < 2:
        return ""
    return _("They are scheduled for different times, from %(first)s to %(last)s. All get this one.") % {
        "first": format_datetime(min(times)),
        "last": format_datetime(max(times)),
    }


def tell_time_of_record(form: forms.Form, record: Record) -> None:
    """Say at the time of a publication when the record itself becomes public, if it is scheduled."""
    for field in form.fields.values():
        if not isinstance(field, PublicationTimeField) or field.required:
            continue
        if record.public_from and not record.is_public:
            field.help_text = _("Left blank: together with the record, on %(when)s.") % {
                "when": format_datetime(record.public_from)
            }


def is_change(record: Record) -> bool:
    """Whether publishing the record, or its working copy, changes what readers have seen: that needs a note for them."""
    return record.is_public or record.has_ended


def _note_fields() -> dict[str, forms.Field]:
    return {
        "change_note": TextFormField(
            label=gettext_lazy("Note for readers"),
            max_length=300,
            required=False,
            clean_text=clean_line,
            widget=forms.TextInput({"class": "vTextField"}),
            help_text=gettext_lazy(
                "What has changed, in the history of the public page. Never who or why internally."
            ),
        ),
        "change_note_en": TextFormField(
            label=gettext_lazy("Note for readers in English"),
            max_length=300,
            required=False,
            clean_text=clean_line,
            widget=forms.TextInput({"class": "vTextField"}),
        ),
        "is_minor": forms.BooleanField(
            label=gettext_lazy("Minor, not announced"),
            required=False,
            help_text=gettext_lazy(
                "Feeds and “lately changed” do not tell of it: a typing error, for example."
            ),
        ),
    }


# What readers are told of a change.
NOTE_FIELDS = tuple(_note_fields())


def add_note_fields(form: forms.Form) -> None:
    """Add what readers are told of a change; in English only if the chronicle has pages in English, or a note has one."""
    fields = _note_fields()
    names = [name for name in fields if name in form.data or form.initial.get(name)]
    form.fields.update({name: fields[name] for name in needed_fields(fields, names)})


def keep_initial_notes(form: forms.Form) -> None:
    """Let the form carry the notes that it was opened with: what somebody else proposed meanwhile stays if they are left."""
    for name in NOTE_FIELDS:
        if name in form.fields:
            form.fields[name].show_hidden_initial = True


def _why_field(help_text: "_StrOrPromise" = "") -> TextFormField:
    label, widget = gettext_lazy("Why this change"), forms.TextInput({"class": "vTextField"})
    return TextFormField(label=label, max_length=300, required=False, widget=widget, help_text=help_text)


class ChangeReasonForm(forms.Form):
    """Why something is changed, for colleagues."""

    why = _why_field()


class ToldForm(ChangeReasonForm):
    """What colleagues and readers are told of a change, as the page of a conflict passes it on; it has what was given."""

    def __init__(self, given: Mapping[str, object]) -> None:
        super().__init__(given, label_suffix="")
        if NOTE_FIELDS[0] in given:
            add_note_fields(self)
            keep_initial_notes(self)
        if "why" not in given:
            del self.fields["why"]


def _tell_verbs_of_time() -> str:
    """Which of the buttons of what is scheduled takes the time."""
    return _("“%(move)s” sets this time, which lies ahead; “%(now)s” does not wait for it.") % {
        "move": TRANSITIONS["reschedule"].label,
        "now": TRANSITIONS["publish_now"].label,
    }


class TransitionInputsForm(forms.Form):
    """The inputs of the buttons: a comment, and the time of publication."""

    why = _why_field(
        help_text=gettext_lazy(
            "Sending back and withdrawing ask for a reason; that of a withdrawal is shown to readers. Otherwise a note for colleagues."
        )
    )
    public_from = PublicationTimeField()

    def propose_time(self, record: Record) -> None:
        """Propose the time for which the record or its working copy is scheduled, which is not that of a copy begun over it."""
        time = self.fields.get("public_from")
        if not isinstance(time, PublicationTimeField) or record.pk is None or not record.is_ever_public:
            return
        if record.is_published_or_scheduled and not record.is_public:
            self.initial["public_from"] = time.former = record.published_at
            time.help_text, time.is_moved = _tell_verbs_of_time(), True
        elif copy := find_scheduled_copy(record):
            time.former = copy.public_from
            if copy.is_working_copy:
                self.initial["public_from"] = copy.public_from
                time.help_text, time.is_moved = _tell_verbs_of_time(), True

    def clean(self) -> dict[str, object] | None:
        cleaned = super().clean()
        transition = TRANSITIONS.get(self.data.get(TRANSITION_FIELD, ""))
        if (
            transition
            and transition.fields is TransitionFields.REASON
            and not self.cleaned_data.get("why", "").strip()
        ):
            self.add_error("why", _("Say why."))
        time = self.fields.get("public_from")
        at = self.cleaned_data.get("public_from")
        if (
            transition
            and transition.fields is TransitionFields.NOTE_AND_NEW_TIME
            and at is None
            and "public_from" not in self.errors
        ):
            self.add_error("public_from", new_time_required())
        if at and not (transition and transition.fields.has_time):
            if not (isinstance(time, PublicationTimeField) and time.is_former(at)):
                self.add_error(
                    "public_from", _("Only the button for publishing or moving the time sets this time.")
                )
            self.cleaned_data["public_from"] = None
        return cleaned


class RecordForm(TransitionInputsForm, forms.ModelForm):
    """The form of any record, with the inputs of its buttons besides the columns."""

    # The working copy of what is or was public.
    copy: Revision | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.propose_time(self.instance)
        if self.instance.pk is not None and is_change(self.instance):
            self.copy = find_working_copy(self.instance)
            self.initial.update(notes_of(self.copy) if self.copy else unread_notes(self.instance))
            add_note_fields(self)
            keep_initial_notes(self)

    def forget_notes(self) -> None:
        """Propose nothing to tell readers: the notes of a scheduled working copy are not those of one begun over it."""
        for name in NOTE_FIELDS:
            self.initial.pop(name, None)


def input_names(buttons: Sequence[Mapping[str, str]], record: Record | None) -> list[str]:
    """The names of the inputs that these buttons have, in the form of a record or, with None, of a new one."""
    has_time = any(TRANSITIONS[button["name"]].fields.has_time for button in buttons)
    names = ["why"]
    # A withdrawn record is published again at once.
    if has_time and not (record and record.has_ended):
        names.append("public_from")
    # Whoever changes what was public proposes what readers are told of it.
    if record and is_change(record):
        names += NOTE_FIELDS
    return names


def approval_of(form: forms.BaseForm) -> Approval:
    """What a form says besides the text: the notes that were changed. Nothing is confirmed yet."""
    given = form.cleaned_data
    return Approval(
        **{name: given[name] for name in form.changed_data if name in NOTE_FIELDS and name in given}
    )


def publishes(buttons: Sequence[Mapping[str, str]]) -> bool:
    """Whether one of these buttons publishes."""
    return any(TRANSITIONS[button["name"]].target == Status.PUBLISHED for button in buttons)


def asks_for_approval(buttons: Sequence[Mapping[str, str]]) -> bool:
    """Whether one of these buttons makes a text public that was not let through before."""
    return any(needs_approval(TRANSITIONS[button["name"]]) for button in buttons)


def get_transition_or_404(name: str) -> Transition:
    """The transition of that name. Raises Http404."""
    if name not in TRANSITIONS:
        raise Http404
    return TRANSITIONS[name]


def pressed_transition(request: HttpRequest) -> Transition | None:
    """The transition whose button was pressed, or None. Raises PermissionDenied."""
    if request.method != "POST" or TRANSITION_FIELD not in request.POST:
        return None
    transition = get_transition_or_404(request.POST[TRANSITION_FIELD])
    if not request.user.has_perm(transition.permission):
        raise denial(request.user, transition.permission)
    return transition


def success_message(answer: Saved) -> str:
    """The message that the form was saved, with the effect of the transition on the record or its working copy."""
    transition: Transition | None = answer.transition
    record = answer.record
    if transition is None:
        raise TypeError("Nothing was done besides saving.")
    if answer.of_copy:
        return _message_of_copy(transition, record, answer.revision if answer.is_working_copy else None)
    if record.public_from and not record.is_public:
        return _("Saved. It becomes public on %(when)s; until then nobody sees it.") % {
            "when": format_datetime(record.public_from)
        }
    if transition.ends_publication and not record.is_ever_public:
        return _("Saved. It is no longer scheduled, and a draft again.")
    return str(transition.success_message)


def _message_of_copy(transition: Transition, record: Record, copy: Revision | None) -> str:
    """The message on what was done with the working copy, which is None if it is the text of the record now."""
    if copy is not None and copy.is_scheduled and copy.public_from:
        if not record.is_public:
            return _("The working copy becomes the text on %(when)s.") % {
                "when": format_datetime(copy.public_from)
            }
        return _("The working copy becomes public on %(when)s; until then readers see the former text.") % {
            "when": format_datetime(copy.public_from)
        }
    if copy is None and record.has_ended:
        return _(
            "It says now what the working copy said. It is withdrawn, and readers do not see it: to make it public again, "
            "open its form and press “%(verb)s”."
        ) % {"verb": TRANSITIONS["publish"].label}
    if copy is None and not record.is_public:
        return _("It says now what the working copy said. Readers do not see it at present.")
    message = str(transition.copy_message)
    # Another working copy was begun over what was called off.
    is_below = copy is not None and not copy.is_working_copy
    return f"{message} {_message_on_notes(record, copy)}".strip() if copy and is_below else message


def _message_on_notes(record: Record, former: Revision) -> str:
    """What became of the notes for readers of a copy that was called off, once another carries its text."""
    left, names = find_working_copy(record), ("change_note", "change_note_en")
    if left is None or not any(getattr(former, name) for name in names):
        return ""
    if all(getattr(former, name) in getattr(left, name) for name in names):
        return _("The working copy begun over it has its text, and now its note for readers as well.")
    return _(
        "The working copy begun over it has its text, but not its note for readers: both notes together are too long. "
        "The history still has it."
    )
