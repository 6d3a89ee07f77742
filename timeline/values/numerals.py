"""Chinese numerals of small numbers, as counts and ordinals are written: 二, 十, 二十三."""

_DIGITS = "〇一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """Return the numeral of a number from 1 to 99; Arabic digits for any other."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    many = _DIGITS[tens] if tens > 1 else ""
    return (f"{many}十" if tens else "") + (_DIGITS[ones] if ones else "")
