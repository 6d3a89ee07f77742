"""Quotation marks within quotation marks."""

import re


def nested_quotes(text: str) -> str:
    """Convert double quotation marks in a text to single ones, for use within double ones (GB/T 15834)."""
    # A ’ without an opening mark is an apostrophe.
    pairs = {"“": "‘", "”": "’", "「": "『", "」": "』", "『": "「", "』": "」"}
    return re.sub(
        "‘([^‘’]*)’|[“”「」『』]",
        lambda found: pairs.get(found[0]) or f"“{nested_quotes(found[1])}”",
        text,
    )
