"""Nothing is asked of a service that does not say who may ask it: every RPC method, and every field that calls one.

Whether the owner judges rightly is tested with each service (tests/*/test_rights*.py); here, that nobody forgot to.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from websockets.sync.client import ClientConnection

from gateway.loaders import DECLARED
from gateway.schema.assembly import make_schema
from gateway.schema.node import global_id
from tests.gateway.serving import Serving, receive, subscribe
from tests.running import until

SERVICES = ("people", "incubator", "coalitions", "events", "journal")

#: Lists what nameko would run for each service. A process of its own: eventlet and asyncio do not share one.
LIST = """
import importlib, inspect, json, sys
found = {}
for service in sys.argv[1:]:
    module = importlib.import_module(f"services.{service}.service")
    (cls,) = {c for c in vars(module).values() if inspect.isclass(c) and getattr(c, "name", None) == service}
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        for entrypoint in getattr(method, "nameko_entrypoints", ()):
            allow = getattr(entrypoint, "allow", None)
            found[f"{service}.{name}"] = [type(entrypoint).__name__, getattr(allow, "__name__", None)]
print(json.dumps(found))
"""
#: Root fields that ask no service before they show something, and why they need not.
ASK_NOBODY = {
    "Query.node": "it loads by the loaders of the types, which are looked at on their own",
    "Query.viewer": "it is the one who asks; null for nobody in particular, as here",
    "Query.calendarUrl": "it is an address",
    "Subscription.activity": "a fact says itself who may see it (test_activity.py)",
    "Subscription.suggestionMade": "what a fact names is loaded as the one who asks, and shown if there is something",
}
VALUES = {
    "ID": global_id("project", "0195d9a0-0000-7000-8000-000000000001"),
    "String": "text",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "URL": "https://a.example",
    "Date": "2026-03-01",
    "DateTime": "2026-03-01T10:00:00Z",
}


@pytest.fixture(scope="module")
def entrypoints() -> dict[str, tuple[str, str | None]]:
    """The kind and the permission of each method that nameko runs, by ``service.method``."""
    listed = subprocess.run([sys.executable, "-c", LIST, *SERVICES], capture_output=True, text=True, check=True)
    found: dict[str, tuple[str, str | None]] = json.loads(listed.stdout)
    return found


SCHEMA: GraphQLSchema = make_schema(local=False)._schema


def root_fields() -> list[str]:
    roots = (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
    return [f"{root.name}.{name}" for root in roots if root is not None for name in root.fields]


def test_every_method_that_can_be_called_says_who_may(entrypoints: dict[str, tuple[str, str | None]]) -> None:
    called = {name: allow for name, (kind, allow) in entrypoints.items() if kind in ("Command", "Query")}
    assert len(called) > 100
    assert [name for name, allow in called.items() if allow is None] == []


def test_no_method_is_called_by_another_way(entrypoints: dict[str, tuple[str, str | None]]) -> None:
    """nameko's own ``@rpc``, ``@http`` and ``@event_handler`` ask nobody for a passport."""
    assert {kind for kind, _ in entrypoints.values()} == {"Command", "Query", "Reaction", "Job"}


def test_who_is_not_signed_in_commands_nothing_but_to_be_left_alone(
    entrypoints: dict[str, tuple[str, str | None]],
) -> None:
    """The link in a letter ends the letters: who reads it may have no account."""
    open_to_all = {name for name, (kind, allow) in entrypoints.items() if kind == "Command" and allow == "anyone"}
    assert open_to_all == {"events.unsubscribe"}


def test_every_loader_is_a_method_that_says_who_may(entrypoints: dict[str, tuple[str, str | None]]) -> None:
    loaders = {f"{batch.service}.{batch.method}" for batch in DECLARED.values() if batch.service in SERVICES}
    assert len(loaders) > 20
    assert sorted(loaders - set(entrypoints)) == []


@pytest.mark.parametrize("field", root_fields())
def test_every_field_asks_a_service_that_says_who_may(
    real: Serving, entrypoints: dict[str, tuple[str, str | None]], field: str
) -> None:
    """The services are not there: what is asked of them is in the gateway's own figures."""
    before = calls(real)
    answer = ask(real, field)
    asked = {name for name, count in calls(real).items() if count > before.get(name, 0)}
    assert "GRAPHQL_VALIDATION_FAILED" not in json.dumps(answer), answer
    assert asked <= set(entrypoints)
    assert asked or field in ASK_NOBODY, answer


def ask(real: Serving, field: str) -> Any:
    """The answer to the field with the least that it must be given."""
    root, _, name = field.partition(".")
    kind = SCHEMA.type_map[root]
    assert isinstance(kind, GraphQLObjectType)
    query = f"{root.lower()} {{ {name}{arguments(kind.fields[name])}{shown(kind.fields[name])} }}"
    if root != "Subscription":
        return real.post(query)
    with real.socket() as connection:
        subscribe(connection, query)
        return until(lambda: begun(connection))


def begun(connection: ClientConnection) -> Any:
    """What a subscription said first; or the answer to a ping once it says how far the subscription is."""
    connection.send('{"type": "ping"}')
    said = receive(connection)
    return said if said["type"] != "pong" or said.get("payload", {}).get("positions") else None


def shown(field: GraphQLField) -> str:
    return "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"


def arguments(field: GraphQLField) -> str:
    given = [f"{name}: {literal(arg.type)}" for name, arg in field.args.items() if is_required_argument(arg)]
    return f"({', '.join(given)})" if given else ""


def literal(kind: Any) -> str:
    """The least that this type takes."""
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{literal(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        needed = {name: part for name, part in kind.fields.items() if is_required_input_field(part)}
        if kind.is_one_of:
            needed = dict([next(iter(kind.fields.items()))])
        return "{" + ", ".join(f"{name}: {literal(part.type)}" for name, part in needed.items()) + "}"
    return json.dumps(VALUES[kind.name])


def calls(real: Serving) -> dict[str, float]:
    """How often each method was called, by the gateway's own count."""
    counted = real.client.get(f"{real.url}/metrics").text
    found: dict[str, float] = {}
    pattern = r'maillage_gateway_calls_seconds_count\{method="(\w+)",outcome="\w+",service="(\w+)"\} (\S+)'
    for method, service, count in re.findall(pattern, counted):
        found[f"{service}.{method}"] = found.get(f"{service}.{method}", 0) + float(count)
    return found
