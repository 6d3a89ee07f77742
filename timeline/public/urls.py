"""URLs of the public site."""

from django.urls import path
from django.views.decorators.http import conditional_page

from timeline.models import Kind
from timeline.public.feeds import EntriesFeed
from timeline.public.views import downloads, entries, front, goals, reference, sources
from timeline.public.views.base import view_for

app_name = "timeline"

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
    path("phases/<slug:slug>/", reference.PhaseDetail.as_view(), name="phase-detail"),
    path("topics/", reference.TopicList.as_view(), name="topic-list"),
    path("topics/<slug:slug>/", reference.TopicDetail.as_view(), name="topic-detail"),
    path("organizations/", reference.OrganizationList.as_view(), name="organization-list"),
    path("organizations/<slug:slug>/", reference.OrganizationDetail.as_view(), name="organization-detail"),
    path("areas/", reference.AreaList.as_view(), name="area-list"),
    path("areas/<slug:slug>/", reference.AreaDetail.as_view(), name="area-detail"),
    path("sources/", sources.SourceList.as_view(), name="source-list"),
    path("sources/<slug:slug>/", sources.SourceDetail.as_view(), name="source-detail"),
    path("about/", front.About.as_view(), name="about"),
]
# Files, with the filters of the list.
files = [
    path("feed/", conditional_page(EntriesFeed()), name="feed"),
    *(
        path(f"entries.{ending}", downloads.Download.as_view(ending=ending), name=f"download-{ending}")
        for ending in downloads.FORMATS
    ),
]
urlpatterns = pages + files
