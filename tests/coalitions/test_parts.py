"""Whoever asks for a few parts of a coalition is told those, as they are in the whole, and nothing else is read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from gateway.calls import Answer, Calls
from gateway.context import Context
from gateway.identity.principal import ANONYMOUS as NOBODY
from gateway.schema.assembly import make_schema
from gateway.schema.coalitions.coalition import Coalition as Shown
from gateway.schema.wire import _parts
from services.backbone.actor import ANONYMOUS
from services.backbone.perform import Call
from services.backbone.wire import decode, encode
from services.coalitions.queries import coalitions
from services.coalitions.queries.coalitions import PARTS
from tests.coalitions.network import Coalition, Network, plain

#: Ways to coalitions, what is asked for with each of this one, and the rows in the answer.
ASKED: dict[str, tuple[Callable[..., Any], Callable[[Coalition], dict[str, Any]], Callable[[Any], list[Any]]]] = {
    "by ids": (coalitions.coalitions_by_ids, lambda one: {"ids": [one.id]}, lambda rows: rows),
    "by slug": (coalitions.coalition_by_slug, lambda one: {"slug": one.slug}, lambda row: [row]),
    "in a list": (coalitions.list_coalitions, lambda one: {"first": 100}, lambda page: page["items"]),
    "of a theme": (
        coalitions.coalitions_by_themes,
        lambda one: {"slugs": ["en-parties"]},
        lambda pages: pages[0]["items"],
    ),
}


@pytest.fixture(scope="module")
def one(network: Network) -> Coalition:
    return network.a_coalition(themes=["en-parties"])


def sent_by(network: Network, ask: Callable[[], Any]) -> list[str]:
    """The statements that a question sends about coalitions and what is around them."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if any(f"FROM {table}" in statement for table in ("coalitions", "memberships", "history")):
            sent.append(statement)

    event.listen(network.performer.reading, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(network.performer.reading, "before_cursor_execute", note)
    return sent


@settings(max_examples=30, deadline=None)
@given(way=st.sampled_from(sorted(ASKED)), parts=st.lists(st.sampled_from(PARTS), max_size=5))
def test_a_part_is_what_it_is_in_the_whole(network: Network, one: Coalition, way: str, parts: list[str]) -> None:
    question, request, found = ASKED[way]
    for by in (ANONYMOUS, one.convener):
        whole = found(network.ask(question, by, **request(one)))
        some = found(network.ask(question, by, parts=parts, **request(one)))
        assert any(whole)
        assert some == [{name: row[name] for name in {"id", *parts}} for row in whole]


def test_what_is_not_asked_for_is_neither_read_nor_counted(network: Network, one: Coalition) -> None:
    def sent(**asked: Any) -> list[str]:
        return sent_by(network, lambda: network.ask(coalitions.coalitions_by_ids, ANONYMOUS, ids=[one.id], **asked))

    [only] = sent(parts=["name", "state"])
    assert "coalitions.call" not in only
    assert not any("FROM history" in statement for statement in sent(parts=["name", "members"]))
    assert any("FROM history" in statement for statement in sent(parts=["history"]))
    listed = sent_by(network, lambda: network.ask(coalitions.list_coalitions, ANONYMOUS, parts=["name"], count=False))
    assert not any("count(" in statement for statement in listed)
    uncounted = network.ask(coalitions.coalitions_by_themes, ANONYMOUS, slugs=["en-parties"], count=False)[0]
    counted = network.ask(coalitions.coalitions_by_themes, ANONYMOUS, slugs=["en-parties"])[0]
    assert (uncounted["total"], counted["total"], uncounted["items"]) == (None, 1, counted["items"])


@pytest.mark.parametrize("part", ["decisions", "password"])
def test_a_part_that_there_is_none_of_is_refused(network: Network, one: Coalition, part: str) -> None:
    for question, request, _ in ASKED.values():
        asked = plain({**request(one), "parts": ["name", part]})
        [refused] = network.performer.answer(question, asked, Call(actor=ANONYMOUS))["problems"]
        assert (refused["code"], refused["rule"], refused["field"]) == (
            "VALIDATION", "coalition.unknown_part", "parts",
        )  # fmt: skip


def test_the_service_knows_every_part_that_is_asked_for() -> None:
    assert {key for part in _parts(Shown) for key in Shown.made_of.get(part, (part,))} <= set(PARTS)


def test_what_was_not_asked_for_is_a_fault_and_no_null() -> None:
    partly = Shown.from_wire(
        {"id": "0190a0a0-0000-7000-8000-000000000000", "charter": "Ensemble", "charter_version": 2}
    )
    assert (partly.charter.text, partly.charter.version) == ("Ensemble", 2)
    with pytest.raises(AttributeError):
        _ = partly.member_count


SCHEMA = make_schema(local=False)
SELECTIONS = {
    **dict.fromkeys(("slug", "name", "call", "visibility", "state", "foundedAt", "memberCount", "version"), ""),
    "charter": "{ text version }",
    "charters": "{ version }",
    "policy": "{ name: __typename }",
    "memberships": "{ id state since coalition { name memberCount } }",
    "history": "{ aspect to }",
    "allowedTransitions": "{ to }",
}


class Straight:
    """The way from the gateway's calls to the questions, without a broker between them."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def call(self, service: str, method: str, request: dict[str, Any], **_: Any) -> Answer:
        return Answer(self._network.ask(getattr(coalitions, method), ANONYMOUS, **decode(encode(request))))


def shown(network: Network, document: str) -> dict[str, Any]:
    calls = Calls(cast(Any, Straight(network)), NOBODY, "trial-of-parts", "en")
    context = Context(NOBODY, "en", "trial-of-parts", calls, cast(Any, None), "http://trial", lambda name, cost: 1)
    result = asyncio.run(SCHEMA.execute(document, context_value=context))
    assert not result.errors, result.errors
    return dict(result.data or {})


def selection(names: list[str]) -> str:
    return " ".join(f"{name} {SELECTIONS[name]}" for name in names)


@settings(max_examples=20, deadline=None)
@given(chosen=st.lists(st.lists(st.sampled_from(sorted(SELECTIONS)), min_size=1, max_size=4), min_size=2, max_size=2))
def test_a_field_is_shown_as_in_the_whole(network: Network, one: Coalition, chosen: list[list[str]]) -> None:
    by_slug = f'one: coalition(slug: "{one.slug}") {{ %s }}'
    in_a_list = 'many: coalitions(filter: {theme: "en-parties"}) { nodes { %s } }'
    whole = shown(network, f"{{ {by_slug % selection(sorted(SELECTIONS))} }}")["one"]
    document = f"{{ {by_slug % selection(chosen[0])} {in_a_list % selection(chosen[1])} }}"
    found = shown(network, document)
    [listed] = found["many"]["nodes"]
    for coalition, names in zip((found["one"], listed), chosen, strict=True):
        assert coalition == {name: whole[name] for name in names}
