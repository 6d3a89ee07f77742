"""OpenDocument spreadsheets for tests, written by hand as LibreOffice writes them."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.files import zipped

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:{name}"'
    for prefix, name in {
        "office": "oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "oasis:names:tc:opendocument:xmlns:style:1.0",
        "number": "oasis:names:tc:opendocument:xmlns:datastyle:1.0",
        "table": "oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
MANIFEST = b'<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'

YEAR = '<number:year number:style="long"/>'
MONTH = "<number:month/>"
DAY = "<number:day/>"


def date_style(name: str, parts: str) -> str:
    """Return the style of cells of that name, and the style of dates with these parts that it has."""
    return (
        f'<number:date-style style:name="N-{name}">{parts}</number:date-style>'
        f'<style:style style:name="{name}" style:family="table-cell" style:data-style-name="N-{name}"/>'
    )


def text(*lines: str, attributes: str = "") -> str:
    """Return a cell of text in these paragraphs."""
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return f'<table:table-cell office:value-type="string" {attributes}>{paragraphs}</table:table-cell>'


def value(kind: str, stored: str, shown: str, attributes: str = "") -> str:
    """Return a cell of a number or a date with what it shows."""
    name = {"date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
    shown = f"<text:p>{escape(shown)}</text:p>" if shown else ""
    return f'<table:table-cell office:value-type="{kind}" office:{name}="{stored}" {attributes}>{shown}</table:table-cell>'


def row(*cells: str, attributes: str = "") -> str:
    """Return a row of cells; those that are no XML are texts."""
    return f"<table:table-row {attributes}>{''.join(cell if cell[:1] == '<' else text(cell) for cell in cells)}</table:table-row>"


def ods_file(
    sheets: Mapping[str, Sequence[str]],
    *,
    styles: str = "",
    before: str = "",
    members: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a spreadsheet of these sheets, each as its rows and columns in XML."""
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{name}">{"".join(parts)}</table:table>'
        for name, parts in sheets.items()
    )
    content = (
        f"<office:document-content {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{before}{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    found = {"mimetype": MIMETYPE, "content.xml": content.encode(), "META-INF/manifest.xml": MANIFEST}
    return zipped({**found, **(members or {})})
