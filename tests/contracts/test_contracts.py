"""Contracts between the services: what a producer promises, and that every reader can read it."""

import inspect
import json
import typing
from importlib import import_module
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from services.backbone.contracts import FOLDER, ContractBroken, Contracts, example_of, facts_of, schema_of
from services.backbone.entrypoints.letterbox import Reaction
from services.backbone.entrypoints.rpc import RemoteMethod
from services.backbone.wire import shape
from services.people.facts import RoleGranted

SERVICES = ("people", "incubator", "coalitions", "events", "journal")
#: Data fields that would carry something personal or free text; no fact may have one.
PERSONAL = {"email", "display_name", "person_name", "address", "comment", "text", "body", "description", "note"}


def service_class(service: str) -> type[Any]:
    module = import_module(f"services.{service}.service")
    [found] = [
        one
        for one in vars(module).values()
        if inspect.isclass(one) and getattr(one, "name", None) == service and one.__module__ == module.__name__
    ]
    return found


def entrypoints(service: str, kind: type[Any]) -> list[tuple[str, Any]]:
    return [
        (name, entrypoint)
        for name, method in inspect.getmembers(service_class(service), inspect.isfunction)
        for entrypoint in getattr(method, "nameko_entrypoints", ())
        if isinstance(entrypoint, kind)
    ]


class ListeningDesk:
    """Hears which use case a service's method hands over."""

    def react(self, use_case: Any, fact: Any) -> None:
        self.heard = use_case


def reactions() -> list[Any]:
    return [
        pytest.param(service, name, path, id=f"{service} {path.parts[-3]} {path.stem}")
        for service in SERVICES
        for name, entrypoint in entrypoints(service, Reaction)
        for path in contracts_read_by(entrypoint)
    ]


def contracts_read_by(reaction: Any) -> list[Path]:
    """The contract of the fact that is reacted to; of every fact, where every fact is."""
    folder = FOLDER / "services" / reaction.source / "contracts"
    return sorted(folder.glob("*.json")) if reaction.fact_type == "#" else [folder / f"{reaction.fact_type}.1.json"]


def stored_contracts() -> list[Any]:
    return [
        pytest.param(path, id=f"{path.parts[-3]} {path.stem}")
        for service in SERVICES
        for path in sorted((FOLDER / "services" / service / "contracts").glob("*.json"))
    ]


@pytest.mark.parametrize("path", stored_contracts())
def test_an_example_keeps_its_contract(path: Path) -> None:
    contract = json.loads(path.read_text("utf-8"))
    fastjsonschema.compile(contract["schema"])(contract["example"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_fact_has_a_contract_that_fits_its_class_and_no_contract_is_an_orphan(service: str) -> None:
    module = import_module(f"services.{service}.facts")
    folder = FOLDER / "services" / service / "contracts"
    expected = {f"{fact.type}.{fact.major}.json": schema_of(fact) for fact in facts_of(module)}
    stored = {path.name: json.loads(path.read_text("utf-8"))["schema"] for path in folder.glob("*.json")}
    assert stored == json.loads(json.dumps(expected))


@pytest.mark.parametrize("service", SERVICES)
def test_no_fact_carries_anything_personal(service: str) -> None:
    for fact in facts_of(import_module(f"services.{service}.facts")):
        assert not PERSONAL & set(example_of(fact)), fact.type


@pytest.mark.parametrize(("service", "name", "path"), reactions())
def test_a_reader_reads_the_producers_example(service: str, name: str, path: Path) -> None:
    desk = ListeningDesk()
    instance = service_class(service)()
    instance.desk = desk
    getattr(instance, name)(None)

    example = json.loads(path.read_text("utf-8"))["example"]
    wanted = typing.get_type_hints(desk.heard)[next(iter(inspect.signature(desk.heard).parameters))]

    assert isinstance(shape({**example, "added_later": 1}, wanted), wanted)


@pytest.mark.parametrize("service", SERVICES)
def test_every_method_that_may_be_called_says_who_may(service: str) -> None:
    methods = entrypoints(service, RemoteMethod)
    assert methods
    assert all(callable(method.allow) for _, method in methods)


def test_a_fact_that_breaks_its_contract_is_stopped() -> None:
    contracts = Contracts.of("people")
    wrong = RoleGranted(grant="not-an-id", person=None, role=7, scope=None, until=None)  # type: ignore[arg-type]
    with pytest.raises(ContractBroken):
        contracts.data_of(wrong)
