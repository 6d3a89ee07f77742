"""manage.py export_content: export records to files, or write a workbook to fill in."""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.editing.scheduled_copies import publish_due_copies
from timeline.exchange.exported_state import present_state, write_state
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.export import export
from timeline.exchange.exporting.selection import published
from timeline.exchange.exporting.template import write_template
from timeline.exchange.formats.registry import FORMATS, format_of
from timeline.exchange.replaced_folder import check_replaced
from timeline.management.errors import as_command_errors
from timeline.rows.tables import TABLES


class Command(BaseCommand):
    help = (
        "Write the record to content files: all of it or nothing. import_content reads them back. They are no backup: they "
        "have no accounts, histories, working copies or settings. backup writes all of these."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        suffixes = ", ".join(dict.fromkeys(format.suffixes[0] for format in FORMATS.values()))
        parser.add_argument(
            "to",
            nargs="?",
            type=Path,
            metavar="DIR_OR_FILE",
            help=f"a folder, or a file: {suffixes}, or a .zip of what a folder would hold",
        )
        parser.add_argument(
            "--format", choices=FORMATS, help="default: what the name says, and YAML for a folder"
        )
        parser.add_argument(
            "--kind",
            nargs="+",
            choices=[table.name for table in TABLES.values() if not table.within],
            metavar="TABLE",
            help="only these tables, with the parts of their records: %(choices)s",
        )
        parser.add_argument("--public", action="store_true", help="only what every visitor may read")
        parser.add_argument("--force", action="store_true", help="replace what is there")
        parser.add_argument(
            "--template", type=Path, metavar="FILE.xlsx", help="write a workbook to fill in, with choices"
        )

    def handle(
        self,
        *,
        to: Path | None,
        format: str | None,
        kind: list[str] | None,
        public: bool,
        force: bool,
        template: Path | None,
        **options: object,
    ) -> None:
        if (to is None) == (template is None):
            raise CommandError(_("Name a folder or a file to export to, or --template and a file."))
        try:
            with as_command_errors():
                if template is not None:
                    write_template(template, force=force)
                elif to is not None:
                    if force and to.is_dir():
                        check_replaced(to)
                    publish_due_copies()
                    # What is changed while the export runs may not be in it.
                    state = present_state()
                    counts = export(
                        kind,
                        to,
                        format or format_of(to),
                        visible=published if public else None,
                        has_status=not public,
                        force=force,
                    )
                    if to.is_dir():
                        # Files with a part of the record have none of its states.
                        write_state(to, None if public or kind else state)
        except ExportError as error:
            raise CommandError("\n".join(error.messages)) from None
        if options["verbosity"] and template is None:
            for table in TABLES:
                if table in counts:
                    self.stdout.write(
                        _("%(table)s: %(count)s rows") % {"table": table, "count": counts[table]}
                    )
            self.stdout.write(
                _("No backup: accounts, histories and working copies are not in it. See manage.py backup.")
            )
