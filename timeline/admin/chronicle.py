"""The admin of the chronicle."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import Fieldsets, field_names
from timeline.admin.edit_conflicts import EditConflictAdmin
from timeline.admin.exports import ExportAdmin
from timeline.models import Chronicle


@admin.register(Chronicle)
class ChronicleAdmin(ExportAdmin, EditConflictAdmin):
    list_display = ["title", "city", "corrections_email"]
    markdown_fields = ("about", "about_en", "corrections", "corrections_en", "imprint", "imprint_en")

    def get_fieldsets(self, request: HttpRequest, obj: Chronicle | None = None) -> Fieldsets:
        fields = field_names(self.get_fields(request, obj))
        english = [name for name in fields if name.endswith("_en")]
        first = [name for name in ("title", "city", "tagline") if name in fields]
        rest = [name for name in fields if name not in [*english, *first, "slug"]]
        return [
            (None, {"fields": [*first, *rest]}),
            (_("In English"), {"fields": english, "classes": ["collapse", "after"]}),
            (_("Address"), {"fields": ["slug"], "classes": ["after"]}),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Chronicle.objects.exists()
