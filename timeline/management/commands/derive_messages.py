"""manage.py derive_messages: derive the traditional Chinese catalogues from the simplified one."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from timeline.values.chinese import to_traditional

# A translation with its continuation lines.
_translation = re.compile(r'^msgstr.*(?:\n".*)*', re.MULTILINE)


class Command(BaseCommand):
    help = "Write the zh_Hant catalogues from those of zh_Hans (make messages)."

    def handle(self, *args: object, **options: object) -> None:
        (folder,) = settings.LOCALE_PATHS
        source, target = (Path(folder) / name / "LC_MESSAGES" for name in ("zh_Hans", "zh_Hant"))
        target.mkdir(parents=True, exist_ok=True)
        for simplified in sorted(source.glob("*.po")):
            traditional = target / simplified.name
            traditional.write_text(in_traditional(simplified.read_text(encoding="utf-8")), encoding="utf-8")
            self.stdout.write(str(traditional))


def in_traditional(catalogue: str) -> str:
    """Return the catalogue with its translations in traditional characters."""
    head, *rest = catalogue.replace("zh_Hans", "zh_Hant").partition("\n")
    title = head.replace("Simplified Chinese.", "Traditional Chinese, derived from zh_Hans by make messages.")
    return _translation.sub(lambda found: to_traditional(found[0]), title + "".join(rest))
