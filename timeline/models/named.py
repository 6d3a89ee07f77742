"""Titles and slugs, with former slugs that still lead to their record. A blank slug is made from pinyin."""

from collections.abc import Collection, Iterable
from typing import ClassVar, Self, TypeVar, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from timeline.models.derived import SaveOptions
from timeline.models.fields import LineField, LowercaseSlugField
from timeline.models.shortlists import first_of, left_out
from timeline.models.stored_records import STORED, StoredRecords
from timeline.values.slugs import MAX_LENGTH, available_slug, slug_from

# The most objects of each kind that are named where a record is referred to.
MAX_REFERRING = 50
# The most of them that the message of a refused deletion names.
MAX_NAMED = 5


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    def get_by_natural_key(self, table: str, slug: str) -> "FormerAddress":
        return self.get(table=table, slug=slug)

    def for_model(self, model: type[models.Model]) -> Self:
        """Filter by the model that owns the slugs of this model."""
        return self.filter(table=slug_owner_name(model))


class FormerAddress(models.Model):
    """A slug that a record once had.

    It refers to the record, not to a slug, so chains and loops are impossible. No other record can take it,
    so that links, and stored rows that name the record by it, remain valid.
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
    """Return the name under which former slugs are stored: that of the model that owns the slug."""
    return str(model._meta.get_field("slug").model._meta.model_name)


def slug_owner(model: type[models.Model]) -> "type[TitleSlugModel]":
    """The model whose records have unique slugs, those of this one among them."""
    owner = model._meta.get_field("slug").model
    if not issubclass(owner, TitleSlugModel):
        raise TypeError(f"{model.__name__} has no slugs.")
    return owner


def referring_objects(model: type[models.Model], keys: Collection[int]) -> tuple[list[models.Model], int]:
    """Return the first objects that refer to these records, by relation, and the number of the others.

    Nested records are excluded, since they are deleted together with their parent.
    """
    objects: list[models.Model] = []
    others = 0
    for relation in model._meta.related_objects:
        if relation.many_to_many or relation.on_delete not in (models.CASCADE, models.DO_NOTHING):
            rows = relation.related_model._default_manager
            naming = rows.filter(**{f"{relation.field.name}__in": keys})
            first = first_of(rows.select_related().filter(pk__in=naming.values("pk")), MAX_REFERRING)
            objects += first
            others += left_out(first)
    return objects, others


def reference_owner(record: models.Model) -> models.Model:
    """Return the record whose page shows a referring one: the parent of a citation, an assessment or a relation."""
    links = (field for field in record._meta.concrete_fields if isinstance(field, models.ForeignKey))
    within = (field.name for field in links if field.remote_field.on_delete is models.CASCADE)
    owner: models.Model = getattr(record, next(within, ""), record)
    return owner


def references_by_owner(referring: Iterable[models.Model]) -> dict[models.Model, list[str]]:
    """Return the records whose pages show these referring ones, each with the places that its citations name."""
    owners: dict[models.Model, list[str]] = {}
    for record in referring:
        places = owners.setdefault(reference_owner(record), [])
        if (place := getattr(record, "locator", "")) and place not in places:
            places.append(place)
    return owners


def kind_label(record: models.Model) -> str:
    """What a record is: “topic”; of an entry, its kind."""
    return str(
        record.get_kind_display() if hasattr(record, "get_kind_display") else record._meta.verbose_name
    )


def check_unreferenced(model: type[models.Model], keys: Collection[int]) -> None:
    """Raise ProtectedError, with the objects, if anything refers to these records."""
    objects, others = referring_objects(model, keys)
    if objects:
        label = _("%(kind)s: %(title)s")
        owners = references_by_owner(objects)
        labels = [str(label % {"kind": kind_label(owner), "title": owner}) for owner in owners]
        names = labels[:MAX_NAMED] + (["…"] if others or len(labels) > MAX_NAMED else [])
        message = _("This is in use, and so protected from deletion: %(names)s.")
        message %= {"names": pgettext("enumeration", ", ").join(names)}
        raise models.ProtectedError(str(message), set(objects))


Titled = TypeVar("Titled", bound="TitleSlugModel")


class TitleSlugQuerySet(models.QuerySet[Titled]):
    """Records with their slug as natural key."""

    def get_by_natural_key(self, slug: str) -> Titled:
        return self.get(slug=slug)

    def with_former_slug(self, slug: str) -> Self:
        """Filter by former slug."""
        former = FormerAddress.objects.for_model(self.model).filter(slug=slug)
        return self.filter(pk__in=former.values("record"))

    def resolve_slugs(self, slugs: Collection[str]) -> dict[str, Titled]:
        """Map each slug to the record that has or once had it, with few queries. Unknown slugs are left out."""
        found = {record.slug: record for record in self.filter(slug__in=slugs)}
        if missing := set(slugs) - found.keys():
            keys = self.keys_of_former_slugs(missing)
            records = self.in_bulk(keys.values()) if keys else {}
            found |= {slug: records[key] for slug, key in keys.items() if key in records}
        return found

    def keys_of_former_slugs(self, slugs: Collection[str]) -> dict[str, int]:
        """Map each of these slugs that a record once had to the key of that record."""
        former = FormerAddress.objects.for_model(self.model).filter(slug__in=slugs)
        return dict(former.values_list("slug", "record"))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the records and their former slugs. Raises ProtectedError if anything refers to them."""
        with transaction.atomic():
            keys = list(self.values_list("pk", flat=True))
            check_unreferenced(self.model, keys)
            FormerAddress.objects.for_model(self.model).filter(record__in=keys).delete()
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class TitleSlugModel(models.Model):
    """A record with a slug, a Chinese title, which is canonical, and an optional English one."""

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

    # Set by callers that have checked the slugs of many records at once.
    slug_is_checked = False
    # The other records that the checks compare with.
    others: StoredRecords = STORED

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

    def save(self, **kwargs: Unpack[SaveOptions]) -> None:
        self.fill_in_slug()
        with transaction.atomic():
            written = kwargs.get("update_fields")
            writes_slug = written is None or "slug" in written
            former = self._stored_slug() if writes_slug and self.pk is not None else None
            super().save(**kwargs)
            if writes_slug and former != self.slug:
                self._remember_former_slug(former)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the record and its former slugs.

        Raises ProtectedError, with the objects, if anything refers to the record.
        """
        check_unreferenced(type(self), [self.pk])
        with transaction.atomic():
            FormerAddress.objects.for_model(type(self)).filter(record=self.pk).delete()
            return super().delete(using, keep_parents)

    def referring_objects(self) -> tuple[list[models.Model], int]:
        """Return the first objects that refer to this record, and the number of the others."""
        return referring_objects(type(self), [self.pk]) if self.pk is not None else ([], 0)

    def _stored_slug(self) -> str | None:
        return self._slug_scope().filter(pk=self.pk).values_list("slug", flat=True).first()

    def _remember_former_slug(self, former: str | None) -> None:
        """Store the former slug. Raises IntegrityError if the new slug is a former slug of another record."""
        # Checked after the write, so that the former slugs of concurrent changes are visible.
        if (other := self._former_slug_owner()) is not None:
            raise IntegrityError(f"{self.slug} is a former address of {other.pk} and leads there")
        if former is None:
            return
        addresses = FormerAddress.objects.for_model(type(self))
        addresses.filter(slug=self.slug, record=self.pk).delete()
        addresses.get_or_create(table=slug_owner_name(type(self)), slug=former, defaults={"record": self.pk})

    def _former_slug_owner(self) -> "TitleSlugModel | None":
        """Return another record that once had this slug, or None."""
        # Usually there is none, and the table of former slugs alone answers that faster.
        if not FormerAddress.objects.for_model(type(self)).filter(slug=self.slug).exists():
            return None
        return self._slug_scope().with_former_slug(self.slug).exclude(pk=self.pk).first()

    def _slug_scope(self) -> TitleSlugQuerySet:
        """Return all records that share a namespace of slugs: those of the model that owns the column."""
        return slug_owner(type(self))._default_manager.all()

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
        """Set a missing slug from the title, with a number if it is taken."""
        if self.slug or not self.title:
            return
        table = self._meta.get_field("slug").model._meta.model_name
        self.slug = self.available_slug(slug_from(self.title) or table or "")

    def available_slug(self, wanted: str) -> str:
        """Return the slug, with a number if another record has or once had it."""
        prefix = wanted[:100]
        others = self._slug_scope().exclude(pk=self.pk).filter(slug__startswith=prefix)
        former = FormerAddress.objects.for_model(type(self)).exclude(record=self.pk)
        # Current slugs first: a slug that changes between the queries is found in one of them.
        taken = {*others.values_list("slug", flat=True)}
        taken |= {*former.filter(slug__startswith=prefix).values_list("slug", flat=True)}
        return available_slug(wanted, taken)
