"""The configuration with which nginx serves a snapshot as the server would: headers, redirects, what is gone."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from timeline.delivery.snapshot.addresses import NOT_FOUND, PICTURE, file_name
from timeline.delivery.snapshot.rendering import GONE, PUBLIC, Rendered
from timeline.i18n.languages import language_tag

# What nginx says itself, or what holds for one response only.
_OF_ONE_RESPONSE = {
    "cache-control",
    "content-disposition",
    "content-language",
    "content-length",
    "content-type",
    "etag",
    "last-modified",
    "link",
    "vary",
    "x-request-id",
}
# Headers that differ by address, and those of a download.
_BY_ADDRESS = {"Content-Language": "$snapshot_language", "Cache-Control": "$snapshot_cache"}
_OF_FILE = {"Content-Disposition": "$snapshot_disposition", "Link": "$snapshot_link"}

_HEAD = """\
# {url} as files. Include this in a server block, and run `nginx -s reload` after each export.
root {public};
absolute_redirect off;
gzip_static on;
gzip_vary on;
# brotli_static on;  # with the module ngx_brotli

set $snapshot_home "/";
set $snapshot_language {default_language};
{languages}set $snapshot_page "";
if ($args ~ "^page=([0-9A-Za-z][0-9A-Za-z.-]*)$") {{ set $snapshot_page "page-$1/"; }}
set $snapshot_cache "no-cache";
set $snapshot_disposition "";
set $snapshot_link "";

# An empty header is not sent. A block with an add_header of its own would lose all of these.
{headers}
error_page 404 ${{snapshot_home}}{not_found};
error_page 410 @snapshot_gone;

location / {{
    types {{}}
    default_type "text/html; charset=utf-8";
    try_files ${{uri}}${{snapshot_page}}index.html ${{uri}}index.html $uri @snapshot_slash;
}}
location ~ "/{picture}$" {{
    types {{}}
    default_type "image/png";
    try_files $uri =404;
}}
location @snapshot_slash {{
    if (-f $document_root$uri/index.html) {{ return 301 $uri/$is_args$args; }}
    return 404;
}}
location @snapshot_gone {{
    root {gone};
    types {{}}
    default_type "text/html; charset=utf-8";
    try_files ${{uri}}index.html =410;
}}
"""


def common_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those headers of a page that every page of the site has, in an order that does not change."""
    # django-csp writes its directives in the order of a set, another one in each process.
    return {
        name: "; ".join(sorted(value.split("; ")))
        for name, value in sorted(headers.items())
        if name.lower() not in _OF_ONE_RESPONSE
    }


def configuration(
    site_url: str,
    root: Path,
    headers: Mapping[str, str],
    rendered: Sequence[Rendered],
    redirects: Mapping[str, str],
) -> str:
    """Return the text for a server block. `root` is the path of the state, `redirects` maps paths to paths."""
    added = {name: _quoted(value) for name, value in common_headers(headers).items()} | _BY_ADDRESS | _OF_FILE
    head = _HEAD.format(
        url=site_url,
        public=_quoted(str(root / PUBLIC)),
        gone=_quoted(str(root / GONE)),
        default_language=_quoted(language_tag(settings.LANGUAGE_CODE)),
        languages="".join(_languages({one.path for one in rendered})),
        headers="".join(f"add_header {name} {value} always;\n" for name, value in added.items()),
        not_found=NOT_FOUND,
        picture=PICTURE.replace(".", "\\."),
    )
    assets = [one for one in rendered if one.path.startswith(settings.STATIC_URL)]
    # Of pictures there is one for each entry: they have one block, which knows them by their name.
    files = [
        one
        for one in rendered
        if one.status == 200
        and one.media_type != "text/html"
        and not one.path.startswith(settings.STATIC_URL)
        and not one.path.endswith(f"/{PICTURE}")
    ]
    blocks = [
        head,
        *_assets(assets),
        *_files(files),
        *(f"location = {one.path} {{ return 410; }}\n" for one in rendered if one.status == 410),
        *(f"location = {path} {{ return 301 {target}; }}\n" for path, target in redirects.items()),
    ]
    return "".join(blocks)


def _languages(paths: Collection[str]) -> Iterator[str]:
    """The languages besides the default of which there is a front page."""
    for language, _name in settings.LANGUAGES:
        if language == settings.LANGUAGE_CODE:
            continue
        with translation.override(language):
            home = reverse("timeline:timeline")
        if home not in paths:
            continue
        tag = _quoted(language_tag(language))
        yield f'if ($uri ~ "^{home}") {{ set $snapshot_home "{home}"; set $snapshot_language {tag}; }}\n'


def _assets(assets: Sequence[Rendered]) -> Iterator[str]:
    """The static files, which have a name for each content and no language."""
    if not assets:
        return
    types = {one.path.rpartition(".")[2]: one.headers["Content-Type"] for one in assets}
    lines = "".join(f"        {_quoted(value)} {extension};\n" for extension, value in sorted(types.items()))
    cache = assets[0].headers.get("Cache-Control", "no-cache")
    yield (
        f"location {settings.STATIC_URL} {{\n    types {{\n{lines}    }}\n"
        f'    set $snapshot_language "";\n    set $snapshot_cache {_quoted(cache)};\n}}\n'
    )


def _files(files: Sequence[Rendered]) -> Iterator[str]:
    """One location for all files that are named by the slug of their record, which is their folder; one for each other."""
    by_slug: dict[tuple[str, str], Rendered] = {}
    for file in files:
        folder, _slash, name = file.path.rpartition("/")
        parent, _slash, slug = folder.rpartition("/")
        disposition = _disposition(slug, name)
        if file.headers.get("Content-Disposition") == disposition:
            by_slug[parent, name] = file
        else:
            yield from _file(file)
    for (parent, name), file in by_slug.items():
        pattern = f"^{re.escape(parent)}/(?<snapshot_slug>[0-9a-z-]+)/{re.escape(name)}$"
        disposition = _quoted(_disposition("SLUG", name)).replace("SLUG", "${snapshot_slug}")
        yield (
            f'location ~ "{pattern}" {{\n    types {{}}\n    default_type {_quoted(file.headers["Content-Type"])};\n'
            f"    set $snapshot_disposition {disposition};\n    try_files $uri =404;\n}}\n"
        )


def _disposition(slug: str, name: str) -> str:
    return f'attachment; filename="{slug}.{name.rpartition(".")[2]}"'


def _file(file: Rendered) -> Iterator[str]:
    """A feed or a download, at its address and at its file."""
    own = "".join(
        f"    set {variable} {_quoted(file.headers[name])};\n"
        for name, variable in _OF_FILE.items()
        if name in file.headers
    )
    for path in sorted({file.address, file.path}):
        yield (
            f"location = {path} {{\n    types {{}}\n    default_type {_quoted(file.headers['Content-Type'])};\n"
            f"{own}    try_files /{file_name(file.path)} =404;\n}}\n"
        )


def _quoted(value: str) -> str:
    """A string of nginx. It has no escape for $, which only a web address can have here."""
    escaped = re.sub(r'(["\\])', r"\\\1", value).replace("$", "%24")
    return f'"{escaped}"'
