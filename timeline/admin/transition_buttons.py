"""Transitions as buttons of an entry's form: their inputs, the pressed one, and its refusal."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.i18n.display import format_datetime
from timeline.models.fields import TextFormField
from timeline.workflow import TRANSITIONS, Transition, TransitionFields

# The name of the buttons; the value is the name of the transition.
TRANSITION_FIELD = "_transition"
# The pressed transition on the conflict page: the conflict must be resolved first.
PRESSED_FIELD = "_pressed"


class PublicationTimeField(forms.DateTimeField):
    """The time from which an entry is public: a future time, or None for at once."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self) -> None:
        label = gettext_lazy("Publish at")
        help_text = gettext_lazy("Left blank: at once. A time ahead: nobody sees it until then.")
        super().__init__(label=label, help_text=help_text, required=False)

    def clean(self, value: object) -> datetime.datetime | None:
        at: datetime.datetime | None = super().clean(value)
        if at is None:
            return None
        # Not every database can convert later times to every time zone.
        if at.year >= 3000:
            raise ValidationError(_("This is no time from which an entry could be public."))
        # Browsers send no seconds: the present minute began in the past.
        if at < timezone.now().replace(second=0, microsecond=0):
            raise ValidationError(
                _("This time is past. Leave it blank to publish at once, or give a time ahead."), code="past"
            )
        return at


class EntryForm(forms.ModelForm):
    """The form of any entry, with the inputs of its buttons besides the columns."""

    why = TextFormField(
        label=gettext_lazy("Why this change"),
        max_length=300,
        required=False,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=gettext_lazy(
            "Sending back and withdrawing ask for a reason; that of a withdrawal is shown to readers. Otherwise a note for colleagues."
        ),
    )
    public_from = PublicationTimeField()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        transition = TRANSITIONS.get(self.data.get(TRANSITION_FIELD, ""))
        if (
            transition
            and transition.fields is TransitionFields.REASON
            and not self.cleaned_data.get("why", "").strip()
        ):
            self.add_error("why", _("Say why."))
        if self.cleaned_data.get("public_from") and not (
            transition and transition.fields is TransitionFields.NOTE_AND_TIME
        ):
            self.add_error("public_from", _("Only “Publish” sets this time: press it, or leave this blank."))
        return cleaned


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
        raise PermissionDenied
    return transition


def success_message(transition: Transition, entry: Any) -> str:
    """The message that the form was saved, with the effect of the transition."""
    if entry.is_published_or_scheduled and not entry.is_public:
        return _("Saved. It becomes public on %(when)s; until then nobody sees it.") % {
            "when": format_datetime(entry.published_at)
        }
    if transition.ends_publication and not entry.is_ever_public:
        return _("Saved. It is no longer scheduled, and a draft again.")
    return str(transition.success_message)
