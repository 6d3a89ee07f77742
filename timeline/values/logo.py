"""The logo of a chronicle: a small PNG or SVG picture, as a data URI (RFC 2397). This module imports no Django."""

import base64
import binascii
import contextlib
import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.parsers import expat

from timeline.values.errors import InvalidValueError, gettext_noop


class LogoError(InvalidValueError):
    """The picture is no logo that pages can show."""


# As a data URI it then fits into the cell of a workbook, which holds 32,767 characters.
MAX_BYTES = 24_000
MAX_LENGTH = 32_767
# In pixels, of either side of a PNG.
MAX_SIDE = 4096
# As wide as a line of a small screen has room for beside the name.
MAX_RATIO = 8
# In pixels, at the head of pages.
SHOWN_HEIGHT = 32
SUFFIXES = {".png": "image/png", ".svg": "image/svg+xml"}

_URI = re.compile(r"data:(image/(?:png|svg\+xml));base64,([A-Za-z0-9+/]+={0,2})")
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
# What draws. Nothing that runs, embeds a page, loads or changes an address.
_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "metadata",
        "style",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "linearGradient",
        "radialGradient",
        "stop",
        "pattern",
        "clipPath",
        "mask",
        "marker",
        "image",
        "filter",
        "feBlend",
        "feColorMatrix",
        "feComposite",
        "feFlood",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feOffset",
        "switch",
    ]
)
# Notes of drawing programs, which browsers do not draw. No element of XHTML is among them.
_NOTES = (
    "http://www.inkscape.org/namespaces/inkscape",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/",
)
_EMBEDDED = re.compile(r"\s*(?:#|data:image/(?:png|jpeg);base64,)", re.IGNORECASE)
_LOADED = re.compile(r"@import|\b(?:image|image-set|src)\(|url\((?!\s*[\"']?#)|\\", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]+)?|\.[0-9]+)\s*(px|pt|pc|mm|cm|in|em|ex)?\s*")


@dataclass(frozen=True)
class Logo:
    """A PNG or SVG picture of at most 24,000 bytes; its text is a data URI.

    An SVG has no scripts, and loads nothing: it is served from the site's own address, also from a folder of plain files,
    where no header protects readers.
    """

    media_type: str
    content: bytes

    @classmethod
    def parse(cls, value: object) -> "Logo":
        """Read a data URI. Raises LogoError."""
        if isinstance(value, Logo):
            return value
        found = _URI.fullmatch(re.sub(r"\s+", "", str(value)))
        if not found:
            raise LogoError(
                gettext_noop(
                    "A logo is a PNG or SVG picture: logo.png, a file beside the one that names it, or data:image/png;base64,…"
                )
            )
        try:
            content = base64.b64decode(found[2], validate=True)
        except binascii.Error:
            raise LogoError(gettext_noop("The picture is damaged: its text is not whole base64.")) from None
        return cls.of_file(content)

    @classmethod
    def text_of(cls, content: bytes) -> str:
        """The data URI of a file, not yet checked."""
        is_png = content.startswith(_PNG)
        return str(cls("image/png" if is_png else "image/svg+xml", content))

    @classmethod
    def load(cls, text: str) -> "Logo":
        """Read what the database holds, without the checks."""
        head, _comma, content = text.partition(",")
        return cls(head.removeprefix("data:").removesuffix(";base64"), base64.b64decode(content))

    @classmethod
    def of_file(cls, content: bytes) -> "Logo":
        """The logo in a file with these bytes. Raises LogoError."""
        if len(content) > MAX_BYTES:
            raise LogoError(
                gettext_noop(
                    "The picture has more than %(limit)s bytes. A logo is shown 32 pixels high: save it 96 pixels high."
                ),
                limit=f"{MAX_BYTES:,}",
            )
        is_png = content.startswith(_PNG)
        if not is_png and b"<svg" not in content:
            raise LogoError(gettext_noop("This is neither a PNG nor an SVG picture."))
        logo = cls("image/png" if is_png else "image/svg+xml", content)
        width, height = _png_size(content) if is_png else _svg_size(content)
        if not (width and height):
            raise LogoError(
                gettext_noop("The SVG has no size: give it a viewBox in plain numbers, such as 0 0 96 32.")
            )
        if not (1 / MAX_RATIO <= width / height <= MAX_RATIO):
            raise LogoError(
                gettext_noop(
                    "The picture measures %(width)s × %(height)s; a logo is at most %(ratio)s times as wide as high, or as high as wide."
                ),
                width=f"{width:g}",
                height=f"{height:g}",
                ratio=MAX_RATIO,
            )
        return logo

    def __str__(self) -> str:
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"

    @property
    def label(self) -> str:
        """What people can tell it by: PNG, 320 × 96, 4.2 kB, 1f3a5c."""
        width, height = self.size
        kind = "PNG" if self.media_type == "image/png" else "SVG"
        return f"{kind}, {width:g} × {height:g}, {len(self.content) / 1000:.1f} kB, {self.digest[:6]}"

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits, others for another picture."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def file_name(self) -> str:
        suffix = next(suffix for suffix, media_type in SUFFIXES.items() if media_type == self.media_type)
        return f"{self.digest}{suffix}"

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height, in pixels or in the units of the drawing; those of a square if they cannot be read any more."""
        with contextlib.suppress(LogoError):
            return _png_size(self.content) if self.media_type == "image/png" else _svg_size(self.content)
        return 1, 1

    @property
    def shown_height(self) -> int:
        return SHOWN_HEIGHT

    @property
    def shown_width(self) -> int:
        """The width in pixels at the height on pages."""
        return max(1, round(SHOWN_HEIGHT * self.size[0] / self.size[1]))


def _png_size(content: bytes) -> tuple[float, float]:
    """The size that a PNG says, once all its chunks are whole. Raises LogoError."""
    chunks = dict(_chunks(content))
    header = chunks.get("IHDR", b"")
    if not {"IHDR", "IDAT", "IEND"} <= chunks.keys() or len(header) != 13:
        raise LogoError(gettext_noop("The picture is damaged: the file is not a whole PNG."))
    width, height = struct.unpack(">II", header[:8])
    if max(width, height) > MAX_SIDE:
        raise LogoError(
            gettext_noop("The picture measures %(width)s × %(height)s pixels; a side has %(limit)s at most."),
            width=width,
            height=height,
            limit=MAX_SIDE,
        )
    return width, height


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The chunks of a PNG by name, as far as they are whole (PNG, third edition, 5.3)."""
    start = len(_PNG)
    while start + 12 <= len(content):
        (length,) = struct.unpack(">I", content[start : start + 4])
        end = start + 12 + length
        named = content[start + 4 : end - 4]
        if end > len(content) or struct.unpack(">I", content[end - 4 : end])[0] != zlib.crc32(named):
            return
        yield named[:4].decode("latin-1"), named[4:]
        start = end


def _svg_size(content: bytes) -> tuple[float, float]:
    """The size of a drawing, all of whose elements are harmless. Raises LogoError."""
    drawing = _Drawing()
    try:
        drawing.parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, LogoError):
            raise
        raise LogoError(gettext_noop("The picture is damaged: the file is not a whole SVG.")) from None
    return drawing.size


class _Drawing:
    """Reads an SVG, and refuses what runs or loads."""

    def __init__(self) -> None:
        self.size: tuple[float, float] = (0, 0)
        self.is_begun = False
        self.is_in_style = False
        self.style: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.style.append
        self.parser.StartDoctypeDeclHandler = self.refuse_declarations
        self.parser.EntityDeclHandler = self.refuse_entity
        self.parser.ProcessingInstructionHandler = self.refuse_instruction

    def refuse_declarations(
        self, name: str, system: str | None, public: str | None, has_declarations: bool
    ) -> None:
        # They may give every element an attribute that runs.
        if has_declarations:
            raise _not_drawn("<!DOCTYPE [")

    def refuse_entity(self, name: str, *declared: object) -> None:
        raise _not_drawn("<!ENTITY>")

    def refuse_instruction(self, target: str, data: str) -> None:
        raise _not_drawn(f"<?{target}?>")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, name = tag.rpartition(" ")
        if not self.is_begun:
            if tag != f"{_SVG} svg":
                raise LogoError(gettext_noop("This is neither a PNG nor an SVG picture."))
            self.is_begun, self.size = True, _size_of(attributes)
        if self.is_in_style:
            raise _not_drawn(f"<style><{name}>")
        self.is_in_style = tag == f"{_SVG} style"
        is_drawn = namespace == _SVG and name in _ELEMENTS
        if not is_drawn and not namespace.startswith(_NOTES):
            raise _not_drawn(f"<{name}>")
        for attribute, value in attributes.items():
            if attribute.lower().startswith("on"):
                raise _not_drawn(attribute)
            if attribute in ("href", f"{_XLINK} href") and not _EMBEDDED.match(value):
                raise _not_drawn(value[:60])
            if _LOADED.search(value) or (attribute == "style" and "//" in value):
                raise _not_drawn(value[:60])
        self.style.clear()

    def end(self, tag: str) -> None:
        style = "".join(self.style)
        if self.is_in_style and (_LOADED.search(style) or "//" in style):
            raise _not_drawn("url()")
        self.is_in_style = False
        self.style.clear()


def _not_drawn(what: str) -> LogoError:
    return LogoError(
        gettext_noop("A logo only draws. Remove from the SVG what runs or loads something: %(what)s."),
        what=what,
    )


def _size_of(attributes: dict[str, str]) -> tuple[float, float]:
    """The size by the view box, else by width and height; zero where there is none."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sides = box[2:] if len(box) == 4 else [attributes.get(side, "") for side in ("width", "height")]
    found = [_LENGTH.fullmatch(side) for side in sides]
    width, height = (float(match[1]) if match else 0.0 for match in found)
    return width, height
