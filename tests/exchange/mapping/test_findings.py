"""What a reading of a mapped sheet finds: of cells that are told one by one, the first and the number of all."""

from timeline.exchange.mapping.findings import Findings
from timeline.exchange.mapping.questions import MAX_LINES
from timeline.exchange.readers.types import FileLocation
from timeline.values.partial_date import PartialDate

PLACE = FileLocation("a.csv", "policies", 1, 2, {"issued": "发文日期"})


def test_cells_have_their_place_and_the_header_of_the_file():
    findings = Findings()
    findings.note_dropped(PLACE, "issued", "年底")
    findings.note_date(PLACE, "issued", "43739", PartialDate.parse("2019-10-01"))
    assert findings.dropped == [(1, 2, "发文日期", "年底")]
    assert findings.dates == [(1, 2, "发文日期", "43739", PartialDate.parse("2019-10-01"))]


def test_the_first_cells_are_kept_and_all_counted():
    findings = Findings()
    for _number in range(MAX_LINES + 3):
        findings.note_dropped(PLACE, "issued", "年底")
    assert (len(findings.dropped), findings.dropped_count) == (MAX_LINES, MAX_LINES + 3)
