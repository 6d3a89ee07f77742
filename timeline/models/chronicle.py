"""The chronicle itself: whose history this site tells, and whom to write to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.fields import LineField, ProseField
from timeline.models.named import Named, NamedQuerySet


class ChronicleQuerySet(NamedQuerySet):
    def current(self) -> "Chronicle":
        """The site's chronicle; a nameless one while the database is empty, so that pages still work."""
        chronicle: Chronicle | None = self.first()
        return chronicle or Chronicle(title=str(_("Chronicle")))


class Chronicle(Named):
    """The one row that makes the software the chronicle of a certain city."""

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
    only = models.BooleanField(default=True, unique=True, editable=False)

    objects = ChronicleQuerySet.as_manager()

    class Meta(Named.Meta):
        abstract = False
        verbose_name = _("chronicle")
        verbose_name_plural = _("chronicle")
        constraints = [
            *Named.Meta.constraints,
            # Unique and always true: a table of at most one row.
            models.CheckConstraint(name="timeline_chronicle_is_the_only_one", condition=Q(only=True)),
        ]
