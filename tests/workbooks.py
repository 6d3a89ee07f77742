"""Workbooks for tests: cells of any value and format, and XML that Excel writes and openpyxl does not."""

import datetime
import re

from openpyxl.xml.constants import SHEET_MAIN_NS

from tests.files import cells_of, replaced, xlsx_file

SHEET = "xl/worksheets/sheet1.xml"


def one(value, number_format="General", column="date"):
    """Return the value that is read from a cell with this value and format."""

    def change(workbook):
        workbook["policies"]["B2"].number_format = number_format

    return cells_of("content.xlsx", xlsx_file(change, policies=[["slug", column], ["a", value]]))[0][column]


def of_format_number(number):
    content = xlsx_file(policies=[["slug", "date"], ["a", datetime.date(2016, 9, 26)]])
    return replaced(
        content,
        {
            "xl/styles.xml": lambda xml: re.sub(
                b'<xf numFmtId="164"', f'<xf numFmtId="{number}"'.encode(), xml
            )
        },
    )


def with_shared_strings(*strings):
    """Return a workbook as Excel writes it: these shared strings in cells from A1, two in a row."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    lines = "".join(
        f'<row r="{number // 2 + 1}">'
        + "".join(f'<c t="s"><v>{at}</v></c>' for at in (number, number + 1))
        + "</row>"
        for number in range(0, len(strings), 2)
    )
    items = "".join(f"<si>{string}</si>" for string in strings)
    return replaced(
        xlsx_file(policies=[]),
        {
            "[Content_Types].xml": lambda xml: xml.replace(
                b"</Types>",
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode(),
            ),
            "xl/sharedStrings.xml": lambda _: f'<sst xmlns="{SHEET_MAIN_NS}">{items}</sst>'.encode(),
            SHEET: lambda xml: re.sub(
                b"<sheetData ?/>|<sheetData></sheetData>", f"<sheetData>{lines}</sheetData>".encode(), xml
            ),
        },
    )


SOUND = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", "<t>b</t>")
