"""The admin of the chronicle."""

from django.contrib import admin
from django.http import HttpRequest

from timeline.admin.base import Fieldsets, plain_fieldsets
from timeline.admin.edit_conflicts import EditConflictAdmin
from timeline.admin.exports import ExportAdmin
from timeline.models import Chronicle


@admin.register(Chronicle)
class ChronicleAdmin(ExportAdmin, EditConflictAdmin):
    list_display = ["title", "city", "corrections_email"]
    markdown_fields = ("about", "about_en", "corrections", "corrections_en", "imprint", "imprint_en")

    def get_fieldsets(self, request: HttpRequest, obj: Chronicle | None = None) -> Fieldsets:
        return plain_fieldsets(self.get_fields(request, obj), ["title", "city", "tagline"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Chronicle.objects.exists()
