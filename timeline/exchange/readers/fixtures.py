"""Reads Django fixtures (`dumpdata`), lists of {model, pk, fields}, with primary or natural keys, as rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware, now
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from timeline.exchange.readers.headers import former_columns
from timeline.exchange.readers.nodes import excerpt, is_null, line
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, ReadResult, Sheet, printable
from timeline.rows.columns import Column, PlainValue, suggestion_for
from timeline.rows.tables import STATUS_COLUMN, TABLES, Table
from timeline.values.text import clean_line
from timeline.workflow import SCHEDULED, Status

_TABLE_OF = {table.model: table for table in TABLES.values()}
# Parent models of multi-table inheritance, whose objects are separate in a fixture.
_PARENTS = {parent for table in TABLES.values() for parent in table.model._meta.get_parent_list()}
# Derived columns under the names that fixtures of earlier versions have.
_FORMER_DERIVED = {"place", "place_basis", "locator_order"}
# Columns by the names that they had when they referred to one record.
_FORMER_SINGLE = {"authority": "authorities"}


class _FixtureFieldError(Exception):
    """A field of an object is invalid."""


@dataclass(eq=False)
class _Object:
    """One object of the file: its model, place, primary key and fields."""

    place: FileLocation
    model: type[Model]
    pk: str
    fields: dict[str, Node]
    is_used: bool = False

    @property
    def slug(self) -> str:
        return clean_line(_text(self.fields.get("slug")))


def is_fixture(root: Node) -> bool:
    """Whether the root is a list of objects with `model` and `fields`, which are no columns of any table."""
    return isinstance(root, SequenceNode) and any(
        {"model", "fields"} <= _members(node).keys() for node in root.value
    )


def read_fixture(reading: ReadResult, file: str, root: Node) -> None:
    """Add the rows of a fixture, each of one object combined with that of its parent model."""
    fixture = _Fixture(reading, file, root.value)
    found: dict[str, list[FileRow | Problem]] = {name: [] for name in TABLES}
    for its in fixture.objects:
        if table := _TABLE_OF.get(its.model):
            found[table.name] += fixture.read(its, table)
    for its in fixture.objects:
        if its.model in _PARENTS and not its.is_used:
            message = _("Nothing in this file says what kind of entry this is.")
            reading.add_problem(its.place, message, value=its.pk or its.slug)
    for model, names in fixture.left_out.items():
        message = _("%(model)s: the columns %(columns)s do not come from files and were left out.")
        columns = ", ".join(sorted(names))
        reading.add_notice(FileLocation(file), message, model=model._meta.label_lower, columns=columns)
    for name, rows in found.items():
        if rows:
            reading.sheets.append(Sheet(file, TABLES[name], rows.__iter__))


class _Fixture:
    """The objects of a file, with indexes by primary key and by slug."""

    def __init__(self, reading: ReadResult, file: str, nodes: list[Node]) -> None:
        self.objects: list[_Object] = []
        self._by_pk: dict[tuple[type[Model], str], _Object] = {}
        self._by_slug: dict[tuple[type[Model], str], _Object] = {}
        # The fields that files do not have.
        self.left_out: defaultdict[type[Model], set[str]] = defaultdict(set)
        others: Counter[str] = Counter()
        for number, node in enumerate(nodes, 1):
            members = _members(node)
            place = FileLocation(file, "", number, line(node))
            if not ("model" in members and isinstance(members.get("fields"), MappingNode)):
                message = _("An object with “model” and “fields” is expected here.")
                reading.add_problem(place, message, value=excerpt(node))
                continue
            label = _text(members["model"])
            try:
                model = apps.get_model(label.lower())
            except (LookupError, ValueError):
                known = [model._meta.label_lower for model in (*_TABLE_OF, *_PARENTS)]
                message = _("There is no model “%(name)s”%(nearest)s.")
                nearest = suggestion_for(label.lower()[:80], known)
                reading.add_problem(place, message, name=printable(label), nearest=nearest)
                continue
            if model not in _TABLE_OF and model not in _PARENTS:
                others[model._meta.label_lower] += 1
                continue
            fields = _members(members["fields"])
            if len(fields) != len(members["fields"].value):
                reading.add_problem(place, _("A column stands twice in this object."))
            self._add(_Object(place, model, _text(members.get("pk")), fields))
        for label, count in others.items():
            message = _("%(model)s: %(count)s objects are no content and were left out.")
            reading.add_notice(FileLocation(file), message, model=label, count=count)

    def _add(self, its: _Object) -> None:
        self.objects.append(its)
        # A child has the primary key of its parent.
        for owner in (its.model, *its.model._meta.get_parent_list()):
            if its.pk:
                self._by_pk.setdefault((owner, its.pk), its)
            if its.slug:
                self._by_slug.setdefault((owner, its.slug), its)

    def read(self, child: _Object, table: Table) -> Iterator[FileRow | Problem]:
        """The row of an object, combined with its parent object."""
        at = child.place
        objects = [*filter(None, (self._parent(child, table), child))]
        offsets = {name: line(node) - at.line for its in objects for name, node in its.fields.items()}
        place = FileLocation(at.file, table.name, at.row, at.line, table.renamed, offsets)
        cells: dict[str, PlainValue] = {}
        for its in objects:
            its.is_used = True
            if STATUS_COLUMN in its.fields and not table.within:
                cells[STATUS_COLUMN] = _status(its)
            for name, node in its.fields.items():
                try:
                    if column := self._column(its.model, table, name):
                        cell = self._reference if name in _FORMER_SINGLE and not is_null(node) else self._cell
                        cells[column.name] = cell(column, node)
                except _FixtureFieldError as wrong:
                    yield Problem(place, str(wrong), name, excerpt(node))
        if "slug" in table.key and "slug" not in cells and table.model._meta.get_parent_list():
            message = _("The object that holds the rest of this record is not in the file.")
            yield Problem(place, message, value=child.pk)
        else:
            yield FileRow(place, table, cells)

    def _parent(self, child: _Object, table: Table) -> _Object | None:
        """The object of the parent model, found by the parent link, the slug or the primary key."""
        for parent, link in table.model._meta.parents.items():
            reference = child.fields.get(link.name) if link else None
            is_natural = isinstance(reference, SequenceNode) and reference.value
            slug = clean_line(_text(reference.value[0])) if reference and is_natural else child.slug
            pk = _text(reference) if isinstance(reference, ScalarNode) else child.pk
            for found in (self._by_slug.get((parent, slug)), self._by_pk.get((parent, pk))):
                if found is not None and found.model is parent:
                    return found
        return None

    def _column(self, model: type[Model], table: Table, name: str) -> Column | None:
        """The column of a field; None if files do not have it."""
        columns = {column.attribute: column for column in table.columns.values()} | former_columns(table)
        if (present := _FORMER_SINGLE.get(name, name)) in columns:
            return columns[present]
        is_link = False
        if name not in _FORMER_DERIVED:
            try:
                field = table.model._meta.get_field(name)
            except FieldDoesNotExist:
                message = _("There is no such column%(nearest)s. Columns are: %(columns)s.")
                nearest = suggestion_for(name[:80], list(columns))
                raise _FixtureFieldError(
                    message % {"nearest": nearest, "columns": ", ".join(columns)}
                ) from None
            is_link = field.is_relation and getattr(field.remote_field, "parent_link", False)
        if not is_link and name != STATUS_COLUMN:
            self.left_out[model].add(name)
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
        is_natural = isinstance(node, SequenceNode) and len(node.value) == 1
        key = node.value[0] if is_natural else node
        if not isinstance(key, ScalarNode):
            raise _FixtureFieldError(_("A natural key is expected here: a list with the slug."))
        pk = _text(key)
        if is_natural:
            return pk
        found = self._by_pk.get((column.model, pk))
        if found is not None:
            parents = (self._by_pk.get((parent, pk)) for parent in found.model._meta.get_parent_list())
            if slug := found.slug or next((its.slug for its in parents if its and its.slug), ""):
                return slug
        if not pk.isdigit():
            return pk
        message = _(
            "Number %(pk)s means nothing outside the database it comes from. Write keys with dumpdata --natural-foreign."
        )
        raise _FixtureFieldError(message % {"pk": pk})


def _status(its: _Object) -> str:
    """The status of an object, as other files have it: what is published from a time that lies ahead is scheduled."""
    status, since = _text(its.fields[STATUS_COLUMN]), _text(its.fields.get("published_at"))
    try:
        moment = parse_datetime(since)
    except ValueError:
        moment = None
    if status != Status.PUBLISHED or moment is None:
        return status
    moment = make_aware(moment) if is_naive(moment) else moment
    return SCHEDULED if moment > now() else status


def _members(node: Node) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, ScalarNode)}


def _text(node: Node | None) -> str:
    return str(node.value) if isinstance(node, ScalarNode) and not is_null(node) else ""
