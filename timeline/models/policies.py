"""Policies, and the choices of their columns."""

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Self

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from timeline.models.entries import Entry
from timeline.models.fields import DocumentNumberField, PartialDateField, WebAddressField, date_or_none
from timeline.models.kinds import Kind
from timeline.models.reference import Organization
from timeline.models.stored_records import STORED, StoredRecords
from timeline.models.timeline_position import TimelineDate, TimelineDateSource
from timeline.values.document_numbers import DocumentNumber, DocumentNumberError
from timeline.workflow import Objection


class DocumentType(models.TextChoices):
    """文种: the fifteen of GB/T 9704-2012, and what cities issue besides."""

    RESOLUTION = "resolution", pgettext_lazy("document type", "Resolution")
    DECISION = "decision", pgettext_lazy("document type", "Decision")
    ORDER = "order", pgettext_lazy("document type", "Order")
    COMMUNIQUE = "communique", pgettext_lazy("document type", "Communiqué")
    PROCLAMATION = "proclamation", pgettext_lazy("document type", "Proclamation")
    ANNOUNCEMENT = "announcement", pgettext_lazy("document type", "Announcement")
    OPINIONS = "opinions", pgettext_lazy("document type", "Opinions")
    NOTICE = "notice", pgettext_lazy("document type", "Notice")
    CIRCULAR = "circular", pgettext_lazy("document type", "Circular")
    REPORT = "report", pgettext_lazy("document type", "Report")
    REQUEST = "request", pgettext_lazy("document type", "Request for instructions")
    REPLY = "reply", pgettext_lazy("document type", "Official reply")
    MOTION = "motion", pgettext_lazy("document type", "Motion")
    LETTER = "letter", pgettext_lazy("document type", "Letter")
    MINUTES = "minutes", pgettext_lazy("document type", "Minutes")
    REGULATIONS = "regulations", pgettext_lazy("document type", "Regulations")
    RULES = "rules", pgettext_lazy("document type", "Rules")
    MEASURES = "measures", pgettext_lazy("document type", "Measures")
    ADMINISTRATIVE_MEASURES = (
        "administrative_measures",
        pgettext_lazy("document type", "Administrative measures"),
    )
    DETAILED_RULES = "detailed_rules", pgettext_lazy("document type", "Detailed rules")
    GUIDING_OPINIONS = "guiding_opinions", pgettext_lazy("document type", "Guiding opinions")
    IMPLEMENTATION_OPINIONS = (
        "implementation_opinions",
        pgettext_lazy("document type", "Implementation opinions"),
    )
    IMPLEMENTATION_PLAN = "implementation_plan", pgettext_lazy("document type", "Implementation plan")
    IMPLEMENTATION_SCHEME = (
        "implementation_scheme",
        pgettext_lazy("document type", "Implementation programme"),
    )
    WORK_PROGRAMME = "work_programme", pgettext_lazy("document type", "Work programme")
    PLAN = "plan", pgettext_lazy("document type", "Plan")
    ACTION_PLAN = "action_plan", pgettext_lazy("document type", "Action plan")
    ACTION_OUTLINE = "action_outline", pgettext_lazy("document type", "Action outline")
    SPECIAL_ACTION = "special_action", pgettext_lazy("document type", "Special action")
    WORK_POINTS = "work_points", pgettext_lazy("document type", "Key points of work")
    OTHER = "other", pgettext_lazy("document type", "Other document")


class Level(models.TextChoices):
    """The level of government that issues."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    MUNICIPAL = "municipal", _("Municipal")
    DISTRICT = "district", _("District")


class Validity(models.TextChoices):
    """有效性: whether a document is in force, as far as a source says."""

    NOT_YET = "not_yet", _("Not yet in force")
    IN_FORCE = "in_force", _("In force")
    AMENDED = "amended", _("Amended")
    REPEALED = "repealed", _("Repealed")
    LAPSED = "lapsed", _("Lapsed")


class Policy(Entry):
    """A document that decides, plans or rules: 决定, 规划, 管理办法 and the like."""

    KIND = Kind.POLICY
    PLURAL = "policies"
    IS_PLAN = True
    NOT_PUBLIC_MESSAGES = {
        "relations": (
            _("The related policy “%(title)s” was withdrawn."),
            _("The related policy “%(title)s” is not published."),
        )
    }
    SEARCHED = (*Entry.SEARCHED, "document_number")
    # Not that on which it ceases: who searches for a date would take it for one of that date.
    SEARCHED_DATES = (*Entry.SEARCHED_DATES, "issued", "published_on", "effective_from", "covers")
    IDENTIFYING_COLUMNS = ("document_number", "title")
    LINK_COLUMNS = ("level", "document_number")
    DISTINGUISHING_DATES = ("date", "issued", "published_on")
    COMPARES_YEARS = True
    TIMELINE_DATES = (
        *Entry.TIMELINE_DATES,
        TimelineDate("published_on", TimelineDateSource.PUBLISHED),
        TimelineDate("issued", TimelineDateSource.ISSUED),
        TimelineDate("effective_from", TimelineDateSource.EFFECTIVE),
    )

    document_type = models.CharField(_("document type"), max_length=30, choices=DocumentType)
    document_number = DocumentNumberField(
        _("document number"),
        blank=True,
        help_text=_(
            "Code, year and number in any brackets: 国发〔2015〕50号; or that of an order: 国务院令第711号."
        ),
    )
    issuers = models.ManyToManyField(
        Organization, verbose_name=_("issuers"), blank=True, related_name="policies_issued"
    )
    level = models.CharField(_("level"), max_length=12, choices=Level, blank=True)
    issued = PartialDateField(
        _("date of the document"), blank=True, help_text=_("The date under the text (成文日期).")
    )
    published_on = PartialDateField(_("date of publication"), blank=True)
    effective_from = PartialDateField(_("in effect from"), blank=True)
    effective_until = PartialDateField(_("in effect until"), blank=True)
    covers = PartialDateField(
        _("period covered"), blank=True, help_text=_("The years that a plan is made for: 2011/2015.")
    )
    validity = models.CharField(
        _("validity"),
        max_length=12,
        choices=Validity,
        blank=True,
        help_text=_("Only where a source says so."),
    )
    provisional = models.BooleanField(
        _("provisional"), default=False, help_text=_("（暂行） or （试行） in its title.")
    )
    official_url = WebAddressField(_("official text"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(
                name="timeline_policy_type_known", condition=Q(document_type__in=DocumentType.values)
            ),
            models.CheckConstraint(
                name="timeline_policy_level_known", condition=Q(level__in=["", *Level.values])
            ),
            models.CheckConstraint(
                name="timeline_policy_validity_known", condition=Q(validity__in=["", *Validity.values])
            ),
        ]

    @property
    def provisional_label(self) -> str:
        """The official term for a document that is provisional, as its title has it; "" for any other."""
        if not self.provisional:
            return ""
        return str(_("trial implementation") if "试行" in self.title else _("interim"))

    def clean(self) -> None:
        super().clean()
        self._check_numbering()
        if self.number_to_check is not None:
            for other in self._with_same_number([self], self.others)[self.pk]:
                if other.is_ever_public:
                    raise ValidationError({"document_number": self._number_in_use(other)})
        begins, ends = date_or_none(self.effective_from), date_or_none(self.effective_until)
        if begins and ends and ends.latest < begins.earliest:
            raise ValidationError({"effective_until": _("The document ceases before it takes effect.")})

    def _check_numbering(self) -> None:
        number = self._cleaned_number()
        if number is None or number.is_standard or self.others.accepts_other_document_numbers():
            return
        try:
            number.check_standard()
        except DocumentNumberError as error:
            message = gettext(error.message) % error.params
            raise ValidationError({"document_number": message}) from None

    @classmethod
    def objections_of(
        cls,
        records: Sequence[Self],
        by: AbstractUser | None = None,
        together_with: Collection[int] = (),
        others: StoredRecords = STORED,
    ) -> dict[int, list[Objection]]:
        found = super().objections_of(records, by, together_with, others)
        for key, bearers in cls._with_same_number(records, others).items():
            for other in bearers:
                if other.is_ever_public or (other.pk in together_with and other.pk < key):
                    found[key].append(Objection("document_number", cls._number_in_use(other)))
        return found

    @classmethod
    def references_of(cls, records: Sequence[Self], others: StoredRecords) -> Iterable[tuple[int, str, int]]:
        yield from super().references_of(records, others)
        relations = others.relations_of([record.pk for record in records])
        for key, other in sorted({(policy, other) for _type, policy, other in relations}):
            yield key, "relations", other

    @classmethod
    def references_to(cls, keys: Collection[int]) -> Iterator[tuple[int, int]]:
        yield from super().references_to(keys)
        naming = (
            apps.get_model("timeline", "policyrelation")._base_manager.filter(to_policy__in=keys).order_by()
        )
        yield from naming.values_list("from_policy", "to_policy")

    @classmethod
    def _with_same_number(
        cls, records: Sequence["Policy"], others: StoredRecords
    ) -> dict[int, list["Policy"]]:
        """The other policies with the document number of each record, by its key."""
        numbers = {record.pk: number for record in records if (number := record._cleaned_number())}
        bearers = defaultdict(list)
        if numbers:
            for policy in others.with_document_numbers({*numbers.values()}):
                bearers[policy.document_number].append(policy)
        return {
            record.pk: [other for other in bearers[numbers.get(record.pk)] if other.pk != record.pk]
            for record in records
        }

    def _cleaned_number(self) -> DocumentNumber | None:
        """The document number; None if there is none, or something else, which `clean_fields()` reports."""
        with contextlib.suppress(ValidationError):
            number = self._cleaned("document_number")
            return number if isinstance(number, DocumentNumber) else None
        return None

    @property
    def number_to_check(self) -> DocumentNumber | None:
        """The document number if `clean()` compares it with those of other policies; otherwise None."""
        return self._cleaned_number() if self.published_at is not None else None

    @staticmethod
    def _number_in_use(other: "Policy") -> str:
        return str(
            _("Document number %(number)s is that of “%(title)s”.")
            % {"number": other.document_number, "title": other}
        )
