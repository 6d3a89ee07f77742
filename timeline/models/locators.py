"""Places in sources: their natural order, and their ids on the page of the source."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.derived import DerivedFieldsModel
from timeline.values.natural_order import natural_sort_key


def locator_anchor(locator: str) -> str:
    """Return the HTML id of a locator on the page of its source.

    Ids are unique: any character except letters, digits and ¶ is replaced by its code point.
    """
    if not locator:
        return "whole"
    return "at-" + "".join(sign if sign.isalnum() or sign == "¶" else f".{ord(sign):x}." for sign in locator)


class PlaceInSource(DerivedFieldsModel):
    """What stands at a place in a source: a column `locator`, and the natural order of the places."""

    # The column that names the record that cites.
    OWNER_FIELD: ClassVar[str]
    DERIVED_FROM = {"locator_order": frozenset({"locator"})}

    locator: Any
    locator_order = models.BinaryField(_("order of the places"), default=b"", editable=False)

    class Meta:
        abstract = True

    def derive(self) -> None:
        self.locator_order = natural_sort_key(self.locator or "")
