"""manage.py start_chronicle: write the folder of a new chronicle, to be filled in."""

import argparse
import shlex
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.starter import write_starter
from timeline.management.errors import as_command_errors
from timeline.values.slugs import slug_from


class Command(BaseCommand):
    help = (
        "Write the folder of another city's chronicle: a file for each table with an example, a workbook to fill in, and the "
        "name of the chronicle. `make run CONTENT=DIR` opens it."
    )
    # The database is that of another chronicle, or not there yet.
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="a folder that is empty or not there yet"
        )
        parser.add_argument(
            "--name", metavar="CITY", help="the city, such as 苏州 (default: the folder's name)"
        )
        parser.add_argument(
            "--name-en", default="", metavar="CITY", help="its name in English, such as Suzhou"
        )
        parser.add_argument(
            "--title", default="", help="the name of the chronicle (default: from that of the city)"
        )
        parser.add_argument("--title-en", default="", help="the same in English")
        parser.add_argument("--no-english", action="store_true", help="the chronicle has no pages in English")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="of what is printed, and of the comments in the files; default: %(default)s",
        )

    def handle(
        self,
        *,
        folder: Path,
        name: str | None,
        name_en: str,
        title: str,
        title_en: str,
        no_english: bool,
        language: str,
        **options: object,
    ) -> None:
        to = folder.expanduser().resolve()
        with translation.override(language):
            site = _site(name or to.name, name_en, title, title_en, has_english=not no_english)
            try:
                with as_command_errors():
                    files = write_starter(to, site)
            except ExportError as error:
                raise CommandError("\n".join(error.messages)) from None
            for file in files:
                self.stdout.write(str(file))
            place = shlex.quote(str(to))
            self.stdout.write("")
            self.stdout.write(_("What comes next:"))
            for number, step in enumerate(_steps(to, place), 1):
                self.stdout.write(f"{number}. {step}")


def _site(city: str, city_en: str, title: str, title_en: str, *, has_english: bool) -> dict[str, object]:
    """The row of the chronicle. Its own texts are Chinese, whatever the language of the reader."""
    site: dict[str, object] = {
        "slug": slug_from(city_en or city, 50) or "chronicle",
        "title": title or f"{city}政策编年",
        "city": city,
    }
    if not has_english:
        return site | {"english_pages": False}
    if title_en or city_en:
        site["title_en"] = title_en or f"Policy Chronicle of {city_en}"
    return site | ({"city_en": city_en} if city_en else {})


def _steps(to: Path, place: str) -> list[str]:
    return [
        _("Open %(file)s and fill in what is known of the chronicle.") % {"file": to / "site.yaml"},
        _("Write sources first, then what cites them, into the other files or into %(workbook)s.")
        % {"workbook": _("to-fill-in.xlsx")},
        _("See what is wrong:  %(command)s") % {"command": f"make test-content CONTENT={place}"},
        _("Open the site:  %(command)s") % {"command": f"make run CONTENT={place}"},
    ]
