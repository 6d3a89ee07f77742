"""The declaration of a format: whether it can be read, and the media type of each of its files."""

from timeline.exchange.formats.declaration import ZIP_SUFFIX, ExportChoice
from timeline.exchange.formats.registry import FORMATS


def test_a_format_that_has_no_reader_is_only_written():
    assert [name for name, format in FORMATS.items() if not format.is_readable] == ["django"]


def test_a_zip_is_served_as_a_zip_whatever_is_in_it():
    assert FORMATS["csv"].media_type_of(".csv") == "text/csv; charset=utf-8"
    assert FORMATS["csv"].media_type_of(ZIP_SUFFIX) == "application/zip"


def test_the_extension_of_a_choice_is_its_suffix_without_the_point():
    assert ExportChoice(".yaml", "YAML").extension == "yaml"
