"""The comments on a record: its threads in pages, with one form to begin one or to answer, and buttons to resolve."""

import functools
from collections.abc import Callable
from itertools import takewhile

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from timeline.accounts.names import display_name
from timeline.admin.base import parse_primary_key, set_choices
from timeline.admin.english_fields import needed_fields
from timeline.admin.form_drafts import form_token, mark_saved
from timeline.admin.record_views import actor
from timeline.admin.views.base import RecordView
from timeline.editing.comments import (
    answer,
    begin_thread,
    fields_to_comment_on,
    may_comment,
    reopen,
    resolve,
    staff,
    threads_of,
    unknown_names_in,
    with_replies,
    write_once,
)
from timeline.models import Comment, Revision
from timeline.models.comments import CommentQuerySet
from timeline.models.records import key_of

PAGE_SIZE = 20
CHANGES = {"resolve": resolve, "reopen": reopen}


class AnswerForm(forms.Form):
    """The text of a comment, and whom it addresses."""

    text = forms.CharField(label=gettext_lazy("Comment"), widget=forms.Textarea({"rows": 3}))
    person = forms.TypedChoiceField(label=gettext_lazy("Tell"), required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        auto_id: str,
        initial: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, label_suffix="", auto_id=auto_id, initial=initial)
        self.fields["text"].help_text = (
            _("Only editors see it. @ and a name tells that person by mail.")
            if settings.HAS_MAIL
            else _("Only editors see it. @ and a name puts it on the front page of that person.")
        )
        set_choices(self, "person", [("", "—"), *((user.pk, display_name(user)) for user in staff())])

    def people(self) -> list[int]:
        person = self.cleaned_data["person"]
        return [person] if person else []


class CommentForm(AnswerForm):
    """A comment that begins a thread, on a field or on the whole record."""

    field = forms.ChoiceField(label=pgettext_lazy("comment", "About"), required=False)
    field_order = ["field", "text", "person"]

    def __init__(
        self,
        fields: dict[str, str],
        data: QueryDict | None = None,
        *,
        auto_id: str,
        initial: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, auto_id=auto_id, initial=initial)
        set_choices(self, "field", [("", _("The whole record")), *fields.items()])


class CommentsView(RecordView):
    """The threads on a record, or on the field in the address, those that are open first."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._display(self._form())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_comment(request.user):
            raise PermissionDenied
        change = CHANGES.get(request.POST.get("change", ""))
        if change is not None:
            thread = self._thread(request.POST.get("thread", ""))
            if thread is None:
                raise Http404
            change(thread, by=actor(request))
            return self._back(thread)
        form = self._form(request.POST)
        if not form.is_valid():
            return self._display(form)
        said: dict[str, object] = {"text": form.cleaned_data["text"], "people": form.people()}
        about: list[object] = [*key_of(self.record)]
        write: Callable[..., Comment] = functools.partial(begin_thread, self.record)
        if self.answered:
            about.append(self.answered.pk)
            write = functools.partial(answer, self.answered)
        else:
            said["field"] = form.cleaned_data["field"]
        by = actor(request)
        sent = {"by": by.pk, "about": about, **said}
        try:
            comment = write_once(form_token(request), sent, lambda: write(by=by, **said))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            return self._display(form)
        if unknown := unknown_names_in(comment.text):
            message = _("Nobody here is called %(names)s: nobody was told of the comment by that name.")
            names = pgettext("enumeration", ", ").join(f"“{name}”" for name in unknown)
            self.admin.message_user(request, message % {"names": names}, messages.WARNING)
        return mark_saved(request, self._back(self.answered or comment))

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.labels = fields_to_comment_on(self.admin.model)
        self.field = request.GET.get("field", "")
        self.answered = self._thread(request.GET.get("answer", ""))

    def _thread(self, key: str) -> Comment | None:
        threads = Comment.objects.for_key(*key_of(self.record)).threads()
        return threads.filter(pk=parse_primary_key(key) or 0).first()

    def _form(self, data: QueryDict | None = None) -> AnswerForm:
        # Several of these forms may be on the page of one record.
        if self.answered:
            return AnswerForm(data, auto_id=f"answer_{self.answered.pk}_%s")
        initial, auto_id = {"field": self.field}, f"comment_{self.field}_%s"
        # A comment may be on a text in English that is there, public or in a copy, or on the one whose page this is.
        copies = Revision.objects.for_record(self.record).current_copies()
        texts = [*copies.values_list("content", flat=True)]
        filled = {
            name
            for name in self.labels
            if name == self.field
            or getattr(self.record, name, False)
            or any(text.get(name) for text in texts)
        }
        fields = {name: self.labels[name] for name in needed_fields(self.labels, filled)}
        return CommentForm(fields, data, initial=initial, auto_id=auto_id)

    def _back(self, thread: Comment) -> HttpResponseRedirect:
        """To the thread, in the list that was open."""
        query = {"field": self.field} if self.field else {}
        address = self.admin.admin_url("comments", self.record.pk)
        return HttpResponseRedirect(
            f"{address}?{urlencode(query | {'thread': thread.pk})}#comment-{thread.pk}"
        )

    def _page_number(self, threads: CommentQuerySet) -> int | str | None:
        """The page in the address, or that of the thread in it or of the answered one."""
        number = self.request.GET.get("page")
        sought = self.answered or self._thread(self.request.GET.get("thread", ""))
        if number is not None or sought is None:
            return number
        before = [*takewhile(lambda key: key != sought.pk, threads.values_list("pk", flat=True))]
        return len(before) // PAGE_SIZE + 1

    def _display(self, form: AnswerForm) -> HttpResponse:
        threads = threads_of(self.record, self.field if self.field in self.labels else "")
        page = Paginator(threads, PAGE_SIZE).get_page(self._page_number(threads))
        page.object_list = with_replies(self.record, [*page.object_list])
        label = self.labels.get(self.field, "")
        return self.render(
            "comments",
            title=_("Comments: %(field)s") % {"field": label} if label else _("Comments"),
            page=page,
            open_count=threads.unresolved().count(),
            form=form,
            answered=self.answered,
            field=self.field,
            may_comment=may_comment(self.request.user),
            all_url=self.admin.admin_url("comments", self.record.pk),
        )
