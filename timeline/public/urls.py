"""Public addresses."""

from django.urls import path

from timeline.public import views

app_name = "timeline"

urlpatterns = [
    path("", views.Timeline.as_view(), name="timeline"),
    path("policies/<slug:slug>/", views.PolicyDetail.as_view(), name="policy-detail"),
    path(
        "pilot-designations/<slug:slug>/",
        views.PilotDesignationDetail.as_view(),
        name="pilot-designation-detail",
    ),
    path("milestones/<slug:slug>/", views.MilestoneDetail.as_view(), name="milestone-detail"),
    path("goals/", views.GoalList.as_view(), name="goal-list"),
    path("goals/<slug:slug>/", views.GoalDetail.as_view(), name="goal-detail"),
    path("phases/<slug:slug>/", views.PhaseDetail.as_view(), name="phase-detail"),
    path("topics/", views.TopicList.as_view(), name="topic-list"),
    path("topics/<slug:slug>/", views.TopicDetail.as_view(), name="topic-detail"),
    path("organizations/", views.OrganizationList.as_view(), name="organization-list"),
    path("organizations/<slug:slug>/", views.OrganizationDetail.as_view(), name="organization-detail"),
    path("areas/", views.AreaList.as_view(), name="area-list"),
    path("areas/<slug:slug>/", views.AreaDetail.as_view(), name="area-detail"),
    path("sources/", views.SourceList.as_view(), name="source-list"),
    path("sources/<slug:slug>/", views.SourceDetail.as_view(), name="source-detail"),
    path("about/", views.About.as_view(), name="about"),
]
