"""References to sources: what the citations of all records have in common."""

from collections.abc import Iterable
from typing import ClassVar, Self, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timeline.models.derived import DerivedFieldsModel, DerivedFieldsQuerySet
from timeline.models.fields import CountField, LineField, PartialDateField, ProseField, date_or_none
from timeline.models.kinds import field_of, related_model
from timeline.models.locators import locator_anchor
from timeline.models.reference import Source
from timeline.values.natural_order import natural_sort_key
from timeline.visibility import publishable_rows

# Those of one owner: by weight, then the date of the source, then the place in it.
CITATION_ORDER = (
    "-weight",
    F("source__published").asc(nulls_last=True),
    "source__slug",
    "locator_order",
    "number",
    "pk",
)


Cited = TypeVar("Cited", bound="SourceReference")


class CitationQuerySet(DerivedFieldsQuerySet[Cited]):
    """Citations, with the owner, source, locator and number as natural key."""

    model: type[Cited]

    def differing(self) -> Self:
        """The citations whose source gives another date than their owner has, not only a less exact one."""
        if not self.model.OWNER_DATE:
            return self.none()
        owner, date = self.model.OWNER_FIELD, f"{self.model.OWNER_FIELD}__{self.model.OWNER_DATE}"
        is_less_exact = Q(
            date_earliest__lte=F(f"{owner}__sort_earliest"), date_latest__gte=F(f"{owner}__sort_latest")
        )
        return self.exclude(date=None).filter(Q(**{date: None}) | ~Q(date=F(date)) & ~is_less_exact)

    def of_public_records(self) -> Self:
        """The citations of public records."""
        # Of the table with the status: a join with that of a kind would begin with all entries that are public.
        rows = publishable_rows(self.model.owner_model()._meta.get_field("status").model)
        return self.filter(Exists(rows.published().filter(pk=OuterRef(self.model.OWNER_FIELD))))

    def get_by_natural_key(self, slug: str, source: str, locator: str, number: int) -> Cited:
        return self.get(
            **{f"{self.model.OWNER_FIELD}__slug": slug},
            source__slug=source,
            locator=locator,
            number=number,
        )


class SourceReference(DerivedFieldsModel):
    """A citation of a source, with its locator, quotation, remark and date."""

    # The table of files.
    PLURAL: ClassVar[str]
    # The column that names the record that cites.
    OWNER_FIELD: ClassVar[str]
    # The column with the date of the record that cites, if it has one.
    OWNER_DATE: ClassVar[str] = ""
    DERIVED_FROM = {
        "locator_order": frozenset({"locator"}),
        "date_earliest": frozenset({"date"}),
        "date_latest": frozenset({"date"}),
    }

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    locator = LineField(
        _("place in the source"),
        max_length=60,
        blank=True,
        help_text=_("Paragraph, page or article: ¶5, 第3页."),
    )
    locator_order = models.BinaryField(_("order of the places"), default=b"", editable=False)
    number = CountField(
        _("number"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Counts citations of the same place in the same source."),
    )
    quotation = LineField(
        _("quotation"),
        max_length=60,
        blank=True,
        help_text=_(
            "The words of the source to the letter, at most 60 characters. What you say yourself is a remark."
        ),
    )
    quotation_en = LineField(
        _("our translation of the quotation"),
        max_length=200,
        blank=True,
        help_text=_(
            "Into English, no more than the quotation says. Pages in English show it as ours; the quotation stays."
        ),
    )
    remark = ProseField(
        _("remark"),
        blank=True,
        help_text=_("What the editors say of this citation, as readers are to see it."),
    )
    remark_en = ProseField(_("remark in English"), blank=True)
    weight = CountField(
        _("weight"),
        default=0,
        help_text=_("Large numbers come first: the source that carries the title and the date."),
    )
    date = PartialDateField(
        _("date that this source gives"),
        blank=True,
        help_text=_("Only where it differs from the entry's or is its proof."),
    )
    date_earliest = models.DateField(_("earliest day of that date"), null=True, editable=False)
    date_latest = models.DateField(_("latest day of that date"), null=True, editable=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.quotation_en and not self.quotation:
            raise ValidationError({"quotation_en": _("A translation needs the quotation it translates.")})

    def derive(self) -> None:
        self.locator_order = natural_sort_key(self.locator or "")
        date = date_or_none(self.date)
        self.date_earliest = date.earliest if date else None
        self.date_latest = date.latest if date else None

    def __str__(self) -> str:
        return f"{self.source} {self.locator}".strip()

    @classmethod
    def owner_model(cls) -> type[models.Model]:
        """The model of the records that cite."""
        return related_model(field_of(cls, cls.OWNER_FIELD))

    @property
    def address(self) -> str:
        """The URL of the locator on that page of the source where what cites it is listed."""
        query = f"?{urlencode({'place': self.locator})}" if self.locator else ""
        return f"{self.source.get_absolute_url()}{query}#{locator_anchor(self.locator)}"

    def natural_key(self) -> tuple[str, str, str, int]:
        return (getattr(self, self.OWNER_FIELD).slug, self.source.slug, self.locator, self.number)

    natural_key.dependencies = ["timeline.source"]  # type: ignore[attr-defined]


def by_source(citations: Iterable[Cited]) -> list[tuple[Source, list[Cited]]]:
    """The sources of these citations, each at its first, with the citations of it."""
    found: dict[Source, list[Cited]] = {}
    for citation in citations:
        found.setdefault(citation.source, []).append(citation)
    return list(found.items())


def distinct_locators(citations: Iterable[SourceReference]) -> list[str]:
    """The places in a source that these citations of it give, each once."""
    return list(dict.fromkeys(citation.locator for citation in citations if citation.locator))
