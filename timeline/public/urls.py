"""Public addresses."""

from django.urls import path
from django.views.decorators.http import conditional_page

from timeline.public.feeds import EntriesFeed
from timeline.public.views import downloads, entries, front, goals, reference, sources

app_name = "timeline"

pages = [
    path("", front.Timeline.as_view(), name="timeline"),
    path("policies/<slug:slug>/", entries.PolicyDetail.as_view(), name="policy-detail"),
    path(
        "pilot-designations/<slug:slug>/",
        entries.PilotDesignationDetail.as_view(),
        name="pilot-designation-detail",
    ),
    path("milestones/<slug:slug>/", entries.MilestoneDetail.as_view(), name="milestone-detail"),
    path("goals/", goals.GoalList.as_view(), name="goal-list"),
    path("goals/<slug:slug>/", entries.GoalDetail.as_view(), name="goal-detail"),
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
# What is no page, and takes the conditions of the list.
files = [
    path("feed/", conditional_page(EntriesFeed()), name="feed"),
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
