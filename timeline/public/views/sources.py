"""The sources, and what rests on each place in them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.views.generic import ListView

from timeline.models import Citation, Entry, Goal, GoalAssessment, PhaseCitation, Source, TopicCitation
from timeline.public.views.addressed import Addressed


class SourceList(ListView):
    model = Source


class SourceDetail(Addressed):
    """A source, and for each place in it what rests on that."""

    model = Source

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        public = Entry.objects.published()
        of_phases = PhaseCitation.objects.filter(source=self.object).select_related("phase")
        of_topics = TopicCitation.objects.filter(source=self.object).select_related("topic")
        of_entries = Citation.objects.filter(source=self.object, entry__in=public).select_related("entry")
        of_goals = GoalAssessment.objects.filter(
            source=self.object, goal__in=Goal.objects.published()
        ).select_related("goal")
        resting: dict[str, list[tuple[str, Any, Any]]] = defaultdict(list)
        rests: Iterator[tuple[str, Any, Any]] = chain(
            ((_("Phase"), citation.phase, citation) for citation in of_phases),
            ((_("Topic"), citation.topic, citation) for citation in of_topics),
            ((citation.entry.get_kind_display(), citation.entry, citation) for citation in of_entries),
            ((_("Assessment"), assessment.goal, assessment) for assessment in of_goals),
        )
        for kind, cited, reference in rests:
            resting[reference.locator].append((kind, cited, reference))
        return super().get_context_data(**kwargs) | {
            "places": [(locator, resting[locator]) for locator in sorted(resting, key=natural)]
        }


def natural(locator: str) -> list[tuple[int, str]]:
    """A key by which ¶9 stands before ¶10."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]+)", locator)
    ]
