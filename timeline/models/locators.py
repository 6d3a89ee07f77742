"""Places in sources: their ids on the page of the source."""


def locator_anchor(locator: str) -> str:
    """Return the HTML id of a locator on the page of its source.

    Ids are unique: any character except letters, digits and ¶ is replaced by its code point.
    """
    if not locator:
        return "whole"
    return "at-" + "".join(sign if sign.isalnum() or sign == "¶" else f".{ord(sign):x}." for sign in locator)
