"""Columns that are derived from others. Every way to write a row updates them or is refused."""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from typing import ClassVar, TypedDict, TypeVar, Unpack

from django.core.exceptions import ValidationError
from django.db import models

from timeline.values.errors import InvalidValueError


class SaveOptions(TypedDict, total=False):
    """What `save()` of a model can be told."""

    force_insert: bool
    force_update: bool
    using: str | None
    update_fields: Iterable[str] | None


class BulkCreateOptions(TypedDict, total=False):
    """What `bulk_create()` can be told besides the size of its batches."""

    ignore_conflicts: bool
    update_conflicts: bool
    update_fields: Collection[str] | None
    unique_fields: Collection[str] | None


class StaleDerivedColumnError(TypeError):
    """A bulk write would change the inputs of a derived column without the column."""


Derived = TypeVar("Derived", bound="DerivedFieldsModel")


class DerivedFieldsQuerySet(models.QuerySet[Derived]):
    """A queryset whose bulk writes cannot leave a derived column stale."""

    model: type[Derived]

    def update(self, **values: object) -> int:
        """Update rows.

        Raises StaleDerivedColumnError for inputs without their derived column, as does `bulk_update`.
        """
        for column, inputs in self.model.derived_from().items():
            if column not in values and (changed := inputs & values.keys()):
                raise StaleDerivedColumnError(
                    f"{self.model.__name__}.{column} derives from {', '.join(sorted(changed))}: "
                    f"save the rows, or write {column} in the same call."
                )
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(
        self,
        objs: Iterable[Derived],
        batch_size: int | None = None,
        **kwargs: Unpack[BulkCreateOptions],
    ) -> list[Derived]:
        objs = list(objs)
        for obj in objs:
            obj.derive()
        return super().bulk_create(objs, batch_size, **kwargs)


class DerivedFieldsModel(models.Model):
    """A model with columns derived from its other columns, or from related rows.

    `derived_from()` maps each derived column to its inputs. `derive()` sets all derived columns.
    """

    DERIVED_FROM: ClassVar[Mapping[str, frozenset[str]]] = {}

    class Meta:
        abstract = True

    def save(self, **kwargs: Unpack[SaveOptions]) -> None:
        self.derive()
        if (names := kwargs.get("update_fields")) is not None:
            written = set(names)
            kwargs["update_fields"] = written | {
                column for column, inputs in self.derived_from().items() if inputs & written
            }
        super().save(**kwargs)

    @classmethod
    def derived_from(cls) -> Mapping[str, frozenset[str]]:
        """The derived columns, each with the columns it derives from."""
        return cls.DERIVED_FROM

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        # Derived columns are not input. clean() sets them after the validation of their inputs.
        super().clean_fields({*(exclude or ()), *self.derived_from()})

    def clean(self) -> None:
        try:
            super().clean()
        finally:
            # Even after an error, so that constraints, which are checked next, do not report derived columns
            # as well. clean_fields() has reported invalid dates.
            with contextlib.suppress(InvalidValueError, ValidationError):
                self.derive()

    def derive(self) -> None:
        """Set all derived columns."""
        raise NotImplementedError

    def derived_values(self) -> dict[str, object]:
        """Return the derived columns of this instance with their values."""
        return {column: getattr(self, column) for column in self.derived_from()}

    def is_stale(self) -> bool:
        """Whether a derived column is out of date. Sets all derived columns."""
        before = self.derived_values()
        self.derive()
        return before != self.derived_values()
