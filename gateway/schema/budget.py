"""What one operation may ask for at most, and what its caller pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

from gateway import metrics
from gateway.problems import Failure, say
from gateway.schema.measure import Measure

#: What a request costs beside what it asks for: it is read, checked and answered.
REQUEST = 10
#: The most that is written out; what asks for more than this is not counted to the end.
MANY = 1_000_000


@dataclass(frozen=True)
class Budget:
    """The most that one document may hold. ``cost`` is explained in measure.py."""

    selections: int = 1500
    depth: int = 15
    aliases: int = 60
    directives: int = 50
    repeats: int = 20
    cost: int = 100_000
    fragments: int = 40
    operations: int = 5
    mutations: int = 5


@dataclass(frozen=True)
class Excess:
    """What a document has too much of: ``what`` is a field of Budget."""

    what: str
    found: int
    most: int

    def sentence(self, language: str) -> str:
        """It has 61 aliases, 1 more than the 60 that are allowed; the cost in the same words."""
        found = f"{self.found:,}" if self.found <= MANY else "over a million"
        over = f"{self.found - self.most:,}" if self.found <= MANY else "far"
        values = {"found": found, "most": f"{self.most:,}", "over": over}
        if language == "fr":
            values = {name: _in_french(value) for name, value in values.items()}
        return say(f"budget.{self.what}", ENGLISH[self.what].format_map(values), values, language)


ENGLISH = {
    "cost": "It costs {found}, {over} more than the {most} that one query may cost.",
    "depth": "It has {found} levels; {most} are the most.",
    "mutations": "It has {found} mutations; {most} are the most.",
    "repeats": "It names {found} fields again; {most} are the most.",
} | {
    what: f"It has {{found}} {what}; {{most}} are the most."
    for what in ("selections", "aliases", "directives", "fragments", "operations")
}


def _in_french(number: str) -> str:
    named = {"over a million": "plus d'un million", "far": "bien"}
    return named.get(number, number.replace(",", "\N{NARROW NO-BREAK SPACE}"))


def in_document(document: DocumentNode, budget: Budget) -> Iterator[Excess]:
    """What the document has too many of, before it is walked."""
    kinds = {"fragments": FragmentDefinitionNode, "operations": OperationDefinitionNode}
    for what, kind in kinds.items():
        found, most = sum(isinstance(node, kind) for node in document.definitions), getattr(budget, what)
        if found > most:
            yield Excess(what, found, most)


def in_operation(operation: OperationDefinitionNode, measured: Measure, budget: Budget) -> Iterator[Excess]:
    """What the operation asks too much of."""
    for what in ("selections", "depth", "aliases", "directives", "repeats", "cost"):
        found, most = getattr(measured, what), getattr(budget, what)
        if found > most:
            yield Excess(what, found, most)
    roots = len(operation.selection_set.selections)
    if operation.operation.value == "mutation" and roots > budget.mutations:
        yield Excess("mutations", roots, budget.mutations)


class WithinBudget(SchemaExtension):
    """Refuses a document that asks for too much, before it is validated, and has its caller pay for the rest.

    The answer's ``extensions.cost`` tells what was asked, the most that one query may cost, and what the caller has
    left for now.
    """

    budget = Budget()

    def __init__(self) -> None:
        self._told: dict[str, Any] = {}

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if context.graphql_document is not None:
            try:
                self._judge(context.graphql_document)
            except GraphQLError as refusal:
                context.pre_execution_errors = [refusal]
        yield

    def get_results(self) -> dict[str, Any]:
        return {"cost": self._told} if self._told else {}

    def _judge(self, document: DocumentNode) -> None:
        self._refuse(in_document(document, self.budget))
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        context = self.execution_context
        measures, asked = context.context.known.measures, 0
        for operation in operations:
            measured = measures.of(context.schema._schema, document, operation, context.variables or {})
            asked = max(asked, measured.cost)
            self._told = {"asked": min(asked, 2**31 - 1), "most": self.budget.cost}
            self._refuse(in_operation(operation, measured, self.budget))
        if len(operations) > 1 and context._provided_operation_name is None:
            raise GraphQLError("Say which operation by its operationName.")
        self._told["left"] = context.context.pay(asked + REQUEST)

    def _refuse(self, excesses: Iterator[Excess]) -> None:
        found = list(excesses)
        if found:
            metrics.REFUSED.labels("budget").inc()
            language = self.execution_context.context.language
            first = say("budget.too_much", "The query asks for too much.", {}, language)
            message = " ".join([first, *(excess.sentence(language) for excess in found)])
            over = {excess.what: min(excess.found - excess.most, 2**31 - 1) for excess in found}
            raise Failure("QUERY_TOO_COSTLY", message, over=over)
