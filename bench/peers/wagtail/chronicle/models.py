"""A timeline page and its entries, as models of Wagtail."""

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page
from wagtail.snippets.models import register_snippet


@register_snippet
class Topic(models.Model):
    title = models.CharField(max_length=300)
    slug = models.SlugField(max_length=120, unique=True)

    def __str__(self):
        return self.title


class EntryPage(Page):
    class Kind(models.TextChoices):
        POLICY = "policy", "政策"
        PILOT_DESIGNATION = "pilot_designation", "试点"
        MILESTONE = "milestone", "大事"
        GOAL = "goal", "目标"

    date = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    summary = models.TextField(blank=True)
    topics = ParentalManyToManyField(Topic, blank=True)


class TimelinePage(Page):
    def get_context(self, request):
        entries = EntryPage.objects.child_of(self).live().order_by("date").prefetch_related("topics")
        return super().get_context(request) | {"entries": entries}
