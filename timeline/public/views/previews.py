"""Previews: the public pages with content that is not public, for the admin, which has checked who requests them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from timeline.i18n import disambiguation
from timeline.models import Chronicle, Entry, Source, content_version
from timeline.models.records import Record
from timeline.public.views.base import RecordDetail, view_class_for
from timeline.public.views.entries import EntryDetail, detail_view
from timeline.public.views.front import About, Timeline
from timeline.public.views.reference import ReferenceDetail
from timeline.public.views.site_files import style_of
from timeline.public.views.sources import SourceDetail
from timeline.values.colours import is_colour

# The page of the chronicle besides the front page, as the parameter `part` names it.
ABOUT = "about"


def preview_record(
    request: HttpRequest, record: Record, *, message: str, back_url: str, **notice: object
) -> HttpResponse:
    """The page of a record as if it, which may be unsaved, were public; of the chronicle, one of the two with its texts.

    It is never cached. `notice` is the context of `admin/_preview_buttons.html`, if the page has any, and of the notice.
    """
    view = _view_of(request, record)
    view.edition = ""
    is_chronicle = isinstance(record, Chronicle)
    context = view.get_context_data(
        preview={"message": message, "back_url": back_url, "is_chronicle": is_chronicle, **notice}
    )
    response = TemplateResponse(request, view.get_template_names(), context)
    with disambiguation.ended_after():
        # As for a public page, whose titles are told apart.
        disambiguation.begin(content_version.current().identifier)
        response.render()
    add_never_cache_headers(response)
    return response


def preview_colours(colours: str) -> HttpResponse:
    """The style sheet of a preview with these colours, as the address has them: 1d4f7c-84b8e6. Raises Http404."""
    found = [f"#{colour}" for colour in colours.split("-")]
    if len(found) != 2 or not all(map(is_colour, found)):
        raise Http404
    return HttpResponse(style_of(*found), content_type="text/css; charset=utf-8")


def _view_of(request: HttpRequest, record: Record) -> EntryDetail | About | Timeline | RecordDetail:
    """The view of the page, with the record in place of the stored one."""
    if isinstance(record, Entry):
        of_entry = detail_view(request, type(record))
        of_entry.show_unsaved(record)
        return of_entry
    if isinstance(record, Chronicle):
        of_chronicle = About() if request.GET.get("part") == ABOUT else Timeline()
        of_chronicle.setup(request)
        of_chronicle.chronicle = record
        return of_chronicle
    is_source = isinstance(record, Source)
    view = SourceDetail if is_source else view_class_for(ReferenceDetail, type(record))
    of_reference = view(model=type(record))
    of_reference.setup(request)
    of_reference.object = record
    return of_reference
