"""URLs of the public site."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from timeline.models import REFERENCES, Kind, Source
from timeline.models.reference import Reference
from timeline.public.feeds import EntriesFeed
from timeline.public.views import downloads, entries, front, goals, reference, sources
from timeline.public.views.base import view_for

app_name = "timeline"


def reference_pages(model: type[Reference]) -> Iterator[URLPattern]:
    """The page that lists all records, where the model introduces one, and the page of each record."""
    name = model._meta.model_name
    if model.INTRODUCTION:
        yield path(f"{model.PLURAL}/", reference.ReferenceList.as_view(model=model), name=f"{name}-list")
    yield path(
        f"{model.PLURAL}/<slug:slug>/", view_for(reference.ReferenceDetail, model), name=f"{name}-detail"
    )


pages = [
    path("", front.Timeline.as_view(), name="timeline"),
    *(
        path(
            f"{kind.model.PLURAL.replace('_', '-')}/<slug:slug>/",
            view_for(entries.EntryDetail, kind.model),
            name=kind.url_name,
        )
        for kind in Kind
    ),
    path("goals/", goals.GoalList.as_view(), name="goal-list"),
    *(pattern for model in REFERENCES if model is not Source for pattern in reference_pages(model)),
    path("sources/", sources.SourceList.as_view(), name="source-list"),
    path("sources/<slug:slug>/", sources.SourceDetail.as_view(), name="source-detail"),
    path("about/", front.About.as_view(), name="about"),
]
# Files, with the filters of the list.
files = [
    path("feed/", EntriesFeed(), name="feed"),
    *(
        path(
            f"entries.{extension}",
            downloads.Download.as_view(extension=extension),
            name=f"download-{extension}",
        )
        for extension in downloads.DOWNLOADS
    ),
]
urlpatterns = pages + files
