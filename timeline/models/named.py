"""What has a title has an address: the slug, from pinyin where the editor leaves it blank, and those it once had."""

from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from timeline.models.fields import LineField, LowercaseSlugField
from timeline.values.slugs import MAX_LENGTH, available_slug, slug_from


class FormerAddressQuerySet(models.QuerySet):
    def get_by_natural_key(self, table: str, slug: str) -> Any:
        return self.get(table=table, slug=slug)

    def for_model(self, model: type[models.Model]) -> Self:
        """Those among which the model's records have theirs."""
        return self.filter(table=slug_owner_name(model))


class FormerAddress(models.Model):
    """A slug that a record once had. It points at the record, not at a slug, so there are no chains and no loops.

    It stays that record's: no other ever takes it, so that links, and kept rows that name the record by it, hold.
    """

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


def slug_owner_name(model: type[models.Model]) -> str:
    """Under which name former addresses are kept: that of the model that owns the slug."""
    return str(model._meta.get_field("slug").model._meta.model_name)


def referring_objects(model: type[models.Model], keys: Collection[Any]) -> list[models.Model]:
    """What refers to these records and would lose the reference: not their own parts, which go with them."""
    users: list[models.Model] = []
    for relation in model._meta.related_objects:
        if relation.many_to_many or relation.on_delete not in (models.CASCADE, models.DO_NOTHING):
            referring = relation.related_model._default_manager.select_related()
            users += referring.filter(**{f"{relation.field.name}__in": keys}).distinct()
    return users


def check_unreferenced(model: type[models.Model], keys: Collection[Any]) -> None:
    """Raise ProtectedError, with the list, where anything refers to these records."""
    if users := referring_objects(model, keys):
        raise models.ProtectedError(str(_("This is in use, and so protected from deletion.")), set(users))


class TitleSlugQuerySet(models.QuerySet):
    """Rows found by their slug, which is their natural key."""

    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)

    def with_former_slug(self, slug: str) -> Self:
        """The record that once had this slug."""
        former = FormerAddress.objects.for_model(self.model).filter(slug=slug)
        return self.filter(pk__in=former.values("record"))

    def resolve_slugs(self, slugs: Collection[str]) -> dict[str, Any]:
        """By each of these slugs the record that has it or else once had it, in few queries; the unknown left out."""
        found: dict[str, Any] = {record.slug: record for record in self.filter(slug__in=slugs)}  # type: ignore[attr-defined]
        if missing := set(slugs) - found.keys():
            former = FormerAddress.objects.for_model(self.model).filter(slug__in=missing)
            keys = dict(former.values_list("slug", "record"))
            records = self.in_bulk(keys.values()) if keys else {}
            found |= {slug: records[key] for slug, key in keys.items() if key in records}
        return found

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete, former addresses too; ProtectedError where anything refers to one of these."""
        with transaction.atomic():
            keys = list(self.values_list("pk", flat=True))
            check_unreferenced(self.model, keys)
            FormerAddress.objects.for_model(self.model).filter(record__in=keys).delete()
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class TitleSlugModel(models.Model):
    """A row with a title in Chinese, which is canonical, one in English, which is optional, and a slug."""

    # The columns that tell an import and the admin that two records may be the same; of one title, those whose dates
    # differ are not. The first of the date columns that is filled in counts, and perhaps only its year.
    IDENTIFYING_COLUMNS: ClassVar[tuple[str, ...]] = ()
    DISTINGUISHING_DATES: ClassVar[tuple[str, ...]] = ("date",)
    COMPARES_YEARS: ClassVar[bool] = False

    slug = LowercaseSlugField(
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

    # Set by whoever has asked for many records at once whether their addresses are free.
    slug_is_checked = False

    objects = TitleSlugQuerySet.as_manager()

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
            written = kwargs.get("update_fields")
            moves = written is None or "slug" in written
            former = self._stored_slug() if moves and self.pk is not None else None
            super().save(**kwargs)
            if moves and former != self.slug:
                self._remember_former_slug(former)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, former addresses too; ProtectedError with the list where anything refers to this."""
        check_unreferenced(type(self), [self.pk])
        with transaction.atomic():
            FormerAddress.objects.for_model(type(self)).filter(record=self.pk).delete()
            return super().delete(*args, **kwargs)

    def referring_objects(self) -> list[models.Model]:
        """What refers to this and would lose the reference: not its own parts, which go with it."""
        return referring_objects(type(self), [self.pk]) if self.pk is not None else []

    def _stored_slug(self) -> str | None:
        return self._slug_scope().filter(pk=self.pk).values_list("slug", flat=True).first()

    def _remember_former_slug(self, former: str | None) -> None:
        """Remember the slug that this had, so that its old address leads here; IntegrityError where the new is another's."""
        # Asked after the row was written: whoever has just left this slug has by then been seen to leave it.
        if (other := self._former_slug_owner()) is not None:
            raise IntegrityError(f"{self.slug} is a former address of {other.pk} and leads there")
        if former is None:
            return
        addresses = FormerAddress.objects.for_model(type(self))
        addresses.filter(slug=self.slug, record=self.pk).delete()
        addresses.get_or_create(table=slug_owner_name(type(self)), slug=former, defaults={"record": self.pk})

    def _former_slug_owner(self) -> "TitleSlugModel | None":
        """Another record that once had this slug, and so keeps it."""
        # Nearly always there is none, and that is sooner asked of the addresses alone.
        if not FormerAddress.objects.for_model(type(self)).filter(slug=self.slug).exists():
            return None
        return self._slug_scope().with_former_slug(self.slug).exclude(pk=self.pk).first()

    def _slug_scope(self) -> Any:
        """All records whose slugs are not to be the same: those of the model that owns the column."""
        return self._meta.get_field("slug").model._default_manager.all()

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def clean(self) -> None:
        super().clean()
        self.fill_in_slug()
        if not self.slug_is_checked and (other := self._former_slug_owner()) is not None:
            raise ValidationError(
                {
                    "slug": _("This address once was that of “%(title)s”; it leads there for good.")
                    % {"title": other}
                }
            )

    def fill_in_slug(self) -> None:
        """Give a row without a slug one from its title, numbered where that is taken."""
        if self.slug or not self.title:
            return
        table = self._meta.get_field("slug").model._meta.model_name
        self.slug = self.available_slug(slug_from(self.title) or table or "")

    def available_slug(self, wanted: str) -> str:
        """The wanted slug, numbered where another record has it or once had it."""
        near = wanted[:100]
        others = self._slug_scope().exclude(pk=self.pk).filter(slug__startswith=near)
        former = FormerAddress.objects.for_model(type(self)).exclude(record=self.pk)
        # In this order: what moves away in between was seen where it was.
        taken = {*others.values_list("slug", flat=True)}
        taken |= {*former.filter(slug__startswith=near).values_list("slug", flat=True)}
        return available_slug(wanted, taken)
