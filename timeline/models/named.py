"""What has a title has an address: the slug, from pinyin where the editor leaves it blank, and those it once had."""

from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from timeline.fields import AddressField, LineField
from timeline.slugs import MAX_LENGTH, free_slug, slug_from


class FormerAddressQuerySet(models.QuerySet):
    def get_by_natural_key(self, table: str, slug: str) -> Any:
        return self.get(table=table, slug=slug)


class FormerAddress(models.Model):
    """A slug that a record once had. It points at the record, not at a slug, so there are no chains and no loops."""

    table = models.CharField(_("table"), max_length=40)
    slug = models.CharField(_("former slug"), max_length=120)
    record = models.BigIntegerField(_("record"))

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [models.UniqueConstraint(fields=["table", "slug"], name="timeline_formeraddress_once")]

    def __str__(self) -> str:
        return f"{self.table}/{self.slug}"

    def natural_key(self) -> tuple[str, str]:
        return (self.table, self.slug)


def table_of_addresses(model: type[models.Model]) -> str:
    """Under which name former addresses are kept: that of the model that owns the slug."""
    return str(model._meta.get_field("slug").model._meta.model_name)


class NamedQuerySet(models.QuerySet):
    """Rows found by their slug, which is their natural key."""

    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)

    def formerly_at(self, slug: str) -> Self:
        """The record that once had this slug."""
        former = FormerAddress.objects.filter(table=table_of_addresses(self.model), slug=slug)
        return self.filter(pk__in=former.values("record"))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete; ProtectedError where anything refers to one of these."""
        for record in self:
            if users := record.in_use_by():  # type: ignore[attr-defined]
                raise models.ProtectedError(
                    str(_("This is in use, and so protected from deletion.")), set(users)
                )
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


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
        with transaction.atomic():
            self._leave_address()
            super().save(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; ProtectedError with the list where anything refers to this."""
        if users := self.in_use_by():
            raise models.ProtectedError(str(_("This is in use, and so protected from deletion.")), set(users))
        return super().delete(*args, **kwargs)

    def in_use_by(self) -> list[models.Model]:
        """What refers to this and would lose the reference: not its own parts, which go with it."""
        users: list[models.Model] = []
        for relation in self._meta.related_objects:
            owned = (
                relation.on_delete in (models.CASCADE, models.DO_NOTHING)
                if not relation.many_to_many
                else False
            )
            if not owned and self.pk is not None:
                users += relation.related_model._default_manager.select_related().filter(
                    **{relation.field.name: self.pk}
                )
        return users

    def _leave_address(self) -> None:
        """Remember the slug that this had, so that its old address leads here, and take what is its own now."""
        owner: type[Self] = self._meta.get_field("slug").model
        former = (
            owner._default_manager.filter(pk=self.pk).values_list("slug", flat=True).first()
            if self.pk
            else None
        )
        if former is None or former == self.slug:
            return
        table = table_of_addresses(type(self))
        FormerAddress.objects.filter(table=table, slug=self.slug).delete()
        FormerAddress.objects.update_or_create(table=table, slug=former, defaults={"record": self.pk})

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
