"""The compression of pages for anonymous visitors."""

import functools
import re

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# Those that a response may have, the best first.
ENCODINGS = ("br", "gzip")
# The suffixes and types of files that are compressed as they are: to compress them again costs more than it gains.
COMPRESSED_FORMATS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_REFUSED = r"(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))"
_PATTERNS = {name: re.compile(rf"\b{name}\b{_REFUSED}") for name in ENCODINGS}


@functools.lru_cache(maxsize=256)
def accepted_encodings(header: str) -> str:
    """Return the part of an Accept-Encoding header that makes a difference: "br, gzip", "br", "gzip" or ""."""
    return ", ".join(name for name in ENCODINGS if _PATTERNS[name].search(header))


class PublicCompressionMiddleware(GZipMiddleware):
    """Compress pages for anonymous visitors, who all get the same content. Browsers accept Brotli over HTTPS.

    The compressed length of a page leaks information about its content, since a page repeats parts of its URL
    (BREACH). Without an account and cookies there are no secrets, drafts or form tokens to leak.
    """

    # 8.6 ms for 339 kB, against 6.7 ms with gzip, and 20 % smaller.
    QUALITY = 5

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        private_cookies = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
        if response.cookies or private_cookies & request.COOKIES.keys():
            return response
        if response.get("Content-Type") in COMPRESSED_FORMATS.values():
            return response
        if (
            "br" not in accepted_encodings(request.headers.get("Accept-Encoding", ""))
            or not isinstance(response, HttpResponse)
            or response.has_header("Content-Encoding")
        ):
            return super().process_response(request, response)
        if not response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        response.content = brotli.compress(response.content, quality=self.QUALITY)
        response.headers["Content-Encoding"] = "br"
        response.headers["Content-Length"] = str(len(response.content))
        patch_vary_headers(response, ["Accept-Encoding"])
        return response
