"""The form of every mutation: one input, one payload; a refusal is data."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, get_named_type
from strawberry import Schema
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryContainer

from gateway.context import Info
from gateway.problems import Failure, WireProblem, unauthenticated
from gateway.schema.node import kind_and_id
from gateway.schema.problems import Problem, problem_of

#: What the one argument of every mutation takes.
ABOUT_INPUT = (
    "What is to be done, and to what. Under an `idempotencyKey` of your own it may be sent again after any error: it "
    "acts once and answers the same."
)
ABOUT_VERSION = " With an `expectedVersion` it is refused (STALE_VERSION) when the thing has changed since you read it."


@strawberry.input
class CommandInput:
    idempotency_key: str | None = strawberry.field(
        default=None, description="A key of your own: sent twice, the command acts once and answers the same."
    )


@strawberry.input
class ChangeInput(CommandInput):
    expected_version: int | None = strawberry.field(
        default=None, description="The version that you read; STALE_VERSION when it has changed since."
    )


@strawberry.type
class Payload:
    problems: list[Problem] = strawberry.field(description="Why the command was refused; empty when it was done.")


@dataclass(frozen=True)
class Outcome:
    """What became of a command: the service's answer, or the problems for which it was refused.

    ``request`` is what was sent.
    """

    value: dict[str, Any]
    problems: list[Problem]
    request: dict[str, Any]

    @property
    def id(self) -> str | None:
        """The id (the service's own) of the changed thing; None when refused."""
        return self.value.get("id")


def describe_inputs(schema: Schema) -> None:
    """Say of the ``input`` of every mutation what it takes."""
    mutations = schema._schema.mutation_type
    for field in mutations.fields.values() if mutations else ():
        kind = get_named_type(field.args["input"].type)
        versioned = isinstance(kind, GraphQLInputObjectType) and "expectedVersion" in kind.fields
        field.args["input"].description = ABOUT_INPUT + ABOUT_VERSION * versioned


async def command(info: Info, service: str, method: str, input: CommandInput, **more: Any) -> Outcome:
    """Send the input (and ``more``) to ``service.method``; what was loaded before is forgotten."""
    language = info.context.language
    try:
        request = {**wire(input), **more}
    except NotAnId as wrong:
        return Outcome({}, [problem_of(wrong.problem, language)], {})
    request.pop("idempotency_key", None)
    answer = await info.context.rpc.command(service, method, request, input.idempotency_key)
    info.context.loaders.forget()
    if any(problem.code == "UNAUTHENTICATED" for problem in answer.problems):
        raise unauthenticated()
    problems = [problem_of(problem, language) for problem in answer.problems]
    return Outcome(answer.value or {}, problems, request)


class NotAnId(Failure):
    """An ID argument that is no id of the network."""

    def __init__(self, field: str | None) -> None:
        message = "This is not an id of the network."
        super().__init__("VALIDATION", message, rule="gateway.not_an_id")
        self.problem = WireProblem("VALIDATION", message, "gateway.not_an_id", field)


def own_id(id: str, field: str | None = None) -> str:
    """The service's own id inside a global one; NotAnId when it is none."""
    return subject_of(id, field).partition("/")[2]


def subject_of(id: str, field: str | None = None) -> str:
    """The thing behind a global id as facts name it: ``<kind>/<id>``; NotAnId when it is none."""
    named = kind_and_id(id)
    if named is None:
        raise NotAnId(field)
    return "/".join(named)


def wire(input: Any) -> Any:
    """An input as the services read it: snake_case, global ids as the service's own, enums as codes, dates in ISO 8601.

    A field left out, or at its default None, is not sent; an explicit null is sent where the default is UNSET.
    """
    if input is None:
        return None
    definition = get_object_definition(input, strict=True)
    kinds = {field.python_name: field.type for field in definition.fields}
    request = {}
    for field in fields(input):
        value = getattr(input, field.name)
        if value is strawberry.UNSET or (value is None and field.default is not strawberry.UNSET):
            continue
        request[field.name] = _plain(value, _is_id(kinds[field.name]), field.name)
    return request


def _is_id(kind: Any) -> bool:
    while isinstance(kind, StrawberryContainer):
        kind = kind.of_type
    return kind is strawberry.ID


def _plain(value: Any, is_id: bool, field: str) -> Any:
    if isinstance(value, list):
        return [_plain(each, is_id, field) for each in value]
    if is_dataclass(value):
        return wire(value)
    if is_id and value is not None:
        return own_id(value, field)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value
