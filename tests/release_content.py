"""Adds to a database what content files do not have: entries of each status, a former address, a working copy.

python -m tests.release_content
"""

import datetime

import django


def main() -> None:
    django.setup()
    from tests.factories import make_citation, make_editor, make_milestone
    from timeline.editing.revisions import delete_draft, record_revision
    from timeline.editing.working_copies import save_working_copy
    from timeline.rows.tables import TABLES

    editor = make_editor(username="editor")
    names = ("draft", "reviewed", "scheduled", "public", "withdrawn", "deleted")
    entries = {name: make_milestone(slug=name, title=f"里程碑 {name}", date="2015-06") for name in names}
    for entry in entries.values():
        make_citation(entry, locator="¶1")
        record_revision(entry, by=editor, comment="写成")
    entries["reviewed"].submit(by=editor)
    entries["scheduled"].publish(by=editor, public_from=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC))
    entries["public"].publish(by=editor)
    entries["withdrawn"].publish(by=editor)
    entries["withdrawn"].withdraw(by=editor, comment="来源有误")
    delete_draft(entries["deleted"], by=editor)
    public = entries["public"]
    public.slug = "renamed"
    public.save()
    row = TABLES["milestones"].whole_row_of(public)
    save_working_copy(public, row | {"title": "里程碑 修订"}, by=editor)


if __name__ == "__main__":
    main()
