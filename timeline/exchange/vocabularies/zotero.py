"""The table of Zotero's export as CSV: a line for each item, named by its fields in English."""

import re
from collections.abc import Sequence

from timeline.exchange.vocabularies import sources
from timeline.exchange.vocabularies.declaration import ForeignRecord, Vocabulary, VocabularyField, first
from timeline.exchange.vocabularies.html_text import html_to_markdown, is_html
from timeline.models.reference import SourceType

TYPES = {
    **dict.fromkeys(("webpage", "blogPost", "forumPost"), SourceType.PAGE),
    **dict.fromkeys(("document", "statute", "bill", "standard", "hearing"), SourceType.DOCUMENT),
    **dict.fromkeys(("newspaperArticle", "magazineArticle"), SourceType.NEWSPAPER),
    **dict.fromkeys(("report",), SourceType.REPORT),
    **dict.fromkeys(("manuscript", "letter"), SourceType.ARCHIVE),
    **dict.fromkeys(("dataset",), SourceType.DATASET),
}
NAMES = sources.ReferenceNames(
    type="Item Type",
    types=TYPES,
    key="Key",
    author="Author",
    containers=("Publication Title",),
    publisher="Publisher",
    online="webpage",
    document="document",
    of_documents=(),
)


def _names(record: ForeignRecord, names: Sequence[str]) -> str:
    """The names of a cell, which are between semicolons."""
    parted = {name: [one for cell in record.all(name) for one in cell.split(";")] for name in names}
    found = ForeignRecord(record.line, parted, record.notes)
    return sources.names(found, names)


def _notes(record: ForeignRecord, names: Sequence[str]) -> str:
    return "\n\n".join(html_to_markdown(text) if is_html(text) else text for text in record.all(*names))


VOCABULARY = Vocabulary(
    name="zotero",
    label="Zotero CSV",
    table="sources",
    fields=(
        VocabularyField("Item Type", "type", convert=sources.type_by(TYPES)),
        VocabularyField("Title", "title"),
        VocabularyField("Author", "author", ("Author", "Editor"), _names),
        VocabularyField(
            "Publisher", "publisher", ("Publication Title", "Publisher", "Archive"), NAMES.publisher_of
        ),
        VocabularyField("Place", "place"),
        VocabularyField("Number", "number", ("Number", "Archive Location", "Call Number", "Version")),
        VocabularyField("Pages", "pages", convert=sources.page_range),
        VocabularyField("Date", "published", ("Date", "Publication Year"), sources.date),
        VocabularyField("Access Date", "accessed", convert=sources.day),
        VocabularyField("Url", "url", ("Url", "DOI"), sources.address),
        VocabularyField("Notes", "note", convert=_notes),
        VocabularyField("Abstract Note", convert=first),
        VocabularyField("Manual Tags", convert=first),
    ),
    ignored=re.compile(
        "Key|Date Added|Date Modified|Language|Short Title|Library Catalog|Journal Abbreviation|File Attachments"
    ),
)
# Its columns that no other table has together.
MARKS = {"Key", "Item Type", "Title"}
