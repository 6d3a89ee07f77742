"""The form of a record with the formsets of its parts, as Django's admin builds them, and the row that they describe."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model
from django.forms import ModelForm
from django.forms.formsets import all_valid
from django.http import HttpRequest

from timeline.admin.base import PartInlineFormSet
from timeline.admin.citations import CitationFormSet
from timeline.admin.transition_buttons import RecordForm
from timeline.editing.transitions import changes_at_once
from timeline.models import Source
from timeline.rows.tables import Table, WholeRow

if TYPE_CHECKING:
    from timeline.admin.published_records import PublishedRecordAdmin


@dataclass(frozen=True)
class RecordForms:
    """The forms of a record and of its parts."""

    fieldsets: list[Any]
    form: ModelForm
    formsets: list[PartInlineFormSet]
    inlines: list[InlineModelAdmin]

    def are_valid(self) -> bool:
        # The form first: it sets the columns that the formsets read.
        self.form.is_valid()
        all_valid(self.formsets)
        # A goal has citations of its own and of its assessments, which may describe the same source.
        known: list[Source] = []
        for formset in self.formsets:
            if isinstance(formset, CitationFormSet):
                formset.identify_new_sources(known)
                known += formset.new_sources
        return all_valid(self.formsets) and self.form.is_valid()

    @property
    def new_sources(self) -> list[Source]:
        """The sources that the citations of these valid forms describe."""
        return [source for formset in self.formsets for source in getattr(formset, "new_sources", ())]

    def row(self, table: Table, base: WholeRow) -> WholeRow:
        """The whole row that these valid forms describe. What they do not show is as in the base."""
        row = {**base, **table.row_of(self.form.instance, self.form.cleaned_data)}
        for formset in self.formsets:
            name = str(formset.prefix)
            part = table.parts[name]
            row[name] = part.sort_parts(part.row_of(one, {}) for one in formset.submitted_parts())
        return row


def bind_forms(
    admin: "PublishedRecordAdmin", request: HttpRequest, record: Model | None, *, adds: bool
) -> RecordForms:
    """The forms of an admin over this instance, bound in a POST request."""
    shown = None if adds else record
    fieldsets = list(admin.get_fieldsets(request, shown))
    form_class = admin.get_form(request, shown, change=not adds, fields=flatten_fieldsets(fieldsets))
    if request.method == "POST":
        form = form_class(request.POST, request.FILES, instance=record)
    elif adds:
        form = form_class(initial=admin.get_changeform_initial_data(request))
    else:
        form = form_class(instance=record)
    if isinstance(form, RecordForm):
        copy = form.copy
        if copy is not None and copy.is_scheduled and not changes_at_once(form.instance, copy, request.user):
            form.forget_notes()
    formsets, inlines = admin._create_formsets(request, form.instance, change=not adds)
    return RecordForms(fieldsets, form, formsets, inlines)
