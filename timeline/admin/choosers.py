"""The choice of records in forms: their labels, which say what is not public, and what is offered."""

import json

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from timeline.editing.stages import stage_of
from timeline.editing.working_copies import find_working_copy
from timeline.models.records import Record
from timeline.models.search_documents import SearchableQuerySet
from timeline.values.chinese import fold


def choice_label(record: Model) -> str:
    """The title of a record, followed by its stage unless readers see it."""
    if not isinstance(record, Record) or record.is_public:
        return str(record)
    stage = stage_of(record, is_returned=False)
    return _("%(title)s (%(stage)s)") % {"title": record, "stage": stage.label}


class ChooserView(AutocompleteJsonView):
    """What a field of a form offers for a search, in place of Django's view at the same address."""

    def get_queryset(self) -> QuerySet:
        """The nearest name first: Enter takes the first, and other texts have the words too."""
        found = super().get_queryset()
        if fold(self.term) and isinstance(found, SearchableQuerySet):
            return found.nearest_names_first(self.term)
        return found

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | {"text": choice_label(obj)}


def label_choice(response: HttpResponse, record: Record) -> HttpResponse:
    """Give the record that a pop-up hands over to its form the label of a choice, and say that it has a working copy.

    The form behind shows that label: of a public record, the change is not what readers see.
    """
    if isinstance(response, TemplateResponse) and response.context_data:
        data = json.loads(response.context_data["popup_response_data"])
        label = choice_label(record)
        if record.is_ever_public and find_working_copy(record):
            label = _("%(title)s (with a working copy)") % {"title": record}
        response.context_data["popup_response_data"] = json.dumps(data | {"obj": label})
    return response
