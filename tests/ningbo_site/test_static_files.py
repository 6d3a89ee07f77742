"""Stored static files are compressed, and scripts import each other by their hashed names."""

import re

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command


def test_a_script_imports_the_others_by_the_names_under_which_they_are_stored(settings, tmp_path):
    written, stored = tmp_path / "written", tmp_path / "stored"
    written.mkdir()
    (written / "part.js").write_text("export const words = 'words of a script';\n" * 50)
    (written / "whole.js").write_text('import { words } from "./part.js";\n')
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [written], stored
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES |= {"staticfiles": {"BACKEND": "ningbo_site.static_files.ModuleStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    part = staticfiles_storage.stored_name("part.js")
    assert re.fullmatch(r"part\.[0-9a-f]+\.js", part)
    assert f'from "./{part}"' in (stored / staticfiles_storage.stored_name("whole.js")).read_text()
    assert (stored / f"{part}.gz").exists()
    assert (stored / f"{part}.br").exists()
