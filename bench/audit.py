"""Audit of the public pages with the Nu HTML checker and Lighthouse.

The checker reads each kind of page in three languages, Lighthouse three pages. `make audit` first installs
the tools (bench/audit/package.json; they need Node and Java) and then runs this module.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from bench.site import LANGUAGES, ROOT, Site, serve_site

TOOLS = ROOT / "bench" / "audit" / "node_modules"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
RUNS = 3
# About one run in ten fails to measure (NO_NAVSTART: the trace started too late) and must be repeated.
TRIES = 5
PERFORMANCE = 0.95
# These scores do not vary, so that one run is enough.
WHOLE = ("accessibility", "best-practices", "seo")
AUDITED = ("timeline", "policy-detail", "front page, searched")
# Valid CSS (W3C: containment level 3, SVG 2) that the checker does not know yet.
CSS_IT_DOES_NOT_KNOW = (
    "CSS: “container-type”: Property “container-type” doesn't exist.",
    "CSS: Unrecognized at-rule “@container”",
    "CSS: “paint-order”: Property “paint-order” doesn't exist.",
    # SVG 2: geometry as properties, strokes that do not scale.
    *(
        f"CSS: “{name}”: Property “{name}” doesn't exist."
        for name in ("cx", "cy", "r", "x", "y", "vector-effect")
    ),
)


def fetch(address: str) -> bytes:
    """Return the body of the response, also for an error page."""
    request = urllib.request.Request(urllib.parse.quote(address, safe=":/?=&%#"))
    try:
        with urllib.request.urlopen(request) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.read()


def check_html(site: Site, folder: Path) -> bool:
    """Check each kind of page in each language, the stylesheet and the drawings. Prints each error once."""
    for language, prefix in LANGUAGES.items():
        for name, path in site.pages.items():
            (folder / f"{language}, {name}.html").write_bytes(fetch(site.address + prefix + path))
    for own in (ROOT / "static" / "css" / "site.css", *(ROOT / "static" / "img").glob("*.svg")):
        shutil.copy(own, folder)
    command = ["java", "-jar", str(TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"), "--format", "json"]
    command += ["--also-check-css", "--also-check-svg", "--exit-zero-always", "--stdout", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    pages: dict[tuple[str, str], list[str]] = {}
    for message in json.loads(done.stdout)["messages"]:
        kind = message.get("subType", message["type"])
        if message["message"] not in CSS_IT_DOES_NOT_KNOW:
            page = urllib.parse.unquote(message["url"]).rpartition("/")[2]
            pages.setdefault((kind, message["message"]), []).append(
                f"{page}:{message.get('lastLine')} {message.get('extract', '')!r}"
            )
    errors = sum(len(where) for (kind, _text), where in pages.items() if kind != "warning")
    warnings = sum(len(where) for (kind, _text), where in pages.items() if kind == "warning")
    count = len(site.pages) * len(LANGUAGES)
    print(f"\nNu HTML checker: {count} pages, CSS and SVG: {errors} errors, {warnings} warnings")
    for (kind, text), where in sorted(pages.items()):
        print(f"  {kind}, {len(where)} times: {text}\n    {where[0]}")
    return errors == 0


def lighthouse(address: str, folder: Path, *more: str) -> Any:
    """Return the report of one run with Lighthouse's default mobile profile. A failed run is repeated."""
    found = next(path for name in CHROMIUM if (path := shutil.which(name)))
    report = folder / "report.json"
    command = ["node", str(TOOLS / "lighthouse" / "cli" / "index.js"), address, "--quiet", "--output=json"]
    command += [f"--output-path={report}", "--disable-full-page-screenshot", *more]
    command += ["--chrome-flags=--headless --no-sandbox --disable-gpu"]
    for _try in range(TRIES):
        report.unlink(missing_ok=True)
        done = subprocess.run(
            command, env=os.environ | {"CHROME_PATH": found}, cwd=folder, capture_output=True, text=True
        )
        if done.returncode == 0:
            return json.loads(report.read_text(encoding="utf-8"))
        print(f"{address}: measured nothing. {done.stderr.strip()[-300:]}", file=sys.stderr)
    sys.exit(f"Lighthouse measured nothing {TRIES} times.")


def audit(site: Site, folder: Path) -> bool:
    head = "".join(f"{name:>16}" for name in ("performance", *WHOLE))
    print(f"\nLighthouse, mobile, median of {RUNS} runs{head}{'runs':>18}{'kB':>6}")
    passed = True
    for name in AUDITED:
        address = urllib.parse.quote(site.address + site.pages[name], safe=":/?=&%")
        # A page of search results need not be indexable.
        more = ["--skip-audits=is-crawlable"] if "?" in address else []
        first = lighthouse(address, folder, *more)
        again = [lighthouse(address, folder, "--only-categories=performance") for _ in range(RUNS - 1)]
        speeds = [report["categories"]["performance"]["score"] for report in (first, *again)]
        speed = statistics.median(speeds)
        scores = [first["categories"][category]["score"] for category in WHOLE]
        size = first["audits"]["total-byte-weight"]["numericValue"] / 1000
        row = "".join(f"{score * 100:16.0f}" for score in (speed, *scores))
        runs = "/".join(f"{score * 100:.0f}" for score in speeds)
        print(f"{name:35}{row}{runs:>18}{size:6.1f}")
        if speed < PERFORMANCE or any(score != 1 for score in scores):
            passed = False
            print_misses(first)
    return passed


def print_misses(report: Any) -> None:
    for category in report["categories"].values():
        for each in category["auditRefs"]:
            found = report["audits"][each["id"]]
            if each["weight"] and found["score"] not in (None, 1):
                items = json.dumps(found.get("details", {}).get("items", [])[:1], ensure_ascii=False)
                print(f"    {category['id']}, {found['title']}: {found['score']} {items[:300]}")


def main() -> int:
    missing = [name for name in ("node", "java") if not shutil.which(name)]
    if not any(shutil.which(name) for name in CHROMIUM):
        missing.append("chromium")
    if missing:
        sys.exit(
            f"Missing: {', '.join(missing)}. Debian: apt install nodejs npm default-jre-headless chromium"
        )
    begun = time.monotonic()
    with serve_site() as site, tempfile.TemporaryDirectory(prefix="audit-") as temporary:
        pages, reports = Path(temporary) / "pages", Path(temporary) / "reports"
        pages.mkdir()
        reports.mkdir()
        passed = check_html(site, pages)
        passed &= audit(site, reports)
    print(f"\n{time.monotonic() - begun:.0f} s: {'all kept' if passed else 'not all kept'}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
