"""Saving an entry at the desk: one revision for each save, a working copy of what is or was public, drafts alone deleted."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.forms import ModelForm, TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import history
from timeline.admin.pages import actor
from timeline.admin.saving import Row, SavingAdmin, SetAside, within_popup
from timeline.fields import TextFormField
from timeline.models import Entry, Revision

# Sent with the choice between the entry itself, changed meanwhile, and its working copy.
LIVE = "_live"


class _ForWorkingCopy(SetAside):
    """The entry is or was public: what was typed becomes its working copy."""

    def __init__(self, entry: Any, row: Row, why: str) -> None:
        super().__init__()
        self.entry = entry
        self.row = row
        self.why = why


class WhyForm(ModelForm):
    """Any entry's form, with room to say why it is changed."""

    why = TextFormField(
        label=gettext_lazy("Why this change"),
        max_length=300,
        required=False,
        widget=TextInput({"class": "vTextField"}),
    )


class EntrySavingAdmin(SavingAdmin):
    """Every way of saving on the screens of an entry leaves just one revision."""

    form = WhyForm
    change_form_template = "admin/timeline/entry_change_form.html"

    def hold(self, key: Any) -> None:
        Entry.hold(key)

    def present_row(self, record: Any) -> tuple[Row, dict[str, list[int]] | None]:
        copy = history.working_copy(record)
        return (copy.row, None) if copy else super().present_row(record)

    def other_row(self, request: HttpRequest, record: Any) -> Row:
        if self._against_live(request):
            return self.table.whole_row_of(record)
        return super().other_row(request, record)

    def overtaken_page(self, request: HttpRequest, entry: Any, copy: Revision, base: Row) -> HttpResponse:
        """The entry itself was changed since the working copy was begun: choose what the working copy is to say."""
        request.desk_against_live = True  # type: ignore[attr-defined]
        return self._conflict_page(request, entry, base, copy.row)

    def carried(self, request: HttpRequest) -> list[str]:
        return [LIVE] if self._against_live(request) else []

    def _against_live(self, request: HttpRequest) -> bool:
        return LIVE in request.POST or hasattr(request, "desk_against_live")

    def saved_last(self, record: Any) -> tuple[str, Any]:
        last = Revision.objects.of(record).in_order().select_related("by").last()
        return (str(last.by), last.at) if last else ("", None)

    def extra_of(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "working_copy": history.working_copy(record),
            "verbs": self.verbs_for(request, record),  # type: ignore[attr-defined]
            "links_here": [(user._meta.verbose_name, user) for user in record.in_use_by()],
            "addresses": {tag: self.address(tag, record.pk) for tag in ("preview", "working_copy")},
            "becomes_working_copy": record.is_ever_public,
        }

    def _change(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, context: dict[str, Any]
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                return super()._change(request, record, object_id, form_url, context)
        except _ForWorkingCopy as kept:
            if history.keep_working_copy(record, kept.row, by=actor(request), why=kept.why) is None:
                self.message_user(request, _("Nothing was changed."))
            else:
                self.message_user(
                    request,
                    _("Kept as a working copy. The public page stays as it is until you publish it."),
                )
            if within_popup(request):
                return self.response_change(request, record)
            return HttpResponseRedirect(self.address("change", record.pk))

    def after_saving(self, request: HttpRequest, record: Any, row: Row, why: str) -> None:
        if record.is_ever_public:
            raise _ForWorkingCopy(record, row, why)
        history.record(record, by=actor(request), why=why)

    def write(self, request: HttpRequest, record: Any, row: Row, why: str) -> None:
        if record.is_ever_public:
            self.table.try_out(record.pk, row)
            history.keep_working_copy(
                record, row, by=actor(request), why=why, anew=self._against_live(request)
            )
            return
        super().write(request, record, row, why)
        history.record(record, by=actor(request), why=why)

    # --- deletion

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse for what was ever public, and offer to withdraw it."""
        entry = self.get_object(request, object_id)
        if entry is None or not entry.is_ever_public or not self.has_view_permission(request, entry):
            try:
                return super().delete_view(request, object_id, extra_context)
            except ProtectedError:
                # Published meanwhile.
                entry = self.record_at(request, object_id)
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
