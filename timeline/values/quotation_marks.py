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


def nest_quotes(text: str) -> str:
    """Convert the double quotation marks of a sentence that are within others to single ones; none if they do not match."""
    depth, marks = 0, []
    for mark in text:
        depth -= mark == "”"
        within = depth % 2 == 1
        marks.append({"“": "‘", "”": "’"}.get(mark, mark) if within else mark)
        depth += mark == "“"
        if depth < 0:
            return text
    return text if depth else "".join(marks)
