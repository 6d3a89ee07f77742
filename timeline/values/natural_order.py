"""The natural order of short texts with numbers: ¶9 before ¶10."""

import re


def natural_sort_key(text: str) -> bytes:
    """Return a key that sorts the text in natural order, byte by byte, as every database sorts bytes.

    Each number is preceded by its length; everything else is in the order of Unicode.
    """
    return re.sub(
        r"0*([0-9]+)", lambda found: f"{len(found[1]):03}{found[1]}", text.replace("\0", "")
    ).encode("utf-8", "replace")
