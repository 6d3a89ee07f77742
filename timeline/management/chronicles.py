"""Whether folders of content have a chronicle, and how to begin one where they do not."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from timeline.exchange.reading import read
from timeline.models import Chronicle


def has_chronicle(folders: Sequence[Path]) -> bool:
    """Whether a file in the folders has a row of the chronicle, or files cannot be read, which the import tells. Raises OSError."""
    if not any(any(folder.iterdir()) for folder in folders):
        return False
    reading = read(folders)
    own = [sheet for sheet in reading.sheets if sheet.table.model is Chronicle]
    return bool(reading.problems) or any(True for sheet in own for _row in sheet)


def missing_chronicle(folder: Path) -> str:
    """What a folder without a chronicle lacks, and how to get it."""
    return _(
        "%(folder)s does not say whose chronicle it is: it has no site.yaml with a name, nor a workbook with one in its sheet “%(sheet)s”. manage.py start_chronicle DIR writes a new folder with a site.yaml; put that here."
    ) % {"folder": folder, "sheet": Chronicle._meta.verbose_name}
