"""Titles in quotation marks, as the language of the page has them."""

from timeline.i18n.languages import current_language
from timeline.values.quotation_marks import nested_quotes


def quoted_title(title: str) -> str:
    """Put a title in 《》, with inner 《》 as 〈〉 (GB/T 15834), or in quotation marks in English."""
    # A title supplied by an editor is in brackets already.
    if title.startswith(("〔", "[")):
        return title
    if current_language() == "en":
        return f"“{nested_quotes(title)}”"
    return f"《{title.translate({ord('《'): '〈', ord('》'): '〉'})}》"
