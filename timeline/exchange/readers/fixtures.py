"""Reads Django fixtures (`dumpdata`), lists of {model, pk, fields}, with primary or natural keys, as rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from timeline.exchange.readers.nodes import excerpt, is_null, line
from timeline.exchange.readers.types import (
    FileLocation,
    FileRow,
    Notice,
    Problem,
    ReadResult,
    Sheet,
    printable,
)
from timeline.rows.columns import Column, PlainValue, suggestion_for
from timeline.rows.tables import TABLES, Table
from timeline.values.text import clean_line

_TABLE_OF = {table.model: table for table in TABLES.values()}
# Parent models of multi-table inheritance, whose objects are separate in a fixture.
_PARENTS = {parent for table in TABLES.values() for parent in table.model._meta.get_parent_list()}


# Derived columns under the names that fixtures of earlier versions have.
_FORMER_DERIVED = {"place", "place_basis"}


@dataclass
class _Object:
    """One object of the file: its model, place, primary key and fields."""

    place: FileLocation
    model: type[models.Model]
    pk: str
    fields: dict[str, Node]
    is_used: bool = False


@dataclass
class _Objects:
    """The objects of a file, with indexes by primary key and by slug."""

    all: list[_Object] = field(default_factory=list)
    by_pk: dict[tuple[type[models.Model], str], _Object] = field(default_factory=dict)
    by_slug: dict[tuple[type[models.Model], str], _Object] = field(default_factory=dict)


def is_fixture(root: Node) -> bool:
    """Whether the root is a list of objects with `model` and `fields`, which are no columns of any table."""
    return isinstance(root, SequenceNode) and any(
        {"model", "fields"} <= set(_members(node)) for node in root.value
    )


def read_fixture(file: str, root: Node) -> ReadResult:
    reading = ReadResult()
    objects = _objects(file, root, reading)
    found: dict[str, list[FileRow | Problem]] = {name: [] for name in TABLES}
    left_out: dict[type[models.Model], set[str]] = {}
    for its in objects.all:
        if table := _TABLE_OF.get(its.model):
            found[table.name] += _ObjectReader(its, table, objects, left_out).read()
    for its in objects.all:
        if its.model in _PARENTS and not its.is_used:
            reading.problems.append(
                Problem(
                    its.place,
                    _("Nothing in this file says what kind of entry this is."),
                    value=its.pk or _slug(its),
                )
            )
    for model, names in left_out.items():
        reading.notices.append(
            Notice(
                FileLocation(file),
                _("%(model)s: the columns %(columns)s do not come from files and were left out.")
                % {"model": model._meta.label_lower, "columns": ", ".join(sorted(names))},
            )
        )
    for name, rows in found.items():
        if rows:
            reading.sheets.append(Sheet(file, TABLES[name], rows.__iter__))
    return reading


def _objects(file: str, root: Node, reading: ReadResult) -> _Objects:
    objects = _Objects()
    others: Counter[str] = Counter()
    for number, node in enumerate(root.value, 1):
        members = _members(node)
        place = FileLocation(file, "", number, line(node))
        if not {"model", "fields"} <= set(members) or not isinstance(members["fields"], MappingNode):
            reading.problems.append(
                Problem(
                    place, _("An object with “model” and “fields” is expected here."), value=excerpt(node)
                )
            )
            continue
        label = _text(members["model"])
        try:
            model = apps.get_model(label.lower())
        except (LookupError, ValueError):
            known = [model._meta.label_lower for model in (*_TABLE_OF, *_PARENTS)]
            reading.problems.append(
                Problem(
                    place,
                    _("There is no model “%(name)s”%(nearest)s.")
                    % {"name": printable(label), "nearest": suggestion_for(label.lower()[:80], known)},
                )
            )
            continue
        if model not in _TABLE_OF and model not in _PARENTS:
            others[model._meta.label_lower] += 1
            continue
        fields = _members(members["fields"])
        if len(fields) != len(members["fields"].value):
            reading.problems.append(Problem(place, _("A column stands twice in this object.")))
        its = _Object(place, model, _text(members.get("pk")), fields)
        objects.all.append(its)
        # A child has the primary key of its parent.
        for owner in (model, *model._meta.get_parent_list()):
            if its.pk:
                objects.by_pk.setdefault((owner, its.pk), its)
            if slug := _slug(its):
                objects.by_slug.setdefault((owner, slug), its)
    for label, count in others.items():
        reading.notices.append(
            Notice(
                FileLocation(file),
                _("%(model)s: %(count)s objects are no content and were left out.")
                % {"model": label, "count": count},
            )
        )
    return objects


class _ObjectReader:
    """Reads one object, combined with its parent object, as a row."""

    def __init__(
        self, its: _Object, table: Table, objects: _Objects, left_out: dict[type[models.Model], set[str]]
    ) -> None:
        self.its = its
        self.table = table
        self.objects = objects
        self.left_out = left_out
        self.place = FileLocation(its.place.file, table.name, its.place.row, its.place.line, table.renamed)
        self.columns = {column.attribute: column for column in table.columns.values()}

    def read(self) -> Iterator[FileRow | Problem]:
        cells: dict[str, PlainValue] = {}
        for its in (self._parent(), self.its):
            if its is None:
                continue
            its.is_used = True
            for name, node in its.fields.items():
                try:
                    column = self._column(its.model, name)
                    if column is not None:
                        cells[column.name] = self._cell(column, node)
                except _FixtureFieldError as wrong:
                    yield Problem(self.place, wrong.args[0], name, excerpt(node))
        if "slug" in self.table.key and "slug" not in cells and self.table.model._meta.get_parent_list():
            yield Problem(
                self.place,
                _("The object that holds the rest of this record is not in the file."),
                value=self.its.pk,
            )
        else:
            yield FileRow(self.place, self.table, cells)

    def _parent(self) -> _Object | None:
        """The object of the parent model, found by the parent link, the slug or the primary key."""
        for parent, link in self.table.model._meta.parents.items():
            reference = self.its.fields.get(link.name) if link else None
            slug = (
                clean_line(_text(reference.value[0]))
                if isinstance(reference, SequenceNode) and reference.value
                else _slug(self.its)
            )
            pk = _text(reference) if isinstance(reference, ScalarNode) else self.its.pk
            for found in (self.objects.by_slug.get((parent, slug)), self.objects.by_pk.get((parent, pk))):
                if found is not None and found.model is parent:
                    return found
        return None

    def _column(self, model: type[models.Model], name: str) -> Column | None:
        """The column of a field; None if files do not have it."""
        if name in self.columns:
            return self.columns[name]
        if name in _FORMER_DERIVED:
            self.left_out.setdefault(model, set()).add(name)
            return None
        try:
            known = self.table.model._meta.get_field(name)
        except FieldDoesNotExist:
            raise _FixtureFieldError(
                _("There is no such column%(nearest)s. Columns are: %(columns)s.")
                % {
                    "nearest": suggestion_for(name[:80], list(self.columns)),
                    "columns": ", ".join(self.columns),
                }
            ) from None
        if not (known.is_relation and getattr(known.remote_field, "parent_link", False)):
            self.left_out.setdefault(model, set()).add(name)
        return None

    def _cell(self, column: Column, node: Node) -> PlainValue:
        if is_null(node):
            return None
        if column.is_many_to_many:
            if not isinstance(node, SequenceNode):
                raise _FixtureFieldError(_("A list is expected here."))
            return [self._reference(column, item) for item in node.value]
        if column.field.is_relation:
            return self._reference(column, node)
        if not isinstance(node, ScalarNode):
            raise _FixtureFieldError(_("One value is expected here, not a list."))
        return _text(node)

    def _reference(self, column: Column, node: Node) -> str:
        """The slug for a natural key, [slug], or for the primary key of an object in the same file."""
        if isinstance(node, SequenceNode):
            if len(node.value) != 1 or not isinstance(node.value[0], ScalarNode):
                raise _FixtureFieldError(_("A natural key is expected here: a list with the slug."))
            return _text(node.value[0])
        if not isinstance(node, ScalarNode):
            raise _FixtureFieldError(_("A natural key is expected here: a list with the slug."))
        pk = _text(node)
        model: Any = column.field.related_model
        found = self.objects.by_pk.get((model, pk))
        if found is not None and (slug := _slug(found) or self._slug_of_parent(found)):
            return slug
        if not pk.isdigit():
            return pk
        raise _FixtureFieldError(
            _(
                "Number %(pk)s means nothing outside the database it comes from. Write keys with dumpdata --natural-foreign."
            )
            % {"pk": pk}
        )

    def _slug_of_parent(self, child: _Object) -> str:
        for parent in child.model._meta.get_parent_list():
            found = self.objects.by_pk.get((parent, child.pk))
            if found is not None and _slug(found):
                return _slug(found)
        return ""


class _FixtureFieldError(Exception):
    """A field of an object is invalid."""


def _members(node: Node) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, ScalarNode)}


def _text(node: Node | None) -> str:
    return str(node.value) if isinstance(node, ScalarNode) and not is_null(node) else ""


def _slug(its: _Object) -> str:
    return clean_line(_text(its.fields.get("slug")))
