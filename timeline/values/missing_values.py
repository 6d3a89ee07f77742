"""Words for a value that is missing: 无文号, 日期不详, n/a. This module imports no Django."""

import re
import unicodedata

# Of a text without blanks.
MISSING = (
    r"[(\[]?(?:"
    "(?:暂时?)?(?:无|没有)(?:发文)?(?:文件?号|编号|字号|号|日期)?|[未不](?:编(?:文?号)?|标注|标明|注明)|n/?a|none|null|nil|tbd"
    "|(?:暂|日期|时间|文号|编号|字号)?(?:不详|未知|不明|待定|待查|待补|未定|缺失?)"
    r")[)\]]?"
)
_missing = re.compile(MISSING, re.IGNORECASE).fullmatch


def is_missing(text: str) -> bool:
    """Whether a text says only that there is no value, or that it is not known."""
    return bool(_missing("".join(unicodedata.normalize("NFKC", text).split())))
