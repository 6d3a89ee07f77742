"""A logo: which pictures it may be, and its text."""

import base64
import struct
import zlib

import pytest

from tests.files import ICON, MARK
from timeline.values.logo import MAX_BYTES, Logo, LogoError


def svg(inner: str = "<path d='M0 0h9'/>", attributes: str = 'viewBox="0 0 90 30"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inner}</svg>'.encode()


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("content", [MARK, ICON, png(60, 20), svg()])
def test_the_text_of_a_logo_gives_it_back(content):
    logo = Logo.of_file(content)
    assert Logo.parse(str(logo)) == Logo.load(str(logo)) == logo
    assert logo.content == content


def test_text_may_be_broken_into_lines():
    text = base64.encodebytes(svg()).decode()
    assert Logo.parse(f"data:image/svg+xml;base64,\n{text}").content == svg()


def test_its_size_on_pages_keeps_the_proportions():
    assert (Logo.of_file(png(60, 20)).shown_width, Logo.of_file(png(60, 20)).shown_height) == (96, 32)
    assert Logo.of_file(svg(attributes='width="3cm" height="1.5cm"')).shown_width == 64


def test_people_tell_logos_by_kind_size_and_digest():
    logo = Logo.of_file(png(60, 20))
    assert logo.label == f"PNG, 60 × 20, 0.1 kB, {logo.digest[:6]}"
    assert logo.file_name == f"{logo.digest}.png"


@pytest.mark.parametrize(
    ("inner", "named"),
    [
        ("<script>1</script>", "<script>"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<html:script xmlns:html="http://www.w3.org/1999/xhtml"/>', "<script>"),
        ("<a href='#x'><path/></a>", "<a>"),
        ("<animate attributeName='href'/>", "<animate>"),
        ("<path onclick='x()'/>", "onclick"),
        ("<use href='https://example.org/x.svg#a'/>", "https://example.org/x.svg#a"),
        ("<use xlink:href='javascript:x()'/>", "javascript:x()"),
        ("<image href='data:image/svg+xml;base64,AA=='/>", "data:image/svg+xml;base64,AA=="),
        ("<path style='fill:url(https://example.org/a)'/>", "fill:url(https://example.org/a)"),
        ("<path fill='u\\72l(//example.org)'/>", "u\\72l(//example.org)"),
        ("<style>@import 'https://example.org/a.css';</style>", "url()"),
        ("<style>path { fill: url('//example.org/a') }</style>", "url()"),
        ("<style>@im<g/>port 'https://example.org/a.css';</style>", "<style><g>"),
        (
            "<path style='fill:image-set(\"https://example.org/a\" 1x)'/>",
            'fill:image-set("https://example.org/a" 1x)',
        ),
        ('<style>path { fill: image-set("//example.org/a" 1x) }</style>', "url()"),
        ("<?xml-stylesheet href='https://example.org/a.css'?>", "<?xml-stylesheet?>"),
    ],
)
def test_a_drawing_that_runs_or_loads_something_is_refused_with_what_it_is(inner, named):
    with pytest.raises(LogoError) as refusal:
        Logo.of_file(svg(inner))
    assert refusal.value.params == {"what": named}


def test_entities_are_refused_before_they_grow():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<text>&b;</text>")
    with pytest.raises(LogoError, match="DOCTYPE"):
        Logo.of_file(bomb)


@pytest.mark.parametrize(
    "inner",
    [
        "<defs><linearGradient id='g'/></defs><path fill='url(#g)' style='stroke: url( &quot;#g&quot; )'/>",
        "<style>path { fill: #1d4f7c; clip-path: url('#c') }</style><use href='#p'/>",
        "<image href='data:image/png;base64,iVBORw0KGgo='/>",
        "<metadata><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></metadata>",
    ],
)
def test_what_drawing_programs_write_is_a_logo(inner):
    assert Logo.of_file(svg(inner)).size == (90, 30)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "neither a PNG nor an SVG"),
        (b"", "neither a PNG nor an SVG"),
        (b"<html><svg xmlns='http://www.w3.org/2000/svg'/></html>", "neither a PNG nor an SVG"),
        (ICON[:-20], "not a whole PNG"),
        (ICON[:60] + b"\0" + ICON[61:], "not a whole PNG"),
        (svg()[:-3], "not a whole SVG"),
        (b"\x89PNG\r\n\x1a\n", "not a whole PNG"),
        (svg(attributes=""), "has no size"),
        (svg(attributes='width="100%" height="100%"'), "has no size"),
        (png(90, 10), "measures 90 × 10"),
        (png(5000, 2000)[:33] + png(1, 1)[33:], "5000 × 2000 pixels"),
        (svg("<path d='" + "M0 0" * MAX_BYTES + "'/>"), "more than 24,000 bytes"),
    ],
)
def test_other_files_are_refused_with_the_reason(content, words):
    with pytest.raises(LogoError, match=words):
        Logo.of_file(content)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("logo.png", "logo.png, a file beside"),
        ("data:image/gif;base64,R0lGODlh", "PNG or SVG"),
        ("data:image/png;base64,AAA", "not whole base64"),
    ],
)
def test_other_texts_are_refused_with_what_would_be_right(text, words):
    with pytest.raises(LogoError, match=words):
        Logo.parse(text)


@pytest.mark.parametrize(
    "inside", ["<!ATTLIST svg onload CDATA 'x()'>", '%u; <!ATTLIST svg onload CDATA "x()">']
)
def test_declarations_that_would_give_elements_attributes_are_refused(inside):
    with pytest.raises(LogoError, match="DOCTYPE"):
        Logo.of_file(f'<!DOCTYPE svg SYSTEM "x" [{inside}]>'.encode() + svg())
    plain = (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    assert Logo.of_file(plain + svg()).size == (90, 30)


def test_a_stored_logo_that_would_be_refused_today_is_shown_as_a_square():
    stored = Logo.load(Logo.text_of(svg("<script/>")))
    assert (stored.size, stored.shown_width) == ((1, 1), 32)
