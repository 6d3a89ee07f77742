"""The pictures of previews of links, drawn on request: of the site and of each public entry."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from timeline.i18n.display import due_text, localized_text
from timeline.i18n.languages import current_language
from timeline.models import Chronicle, Entry, Goal, Phase
from timeline.models.entry_queryset import EntryQuerySet
from timeline.public.counts import count_entries
from timeline.public.entry_position import Intervals, chronicle_strip, entry_strip, years_of_chronicle
from timeline.public.pictures.link_picture import COLOURS, MARGIN, LinkPicture, draw_link_picture
from timeline.public.pictures.png import SANS, SERIF, drawable, families, render_png
from timeline.public.views.base import FormerSlugMixin, KeptPartsMixin

# The baseline of the years below the bands; the last one is at the lower edge of the strip.
YEARS_BELOW, YEARS_FOOT = 30, 582
# The side of the mark of the site at the head, or the height of the logo; the most width of a logo; the name follows.
MARK_SIDE, MAX_LOGO_WIDTH, NAME_GAP = 52, 260, 20


class LinkPictureView(KeptPartsMixin):
    """The picture of a preview (PNG), in the language of its address."""

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        phases = list(Phase.objects.published())
        years = self.kept("years", [], years_of_chronicle)
        chronicle = Chronicle.objects.current()
        picture = self.picture(chronicle, phases, years)
        logo_width = _logo_width(chronicle)
        language = current_language()
        height = picture.bands_height + YEARS_BELOW
        svg = render_to_string(
            "timeline/preview.svg",
            {
                "picture": picture,
                "chronicle": chronicle,
                "logo_width": logo_width,
                "name_x": MARGIN + (logo_width or MARK_SIDE) + NAME_GAP,
                "colours": COLOURS,
                "sans": families(SANS, language),
                "serif": families(SERIF, language),
                "bands_y": YEARS_FOOT - height,
                "years_y": height,
                "years": picture.strip.years if picture.strip and drawable("0123456789") else [],
            },
        )
        return HttpResponse(render_png(svg), content_type="image/png")

    def picture(self, chronicle: Chronicle, phases: Sequence[Phase], years: Intervals) -> LinkPicture:
        raise NotImplementedError


def _logo_width(chronicle: Chronicle) -> int:
    """The width of the logo in the picture; 0 without one."""
    if chronicle.logo is None:
        return 0
    width, height = chronicle.logo.size
    return min(MAX_LOGO_WIDTH, max(1, round(MARK_SIDE * width / height)))


class SitePicture(LinkPictureView):
    """The chronicle: its name and tagline, and how many entries each year has."""

    def picture(self, chronicle: Chronicle, phases: Sequence[Phase], years: Intervals) -> LinkPicture:
        by_key = {phase.pk: phase for phase in phases}
        counts: dict[int, dict[Phase | None, int]] = {}
        for count in count_entries(Entry.objects.published(), phases):
            if count.year is not None:
                of_year = counts.setdefault(count.year, {})
                phase = by_key.get(count.phase_id or 0)
                of_year[phase] = of_year.get(phase, 0) + count.size
        return draw_link_picture(
            chronicle_strip(phases, years),
            title=drawable(localized_text(chronicle, "title")),
            lead=drawable(localized_text(chronicle, "tagline")),
            counts=counts,
            accent=chronicle.colour,
            is_english=current_language() == "en",
        )


class EntryPicture(FormerSlugMixin, LinkPictureView):
    """An entry: its kind and date, its title, and its place in the years."""

    model: type[Entry] = Entry

    def get_queryset(self) -> EntryQuerySet:
        public = self.model.objects.published().select_related("phase")
        # The strip shows what is known of a goal.
        return public.with_newest_assessment() if issubclass(self.model, Goal) else public

    def picture(self, chronicle: Chronicle, phases: Sequence[Phase], years: Intervals) -> LinkPicture:
        entry = self.get_object()
        date = entry.timeline_date.display(current_language()) if entry.timeline_date else ""
        due = due_text(entry) if isinstance(entry, Goal) else ""
        facts = " · ".join(filter(None, (entry.get_kind_display(), date, due)))
        return draw_link_picture(
            entry_strip(entry, phases, years) or chronicle_strip(phases, years),
            name=drawable(localized_text(chronicle, "title")),
            facts=drawable(facts),
            title=drawable(localized_text(entry, "title")),
            phase=entry.phase,
            is_english=current_language() == "en",
        )
