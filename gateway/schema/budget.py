"""How much a document asks for, counted before anything else is done with it.

Fragments are counted as if they were written out at every place where they are spread, but each is walked only once:
the count of a chain in which every fragment spreads the next one twice takes as many steps as it has fragments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension

from gateway import metrics


@dataclass(frozen=True)
class Budget:
    """The most that one document may hold."""

    selections: int = 1500
    depth: int = 15
    aliases: int = 60
    directives: int = 50
    fragments: int = 50
    operations: int = 5
    mutations: int = 5


@dataclass(frozen=True)
class Measure:
    """What a selection set asks for, its fragments written out. ``depth`` counts the levels below it."""

    selections: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0

    def plus(self, other: Measure) -> Measure:
        return Measure(
            self.selections + other.selections,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


def refusals(document: DocumentNode, budget: Budget) -> Iterator[str]:
    """Why the document is too much, as sentences; nothing when it is within the budget."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(fragments) > budget.fragments:
        yield f"It has {len(fragments)} fragments; {budget.fragments} are the most."
        return
    if len(operations) > budget.operations:
        yield f"It has {len(operations)} operations; {budget.operations} are the most."
        return
    measured: dict[str, Measure | None] = {}
    for operation in operations:
        measure = _measure(operation.selection_set, fragments, measured)
        total = replace(measure, directives=measure.directives + len(operation.directives or ()))
        for what in ("selections", "depth", "aliases", "directives"):
            found, most = getattr(total, what), getattr(budget, what)
            if found > most:
                yield f"It has {found if found < 1_000_000 else 'over a million'} {what}; {most} are the most."
        roots = len(operation.selection_set.selections)
        if operation.operation.value == "mutation" and roots > budget.mutations:
            yield f"It has {roots} mutations; {budget.mutations} are the most."


def _measure(
    selection_set: SelectionSetNode | None,
    fragments: dict[str, FragmentDefinitionNode],
    measured: dict[str, Measure | None],
) -> Measure:
    total = Measure()
    for node in selection_set.selections if selection_set else ():
        own = Measure(1, 0, 0, len(node.directives or ()))
        if isinstance(node, FieldNode):
            below = _measure(node.selection_set, fragments, measured)
            own = replace(own, aliases=int(node.alias is not None))
            below = replace(below, depth=below.depth + 1)
        elif isinstance(node, InlineFragmentNode):
            below = _measure(node.selection_set, fragments, measured)
        elif isinstance(node, FragmentSpreadNode):
            below = _fragment(node.name.value, fragments, measured)
        else:
            below = Measure()
        total = total.plus(own).plus(below)
    return total


def _fragment(name: str, fragments: dict[str, FragmentDefinitionNode], measured: dict[str, Measure | None]) -> Measure:
    """The measure of a fragment, walked once. A cycle ends where it closes: validation refuses it later."""
    if name not in measured and name in fragments:
        measured[name] = None
        measured[name] = _measure(fragments[name].selection_set, fragments, measured)
    return measured.get(name) or Measure()


class WithinBudget(SchemaExtension):
    """Refuses a document that asks for too much, before it is validated."""

    budget = Budget()

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            if reasons := list(refusals(document, self.budget)):
                metrics.REFUSED.labels("budget").inc()
                message = "The query asks for too much. " + " ".join(reasons)
                context.pre_execution_errors = [GraphQLError(message, extensions={"code": "QUERY_TOO_COSTLY"})]
            elif operations_in(document) > 1 and context._provided_operation_name is None:
                context.pre_execution_errors = [GraphQLError("Say which operation by its operationName.")]
        yield


def operations_in(document: DocumentNode) -> int:
    """How many operations a document holds."""
    return sum(isinstance(node, OperationDefinitionNode) for node in document.definitions)
