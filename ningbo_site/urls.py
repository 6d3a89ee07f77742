"""The addresses: the editors' desk, then the public chronicle."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("timeline.public.urls")),
]
