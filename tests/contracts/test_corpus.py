"""What was ever published can still be read by everybody, and no contract changes under its readers."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import fastjsonschema
import pytest

from services.backbone.compatibility import breaks
from services.backbone.entrypoints.letterbox import Reaction
from services.backbone.wire import shape
from tests.contracts.corpus import Published, contracts_of, published
from tests.contracts.test_contracts import SERVICES, ListeningDesk, entrypoints, service_class

ALL = list(published())
#: Services that are in no release yet.
SINCE = {"journal"}


def test_there_is_a_corpus() -> None:
    assert {one.service for one in ALL} == set(SERVICES) - SINCE


@pytest.mark.parametrize("one", ALL, ids=str)
def test_a_published_contract_is_still_kept(one: Published) -> None:
    now = contracts_of(one.service)
    assert f"{one.type}.{one.major}" in now, "a published contract may not be taken away"
    assert breaks(one.schema, now[f"{one.type}.{one.major}"]["schema"]) == []


def readers() -> Iterator[Any]:
    for service in SERVICES:
        for name, reaction in entrypoints(service, Reaction):
            for one in ALL:
                if (one.service, one.type) == (reaction.source, reaction.fact_type):
                    yield pytest.param(service, name, one, id=f"{service} reads {one}")


@pytest.mark.parametrize(("service", "name", "one"), list(readers()))
def test_every_reader_reads_every_version_ever_published(service: str, name: str, one: Published) -> None:
    desk = ListeningDesk()
    instance = service_class(service)()
    instance.desk = desk
    getattr(instance, name)(None)
    wanted = typing.get_type_hints(desk.heard)[next(iter(inspect.signature(desk.heard).parameters))]
    for data in as_it_may_come(one):
        assert isinstance(shape(data, wanted), wanted)


def as_it_may_come(one: Published) -> Iterator[dict[str, Any]]:
    """The example, and the example with each field empty that may be."""
    validate = fastjsonschema.compile(one.schema)
    yield one.example
    for name in one.schema.get("properties", {}):
        emptied = {**one.example, name: None}
        try:
            validate(emptied)
        except fastjsonschema.JsonSchemaException:
            continue
        yield emptied


PERSON = {
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "slug": {"type": "string"},
        "days": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "state": {"enum": ["A", "B"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "place": {"$ref": "#/definitions/Place"},
    },
    "required": ["id", "slug", "days", "state", "tags", "place"],
    "definitions": {"Place": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}


def changed(**fields: Any) -> dict[str, Any]:
    properties = {name: field for name, field in {**PERSON["properties"], **fields}.items() if field is not None}
    return {**PERSON, "properties": properties, "required": [one for one in PERSON["required"] if one in properties]}


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (changed(slug=None), "slug is gone"),
        (changed(slug={"type": "integer"}), "slug may be integer, and was string"),
        (changed(slug={"anyOf": [{"type": "string"}, {"type": "null"}]}), "slug may be null, and was string"),
        (changed(id={"type": "string"}), "id may be string, and was string (uuid)"),
        (changed(state={"enum": ["A", "B", "C"]}), "state may be C"),
        (changed(tags={"type": "array", "items": {"type": "integer"}}), "tags[] may be integer, and was string"),
        ({**PERSON, "required": ["id"]}, "slug may be left out"),
        (
            {**PERSON, "definitions": {"Place": {"type": "object", "properties": {}}}},
            "place.city is gone",
        ),
    ],
)
def test_a_change_that_breaks_a_reader_is_refused(now: dict[str, Any], said: str) -> None:
    assert said in breaks(PERSON, now)


@pytest.mark.parametrize(
    "now",
    [
        PERSON,
        changed(added={"type": "string"}),
        changed(days={"type": "integer"}),
        changed(state={"enum": ["A"]}),
    ],
)
def test_a_change_that_no_reader_notices_is_allowed(now: dict[str, Any]) -> None:
    assert breaks(PERSON, now) == []


def test_a_release_is_published_once(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.contracts import corpus

    monkeypatch.setattr(corpus, "CORPUS", tmp_path)
    corpus.publish("9.9")
    assert len(list(corpus.published())) == sum(len(contracts_of(service)) for service in SERVICES)
    with pytest.raises(FileExistsError):
        corpus.publish("9.9")
