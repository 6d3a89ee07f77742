"""Text is written to a binary file in pieces that are neither too many nor too large."""

import io

from timeline.exchange.exporting.destinations import MIN_LENGTH, write_text


class CountingFile(io.BytesIO):
    """A file that counts its write() calls."""

    count = 0

    def write(self, content):
        self.count += 1
        return super().write(content)


def test_the_text_is_written_in_utf_8():
    file = io.BytesIO()
    write_text(file, ["甲", "", "乙\n"])
    assert file.getvalue().decode() == "甲乙\n"


def test_small_pieces_are_joined_and_large_ones_are_not_held():
    file = CountingFile()
    write_text(file, ("x" for _number in range(3 * MIN_LENGTH)))
    assert len(file.getvalue()) == 3 * MIN_LENGTH
    assert file.count in (3, 4)
