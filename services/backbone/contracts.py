"""Contracts of facts: the JSON Schema and the example that a producer keeps beside its facts.

``python -m services.backbone.contracts services.incubator`` writes what is missing in ``services/incubator/contracts``
from the fact classes, and says where a stored schema no longer fits its class. Examples are the producer's to edit.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import fastjsonschema
import msgspec

from services.backbone.aggregate import Fact

FOLDER = Path(__file__).resolve().parents[2]


class ContractBroken(RuntimeError):
    """A fact that does not keep its own contract: a fault of the program, stopped before it is stored."""


class Contracts:
    """The contracts of one service's facts, compiled once at start."""

    def __init__(self, folder: Path) -> None:
        self._validators: dict[tuple[str, int], Callable[[Any], Any]] = {}
        for path in sorted(folder.glob("*.json")):
            type_, major = path.stem.rsplit(".", 1)
            schema = json.loads(path.read_text("utf-8"))["schema"]
            self._validators[type_, int(major)] = fastjsonschema.compile(schema)

    @classmethod
    def of(cls, service: str) -> Contracts:
        """The contracts in ``services/<service>/contracts``."""
        return cls(FOLDER / "services" / service / "contracts")

    def data_of(self, fact: Fact) -> dict[str, Any]:
        """The fact's data as plain JSON values, or ContractBroken when they do not keep the contract."""
        fields = {field.name: getattr(fact, field.name) for field in dataclasses.fields(fact)}
        data: dict[str, Any] = msgspec.to_builtins(fields)
        validator = self._validators.get((fact.type, fact.major))
        if validator is None:
            raise ContractBroken(f"{fact.type} {fact.major} has no contract.")
        try:
            validator(data)
        except fastjsonschema.JsonSchemaException as error:
            raise ContractBroken(f"{fact.type} {fact.major}: {error.message}") from None
        return data


def facts_of(module: types.ModuleType) -> list[type[Fact]]:
    """The fact classes that a module defines, by type."""
    classes = [
        thing
        for _, thing in inspect.getmembers(module, inspect.isclass)
        if issubclass(thing, Fact) and thing is not Fact and hasattr(thing, "type")
    ]
    return sorted(classes, key=lambda fact: (fact.type, fact.major))


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """The JSON Schema (draft 7) of a fact's data, read from its fields."""
    fields = [
        (field.name, typing.get_type_hints(fact)[field.name])
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        else (field.name, typing.get_type_hints(fact)[field.name], _default_of(field))
        for field in dataclasses.fields(fact)
    ]
    shape = msgspec.defstruct(fact.__name__, fields, kw_only=True)
    [schema], definitions = msgspec.json.schema_components([shape], ref_template="#/definitions/{name}")
    body = dict(definitions.pop(schema["$ref"].rsplit("/", 1)[1]))
    body["description"] = inspect.cleandoc(fact.__doc__ or "")
    body["required"] = [field.name for field in dataclasses.fields(fact)]
    if definitions:
        body["definitions"] = definitions
    return {"$schema": "http://json-schema.org/draft-07/schema#", **body}


def _default_of(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    factory = field.default_factory
    return msgspec.field(default_factory=factory) if callable(factory) else None


def example_of(fact: type[Fact]) -> dict[str, Any]:
    """A first example of a fact's data, made from its types."""
    hints = typing.get_type_hints(fact)
    return {field.name: _example(hints[field.name]) for field in dataclasses.fields(fact)}


def _example(hint: Any) -> Any:
    plain = {
        str: "exemple",
        int: 1,
        float: 1.5,
        bool: True,
        UUID: "0190a5d8-6f00-7000-8000-000000000001",
        datetime: "2026-09-01T09:00:00Z",
        date: "2026-09-01",
        Any: "exemple",
    }
    if hint in plain:
        return plain[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _example(next(one for one in arguments if one is not type(None)))
    if origin in (list, tuple, set, frozenset):
        return [_example(arguments[0])] if arguments else []
    if origin is dict:
        return {}
    if dataclasses.is_dataclass(hint):
        inner = typing.get_type_hints(hint)
        return {field.name: _example(inner[field.name]) for field in dataclasses.fields(hint)}
    if inspect.isclass(hint) and hasattr(hint, "__members__"):
        return next(iter(hint.__members__.values())).value
    return None


def write(package: str) -> list[str]:
    """Write the missing contracts of a package's facts; return what was written or no longer fits."""
    folder = FOLDER / package.replace(".", "/") / "contracts"
    folder.mkdir(exist_ok=True)
    said = []
    for fact in facts_of(import_module(f"{package}.facts")):
        path = folder / f"{fact.type}.{fact.major}.json"
        if not path.exists():
            contract = {"schema": schema_of(fact), "example": example_of(fact)}
            path.write_text(json.dumps(contract, indent=2, ensure_ascii=False) + "\n", "utf-8")
            said.append(f"written: {path.name}")
        elif json.loads(path.read_text("utf-8"))["schema"] != json.loads(json.dumps(schema_of(fact))):
            said.append(f"differs from its class: {path.name}")
    return said


if __name__ == "__main__":
    for package in sys.argv[1:]:
        for line in write(package):
            print(f"{package}: {line}")
