"""Import of policies, each with two topics, an issuer and a citation.

    python -m bench.exchange [ROWS]

Compares this project's import with Django's loaddata and a default resource of django-import-export on the
same rows, in one run. Measures the memory for a large file.
"""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.policies import empty_database, policies, references

ROWS = 10_000
PREVIEWED = 5_000
# Seconds for the preview, ratios for the others.
PREVIEW = 5
TARGETS = {"import against the default resource": 12, "import against loaddata": 7, "import again": 40}


def write_sheets(folder: Path, rows: int) -> Path:
    """Write the policies and their citations as two sheets. The records they refer to are imported before."""
    folder.mkdir()
    columns = [name for name in next(policies(1)) if name != "citations"]
    with (
        (folder / "policies.csv").open("w", newline="", encoding="utf-8") as of_policies,
        (folder / "citations.csv").open("w", newline="", encoding="utf-8") as of_citations,
    ):
        sheet = csv.DictWriter(of_policies, columns)
        cited = csv.DictWriter(of_citations, ["entry", "source", "locator", "number"])
        sheet.writeheader()
        cited.writeheader()
        for row in policies(rows):
            for citation in row.pop("citations"):
                cited.writerow({"entry": row["slug"], "number": 1} | citation)
            sheet.writerow(row | {name: ",".join(row[name]) for name in ("topics", "issuers")})
    return folder


def import_references() -> None:
    from timeline.exchange.importing.import_files import import_files
    from timeline.exchange.readers.sources import Upload

    content = json.dumps(references()).encode()
    assert not import_files([Upload("references.json", content)], publish=True).problems


def timed(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def empty() -> None:
    from timeline.models import Citation, Entry, Policy, Revision

    for model in (Revision, Citation, Policy.topics.through, Policy.issuers.through):
        model._base_manager.all().delete()
    Policy._base_manager.all()._raw_delete("default")
    Entry._base_manager.all()._raw_delete("default")


def default_resources(folder: Path) -> Callable[[], None]:
    """Return an import of both tables with the default resources of django-import-export."""
    from import_export import fields, resources, widgets
    from tablib import Dataset

    from timeline.models import Citation, Entry, Organization, Policy, Source, Topic

    class PolicyResource(resources.ModelResource):
        topics = fields.Field("topics", "topics", widgets.ManyToManyWidget(Topic, field="slug"))
        issuers = fields.Field("issuers", "issuers", widgets.ManyToManyWidget(Organization, field="slug"))

        class Meta:
            model = Policy
            import_id_fields = ["slug"]
            fields = [name for name in next(policies(1)) if name != "citations"]

    class CitationResource(resources.ModelResource):
        entry = fields.Field("entry", "entry", widgets.ForeignKeyWidget(Entry, field="slug"))
        source = fields.Field("source", "source", widgets.ForeignKeyWidget(Source, field="slug"))

        class Meta:
            model = Citation
            import_id_fields = ["entry", "source", "locator", "number"]
            fields = ["entry", "source", "locator", "number"]

    def load() -> None:
        for resource_class, name in ((PolicyResource, "policies"), (CitationResource, "citations")):
            sheet = Dataset().load((folder / f"{name}.csv").read_text(encoding="utf-8"), format="csv")
            result = resource_class().import_data(sheet, raise_errors=True)
            assert not result.has_errors()

    return load


def write_fixture(path: Path) -> None:
    from django.core.management import call_command

    models = ["timeline.entry", "timeline.policy", "timeline.citation"]
    call_command(
        "dumpdata", *models, natural_foreign=True, natural_primary=True, output=str(path), verbosity=0
    )


def memory(rows: int) -> float:
    """Return the peak memory in MB of a separate process that imports this number of policies. Linux only."""
    command = [sys.executable, "-m", "bench.exchange", "--memory", str(rows)]
    # Without the database of this process.
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["CONTENT_FILE_MAX_BYTES"] = str(2**30)
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(json.loads(done.stdout.splitlines()[-1]))


def preview(sheets: Path, **options: str) -> Callable[[], None]:
    """Return an upload of these sheets in the admin, up to the preview."""
    import io
    import zipfile

    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client, override_settings
    from django.urls import reverse

    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(sheets.iterdir()):
            archive.write(file, file.name)
    # Hashed names of static files would need collectstatic.
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    client = Client(SERVER_NAME="localhost")
    editor = User.objects.filter(username="editor").first() or User.objects.create_superuser("editor")
    client.force_login(editor)

    def look() -> None:
        form = {"file": SimpleUploadedFile("sheets.zip", archive_bytes.getvalue()), "empty": "keep"} | options
        # In the request, whose time is measured.
        with override_settings(
            STORAGES=settings.STORAGES | plain, IMPORT_JOB_ROWS=2**30, IMPORT_JOB_BYTES=2**30
        ):
            answer = client.post(reverse("admin:timeline_importbatch_upload"), form, follow=True)
        assert b"/confirm/" in answer.content

    return look


def main(rows: int) -> None:
    with empty_database() as folder:
        from django.core.management import call_command

        from timeline.exchange.importing.import_files import import_files
        from timeline.models import Citation, Policy, Revision

        import_references()
        sheets = write_sheets(folder / "sheets", rows)

        def ours() -> None:
            report = import_files([sheets])
            assert not report.problems

        uploaded = write_sheets(folder / "previewed", PREVIEWED)
        previewed_in_public = timed(preview(uploaded, publish="on"))
        (uploaded / "citations.csv").unlink()
        previewed = timed(preview(uploaded))
        assert not Policy.objects.exists()
        seconds = {"import": timed(ours)}
        revisions = Revision.objects.for_model(Policy)
        assert Policy.objects.count() == Citation.objects.count() == revisions.count() == rows
        seconds["import again"] = timed(ours)
        write_fixture(folder / "fixture.json")
        default = default_resources(sheets)
        seconds["default resource again"] = timed(default)
        empty()
        seconds["default resource"] = timed(default)
        empty()
        fixture = str(folder / "fixture.json")
        seconds["loaddata"] = timed(lambda: call_command("loaddata", fixture, verbosity=0))
    for label, spent in seconds.items():
        print(f"{label:24} {spent:8.2f} s {rows / spent:10.0f} policies/s")
    print(f"preview of {PREVIEWED:,} rows of policies: {previewed:.1f} s (target {PREVIEW})")
    print(f"preview of as many with a citation each, to be published: {previewed_in_public:.1f} s")
    ratios = {
        "import against the default resource": seconds["default resource"] / seconds["import"],
        "import against loaddata": seconds["loaddata"] / seconds["import"],
        "import again": seconds["default resource again"] / seconds["import again"],
    }
    for label, ratio in ratios.items():
        print(f"{label:36} {ratio:6.1f} times (target {TARGETS[label]})")


def measure_memory(rows: int) -> None:
    with empty_database() as folder:
        from timeline.exchange.importing.import_files import import_files

        import_references()
        sheets = write_sheets(folder / "sheets", rows)
        assert not import_files([sheets]).problems
    # getrusage() would include the memory of the parent process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    print(json.dumps(int(found[1]) / 1024))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        measure_memory(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
        small, large = memory(1_000), memory(100_000)
        print(
            f"memory: {small:.0f} MB for 1,000 rows, {large:.0f} MB for 100,000: {large - small:+.0f} MB (target +40)"
        )
