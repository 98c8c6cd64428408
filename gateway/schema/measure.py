"""How much an operation asks for, counted in one walk before anything else is done with it.

Fragments are counted as if they were written out at every place where they are spread, but each is walked only once:
the count of a chain in which every fragment spreads the next one twice takes as many steps as it has fragments.

**Cost.** A value shown costs 1, an object 1 and what is shown of it, a list that for each item that it may hold: as
many as ``first`` says (20 unless said, 100 at most), ``ASSUMED`` where a list has no such bound. A field that asks a
service costs ``ASKS`` more. The sizes follow the GraphQL Cost Directives specification (ibm.github.io/graphql-specs,
``@cost`` and ``@listSize``), with the weights taken from the code instead of from directives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
)

from gateway.schema.paging import DEFAULT, MOST

#: What a field costs beside what it shows, when it asks a service.
ASKS = 10
#: Items that a list is taken to hold when nothing bounds it.
ASSUMED = 10


@dataclass(frozen=True)
class Measure:
    """What a selection set asks for, its fragments written out.

    ``depth`` counts the levels below it; ``repeats`` the fields that a selection set names again (validation compares
    each with each). ``each`` is what the set costs more for every item of the page on which it stands.
    """

    selections: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    repeats: int = 0
    cost: int = 0
    each: int = 0

    def plus(self, other: Measure) -> Measure:
        return Measure(
            self.selections + other.selections,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.repeats + other.repeats,
            self.cost + other.cost,
            self.each + other.each,
        )


def measure(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Measure:
    """What the operation asks for with these variables. It need not be valid: what the schema lacks counts 1."""
    return _measured(schema, document, operation, variables)[0]


class Measures:
    """The measures of one document's operations. What was measured last is known when it is asked for again with the
    same bounds of lists: nothing else in the variables changes it."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[Measure, dict[str, int]]] = {}

    def of(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> Measure:
        """See ``measure``; the operation is one of this document's own."""
        found = self._last.get(id(operation))
        if found is not None:
            measured, bounds = found
            given = {**_defaults(operation), **variables} if bounds else {}
            if all(_bound(given.get(name)) == bound for name, bound in bounds.items()):
                return measured
        self._last[id(operation)] = _measured(schema, document, operation, variables)
        return self._last[id(operation)][0]


def _measured(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> tuple[Measure, dict[str, int]]:
    """The measure, and the bounds of lists that it took from variables."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    walk = _Walk(schema, fragments, {**_defaults(operation), **variables})
    own = Measure(directives=len(operation.directives or ()))
    return walk.selected(operation.selection_set, root).plus(own), walk.bounds


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """The variables that have a whole number for a default: all that bounds of lists need."""
    return {
        definition.variable.name.value: int(definition.default_value.value)
        for definition in operation.variable_definitions or ()
        if isinstance(definition.default_value, IntValueNode) and len(definition.default_value.value) < 12
    }


class _Walk:
    """One walk over one operation. A fragment knows on which type it stands, so that its measure holds everywhere."""

    def __init__(
        self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], variables: Mapping[str, Any]
    ) -> None:
        self._types = schema.type_map
        self._fragments = fragments
        self._variables = variables
        self.bounds: dict[str, int] = {}
        self._measured: dict[str, Measure] = {}

    def selected(
        self, selection_set: SelectionSetNode | None, kind: GraphQLNamedType | None, names: set[str] | None = None
    ) -> Measure:
        """The measure of what is selected on a type; ``names`` are those that stand around an inline fragment."""
        total, names = Measure(), set() if names is None else names
        for node in selection_set.selections if selection_set else ():
            total = total.plus(Measure(selections=1, directives=len(node.directives or ())))
            if isinstance(node, FieldNode):
                name = (node.alias or node.name).value
                total = total.plus(self._field(node, kind)).plus(Measure(repeats=int(name in names)))
                names.add(name)
            elif isinstance(node, InlineFragmentNode):
                on = self._types.get(node.type_condition.name.value) if node.type_condition else kind
                total = total.plus(self.selected(node.selection_set, on, names))
            elif isinstance(node, FragmentSpreadNode):
                total = total.plus(self._fragment(node.name.value))
        return total

    def _fragment(self, name: str) -> Measure:
        """The measure of a fragment, walked once. A cycle ends where it closes: validation refuses it later."""
        if name not in self._measured and name in self._fragments:
            self._measured[name] = Measure()
            fragment = self._fragments[name]
            on = self._types.get(fragment.type_condition.name.value)
            self._measured[name] = self.selected(fragment.selection_set, on)
        return self._measured.get(name, Measure())

    def _field(self, node: FieldNode, on: GraphQLNamedType | None) -> Measure:
        field = on.fields.get(node.name.value) if isinstance(on, GraphQLObjectType | GraphQLInterfaceType) else None
        kind = get_named_type(field.type) if field else None
        below = self.selected(node.selection_set, kind)
        cost, each = 1 + below.cost, 0
        if field is not None and kind is not None and not is_leaf_type(kind):
            cost += below.each * (self._first(node) if "first" in field.args else ASSUMED)
            if _is_list(field) and _is_page(on):
                cost, each = 0, cost
            elif _is_list(field):
                cost *= self._first(node) if "first" in field.args else ASSUMED
        if field is not None and _asks(field):
            cost += ASKS
        return Measure(
            below.selections,
            below.depth + 1 if node.selection_set else 0,
            below.aliases + (node.alias is not None),
            below.directives,
            below.repeats,
            cost,
            each,
        )

    def _first(self, node: FieldNode) -> int:
        """How many items the caller asks for; the most that are ever given where that cannot be read."""
        for argument in node.arguments or ():
            if argument.name.value == "first":
                value = argument.value
                if isinstance(value, VariableNode):
                    name = value.name.value
                    return self.bounds.setdefault(name, _bound(self._variables.get(name)))
                if isinstance(value, IntValueNode):
                    return _bound(int(value.value) if len(value.value) < 12 else MOST)
        return DEFAULT


def _bound(first: object) -> int:
    """How many items a list holds at most of which so many are asked for."""
    return min(max(first, 1), MOST) if isinstance(first, int) and not isinstance(first, bool) else DEFAULT


def _is_list(field: GraphQLField) -> bool:
    return is_list_type(field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type)


def _is_page(kind: GraphQLNamedType | None) -> bool:
    return isinstance(kind, GraphQLObjectType) and "pageInfo" in kind.fields


def _asks(field: GraphQLField) -> bool:
    """Whether a field waits for somebody: those that only show what is there already are not async."""
    definition = field.extensions.get("strawberry-definition")
    return definition is not None and bool(definition.is_async)
