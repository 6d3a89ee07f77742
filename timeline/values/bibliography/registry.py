"""The styles of references that pages show, and the files of references that they offer."""

from collections.abc import Callable
from dataclasses import dataclass

from timeline.values.bibliography.apa import cite_apa, format_apa
from timeline.values.bibliography.bibtex import to_bibtex
from timeline.values.bibliography.chicago import format_chicago
from timeline.values.bibliography.csl_json import to_csl_json
from timeline.values.bibliography.gbt7714 import format_gbt7714
from timeline.values.bibliography.record import BibliographicRecord
from timeline.values.bibliography.ris import to_ris
from timeline.values.bibliography.styled_text import StyledText


@dataclass(frozen=True)
class ReferenceStyle:
    """A style, with its name and the language of its references.

    `cite_quoted` is what stands in the text for a work that is quoted in another, if its reference does not name both.
    """

    name: str
    language: str
    format: Callable[[BibliographicRecord], StyledText]
    cite_quoted: Callable[[BibliographicRecord], StyledText] | None = None


@dataclass(frozen=True)
class ReferenceFile:
    """A format of files of references."""

    extension: str
    name: str
    media_type: str
    write: Callable[[BibliographicRecord], str]


STYLES = (
    ReferenceStyle("GB/T 7714—2025", "zh-Hans", format_gbt7714),
    ReferenceStyle("APA 7", "en", format_apa, cite_apa),
    ReferenceStyle("Chicago 18", "en", format_chicago),
)
FILES = {
    file.extension: file
    for file in (
        ReferenceFile("bib", "BibTeX", "application/x-bibtex; charset=utf-8", to_bibtex),
        ReferenceFile("ris", "RIS", "application/x-research-info-systems; charset=utf-8", to_ris),
        ReferenceFile("json", "CSL-JSON", "application/vnd.citationstyles.csl+json", to_csl_json),
    )
}
