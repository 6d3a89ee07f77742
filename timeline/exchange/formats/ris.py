"""RIS: references of EndNote, NoteExpress and Zotero, read as sources through a mapping."""

from django.utils.translation import gettext_lazy as _

from timeline.exchange.formats.declaration import FileFormat
from timeline.exchange.vocabularies.ris import ris_grids

FORMAT = FileFormat(
    name="ris",
    suffixes=(),
    read_only_suffixes=(".ris",),
    media_type="application/x-research-info-systems",
    forms=_("references in RIS"),
    remark=_("read as sources, through a mapping"),
    choices=(),
    text_grids=ris_grids,
)
