"""Columns that follow from others: every way of writing a row either derives them anew or is refused."""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from timeline.values.errors import InvalidValueError


class StaleDerivedColumnError(TypeError):
    """A bulk write would have changed what a column derives from and left the column as it was."""


class DerivedFieldsQuerySet(models.QuerySet):
    """A queryset whose bulk writes cannot leave a derived column stale."""

    def update(self, **values: Any) -> int:
        """Refused where it writes an input of a derived column without the column (so does `bulk_update`)."""
        derived_from: Mapping[str, frozenset[str]] = self.model.derived_from()  # type: ignore[attr-defined]
        for column, inputs in derived_from.items():
            if column not in values and (changed := inputs & values.keys()):
                raise StaleDerivedColumnError(
                    f"{self.model.__name__}.{column} derives from {', '.join(sorted(changed))}: "
                    f"save the rows, or write {column} in the same call."
                )
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        for obj in objs:
            obj.derive()
        return super().bulk_create(objs, *args, **kwargs)


class DerivedFieldsModel(models.Model):
    """A row some of whose columns derive from others of the row, or of rows it refers to.

    `derived_from()` names each derived column and the columns it derives from; `derive()` sets them all.
    """

    DERIVED_FROM: ClassVar[Mapping[str, frozenset[str]]] = {}

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        self.derive()
        written = kwargs.get("update_fields")
        if written is not None:
            written = set(written)
            kwargs["update_fields"] = written | {
                column for column, inputs in self.derived_from().items() if inputs & written
            }
        super().save(**kwargs)

    @classmethod
    def derived_from(cls) -> Mapping[str, frozenset[str]]:
        """The derived columns, each with the columns it derives from."""
        return cls.DERIVED_FROM

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        # What is derived is nobody's input: it is set in clean(), after its inputs were checked.
        super().clean_fields({*(exclude or ()), *self.derived_from()})

    def clean(self) -> None:
        try:
            super().clean()
        finally:
            # Whatever else is wrong: the constraints, which are checked next, are not to be blamed as well.
            # Impossible dates stay where they were typed; clean_fields() has said so.
            with contextlib.suppress(InvalidValueError, ValidationError):
                self.derive()

    def derive(self) -> None:
        """Set every derived column from what it derives from."""
        raise NotImplementedError

    def derived_values(self) -> dict[str, Any]:
        """The derived columns as they stand on this instance."""
        return {column: getattr(self, column) for column in self.derived_from()}

    def is_stale(self) -> bool:
        """Whether deriving anew would change anything; leaves the derived values set."""
        before = self.derived_values()
        self.derive()
        return before != self.derived_values()
