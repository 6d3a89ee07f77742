"""The desk's screens for what entries refer to."""

from django.contrib import admin

from timeline.models import Area, Organization, Phase, PhaseCitation, Source, Topic, TopicCitation


class PhaseCitationInline(admin.TabularInline):
    model = PhaseCitation
    extra = 0
    autocomplete_fields = ["source"]


class TopicCitationInline(admin.TabularInline):
    model = TopicCitation
    extra = 0
    autocomplete_fields = ["source"]


@admin.register(Phase)
class PhaseAdmin(admin.ModelAdmin):
    list_display = ["title", "period", "tone"]
    search_fields = ["title", "title_en", "slug"]
    inlines = [PhaseCitationInline]


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["title", "position"]
    search_fields = ["title", "title_en", "slug"]
    autocomplete_fields = ["phases"]
    inlines = [TopicCitationInline]


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ["title", "precedence"]
    search_fields = ["title", "title_en", "slug"]


@admin.register(Area)
class AreaAdmin(admin.ModelAdmin):
    list_display = ["title", "parent", "position"]
    list_select_related = ["parent"]
    search_fields = ["title", "title_en", "slug"]
    autocomplete_fields = ["parent"]


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["title", "publisher", "published", "linked"]
    search_fields = ["title", "title_en", "publisher", "slug"]
