"""The desk's memory: one revision a save, comparison, restoring, working copies, and what to do when two people edit."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.forms import CharField, ModelForm, TextInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from timeline import history
from timeline.models import Action, Entry, Revision
from timeline.rows import Table, table_of

# Under which names the hidden fields of the form are sent.
STAND, TOKEN = "_stand", "_token"


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


def actor(request: HttpRequest) -> User:
    """Who does it; the desk lets nobody in without a name."""
    assert isinstance(request.user, User)
    return request.user


def stand_of(entry: Entry) -> str:
    """What a form was opened on: the entry's version, and its working copy's time where it has one."""
    copy = history.working_copy(entry)
    version = Entry.objects.filter(pk=entry.pk).values_list("version", flat=True).get()
    return f"{version}-{copy.at.isoformat() if copy else ''}"


class HistoryAdmin(admin.ModelAdmin):
    """Every way of saving on the screens of an entry leaves just one revision."""

    form = WhyForm
    change_form_template = "admin/timeline/entry_change_form.html"
    object_history_template = "admin/timeline/entry_history.html"

    def get_urls(self) -> list[Any]:
        name = f"timeline_{self.model._meta.model_name}"
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("deleted/", self.deleted_view, "deleted"),
            ("deleted/<int:object_id>/recover/", require_POST(self.recover_view), "recover"),
            ("<int:object_id>/revisions/<int:old>/<int:new>/", self.compare_view, "compare"),
            ("<int:object_id>/revisions/<int:number>/restore/", self.restore_view, "restore"),
            ("<int:object_id>/conflict/", require_POST(self.conflict_view), "conflict"),
            ("<int:object_id>/working-copy/", self.working_copy_view, "working_copy"),
            ("<int:object_id>/working-copy/preview/", self.preview_view, "preview"),
            ("<int:object_id>/working-copy/publish/", require_POST(self.publish_copy_view), "publish_copy"),
            ("<int:object_id>/working-copy/discard/", require_POST(self.discard_copy_view), "discard_copy"),
        ]
        return [
            *(
                path(route, self.admin_site.admin_view(view), name=f"{name}_{tag}")
                for route, view, tag in pages
            ),
            *super().get_urls(),
        ]

    @property
    def table(self) -> Table:
        model: type[Model] = self.model
        return table_of(model)

    def address(self, tag: str, *args: Any) -> str:
        return reverse(f"admin:timeline_{self.model._meta.model_name}_{tag}", args=args)

    # --- saving

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
        if entry is None or not self.has_view_permission(request, entry):
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                if request.method == "POST":
                    # Whoever saves the same entry now waits, and then finds that the form is stale.
                    Entry.objects.select_for_update().get(pk=entry.pk)
                return self._change(request, entry, object_id, form_url, extra_context or {})
        except _Conflict as conflict:
            return self._conflict_page(request, entry, conflict.row)
        except _ForWorkingCopy as kept:
            history.keep_working_copy(entry, kept.row, by=actor(request), why=request.POST.get("why", ""))
            self.message_user(
                request, _("Kept as a working copy. The public page stays as it is until you publish it.")
            )
            return HttpResponseRedirect(self.address("change", entry.pk))
        except ValidationError as refusal:
            # The working copy no longer fits what it refers to.
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return HttpResponseRedirect(self.address("working_copy", entry.pk))

    def _change(
        self, request: HttpRequest, entry: Any, object_id: str, form_url: str, extra_context: dict[str, Any]
    ) -> HttpResponse:
        context = {**extra_context, **self._context(request, entry)}
        copy = history.working_copy(entry)
        if copy is None:
            return super().changeform_view(request, object_id, form_url, context)
        with history.seen_as(entry, copy.row):
            response = super().changeform_view(request, object_id, form_url, context)
            # Rendered while the database holds the working copy; afterwards it would show the public text.
            return response.render() if isinstance(response, TemplateResponse) else response
        raise AssertionError("seen_as always runs its block")

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
        self.message_user(request, _("This form was sent twice; the entry was made once."), messages.WARNING)
        return HttpResponseRedirect(self.address("change", made.entry_id))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            request.desk_stale = request.POST.get(STAND, "") != request.desk_stand  # type: ignore[attr-defined]
            request.desk_public = obj.is_appointed  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        entry = history.specific(form.instance)
        if change:
            row = self.table.whole_row_of(entry)
            if request.desk_stale:  # type: ignore[attr-defined]
                raise _Conflict(row)
            if request.desk_public:  # type: ignore[attr-defined]
                raise _ForWorkingCopy(row)
        token = None if change else uuid.UUID(request.POST[TOKEN]) if request.POST.get(TOKEN) else None
        history.record(entry, by=actor(request), why=form.cleaned_data.get("why", ""), token=token)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse for what was ever public, and offer to withdraw it."""
        entry = self.get_object(request, object_id)
        if entry is None or entry.published_at is None or not self.has_view_permission(request, entry):
            return super().delete_view(request, object_id, extra_context)
        return self._page(
            request,
            "not_deleted",
            entry,
            status=403,
            title=_("This entry is not deleted"),
            verbs=[verb for verb in self.verbs_for(request, entry) if "/withdraw/" in verb["address"]],  # type: ignore[attr-defined]
            links_here=[(user._meta.verbose_name, user) for user in entry.in_use_by()],
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        history.delete_draft(obj, by=actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for entry in queryset:
                history.delete_draft(entry, by=actor(request))

    def _context(self, request: HttpRequest, entry: Entry) -> dict[str, Any]:
        request.desk_stand = stand_of(entry)  # type: ignore[attr-defined]
        return {
            "stand": request.POST.get(STAND) or request.desk_stand,  # type: ignore[attr-defined]
            "working_copy": history.working_copy(entry),
            "verbs": self.verbs_for(request, entry),  # type: ignore[attr-defined]
            "links_here": [(user._meta.verbose_name, user) for user in entry.in_use_by()],
            "addresses": {
                tag: self.address(tag, entry.pk)
                for tag in ("preview", "working_copy", "publish_copy", "discard_copy", "history")
            },
            "is_public_entry": entry.is_appointed,
        }

    # --- looking back

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        entry = self._entry(request, object_id)
        revisions = list(Revision.objects.of(entry).applied().select_related("by"))
        context = {
            "revisions": [
                {
                    "revision": revision,
                    "compare": self.address("compare", entry.pk, revision.number - 1, revision.number)
                    if revision.number > 1
                    else "",
                    "restore": self.address("restore", entry.pk, revision.number),
                }
                for revision in reversed(revisions)
            ],
            "may_restore": request.user.has_perm("timeline.restore_entry"),
        }
        return super().history_view(request, object_id, {**(extra_context or {}), **context})

    def compare_view(self, request: HttpRequest, object_id: int, old: int, new: int) -> HttpResponse:
        entry = self._entry(request, object_id)
        before = get_object_or_404(Revision.objects.of(entry).applied(), number=old)
        after = get_object_or_404(Revision.objects.of(entry).applied(), number=new)
        return self._page(
            request,
            "compare",
            entry,
            title=_("Revision %(old)s and %(new)s") % {"old": old, "new": new},
            before=before,
            after=after,
            differences=history.differences(entry.kind, before.row, after.row),
        )

    def restore_view(self, request: HttpRequest, object_id: int, number: int) -> HttpResponse:
        entry = self._entry(request, object_id)
        if not request.user.has_perm("timeline.restore_entry"):
            raise PermissionDenied
        revision = get_object_or_404(Revision.objects.of(entry).applied(), number=number)
        if request.method != "POST":
            return self._page(
                request,
                "restore",
                entry,
                title=_("Restore revision %(number)s") % {"number": number},
                differences=history.differences(entry.kind, self.table.whole_row_of(entry), revision.row),
            )
        return self._try(
            request,
            lambda: history.restore(revision, by=actor(request), why=request.POST.get("why", "")),
            _("Restored."),
            self.address("change", object_id),
        )

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        gone = [revision for revision in history.deleted_drafts() if revision.kind == self.model.KIND]
        return self._page(
            request,
            "deleted",
            None,
            title=_("Deleted drafts"),
            gone=[(revision, self.address("recover", revision.entry_id)) for revision in gone],
        )

    def recover_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if not request.user.has_perm("timeline.restore_entry"):
            raise PermissionDenied
        gone = {revision.entry_id: revision for revision in history.deleted_drafts()}
        if object_id not in gone or gone[object_id].kind != self.model.KIND:
            raise Http404
        return self._try(
            request,
            lambda: history.restore(gone[object_id], by=actor(request), why=_("Deleted draft recovered")),
            _("Recovered."),
            self.address("change", object_id),
            self.address("deleted"),
        )

    # --- the working copy

    def working_copy_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        entry, copy = self._copy(request, object_id)
        return self._page(
            request,
            "working_copy",
            entry,
            title=_("Working copy and public text"),
            copy=copy,
            differences=history.differences(entry.kind, self.table.whole_row_of(entry), copy.row),
            addresses={
                tag: self.address(tag, object_id)
                for tag in ("preview", "publish_copy", "discard_copy", "change")
            },
            may_publish=request.user.has_perm("timeline.publish_entry"),
        )

    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The working copy on the public page's own template; never cached, seen by editors only."""
        entry, copy = self._copy(request, object_id)
        with history.seen_as(entry, copy.row) as shown:
            address = shown.get_absolute_url()
            match = resolve(address)
            request.method = "GET"
            request.desk_preview = True  # type: ignore[attr-defined]
            response = match.func(request, *match.args, **match.kwargs)
            return response.render() if isinstance(response, TemplateResponse) else response

    def publish_copy_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        entry, _copy = self._copy(request, object_id)
        if not request.user.has_perm("timeline.publish_entry"):
            raise PermissionDenied
        return self._try(
            request,
            lambda: history.publish_working_copy(entry, by=actor(request), why=request.POST.get("why", "")),
            _("The working copy is public now."),
            self.address("change", object_id),
            self.address("working_copy", object_id),
        )

    def discard_copy_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        entry, _copy = self._copy(request, object_id)
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        history.discard_working_copy(entry)
        self.message_user(request, _("The working copy was discarded."))
        return HttpResponseRedirect(self.address("change", object_id))

    # --- two people

    def _conflict_page(self, request: HttpRequest, entry: Entry, mine: dict[str, Any]) -> HttpResponse:
        """Theirs, mine and what both began from, column by column; nothing typed is lost."""
        theirs = self._present_row(entry)
        version = request.POST.get(STAND, "").partition("-")[0]
        began = (
            Revision.objects.of(entry)
            .applied()
            .filter(version=int(version) if version.isdigit() else -1)
            .first()
        )
        columns = []
        for difference in history.differences(entry.kind, theirs, mine):
            base = (began.row if began else {}).get(difference.column)
            table = self.table
            columns.append(
                {
                    "difference": difference,
                    "base": history.as_text(table, difference.column, base) if began else None,
                    # Only where they left it alone is mine plainly the newer.
                    "take_mine": began is not None and base == theirs.get(difference.column),
                }
            )
        last = Revision.objects.of(entry).order_by("-at").select_related("by").first()
        return self._page(
            request,
            "conflict",
            entry,
            status=409,
            title=_("Somebody else saved this entry meanwhile"),
            columns=columns,
            last=last,
            mine=signing.dumps(mine, salt="desk.conflict", compress=True),
            why=request.POST.get("why", ""),
            stand=stand_of(entry),
            address=self.address("conflict", entry.pk),
        )

    def conflict_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write what was chosen, column by column, from theirs and mine."""
        entry = self._entry(request, object_id)
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        try:
            mine = signing.loads(request.POST.get("mine", ""), salt="desk.conflict")
        except signing.BadSignature:
            raise BadRequest("What was typed is missing") from None
        if request.POST.get(STAND) != stand_of(entry):
            return self._conflict_page(request, entry, mine)
        merged = self._present_row(entry) | {
            column: value for column, value in mine.items() if request.POST.get(f"take-{column}") == "mine"
        }
        why = request.POST.get("why", "")

        def write() -> None:
            if entry.is_appointed:
                with history.seen_as(entry, merged):
                    pass
                history.keep_working_copy(entry, merged, by=actor(request), why=why)
                return
            with transaction.atomic():
                self.table.apply(entry, merged)
                history.record(entry, by=actor(request), action=Action.SAVED, why=why)

        return self._try(request, write, _("Saved, with what you chose."), self.address("change", object_id))

    def _present_row(self, entry: Entry) -> dict[str, Any]:
        copy = history.working_copy(entry)
        return dict(copy.row) if copy else self.table.whole_row_of(history.specific(entry))

    # --- what the pages share

    def _entry(self, request: HttpRequest, key: Any) -> Any:
        entry = self.get_object(request, str(key))
        if entry is None:
            raise Http404
        if not self.has_view_permission(request, entry):
            raise PermissionDenied
        return entry

    def _copy(self, request: HttpRequest, key: int) -> tuple[Any, Revision]:
        entry = self._entry(request, key)
        copy = history.working_copy(entry)
        if copy is None:
            raise Http404
        return entry, copy

    def _try(self, request: HttpRequest, write: Any, done: str, there: str, back: str = "") -> HttpResponse:
        try:
            write()
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return HttpResponseRedirect(back or there)
        except ProtectedError as refusal:
            self.message_user(request, str(refusal.args[0]), messages.ERROR)
            return HttpResponseRedirect(back or there)
        self.message_user(request, done)
        return HttpResponseRedirect(there)

    def _page(
        self, request: HttpRequest, name: str, entry: Any, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "entry": entry,
            "change_address": self.address("change", entry.pk) if entry is not None else "",
            "media": self.media,
        }
        return TemplateResponse(request, f"admin/timeline/{name}.html", shared | context, status=status)
