"""Every command of coalitions is within reach of a front-end, under a name of its own."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from gateway.schema.assembly import Mutation

ROOT = Path(__file__).resolve().parents[2]
#: What only imports and the network itself say.
NOT_FOR_FRONT_ENDS = {"record_consultation", "record_statements", "record_votes"}


def commands_of(service: str) -> set[str]:
    """The methods that a service names as commands."""
    tree = ast.parse((ROOT / "services" / service / "service.py").read_text("utf-8"))
    return {
        method.name
        for method in ast.walk(tree)
        if isinstance(method, ast.FunctionDef)
        for mark in method.decorator_list
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "command"
    }


def called_by_mutations(service: str) -> set[str]:
    """The commands that its mutations send, each a text beside the service's name."""
    tree = ast.parse((ROOT / "gateway" / "schema" / service / "mutations.py").read_text("utf-8"))
    return {
        call.args[2].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "command"
        and isinstance(call.args[2], ast.Constant)
        and isinstance(call.args[2].value, str)
    }


def test_no_mutation_stands_in_front_of_another_of_its_name() -> None:
    parts = [getattr(part, "__strawberry_definition__", None) for part in Mutation.__bases__]
    names = Counter(field.python_name for part in parts if part for field in part.fields)
    assert len(names) > 100
    assert [name for name, many in names.items() if many > 1] == []


def test_every_command_has_its_mutation() -> None:
    assert commands_of("coalitions") - NOT_FOR_FRONT_ENDS == called_by_mutations("coalitions")
