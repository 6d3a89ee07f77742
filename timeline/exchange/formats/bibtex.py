"""BibTeX: references of LaTeX and Zotero, read as sources through a mapping."""

from django.utils.translation import gettext_lazy as _

from timeline.exchange.formats.declaration import FileFormat
from timeline.exchange.vocabularies.bibtex import bibtex_grids

FORMAT = FileFormat(
    name="bibtex",
    suffixes=(),
    read_only_suffixes=(".bib",),
    media_type="application/x-bibtex",
    forms=_("references in BibTeX"),
    remark=_("read as sources, through a mapping"),
    choices=(),
    text_grids=bibtex_grids,
)
