"""manage.py import_content: import files, all or nothing."""

import argparse
import os
from json import dumps, loads
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from timeline.accounts.importing_account import IMPORTER
from timeline.exchange.formats.registry import readable_names
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report, later_checks
from timeline.exchange.mapping.mapped_reading import check
from timeline.exchange.mapping.mapping import Mapping, MappingError
from timeline.exchange.mapping.proposals import propose
from timeline.exchange.mapping.questions import Question, unanswered
from timeline.exchange.readers.encodings import CHOICES
from timeline.exchange.reading import read_grids
from timeline.management.chronicles import has_chronicle, missing_chronicle
from timeline.management.errors import as_command_errors
from timeline.models import Chronicle
from timeline.rows.cell_text import plain_text
from timeline.rows.columns import PlainValue


class Command(BaseCommand):
    help = (
        "Import content files: all of them or, where anything is wrong, none, with everything that is wrong."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            metavar="PATH",
            help=f"a file ({', '.join(readable_names())}, zip), or a folder of them",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish the records instead of leaving drafts"
        )
        parser.add_argument("--encoding", choices=CHOICES, help="of files that do not tell theirs")
        parser.add_argument(
            "--clear-empty",
            action="store_true",
            help="an empty cell of a sheet clears what is there (default: keeps it)",
        )
        parser.add_argument(
            "--overwrite-edits",
            action="store_true",
            help="overwrite what was changed in the admin since the last import of these files (default: keep it, or refuse)",
        )
        parser.add_argument("--why", default="", metavar="TEXT", help="why, for the history")
        parser.add_argument("--json", action="store_true", help="print the report as JSON, for scripts")
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            help="how tables of other programs and offices are read, as JSON (see --propose-mapping)",
        )
        parser.add_argument(
            "--propose-mapping",
            type=Path,
            metavar="FILE",
            help="write a proposal to FILE, to be edited and given as --mapping, and import nothing",
        )
        parser.add_argument("--user", metavar="NAME", help=f"who publishes (default: the account {IMPORTER})")

    def handle(
        self,
        *,
        paths: list[Path],
        dry_run: bool,
        publish: bool,
        encoding: str | None,
        clear_empty: bool,
        overwrite_edits: bool,
        why: str,
        json: bool,
        mapping: Path | None,
        propose_mapping: Path | None,
        user: str | None,
        verbosity: int,
        **options: object,
    ) -> None:
        # By their names, later imports know them again: “.” is none.
        paths = [path.resolve() if path.name in ("", "..") else path for path in paths]
        if propose_mapping is not None:
            return self._propose(paths, encoding, propose_mapping)
        read_as = self._mapping(mapping) if mapping else None
        console = Console(file=self.stdout, soft_wrap=True)  # type: ignore[arg-type]
        with (
            as_command_errors(),
            Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        ):
            task = progress.add_task(_("Importing"), total=None)
            report = import_files(
                paths,
                by=self._user(user, publish) if user else None,
                publish=publish,
                dry_run=dry_run,
                encoding=encoding,
                clear_empty=clear_empty,
                keep_edits=True,
                overwrite_edits=overwrite_edits,
                comment=why,
                mapping=read_as,
                include_rows=dry_run,
                progress=lambda done: progress.update(task, completed=done),
            )
        for notice in report.notices:
            self.stderr.write(str(notice))
        if json:
            self.stdout.write(dumps(report.as_plain(), ensure_ascii=False, indent=2))
        else:
            for problem in report.problems:
                self.stderr.write(str(problem))
            if report.has_later_checks:
                self.stderr.write(later_checks())
            for question in unanswered(report.questions):
                self._print_question(question)
        if verbosity:
            self._tell_missing_chronicle([path for path in paths if os.path.isdir(path)])
        if report.problems:
            raise CommandError(
                _("%(count)s problems; nothing was imported.") % {"count": len(report.problems)}
            )
        if verbosity and not json:
            self._print(report, dry_run)

    def _tell_missing_chronicle(self, folders: list[Path]) -> None:
        """Say that the folders have no chronicle, where the database has none either."""
        with as_command_errors():
            is_missing = folders and not Chronicle.objects.exists() and not has_chronicle(folders)
        if is_missing:
            self.stderr.write(missing_chronicle(folders[-1]))

    def _propose(self, paths: list[Path], encoding: str | None, written: Path) -> None:
        """Write how the files may be read, and say why."""
        grids, reading = read_grids(paths, encoding)
        for problem in reading.problems:
            self.stderr.write(str(problem))
        if reading.problems:
            raise CommandError(_("No mapping can be proposed."))
        proposal = propose(grids, paths[0].name)
        with as_command_errors():
            written.write_text(
                dumps(proposal.mapping.as_plain(), ensure_ascii=False, indent=2) + "\n", "utf-8"
            )
        for sheet in proposal.sheets:
            table = sheet.mapping.table if sheet.mapping else "-"
            self.stdout.write(f"{sheet.grid.file}: {table}. {sheet.table_reason}")
            for one in sheet.columns:
                self.stdout.write(f"  {one.name}: {one.column or '-'}. {one.reason}")

    def _mapping(self, path: Path) -> Mapping:
        try:
            mapping = Mapping.from_plain(loads(path.read_text("utf-8")))
            check(mapping)
        except (OSError, ValueError, MappingError) as error:
            raise CommandError(f"{path}: {error}") from None
        return mapping

    def _print_question(self, question: Question) -> None:
        """Print the key of a question and the values of its choices, for the answers in the mapping."""
        self.stderr.write(
            _("Answer in “answers” of the mapping: %(key)s")
            % {"key": dumps(question.key, ensure_ascii=False)}
        )
        for choice in question.choices:
            self.stderr.write(f"  {dumps(choice.value, ensure_ascii=False)}: {choice.label}")

    def _user(self, name: str, publish: bool) -> AbstractUser:
        found = get_user_model().objects.filter(username=name).first()
        if found is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": name})
        if publish and not found.has_perm("timeline.publish_entry"):
            raise CommandError(_("“%(name)s” may not publish.") % {"name": name})
        return found

    def _print(self, report: Report, dry_run: bool) -> None:
        for change in report.changes:
            self.stdout.write(
                f"{change.place}: {change.key}.{change.column}: {_shown(change.old)} → {_shown(change.new)}"
            )
        for row in report.rows:
            if row["outcome"] in ("new", "deleted"):
                line = (
                    _("%(place)s: %(key)s: new")
                    if row["outcome"] == "new"
                    else _("%(place)s: %(key)s: deleted")
                )
                self.stdout.write(line % row)
        for table, counts in report.counts.items():
            line = _("%(table)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged")
            if counts["deleted"]:
                line = _(
                    "%(table)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(deleted)s deleted"
                )
            outcomes = ("new", "changed", "unchanged", "deleted")
            self.stdout.write(line % {"table": table, **{name: counts[name] for name in outcomes}})
        if report.published:
            message = _("%(count)s records published")
            if dry_run:
                message = _("%(count)s records are to be published")
            self.stdout.write(message % {"count": report.published})
        if report.kept_drafts:
            self.stdout.write(
                _("%(count)s records stay drafts, as the files say") % {"count": report.kept_drafts}
            )
        if report.working_copies:
            self.stdout.write(
                _("%(count)s working copies of public records") % {"count": report.working_copies}
            )
        if report.batch is not None and not dry_run:
            self.stdout.write(_("Import %(number)s") % {"number": report.batch.pk})
        if dry_run:
            self.stdout.write(_("Dry run: nothing was written."))


def _shown(value: PlainValue) -> str:
    """A value as the report shows it: texts in quotation marks, so that their spaces and line breaks are seen."""
    return repr(value) if isinstance(value, str) and value else plain_text(value) or _("(empty)")
