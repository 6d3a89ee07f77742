"""The desk's screen for the chronicle itself."""

from django.contrib import admin
from django.http import HttpRequest

from timeline.models import Chronicle


@admin.register(Chronicle)
class ChronicleAdmin(admin.ModelAdmin):
    list_display = ["title", "city", "corrections_email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Chronicle.objects.exists()
