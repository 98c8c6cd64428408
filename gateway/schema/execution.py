"""Executing what is there already without ceremony.

graphql-core spends some 7 µs on every field: a path, an info object, its arguments, a chain of questions about its
type, whether or not the field only shows an attribute. Most of an answer is such fields. Here the part of a selection
that needs nothing else is compiled once per operation into a **plan**: a function from a value to what is shown of it.

- a field is *plain* when it has no arguments and no resolver of its own, and what it shows is a leaf, or objects and
  lists of plain fields only;
- a plan is strict: it takes exactly the Python types that the schema promises, and gives up on everything else, null
  where there may be none included;
- what a plan gives up on, and everything that is not plain, is executed by graphql-core as if there were no plans. A
  plan reads attributes and nothing more, so that beginning again has no effect but time.

So every error, its path and its place come from the ordinary executor, and an answer cannot depend on which of both
made it: tests/gateway/test_execution.py compares them over random queries and data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from operator import attrgetter
from typing import Any
from uuid import UUID

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
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
    GraphQLString,
    Undefined,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

Plan = Callable[[Any], Any]

#: What a scalar of one's own may be made of: nothing that is waited for, and no error.
HARMLESS = frozenset({str, int, float, bool, dict, list, date, datetime, time, Decimal, UUID})


class NotPlain(Exception):
    """This value is for the ordinary executor."""


class PlannedExecution(StrawberryGraphQLCoreExecutionContext):
    """Executes plain selections by plan, and leaves the rest to graphql-core."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # By type and selection. The selection is kept beside its plan, so that its id stays its own.
        self._of_values: dict[tuple[Any, int], tuple[Any, Plan | None]] = {}
        self._of_fields: dict[tuple[Any, int], tuple[Any, Plan | None]] = {}
        self._plain = not (self.middleware_manager and self.middleware_manager.middlewares)

    def build_per_event_executor(self, payload: Any) -> Any:
        """The executor of one item of a subscription: its selections are its own, and so must be their plans."""
        executor: Any = super().build_per_event_executor(payload)
        executor._of_values, executor._of_fields = {}, {}
        return executor

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """The value by its plan, if it has one and keeps to it."""
        plan = _once(self._of_values, return_type, field_details_list, self._plan_of_value)
        if plan is not None:
            try:
                return plan(result)
            except Exception:
                pass  # the ordinary executor comes upon it again, and says where it is
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def execute_field(
        self, parent_type: Any, source: Any, field_details_list: Any, path: Any, position_context: Any
    ) -> Any:
        """A plain field by its plan, on an object that has other fields too."""
        plan = _once(self._of_fields, parent_type, field_details_list, self._plan_of_field)
        if plan is not None:
            try:
                return plan(source)
            except Exception:
                pass  # as above
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def _plan_of_value(self, kind: GraphQLOutputType, selected: Any) -> Plan | None:
        """The plan of a value of this type of which this is selected; None where it is not plain."""
        if not self._plain:
            return None
        if isinstance(kind, GraphQLNonNull):
            return _required(self._plan_of_value(kind.of_type, selected))
        if isinstance(kind, GraphQLList):
            return _each(self._plan_of_value(kind.of_type, selected))
        if isinstance(kind, GraphQLEnumType | GraphQLScalarType):
            return _leaf(kind)
        return self._plan_of_object(kind, selected) if isinstance(kind, GraphQLObjectType) else None

    def _plan_of_object(self, kind: GraphQLObjectType, selected: Any) -> Plan | None:
        try:
            grouped, *_ = self.collect_subfields(kind, selected)
        except Exception:
            return None
        fields = [(name, self._plan_of_field(kind, details)) for name, details in grouped.items()]
        plans = [(name, plan) for name, plan in fields if plan is not None]
        if len(plans) < len(fields):
            return None
        strawberry = kind.extensions.get("strawberry-definition")
        only = strawberry.origin if kind.is_type_of and strawberry else None
        if kind.is_type_of and only is None:
            return None

        def show(value: Any) -> Any:
            if value is None:
                return None
            if only is not None and type(value) is not only:
                raise NotPlain
            return {name: plan(value) for name, plan in plans}

        return show

    def _plan_of_field(self, parent: GraphQLObjectType, selected: Any) -> Plan | None:
        """The plan of a field, from the object on which it stands."""
        node = selected[0].node
        if node.name.value == "__typename":
            return lambda _: parent.name
        field = self.schema.get_field(parent, node.name.value)
        attribute = _attribute(field) if field and self._plain and not node.arguments else None
        if field is None or attribute is None:
            return None
        plan = _once(self._of_values, field.type, selected, self._plan_of_value)
        if plan is None:
            return None
        read, show = attrgetter(attribute), plan
        return lambda source: show(read(source))


def _once(known: dict[tuple[Any, int], tuple[Any, Plan | None]], kind: Any, selected: Any, make: Any) -> Plan | None:
    """What was made for this type and selection, made at the first time."""
    key = (kind, id(selected))
    found = known.get(key)
    if found is None:
        found = known[key] = (selected, make(kind, selected))
    return found[1]


def _attribute(field: GraphQLField) -> str | None:
    """The attribute that a field shows; None when it takes arguments or has a resolver of its own."""
    definition = field.extensions.get("strawberry-definition")
    if definition is None or field.args or not getattr(field.resolve, "_is_default", False):
        return None
    return str(definition.python_name) if definition.default_resolver is getattr else None


def _required(plan: Plan | None) -> Plan | None:
    if plan is None:
        return None

    def show(value: Any) -> Any:
        shown = plan(value)
        if shown is None:
            raise NotPlain
        return shown

    return show


def _each(plan: Plan | None) -> Plan | None:
    if plan is None:
        return None

    def show(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not list and type(value) is not tuple:
            raise NotPlain
        return [plan(item) for item in value]

    return show


def _leaf(kind: GraphQLEnumType | GraphQLScalarType) -> Plan:
    if kind in AS_IT_IS:
        return AS_IT_IS[kind]
    coerce = kind.coerce_output_value
    is_enum = isinstance(kind, GraphQLEnumType)

    def show(value: Any) -> Any:
        if value is None:
            return None
        if not (isinstance(value, Enum) if is_enum else type(value) in HARMLESS):
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
