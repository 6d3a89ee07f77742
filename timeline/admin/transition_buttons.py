"""Transitions as buttons of an entry's form: what they ask, which one was pressed, and why one was refused."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.models.fields import TextFormField
from timeline.workflow import VERBS, NotPublishable, Verb, Words

# The name of the buttons; the value is the name of the transition.
BUTTON = "_transition"
# What the page of a conflict hands on of it: two who saved have to agree first.
PRESSED = "_pressed"
# The sections of the form that hold what an objection concerns, where that is no field.
SECTIONS = ("citations", "relations")


class TransitionRefused(Exception):
    """A transition was refused after the form had been written; all of it is to be rolled back."""

    def __init__(self, refusal: ValidationError) -> None:
        super().__init__()
        self.refusal = refusal


class PublicationTimeField(forms.DateTimeField):
    """From when an entry is public: a time ahead, or None for at once."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        label = gettext_lazy("Publish at")
        help_text = gettext_lazy("Left blank: at once. A time ahead: nobody sees it until then.")
        super().__init__(**{"label": label, "help_text": help_text, "required": False, **kwargs})

    def clean(self, value: Any) -> datetime.datetime | None:
        at: datetime.datetime | None = super().clean(value)
        if at is None:
            return None
        # Beyond, no database could give back a time in every zone.
        if at.year >= 3000:
            raise ValidationError(_("This is no time from which an entry could be public."))
        # Browsers give the minute: the present one began a moment ago.
        if at < timezone.now().replace(second=0, microsecond=0):
            raise ValidationError(
                _("This time is past. Leave it blank to publish at once, or give a time ahead."), code="past"
            )
        return at


class EntryForm(forms.ModelForm):
    """Any entry's form, with what its buttons ask besides the columns."""

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
    # What the transition that was pressed met; set by the screen on a class of its own for one request.
    refusal: ValidationError | None = None

    def clean(self) -> Any:
        cleaned = super().clean()
        pressed = self.data.get(BUTTON)
        verb = next((verb for verb in VERBS if verb.name == pressed), None)
        if verb and verb.words is Words.REASON and not self.cleaned_data.get("why", "").strip():
            self.add_error("why", _("Say why."))
        if self.cleaned_data.get("public_from") and not (verb and verb.words is Words.NOTE_AND_TIME):
            self.add_error("public_from", _("Only “Publish” sets this time: press it, or leave this blank."))
        if self.refusal is not None:
            self._add_refusal(self.refusal)
        return cleaned

    def _add_refusal(self, refusal: ValidationError) -> None:
        if not isinstance(refusal, NotPublishable):
            self.add_error(None, refusal.messages)
            return
        for objection in refusal.objections:
            if objection.field in self.fields:
                self.add_error(objection.field, objection.message)
            elif objection.field in SECTIONS:
                link = format_html('<a href="#{}-group">{}</a>', objection.field, objection.message)
                self.add_error(None, link)
            else:
                self.add_error(None, objection.message)


def verb_named(name: str) -> Verb:
    """The verb of that name, or 404."""
    for verb in VERBS:
        if verb.name == name:
            return verb
    raise Http404


def pressed_verb(request: HttpRequest) -> Verb | None:
    """The transition whose button of the form was pressed; PermissionDenied where this user may not use it."""
    if request.method != "POST" or BUTTON not in request.POST:
        return None
    verb = verb_named(request.POST[BUTTON])
    if not request.user.has_perm(verb.permission):
        raise PermissionDenied
    return verb


def words_for(verb: Verb, given: Any) -> dict[str, Any]:
    """What the verb asks, from what the form of an entry was given."""
    words = given.get("why", "")
    if verb.words is Words.REASON:
        return {"reason": words}
    if verb.words is Words.NOTE_AND_TIME:
        return {"note": words, "now": given.get("public_from")}
    return {"note": words}


def in_words(moment: datetime.datetime) -> str:
    """A point in time as messages say it."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def done_message(verb: Verb, entry: Any) -> str:
    """That the form was saved, and what the transition made of the entry."""
    if entry.is_appointed and not entry.is_public:
        return _("Saved. It becomes public on %(when)s; until then nobody sees it.") % {
            "when": in_words(entry.published_at)
        }
    if verb.name == "withdraw" and not entry.is_ever_public:
        return _("Saved. It is no longer scheduled, and a draft again.")
    return {
        "submit": _("Saved and submitted for review."),
        "send_back": _("Saved and sent back."),
        "publish": _("Saved and published."),
        "withdraw": _("Saved and withdrawn."),
    }[verb.name]
