"""Files of references, for citation programs: of each record, of the chronicle and of its data."""

from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.views import View

from timeline.i18n.languages import permalink
from timeline.models import Chronicle, Policy
from timeline.public.cited_sources import read_citations
from timeline.public.cited_works import bibliographic_record, chronicle_records, source_of_document
from timeline.public.views.base import SlugDetailView
from timeline.values.bibliography.record import BibliographicRecord
from timeline.values.bibliography.registry import FILES


class RecordReferenceFile(SlugDetailView):
    """The reference to what the page of a record presents, as a file named by its slug."""

    parameters: ClassVar[tuple[str, ...]] = ()
    extension = ""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        record = self.get_object()
        if isinstance(record, Policy):
            read_citations(record)
        work = bibliographic_record(record, Chronicle.objects.current(), permalink(request, record))
        return reference_file(work, self.extension, record.slug)


class DocumentReferenceFile(RecordReferenceFile):
    """The reference to the source in which the document of a policy is quoted."""

    model = Policy

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        policy = self.get_object()
        read_citations(policy)
        source = source_of_document(policy)
        if source is None:
            raise Http404
        return reference_file(source, self.extension, f"{policy.slug}-document")


class ChronicleReferenceFile(View):
    """The reference to the chronicle as a site, or as data."""

    parameters: ClassVar[tuple[str, ...]] = ()
    work = ""
    extension = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        records = chronicle_records(request, Chronicle.objects.current())
        return reference_file(records[self.work], self.extension, self.work)


def reference_file(work: BibliographicRecord, extension: str, name: str) -> HttpResponse:
    """The response with the file of this format."""
    file = FILES[extension]
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{extension}"'}
    return HttpResponse(file.write(work), content_type=file.media_type, headers=disposition)
