"""Django fixtures, for `loaddata`. They are JSON; the readers of JSON and YAML recognise them."""

from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from timeline.exchange.exporting import trees
from timeline.exchange.exporting.fixtures import fixture_objects
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.exporting.streams import write_text
from timeline.exchange.formats.declaration import ExportChoice, FileFormat


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    write_text(file, trees.json_list(fixture_objects(selection)))
    write_text(file, ["\n"])


FORMAT = FileFormat(
    name="django",
    suffixes=(".json",),
    media_type="application/json",
    forms=_("one `.json` for `loaddata`"),
    remark=_(
        "natural keys, derived columns and publication; no persons, no history, no former addresses, no search documents: after `loaddata` run `check_integrity --mend`"
    ),
    choices=(ExportChoice(".json", _("Django fixture, for loaddata (.json)")),),
    write=_write,
)
