"""The chronicle itself: its name, texts, licence and contact."""

from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.models.fields import LineField, ProseField, WebAddressField
from timeline.models.named import TitleSlugModel, TitleSlugQuerySet


class ChronicleQuerySet(TitleSlugQuerySet):
    def current(self) -> "Chronicle":
        """Return the chronicle, or an unsaved one without content, so that pages work with an empty database."""
        chronicle: Chronicle | None = self.first()
        return chronicle or Chronicle(title=str(_("Chronicle")))


class Chronicle(TitleSlugModel):
    """The settings of the chronicle in a single row: its city, texts, licence, publisher and contact."""

    city = LineField(_("city"), max_length=60)
    city_en = LineField(_("city in English"), max_length=120, blank=True)
    tagline = LineField(
        _("tagline"), max_length=200, blank=True, help_text=_("One sentence under the site's name.")
    )
    tagline_en = LineField(_("tagline in English"), max_length=300, blank=True)
    about = ProseField(
        _("about this record"),
        blank=True,
        help_text=_("What the record is, what it was made from and how it treats dates. Markdown."),
    )
    about_en = ProseField(_("about this record, in English"), blank=True)
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
    only = models.BooleanField(default=True, unique=True, editable=False)

    objects = ChronicleQuerySet.as_manager()

    class Meta(TitleSlugModel.Meta):
        abstract = False
        verbose_name = _("chronicle")
        verbose_name_plural = _("chronicle")
        constraints = [
            *TitleSlugModel.Meta.constraints,
            # Unique and always true: the table has at most one row.
            models.CheckConstraint(name="timeline_chronicle_is_the_only_one", condition=Q(only=True)),
        ]

    @property
    def rights(self) -> str:
        """The licence and its URL in one line, for files and feeds; "" if there is none."""
        return " ".join(filter(None, (self.licence, self.licence_url)))

    @property
    def police_lookup_url(self) -> str:
        """The URL of the public security filing, which is identified by the digits of its number."""
        code = "".join(sign for sign in self.police_number if sign.isdecimal())
        return f"https://beian.mps.gov.cn/#/query/webSearch?{urlencode({'code': code})}"
