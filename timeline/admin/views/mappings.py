"""The pages on which people say how a table of another program or office is read, and answer what it leaves open."""

import json
from collections.abc import Sequence
from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.admin.import_questions import answers_in, others_in
from timeline.admin.mapping_form import MappingForm
from timeline.admin.views.imports import (
    REFUSED_KEY,
    UNANSWERED_PARAMETER,
    PreparedImportView,
    logged_storage_errors,
)
from timeline.exchange import prepared_imports
from timeline.exchange.jobs.queue import start_preview, takes_long
from timeline.exchange.mapping.cell_values import takes_typed_value, value_typed
from timeline.exchange.mapping.mapping import Mapping, MappingError
from timeline.exchange.mapping.proposals import Proposal
from timeline.exchange.mapping.questions import Choice, Question, unanswered
from timeline.exchange.mapping.typed_names import name_typed


class MappedImportView(PreparedImportView):
    """A page about an upload that is read by a mapping. Files of the chronicle have only their preview, unless they are refused."""

    needs_preview = False
    # Whether the page is for a file of the chronicle that is refused as well.
    is_for_refused = False

    def unavailable(self) -> HttpResponse | None:
        if (response := super().unavailable()) is not None:
            return response
        if self.prepared.mapping or (self.is_for_refused and prepared_imports.can_be_mapped(self.prepared)):
            return None
        return HttpResponseRedirect(self.preview_url())

    @property
    def stored_mapping(self) -> Mapping:
        return Mapping.from_plain(self.prepared.mapping)


class MappingView(MappedImportView):
    """The first rows of each sheet, with the table, lines and columns to choose. `?anew` begins with a new proposal."""

    is_for_refused = True

    @property
    def is_anew(self) -> bool:
        return "anew" in self.request.GET

    @cached_property
    def proposal(self) -> Proposal:
        proposal = prepared_imports.proposal_of(self.prepared, anew=self.is_anew)
        if proposal is None:
            raise ValidationError(_("This file is read as the chronicle writes it."))
        return proposal

    def form(self) -> MappingForm:
        is_proposed = self.is_anew or not self.prepared.mapping
        mapping = self.proposal.mapping if is_proposed else self.stored_mapping
        return MappingForm(self.proposal, mapping, self.prepared.name, self.request.POST or None)

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest, token: object) -> HttpResponse:
        form = self.form()
        if form.is_reshaped:
            message = _("The columns are proposed anew for this table and header.")
            self.admin.message_user(request, message, messages.WARNING)
        if form.is_reshaped or "apply" in request.POST or not form.is_valid():
            return self.show(form)
        try:
            with logged_storage_errors(request):
                prepared_imports.set_mapping(self.prepared, form.changed_mapping())
                start_preview(self.prepared)
        except (MappingError, ValidationError) as failure:
            form.add_error(
                None, ValidationError(str(failure)) if isinstance(failure, MappingError) else failure
            )
            return self.show(form)
        return HttpResponseRedirect(self.preview_url())

    def show(self, form: MappingForm) -> HttpResponse:
        return self.render(
            "import_mapping",
            title=_("How this table is read"),
            prepared=self.prepared,
            form=form,
            media=form.media,
            **self.remembered(),
        )

    def remembered(self) -> dict[str, object]:
        """By whom and for which file the mapping was made that is proposed."""
        if (mapping := self.proposal.remembered) is None:
            return {}
        stored = prepared_imports.remembered_mapping(mapping)
        if stored is None or Mapping.from_plain(stored.mapping) != mapping:
            # It is that of an upload with problems, which was not imported.
            return {}
        return {"remembered": stored, "remembered_by": display_name(stored.created_by)}


class MappingFileView(MappedImportView):
    """The mapping with the answers as JSON, for `import_content --mapping`."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        mapping = self.stored_mapping.as_plain()
        mapping["answers"] = {**mapping["answers"], **self.prepared.answers}
        del mapping["records"], mapping["imports"]
        content = json.dumps(mapping, ensure_ascii=False, indent=2) + "\n"
        kind = _("mapping")
        name = f"{PurePath(self.prepared.name).stem}-{kind}.json"
        response = HttpResponse(content, content_type="application/json")
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return response


class AnswersView(MappedImportView):
    """Stores the answers to the questions of a preview, and makes the next; one that takes long waits until all have an answer."""

    def get(self, request: HttpRequest, token: object) -> HttpResponse:
        # After a login in between.
        return HttpResponseRedirect(self.preview_url())

    def post(self, request: HttpRequest, token: object) -> HttpResponse:
        asked = prepared_imports.questions(self.prepared)
        others, refused = dict[str, Choice](), dict[str, tuple[str, str]]()
        for one, text in others_in(request.POST, asked):
            try:
                others[one.key] = self.typed(one, text, asked)
            except ValueError as error:
                refused[one.key] = text, str(error)
        # What somebody typed is not replaced by the answer to all questions of its kind: it is asked again.
        answers = answers_in(request.POST, [one for one in asked if one.key not in refused])
        request.session[REFUSED_KEY] = {str(self.prepared.pk): refused}
        try:
            with logged_storage_errors(request):
                prepared_imports.set_answers(self.prepared, answers, others)
                is_open = bool(unanswered(prepared_imports.questions(self.prepared)))
                # What is still open is counted and shown beside what the answers have brought, unless that takes long.
                if not is_open or not takes_long(self.prepared):
                    start_preview(self.prepared)
        except ValidationError as error:
            return self.refuse(error.messages[0], self.preview_url())
        return HttpResponseRedirect(self.preview_url() + (f"?{UNANSWERED_PARAMETER}" if is_open else ""))

    def typed(self, question: Question, text: str, asked: Sequence[Question]) -> Choice:
        """The choice that is the answer somebody types. Raises ValueError, which says what would be right."""
        if takes_typed_value(question):
            return value_typed(question, text)
        return name_typed(question, text, asked, publish=bool(self.prepared.options["publish"]))
