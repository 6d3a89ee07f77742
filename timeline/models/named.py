"""What has a title has an address: the slug, unique and stable, from pinyin where the editor leaves it blank."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from timeline.fields import AddressField, LineField
from timeline.slugs import MAX_LENGTH, free_slug, slug_from


class NamedQuerySet(models.QuerySet):
    """Rows found by their slug, which is their natural key."""

    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)


class Named(models.Model):
    """A row with a title in Chinese, which is canonical, one in English, which is optional, and a slug."""

    slug = AddressField(
        _("slug"),
        max_length=MAX_LENGTH,
        unique=True,
        blank=True,
        help_text=_(
            "The last part of the address, in Latin letters. Left blank it is made from the title's pinyin. Do not change it "
            "once the page is public."
        ),
    )
    title = LineField(
        _("title"),
        max_length=300,
        help_text=_("Official titles to the letter, without the title marks 《》."),
    )
    title_en = LineField(_("title in English"), max_length=500, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_has_slug_and_title",
                condition=~Q(slug="") & Q(slug=Lower("slug")) & ~Q(title=""),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: Any) -> None:
        self.fill_in_slug()
        super().save(**kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def clean(self) -> None:
        super().clean()
        self.fill_in_slug()

    def fill_in_slug(self) -> None:
        """Give a row without a slug one from its title, numbered where that is taken."""
        if self.slug or not self.title:
            return
        owner: type[Self] = self._meta.get_field("slug").model
        wanted = slug_from(self.title) or owner._meta.model_name or ""
        taken = set(
            owner._default_manager.filter(slug__startswith=wanted[:100]).values_list("slug", flat=True)
        )
        self.slug = free_slug(wanted, taken)
