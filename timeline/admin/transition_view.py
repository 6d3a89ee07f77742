"""The desk's buttons and bulk actions for the verbs of publication: one page that asks for words, and does them."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.admin.base import key_of, screen_of
from timeline.admin.form_drafts import mark_saved
from timeline.admin.record_views import RecordPages, actor
from timeline.admin.transition_buttons import PublicationTimeField, in_words, verb_named
from timeline.editing.revisions import newest_number, newest_numbers
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy
from timeline.models import Entry
from timeline.models.fields import TextFormField
from timeline.values.text import clean_prose
from timeline.workflow import VERBS, NotPublishable, Status, Verb, Words, WrongStatus

# How many entries a verb takes at once: more than anybody reads through, few enough for one request.
MOST = 500


class WordsForm(forms.Form):
    """What a verb asks: a note that may be left out, a reason that may not, a time from which to be public."""

    def __init__(self, verb: Verb, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if verb.words is Words.REASON:
            self.fields["reason"] = TextFormField(
                label=_("Reason"),
                max_length=300,
                clean_text=clean_prose,
                widget=forms.Textarea({"rows": 3}),
                help_text=_("Readers see this reason.") if verb.name == "withdraw" else "",
            )
        else:
            self.fields["note"] = TextFormField(
                label=_("Note"),
                max_length=300,
                required=False,
                clean_text=clean_prose,
                widget=forms.Textarea({"rows": 3}),
            )
        if verb.words is Words.NOTE_AND_TIME:
            self.fields["now"] = PublicationTimeField()


class PublicationAdmin(RecordPages):
    """The verbs on the screens of an entry."""

    pages = [("verb/<slug:verb>/", "verb_view", "verb")]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        for verb in VERBS:
            if request.user.has_perm(verb.permission):
                actions[verb.name] = (_to_verb_page, verb.name, verb.label)
        return actions

    def verbs_for(self, request: HttpRequest, entry: Entry | None) -> list[dict[str, Any]]:
        """The verbs that this user may use on the entry as it stands, or on a new one, with the pages that ask for them."""
        status = entry.status if entry else Status.DRAFT
        return [
            {
                "name": verb.name,
                "label": verb.label,
                "address": f"{self.address('verb', verb.name)}?ids={entry.pk}" if entry else "",
            }
            for verb in VERBS
            if status in verb.statuses and request.user.has_perm(verb.permission)
        ]

    def verb_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Ask for the words of a verb, and use it on the entries named in `ids`."""
        chosen = verb_named(verb)
        if not (request.user.has_perm(chosen.permission) and self.has_view_permission(request)):
            raise PermissionDenied
        # All in one field: servers count the fields of a form, and refuse many without a word.
        named = ",".join((request.POST or request.GET).getlist("ids")).split(",")
        keys = {key for text in named if (key := key_of(text)) is not None}
        if len(keys) > MOST:
            self.refuse_so_many(request, len(keys))
            return HttpResponseRedirect(self.address("changelist"))
        entries = list(self.get_queryset(request).filter(pk__in=keys))
        form = WordsForm(chosen, request.POST or None, label_suffix="")
        if request.method == "POST" and form.is_valid():
            return self._use(request, chosen, entries, form.cleaned_data)
        newest = newest_numbers([entry.pk for entry in entries])
        return self.page(
            request,
            "verb",
            entries[0] if len(entries) == 1 else None,
            title=chosen.label,
            verb=chosen,
            entries=entries,
            keys=",".join(str(entry.pk) for entry in entries),
            read=",".join(map(str, (newest[entry.pk] for entry in entries))),
            form=form,
            back=self._where_from(entries),
        )

    def refuse_so_many(self, request: HttpRequest, count: int) -> None:
        words = _("At most %(most)s at once; %(count)s were chosen.") % {"most": MOST, "count": count}
        self.message_user(request, words, messages.ERROR)

    def _use(
        self, request: HttpRequest, verb: Verb, entries: list[Any], words: dict[str, Any]
    ) -> HttpResponse:
        done = 0
        read: dict[str, str] = {}
        if "_read" in request.POST:
            read = dict(
                zip(*(request.POST.get(name, "").split(",") for name in ("ids", "_read")), strict=False)
            )
        for listed in entries:
            try:
                with transaction.atomic():
                    Entry.hold(listed.pk)
                    # As it is now: those before it took their time.
                    entry = self.get_queryset(request).filter(pk=listed.pk).first()
                    if entry is None:
                        raise WrongStatus(_("Somebody deleted this meanwhile."))
                    number = str(newest_number(entry))
                    if read.get(str(entry.pk), number) != number:
                        raise WrongStatus(_("This was changed meanwhile: read it again."))
                    if verb.name == "publish" and find_working_copy(entry) is not None:
                        # This page shows the title alone.
                        raise WrongStatus(
                            _(
                                "It has a working copy, which would become public: read and publish it on its own page."
                            )
                        )
                    perform_transition(entry, verb.name, by=actor(request), **words)
            except NotPublishable as refusal:
                for objection in refusal.objections:
                    anchor = f"#id_{objection.field}" if objection.field else ""
                    if objection.field in ("citations", "relations"):
                        anchor = f"#{objection.field}-group"
                    self.message_user(
                        request,
                        format_html('<a href="{}{}">{}</a>', screen_of(listed), anchor, objection.message),
                        messages.ERROR,
                    )
            except ValidationError as refusal:
                self.message_user(request, f"{listed}: {' '.join(refusal.messages)}", messages.ERROR)
            else:
                done += 1
        if not entries:
            self.message_user(request, _("Somebody deleted this meanwhile."), messages.ERROR)
        if done:
            self.message_user(request, self._done(verb, done, words.get("now")), messages.SUCCESS)
        there = HttpResponseRedirect(self._where_from(entries))
        # What was refused is typed once more: the browser keeps it until all is done.
        return mark_saved(request, there) if done == len(entries) else there

    def _done(self, verb: Verb, count: int, at: datetime.datetime | None) -> str:
        said = {"verb": verb.label, "count": count}
        if at is None:
            return ngettext("%(verb)s: %(count)s entry.", "%(verb)s: %(count)s entries.", count) % said
        message = ngettext(
            "%(verb)s: %(count)s entry, public on %(when)s.",
            "%(verb)s: %(count)s entries, public on %(when)s.",
            count,
        )
        return message % {**said, "when": in_words(at)}

    def _where_from(self, entries: list[Any]) -> str:
        """The screen of the one entry, or the list of several."""
        if len(entries) == 1:
            return screen_of(entries[0])
        return self.address("changelist")


def _to_verb_page(
    modeladmin: PublicationAdmin, request: HttpRequest, queryset: QuerySet
) -> HttpResponse | None:
    """A bulk action: on to the page that asks for words, with the entries that were chosen."""
    keys = list(queryset.values_list("pk", flat=True))
    if len(keys) > MOST:
        modeladmin.refuse_so_many(request, len(keys))
        return None
    verb = modeladmin.address("verb", request.POST["action"])
    return HttpResponseRedirect(f"{verb}?ids={','.join(map(str, keys))}")
