"""Plans: functions from a value to what is shown of it, compiled once from the plain parts of a document.

- A field is *plain* when it has no arguments and no resolver of its own, and what it shows is a leaf, or objects and
  lists of plain fields only.
- A plan is strict: it takes exactly the Python types that the schema promises, and gives up on everything else, null
  where there may be none included.
- A plan reads and nothing more, so that beginning again without it has no effect but time.
- Of rows that nobody has made objects of (``Rows`` in wire.py) it takes what is shown from the rows themselves.

A plan holds nothing of who asks. Plans belong to the document whose selections they show, by these selections' nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import EnumType
from math import isfinite
from operator import attrgetter
from typing import Any
from uuid import UUID

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    DirectiveNode,
    DocumentNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    Visitor,
    get_nullable_type,
    visit,
)

from gateway.schema.wire import Later, Reader, Rows, as_it_is, reader_of

Plan = Callable[[Any], Any]
#: What is selected of an object type: graphql-core's ``collect_subfields``.
Collect = Callable[[GraphQLObjectType, Any], Any]

#: What a scalar of one's own may be made of: nothing that is waited for, and no error.
HARMLESS = frozenset({str, int, float, bool, dict, list, date, datetime, time, Decimal, UUID})


class NotPlain(Exception):
    """This value is for the ordinary executor."""


class Plans:
    """The plans of one document, each made when it is first asked for; of its very nodes, so of no other's."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._of_values: dict[Any, Plan | None] = {}
        self._of_fields: dict[Any, Plan | None] = {}

    @classmethod
    def to_keep(cls, schema: GraphQLSchema, document: DocumentNode) -> Plans | None:
        """Plans that hold for every execution of the document; None if a directive may leave out a part of it."""
        looking = _Looking()
        visit(document, looking)
        return None if looking.found else cls(schema)

    def of_value(self, kind: GraphQLOutputType, selected: Any, collect: Collect) -> Plan | None:
        """The plan of a value of this type of which this is selected; None where it is not plain."""
        key = (kind, _nodes(selected))
        if key not in self._of_values:
            self._of_values[key] = self._value(kind, selected, collect)
        return self._of_values[key]

    def of_field(self, parent: GraphQLObjectType, selected: Any, collect: Collect) -> Plan | None:
        """The plan of a field, from the object on which it stands."""
        key = (parent, _nodes(selected))
        if key not in self._of_fields:
            self._of_fields[key] = self._field(parent, selected, collect)
        return self._of_fields[key]

    def _value(self, kind: GraphQLOutputType, selected: Any, collect: Collect) -> Plan | None:
        if isinstance(kind, GraphQLNonNull):
            return _required(self._value(kind.of_type, selected, collect))
        if isinstance(kind, GraphQLList):
            item = get_nullable_type(kind.of_type)
            row = self._row(item, selected, collect) if isinstance(item, GraphQLObjectType) else None
            return _each(self._value(kind.of_type, selected, collect), row)
        if isinstance(kind, GraphQLEnumType):
            return _member(kind)
        if isinstance(kind, GraphQLScalarType):
            return AS_IT_IS.get(kind) or _scalar(kind)
        return self._object(kind, selected, collect) if isinstance(kind, GraphQLObjectType) else None

    def _object(self, kind: GraphQLObjectType, selected: Any, collect: Collect) -> Plan | None:
        found = self._selected(kind, selected, collect)
        if found is None:
            return None
        fields = [(name, self.of_field(kind, details, collect)) for name, details in found]
        plans = [(name, plan) for name, plan in fields if plan is not None]
        only = _class_of(kind)
        if len(plans) < len(fields) or (kind.is_type_of and only is None):
            return None

        def show(value: Any) -> Any:
            if value is None:
                return None
            if kind.is_type_of and type(value) is not only:
                raise NotPlain
            return {name: plan(value) for name, plan in plans}

        return show

    def _field(self, parent: GraphQLObjectType, selected: Any, collect: Collect) -> Plan | None:
        if _is_typename(selected):
            return _typename(parent)
        shown = self._attribute(parent, selected, collect)
        if shown is None:
            return None
        read, show = attrgetter(shown[0]), shown[1]
        return lambda source: show(read(source))

    def _row(self, kind: GraphQLObjectType, selected: Any, collect: Collect) -> tuple[Any, Plan] | None:
        """The class of which rows would become objects, and the plan of such a row; None where it cannot be shown."""
        only, found = _class_of(kind), self._selected(kind, selected, collect)
        plans: list[tuple[str, Plan]] = []
        for name, details in found or ():
            if _is_typename(details):
                plans.append((name, _typename(kind)))
                continue
            shown = self._attribute(kind, details, collect)
            read = reader_of(only, shown[0]) if shown else None
            if shown is None or read is None:
                return None
            plans.append((name, _from_row(shown[0], read, shown[1])))
        named = getattr(only, "named", None)
        if found is None or named is None:
            return None

        def show(row: Any) -> Any:
            row = named(row)
            return {name: plan(row) for name, plan in plans}

        return only, show

    def _selected(self, kind: Any, selected: Any, collect: Collect) -> list[tuple[str, Any]] | None:
        try:
            grouped, *_ = collect(kind, selected)
        except Exception:
            return None
        return list(grouped.items())

    def _attribute(self, parent: GraphQLObjectType, selected: Any, collect: Collect) -> tuple[str, Plan] | None:
        """The attribute that a field shows, and the plan of what is in it."""
        node = selected[0].node
        field = self._schema.get_field(parent, node.name.value)
        attribute = _attribute(field) if field and not node.arguments else None
        if field is None or attribute is None:
            return None
        plan = self.of_value(field.type, selected, collect)
        return None if plan is None else (attribute, plan)


class _Looking(Visitor):
    """Looks for directives. All that there are on selections may leave them out."""

    found = False

    def enter_directive(self, _node: DirectiveNode, *_: Any) -> None:
        self.found = True


def _nodes(selected: Any) -> Any:
    """What is selected, as its nodes are known: the document keeps them, so that their ids stay theirs."""
    return id(selected[0].node) if len(selected) == 1 else tuple(id(details.node) for details in selected)


def _is_typename(selected: Any) -> bool:
    return bool(selected[0].node.name.value == "__typename")


def _typename(kind: GraphQLObjectType) -> Plan:
    name = kind.name
    return lambda _: name


def _attribute(field: GraphQLField) -> str | None:
    """The attribute that a field shows; None when it takes arguments or has a resolver of its own."""
    definition = field.extensions.get("strawberry-definition")
    if definition is None or field.args or not getattr(field.resolve, "_is_default", False):
        return None
    return str(definition.python_name) if definition.default_resolver is getattr else None


def _class_of(kind: Any) -> Any:
    """The class of a type's objects, where there is one."""
    definition = kind.extensions.get("strawberry-definition")
    return definition.origin if definition is not None else None


def _required(plan: Plan | None) -> Plan | None:
    if plan is None or plan is _text:
        return plan and _sure_text

    def show(value: Any) -> Any:
        shown = plan(value)
        if shown is None:
            raise NotPlain
        return shown

    return show


def _each(plan: Plan | None, row: tuple[Any, Plan] | None) -> Plan | None:
    """The plan of a list, from that of an item and that of a row that would become one."""
    if plan is None:
        return None
    only, show_row = row or (None, plan)

    def show(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is Rows and value.kind is only:
            return [show_row(each) for each in value.rows]
        if isinstance(value, Later):
            value = value.made
        if type(value) is not list and type(value) is not tuple:
            raise NotPlain
        return [plan(item) for item in value]

    return show


def _from_row(name: str, read: Reader, show: Plan) -> Plan:
    """What a field shows of a row: the value is read as it is for an object, and shown."""
    if read is as_it_is:
        return lambda row: show(row[name])
    if isinstance(read, EnumType):
        members: Any = read
        names = {member.value: show(member) for member in members}
        return lambda row: names[row[name]]
    return lambda row: show(read(row[name]))


def _member(kind: GraphQLEnumType) -> Plan:
    own = getattr(kind, "wrapped_cls", None)
    names = {member: kind.coerce_output_value(member) for member in own or ()}

    def show(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not own:
            raise NotPlain
        return names[value]

    return show


def _scalar(kind: GraphQLScalarType) -> Plan:
    coerce = kind.coerce_output_value

    def show(value: Any) -> Any:
        if value is None:
            return None
        if type(value) not in HARMLESS:
            raise NotPlain
        shown = coerce(value)
        if shown is None or shown is Undefined:
            raise NotPlain
        return shown

    return show


def _text(value: Any) -> Any:
    if type(value) is str or value is None:
        return value
    raise NotPlain


def _sure_text(value: Any) -> Any:
    """Most of an answer, so in one step."""
    if type(value) is str:
        return value
    raise NotPlain


def _whole(value: Any) -> Any:
    if value is None or (type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT):
        return value
    raise NotPlain


def _number(value: Any) -> Any:
    if value is None or (type(value) is float and isfinite(value)):
        return value
    raise NotPlain


def _truth(value: Any) -> Any:
    if value is True or value is False or value is None:
        return value
    raise NotPlain


#: The scalars of GraphQL itself: a value of the right type is shown as it is.
AS_IT_IS: dict[Any, Plan] = {
    GraphQLString: _text,
    GraphQLID: _text,
    GraphQLInt: _whole,
    GraphQLFloat: _number,
    GraphQLBoolean: _truth,
}
