"""The chronicle itself: its name, texts, licence and contact."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timeline.models.addresses import EntryAddress, find_entry_address
from timeline.models.colours import dark_colour_of, validate_dark_colour, validate_light_colour
from timeline.models.fields import LineField, LogoField, ProseField, WebAddressField
from timeline.models.records import Record, RecordQuerySet
from timeline.values.markdown import is_of_paragraphs, links

# Of the mark of the site, where the chronicle has no colour. White on it has the contrast of text.
MARK_COLOUR = "#a8321f"
# A logo that is no more times as wide as high, or as high as wide, is told in a tab of a browser.
MAX_ICON_RATIO = 1.5


class ChronicleQuerySet(RecordQuerySet):
    def current(self) -> "Chronicle":
        """Return the chronicle, or an unsaved one without content, so that pages work before one is published."""
        chronicle: Chronicle | None = self.published().first()
        return chronicle or Chronicle(title=str(_("Chronicle")))


class Chronicle(Record):
    """The settings of the chronicle in a single row: its city, texts, licence, publisher and contact."""

    city = LineField(_("city"), max_length=60)
    city_en = LineField(_("city in English"), max_length=120, blank=True)
    tagline = LineField(
        _("tagline"), max_length=200, blank=True, help_text=_("One sentence under the site's name.")
    )
    tagline_en = LineField(_("tagline in English"), max_length=300, blank=True)
    story = ProseField(
        _("story"),
        blank=True,
        help_text=_(
            "Two sentences at the head of the first page, about 70 characters. Every claim is a link to its entry, such as "
            "[in 2015](/policies/action-plan-2015/); nothing else is linked. Markdown."
        ),
    )
    story_en = ProseField(_("story in English"), blank=True)
    opening = LineField(
        _("opening"),
        max_length=4,
        blank=True,
        help_text=_("The name of the years before the first phase in the picture: 启动."),
    )
    opening_en = LineField(_("opening in English"), max_length=12, blank=True)
    about = ProseField(
        _("about this record"),
        blank=True,
        help_text=_("What the record is, what it was made from and how it treats dates. Markdown."),
    )
    about_en = ProseField(_("about this record, in English"), blank=True)
    coverage = ProseField(
        _("coverage"),
        blank=True,
        help_text=_("What the record covers, what was looked for and not found. Markdown."),
    )
    coverage_en = ProseField(_("coverage, in English"), blank=True)
    corrections = ProseField(
        _("how to send a correction"), blank=True, help_text=_("What a correction should contain. Markdown.")
    )
    corrections_en = ProseField(_("how to send a correction, in English"), blank=True)
    corrections_email = models.EmailField(_("address for corrections"), blank=True)
    licence = LineField(
        _("licence"),
        max_length=60,
        blank=True,
        help_text=_("Under which the chronicle's own summaries and texts may be used: CC BY 4.0."),
    )
    licence_url = WebAddressField(_("address of the licence"), blank=True)
    publisher = LineField(_("publisher"), max_length=200, blank=True)
    publisher_en = LineField(_("publisher in English"), max_length=200, blank=True)
    editors = LineField(_("editors"), max_length=300, blank=True, help_text=_("Names, as readers see them."))
    editors_en = LineField(_("editors in English"), max_length=300, blank=True)
    imprint = ProseField(
        _("imprint"), blank=True, help_text=_("Who is responsible, postal address, telephone. Markdown.")
    )
    imprint_en = ProseField(_("imprint in English"), blank=True)
    icp_number = LineField(_("ICP filing number"), max_length=60, blank=True, help_text="浙ICP备12345678号-1")
    police_number = LineField(
        _("public security filing number"),
        max_length=60,
        blank=True,
        help_text="浙公网安备33020002000001号",
    )
    other_document_numbers = models.BooleanField(
        _("other document numbers"),
        default=False,
        help_text=_(
            "Accept document numbers of other systems than 国发〔2015〕50号 and 国务院令第711号, as they are written."
        ),
    )
    colour = LineField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[validate_light_colour],
        help_text=_(
            "The colour of links and marks, with a contrast of 4.5:1 on light grounds: #1d4f7c. By default red."
        ),
    )
    colour_dark = LineField(
        _("colour in the dark"),
        max_length=7,
        blank=True,
        validators=[validate_dark_colour],
        help_text=_("The same for readers with a dark screen: #84b8e6. By default the colour, made lighter."),
    )
    logo = LogoField(
        _("logo"),
        blank=True,
        help_text=_("A PNG or SVG picture beside the name at the head of each page, 32 pixels high there."),
    )
    english_pages = models.BooleanField(
        _("English pages"),
        default=True,
        help_text=_(
            "Offer the site in English too. Without it, nothing leads to pages in English, and there are none."
        ),
    )
    only = models.BooleanField(default=True, unique=True, editable=False)

    objects = ChronicleQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("chronicle")
        verbose_name_plural = _("chronicle")
        constraints = [
            *Record.Meta.constraints,
            # Unique and always true: the table has at most one row.
            models.CheckConstraint(name="timeline_chronicle_is_the_only_one", condition=Q(only=True)),
        ]

    def clean(self) -> None:
        super().clean()
        objections = {name: [*_objections_to_story(getattr(self, name))] for name in ("story", "story_en")}
        if refused := {name: found for name, found in objections.items() if found}:
            raise ValidationError(refused)

    def get_absolute_url(self) -> str:
        return reverse("timeline:timeline")

    def objections_to_withdrawing(self) -> list[str]:
        if not self.is_public:
            return []
        return [str(_("The chronicle itself is not withdrawn: without it, there is no name on any page."))]

    def story_addresses(self) -> list[EntryAddress]:
        """Return the addresses to which the story links in either language, each once."""
        found = (find_entry_address(link) for link in links(self.story) + links(self.story_en))
        return [*dict.fromkeys(address for address in found if address is not None)]

    @property
    def rights(self) -> str:
        """The licence and its URL in one line, for files and feeds; "" if there is none."""
        return " ".join(filter(None, (self.licence, self.licence_url)))

    @property
    def colours(self) -> tuple[str, str] | None:
        """The colours on light and on dark grounds; None where they are those of the style sheet."""
        if not self.colour:
            return None
        return self.colour, self.colour_dark or dark_colour_of(self.colour)

    @property
    def colours_slug(self) -> str:
        """The colours in the address of their style sheet."""
        return "-".join(colour.removeprefix("#").lower() for colour in self.colours or ())

    @property
    def mark_colour(self) -> str:
        return self.colour or MARK_COLOUR

    @property
    def has_logo_as_icon(self) -> bool:
        """Whether there is a logo that is about as wide as high; a wider one is too small to be an icon."""
        if self.logo is None:
            return False
        width, height = self.logo.size
        return bool(1 / MAX_ICON_RATIO <= width / height <= MAX_ICON_RATIO)

    @property
    def icon_slug(self) -> str:
        """The icon in its address, another for another icon; "" where it is that of the software."""
        if self.has_logo_as_icon:
            return str(self.logo.digest)
        return self.colour.removeprefix("#").lower()

    @property
    def police_lookup_url(self) -> str:
        """The URL of the public security filing, which is identified by the digits of its number."""
        code = "".join(sign for sign in self.police_number if sign.isdecimal())
        return f"https://beian.mps.gov.cn/#/query/webSearch?{urlencode({'code': code})}"


def _objections_to_story(story: str) -> Iterator[ValidationError]:
    if not is_of_paragraphs(story):
        yield ValidationError(_("The story is plain sentences with links: no image, list, heading or table."))
    for link in links(story):
        address = find_entry_address(link)
        if address is None:
            message = _(
                "“%(link)s” leads to no entry. The story links to entries only: /policies/action-plan-2015/."
            )
            yield ValidationError(message, params={"link": link})
        elif str(address) != link:
            message = _(
                "Instead of “%(link)s” write %(address)s, which leads to the entry in every language."
            )
            yield ValidationError(message, params={"link": link, "address": str(address)})
