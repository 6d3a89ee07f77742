"""An assessment of a goal has citations of its own, and a number in place of its one source."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, TypeVar

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import timeline.models.fields
from timeline.models.chunks import chunks

AT_LEAST_ONE = [django.core.validators.MinValueValidator(1)]
OF_ASSESSMENT = "As the assessment has it, to which the citation belongs."

Row = TypeVar("Row")


def move_sources(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the source of each assessment its citation, and number the assessments of a goal that have the same date."""
    assessments = apps.get_model("timeline", "goalassessment").objects
    citations = apps.get_model("timeline", "assessmentcitation").objects
    stored = assessments.order_by("goal", "date", "source__slug")
    numbered = _numbered(stored.iterator(), lambda assessment: (assessment.goal_id, str(assessment.date)))
    for rows in chunks(numbered):
        found = []
        for number, row in rows:
            row.number = number
            found.append(
                citations.model(
                    goal_id=row.goal_id,
                    assessment_date=row.date,
                    assessment_number=number,
                    source_id=row.source_id,
                    locator=row.locator,
                    locator_order=row.locator_order,
                )
            )
        assessments.bulk_update([row for _number, row in rows], ["number"])
        citations.bulk_create(found)
    _convert_rows(apps, _with_citations)


def move_sources_back(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make one citation of each assessment its source: the first that no earlier one of its date has.

    Further citations, wordings and dates are lost, as is an assessment of which every source is another's.
    """
    assessments = apps.get_model("timeline", "goalassessment").objects
    citations = apps.get_model("timeline", "assessmentcitation").objects
    stored = assessments.order_by("goal", "date", "number")
    for (goal, _text), of_date in groupby(stored.iterator(), lambda row: (row.goal_id, str(row.date))):
        used: set[int] = set()
        for row in of_date:
            cited = citations.filter(goal=goal, assessment_date=row.date, assessment_number=row.number)
            for citation in cited.order_by("source__slug", "pk"):
                if citation.source_id not in used:
                    used.add(citation.source_id)
                    row.source_id, row.locator = citation.source_id, citation.locator
                    row.locator_order = citation.locator_order
                    row.save()
                    break
            else:
                row.delete()
    _convert_rows(apps, _without_citations)
    if schema_editor.connection.vendor == "postgresql":
        # PostgreSQL alters no table of which it has keys to check.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _numbered(rows: Iterable[Row], key: Callable[[Row], object]) -> Iterable[tuple[int, Row]]:
    for _key, same in groupby(rows, key):
        yield from enumerate(same, 1)


def _convert_rows(apps: StateApps, convert: Callable[[dict[str, Any]], None]) -> None:
    """Convert the whole rows of goals that are kept beside the tables: revisions, and forms that were sent."""
    revisions = apps.get_model("timeline", "revision").objects.filter(kind="goal")
    forms = apps.get_model("timeline", "sentform").objects.filter(table="goals")
    for stored in (revisions, forms):
        for rows in chunks(stored.order_by("pk").iterator(chunk_size=500)):
            changed = [row for row in rows if "assessments" in row.content]
            for row in changed:
                convert(row.content)
            stored.bulk_update(changed, ["content"])


def _with_citations(content: dict[str, Any]) -> None:
    """Convert a whole row to the form of this version, in which a row has its columns in the order of the table."""
    former = sorted(content["assessments"], key=lambda row: (str(row["date"]), row["source"]))
    assessments, citations = [], []
    for number, row in _numbered(former, lambda row: str(row["date"])):
        others = {name: row[name] for name in row if name not in ("date", "source", "locator")}
        assessments.append({"date": row["date"], "number": number, **others})
        citations.append(
            {
                "source": row["source"],
                "locator": row.get("locator", ""),
                "number": 1,
                "wording": "",
                "date": None,
                "assessment_date": row["date"],
                "assessment_number": number,
            }
        )
    # Keys of whole rows are compared as text.
    content["assessments"] = sorted(assessments, key=lambda row: (str(row["date"]), str(row["number"])))
    content["assessment_citations"] = sorted(
        citations, key=lambda row: (str(row["assessment_date"]), str(row["assessment_number"]))
    )


def _without_citations(content: dict[str, Any]) -> None:
    cited = content.pop("assessment_citations", [])
    used: set[tuple[str, str]] = set()
    remaining = []
    for row in content["assessments"]:
        date, number = str(row["date"]), row.pop("number", 1)
        for citation in cited:
            key = (date, citation["source"])
            is_its = (str(citation["assessment_date"]), citation["assessment_number"]) == (date, number)
            if is_its and key not in used:
                used.add(key)
                remaining.append({**row, "source": citation["source"], "locator": citation["locator"]})
                break
    content["assessments"] = sorted(remaining, key=lambda row: (str(row["date"]), row["source"]))


class Migration(migrations.Migration):
    dependencies = [("timeline", "0007_names_story_and_searches")]

    operations = [
        migrations.AddField(
            model_name="goalassessment",
            name="number",
            field=timeline.models.fields.CountField(
                default=1,
                help_text="Counts assessments of the same date.",
                validators=AT_LEAST_ONE,
                verbose_name="number",
            ),
        ),
        migrations.CreateModel(
            name="AssessmentCitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="timeline.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "locator",
                    timeline.models.fields.LineField(
                        blank=True,
                        help_text="Paragraph, page or article: ¶5, 第3页.",
                        max_length=60,
                        verbose_name="place in the source",
                    ),
                ),
                (
                    "locator_order",
                    models.BinaryField(default=b"", verbose_name="order of the places"),
                ),
                (
                    "number",
                    timeline.models.fields.CountField(
                        default=1,
                        help_text="Counts citations of the same place in the same source.",
                        validators=AT_LEAST_ONE,
                        verbose_name="number",
                    ),
                ),
                (
                    "wording",
                    timeline.models.fields.ProseField(
                        blank=True,
                        help_text="How this source puts it, where that differs or matters.",
                        verbose_name="wording",
                    ),
                ),
                (
                    "date",
                    timeline.models.fields.PartialDateField(
                        blank=True,
                        help_text="Only where it differs from the entry's or is its proof.",
                        verbose_name="date that this source gives",
                    ),
                ),
                (
                    "date_earliest",
                    models.DateField(editable=False, null=True, verbose_name="earliest day of that date"),
                ),
                (
                    "date_latest",
                    models.DateField(editable=False, null=True, verbose_name="latest day of that date"),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessment_citations",
                        to="timeline.goal",
                        verbose_name="goal",
                    ),
                ),
                (
                    "assessment_date",
                    timeline.models.fields.PartialDateField(
                        help_text=OF_ASSESSMENT, verbose_name="date of the assessment"
                    ),
                ),
                (
                    "assessment_number",
                    timeline.models.fields.CountField(
                        default=1,
                        help_text=OF_ASSESSMENT,
                        validators=AT_LEAST_ONE,
                        verbose_name="number of the assessment",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignObject(
                        editable=False,
                        from_fields=["goal", "assessment_date", "assessment_number"],
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        serialize=False,
                        to="timeline.goalassessment",
                        to_fields=["goal", "date", "number"],
                    ),
                ),
            ],
            options={
                "verbose_name": "citation of an assessment",
                "verbose_name_plural": "citations of assessments",
                "ordering": ["goal", "assessment_date", "assessment_number", "source", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "goal",
                            "assessment_date",
                            "assessment_number",
                            "source",
                            "locator",
                            "number",
                        ),
                        name="timeline_assessmentcitation_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assessment_number__gte", 1), ("number__gte", 1)),
                        name="timeline_assessmentcitation_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint("goalassessment", "timeline_goalassessment_once"),
        # So that this can be undone where there are assessments.
        migrations.AlterField(
            "goalassessment",
            "source",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="goal_assessments",
                to="timeline.source",
                verbose_name="source",
            ),
        ),
        migrations.AlterModelOptions(
            name="goalassessment",
            options={
                "ordering": ["goal", "date", "number"],
                "verbose_name": "assessment of a goal",
                "verbose_name_plural": "assessments of goals",
            },
        ),
        migrations.RunPython(move_sources, move_sources_back),
        migrations.RemoveField("goalassessment", "source"),
        migrations.RemoveField("goalassessment", "locator"),
        migrations.RemoveField("goalassessment", "locator_order"),
        migrations.AddConstraint(
            "goalassessment",
            models.UniqueConstraint(fields=("goal", "date", "number"), name="timeline_goalassessment_once"),
        ),
        migrations.AddConstraint(
            "goalassessment",
            models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="timeline_goalassessment_counts_from_one"
            ),
        ),
    ]
