"""Saving at the desk: one revision for each save, working copies of what is public, and nothing lost when two people edit."""

import uuid
from typing import Any

from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.forms import CharField, ModelForm, TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from timeline import history
from timeline.admin.desk import name_of_row
from timeline.admin.pages import EntryPages, actor
from timeline.models import Entry, Revision

# Under which names the hidden fields of the forms are sent: what the form was opened on, and which form it is.
BASE, TOKEN = "_base", "_token"


class _SetAside(Exception):
    """Carries the row that a form would have written out of the transaction that wrote it, which is rolled back."""

    def __init__(self, row: dict[str, Any]) -> None:
        super().__init__()
        self.row = row


class _Conflict(_SetAside):
    """Somebody else saved the entry since the form was opened."""


class _ForWorkingCopy(_SetAside):
    """The entry is public: what was typed becomes its working copy."""


class WhyForm(ModelForm):
    """Any entry's form, with room to say why it is changed."""

    why = CharField(
        label=gettext_lazy("Why this change"),
        max_length=300,
        required=False,
        widget=TextInput({"class": "vTextField"}),
    )


def sealed(value: Any, what: str) -> str:
    """What a form carries to and fro, so that nobody can put something else there."""
    return signing.dumps(value, salt=f"desk.{what}", compress=True)


def unsealed(request: HttpRequest, name: str, what: str) -> Any:
    """What the form brought back; raises BadRequest where that is not what it was given."""
    try:
        return signing.loads(request.POST.get(name, ""), salt=f"desk.{what}")
    except signing.BadSignature:
        raise BadRequest("The form does not say what it was opened on") from None


class SavingAdmin(EntryPages):
    """Every way of saving on the screens of an entry leaves just one revision, and overwrites nobody's work."""

    form = WhyForm
    change_form_template = "admin/timeline/entry_change_form.html"
    pages = [("<int:object_id>/conflict/", "conflict_view", "conflict")]

    # --- a new entry

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if object_id is None:
            return self._add(request, form_url, extra_context)
        entry = self.get_object(request, object_id)
        allowed = self.has_change_permission if request.method == "POST" else self.has_view_permission
        if entry is None or not allowed(request, entry):
            return super().changeform_view(request, object_id, form_url, extra_context)
        return self._change(request, entry, object_id, form_url, extra_context)

    def _add(self, request: HttpRequest, form_url: str, extra_context: Any) -> HttpResponse:
        token = request.POST.get(TOKEN) or str(uuid.uuid4())
        context = {**(extra_context or {}), "form_token": token}
        if request.method == "POST" and (made := self._made_by(token)):
            return self._already_made(request, made)
        try:
            return super().changeform_view(request, None, form_url, context)
        except IntegrityError:
            # The same form arrived twice at the same moment.
            if made := self._made_by(token):
                return self._already_made(request, made)
            raise

    def _made_by(self, token: str) -> Revision | None:
        try:
            return Revision.objects.filter(token=uuid.UUID(token)).first()
        except ValueError:
            return None

    def _already_made(self, request: HttpRequest, made: Revision) -> HttpResponse:
        self.message_user(request, _("This form was sent twice; the entry was made once."))
        return HttpResponseRedirect(self.address("change", made.entry_id))

    # --- an entry that there is

    def _change(
        self, request: HttpRequest, entry: Any, object_id: str, form_url: str, extra_context: Any
    ) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST":
                # Whoever saves the same entry now waits, and then finds that the form is stale.
                Entry.objects.select_for_update().get(pk=entry.pk)
            try:
                with transaction.atomic():
                    return self._form_on(request, entry, object_id, form_url, extra_context or {})
            except _Conflict as conflict:
                base, _keys = unsealed(request, BASE, BASE)
                return self._conflict_page(request, entry, base, conflict.row)
            except _ForWorkingCopy as kept:
                history.keep_working_copy(entry, kept.row, by=actor(request), why=request.POST.get("why", ""))
        self.message_user(
            request, _("Kept as a working copy. The public page stays as it is until you publish it.")
        )
        return HttpResponseRedirect(self.address("change", entry.pk))

    def _form_on(
        self, request: HttpRequest, entry: Any, object_id: str, form_url: str, extra_context: dict[str, Any]
    ) -> HttpResponse:
        """The form on what it was opened on: the public text or the draft, the working copy, or what either was then."""
        copy = history.working_copy(entry)
        present, keys = (copy.row, None) if copy else self.table.whole_of(history.specific(entry))
        row, stale = present, False
        if request.method == "POST":
            row, keys = unsealed(request, BASE, BASE)
            stale = row != present
        request.desk_stale = stale  # type: ignore[attr-defined]
        context = {**extra_context, **self._context(request, entry, copy)}
        if copy is None and not stale:
            context["base"] = sealed((row, keys), BASE)
            return super().changeform_view(request, object_id, form_url, context)
        with history.seen_as(entry, row, keys) as shown:
            context["base"] = sealed((row, self.table.whole_of(shown)[1]), BASE)
            response = super().changeform_view(request, object_id, form_url, context)
            # Rendered while the database holds it; afterwards it would show the present text.
            return response.render() if isinstance(response, TemplateResponse) else response
        raise AssertionError("seen_as always runs its block")

    def _context(self, request: HttpRequest, entry: Entry, copy: Revision | None) -> dict[str, Any]:
        return {
            "working_copy": copy,
            "verbs": self.verbs_for(request, entry),  # type: ignore[attr-defined]
            "links_here": [(user._meta.verbose_name, user) for user in entry.in_use_by()],
            "addresses": {tag: self.address(tag, entry.pk) for tag in ("preview", "working_copy")},
            "is_public_entry": entry.is_appointed,
        }

    def _present_row(self, entry: Entry) -> dict[str, Any]:
        """What editors work on now: the working copy, or the entry where it has none."""
        copy = history.working_copy(entry)
        return dict(copy.row) if copy else self.table.whole_row_of(history.specific(entry))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        entry = history.specific(form.instance)
        if change:
            row = self.table.whole_row_of(entry)
            if request.desk_stale:  # type: ignore[attr-defined]
                raise _Conflict(row)
            if entry.is_appointed:
                raise _ForWorkingCopy(row)
        token = None if change else uuid.UUID(request.POST[TOKEN]) if request.POST.get(TOKEN) else None
        history.record(entry, by=actor(request), why=form.cleaned_data.get("why", ""), token=token)

    # --- deletion

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse for what was ever public, and offer to withdraw it."""
        entry = self.get_object(request, object_id)
        if entry is None or entry.published_at is None or not self.has_view_permission(request, entry):
            return super().delete_view(request, object_id, extra_context)
        verbs = self.verbs_for(request, entry)  # type: ignore[attr-defined]
        return self.page(
            request,
            "not_deleted",
            entry,
            status=403,
            title=_("This entry is not deleted"),
            verbs=[verb for verb in verbs if verb["name"] == "withdraw"],
            links_here=[(user._meta.verbose_name, user) for user in entry.in_use_by()],
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        history.delete_draft(obj, by=actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for entry in queryset:
                history.delete_draft(entry, by=actor(request))

    # --- two people

    def _conflict_page(
        self, request: HttpRequest, entry: Entry, base: dict[str, Any], mine: dict[str, Any]
    ) -> HttpResponse:
        """Theirs, mine and what both began from, column by column; nothing typed is lost."""
        theirs = self._present_row(entry)
        columns = history.three_ways(entry.kind, base, theirs, mine)
        chosen = {column.name: request.POST.get(f"take-{column.name}") for column in columns}
        last = Revision.objects.of(entry).order_by("-at").select_related("by").first()
        return self.page(
            request,
            "conflict",
            entry,
            status=409,
            title=_("Somebody else saved this entry meanwhile"),
            columns=[(column, chosen[column.name] or column.side) for column in columns],
            undecided="_theirs" in request.POST and not all(chosen.values()),
            last=last,
            base=sealed(base, "conflict"),
            mine=sealed(mine, "conflict"),
            theirs=name_of_row(theirs),
            why=request.POST.get("why", ""),
            address=self.address("conflict", entry.pk),
        )

    @method_decorator(require_POST)
    def conflict_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write what was chosen, column by column, from theirs and mine."""
        entry = self.entry_at(request, object_id)
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        base, mine = unsealed(request, "_base", "conflict"), unsealed(request, "_mine", "conflict")
        try:
            with transaction.atomic():
                Entry.objects.select_for_update().get(pk=entry.pk)
                theirs = self._present_row(entry)
                columns = history.three_ways(entry.kind, base, theirs, mine)
                chosen = {column.name: request.POST.get(f"take-{column.name}") for column in columns}
                if request.POST.get("_theirs") != name_of_row(theirs) or not all(chosen.values()):
                    return self._conflict_page(request, entry, base, mine)
                merged = theirs | {name: mine[name] for name, side in chosen.items() if side == "mine"}
                self._write(request, history.specific(entry), merged)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), "error")
            return self._conflict_page(request, entry, base, mine)
        self.message_user(request, _("Saved, with what you chose."))
        return HttpResponseRedirect(self.address("change", object_id))

    def _write(self, request: HttpRequest, entry: Any, row: dict[str, Any]) -> None:
        why = request.POST.get("why", "")
        if entry.is_appointed:
            history.try_out(entry, row)
            history.keep_working_copy(entry, row, by=actor(request), why=why)
            return
        self.table.apply(entry, row)
        history.record(entry, by=actor(request), why=why)
