"""The admin of the chronicle."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from timeline.admin.base import Fieldsets, plain_fieldsets
from timeline.admin.published_records import PublishedRecordAdmin
from timeline.admin.views.previews import ColoursPreviewView
from timeline.models import Chronicle
from timeline.models.records import Record
from timeline.workflow import TRANSITIONS


@admin.register(Chronicle)
class ChronicleAdmin(PublishedRecordAdmin):
    extra_urls = [
        *PublishedRecordAdmin.extra_urls,
        ("colours/<slug:colours>.css", ColoursPreviewView, "colours"),
    ]
    list_display = ["title", "city", "corrections_email", "stage", "last_change"]
    title_help = gettext_lazy("The name of the site, at the head of each page.")
    markdown_fields = (
        "story", "story_en", "about", "about_en", "coverage", "coverage_en", "corrections", "corrections_en",
        "imprint", "imprint_en",
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Chronicle | None = None) -> Fieldsets:
        return plain_fieldsets(
            self.get_fields(request, obj), ["title", "city", "tagline", "story", "opening"]
        )

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        return {name: action for name, action in super().get_actions(request).items() if not _ends(name)}

    def available_transitions(
        self, request: HttpRequest, record: Record, *, of_copies: bool = True
    ) -> list[dict[str, str]]:
        """Without those that end the publication, which the chronicle refuses once it is public."""
        buttons = super().available_transitions(request, record, of_copies=of_copies)
        if record is None or not record.is_public:
            return buttons
        return [button for button in buttons if not _ends(button["name"])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Chronicle.objects.exists()


def _ends(name: str) -> bool:
    """Whether this is the name of a transition that ends the publication."""
    return name in TRANSITIONS and TRANSITIONS[name].ends_publication
