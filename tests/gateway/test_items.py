"""Items of subscriptions are executed once for many: each is shown what it would be shown alone."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gateway import together
from gateway.schema.items import LiveExecution
from tests.gateway.issuing import Issuing
from tests.gateway.serving import Serving
from tests.gateway.test_facts import Teller
from tests.gateway.test_resuming import THING, changed
from tests.live import Client, opened
from tests.running import until

Json = dict[str, Any]

VIEWERS, LANGUAGES = (None, "first", "second"), ("en", "fr")
#: Documents of which some differ by a word, some only by what the variables and the operation's name choose.
DOCUMENTS = [
    f"subscription {{ thingChanged(key: $key) {{ {shown} }} }}".replace("subscription", f"subscription {name}({takes})")
    for name, takes, shown in [
        ("A", "$key: String!", "name"),
        ("A", "$key: String!", "called: name"),
        ("A", "$key: String!", "name owner { name }"),
        ("A", "$key: String!", "name shownTo itself { shownTo }"),
        ("A", "$key: String!", "shownTo refused"),
        ("A", "$key: String!", "name mayBeRefused"),
        ("A", "$key: String!, $it: Boolean = true", "name @skip(if: $it) id shownTo @include(if: $it)"),
    ]
]
DOCUMENTS.append(f"{DOCUMENTS[0].replace('name', 'id')} {DOCUMENTS[0].replace('A', 'B', 1)}")


@dataclass(frozen=True)
class Asked:
    """One subscription: by whom, in which language, to what."""

    viewer: str | None
    language: str
    document: str
    operation: str
    key: str
    it: bool | None

    @property
    def variables(self) -> Json:
        return {"key": self.key} | ({} if self.it is None or "$it" not in self.document else {"it": self.it})


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    document = draw(st.sampled_from(DOCUMENTS))
    return Asked(
        draw(st.sampled_from(VIEWERS)),
        draw(st.sampled_from(LANGUAGES)),
        document,
        draw(st.sampled_from(["A", "B"])) if " B(" in document else "A",
        draw(st.sampled_from(["t-1", "t-2", "t-3"])),
        draw(st.sampled_from([True, False, None])),
    )


class Watching:
    """Sockets of everybody, on which subscriptions come and go."""

    def __init__(self, sockets: dict[tuple[str | None, str], Client], teller: Teller) -> None:
        self._sockets = sockets
        self._teller = teller
        self._ids = count()
        self._alone: dict[Asked, Json] = {}

    def alone(self, asked: Asked) -> Json:
        """What it is shown when nobody else is there."""
        if asked not in self._alone:
            [self._alone[asked]] = self.together([asked])
        return self._alone[asked]

    def together(self, many: list[Asked]) -> list[Json]:
        """What each is shown when things change, but for what belongs to the moment."""
        ids = [str(next(self._ids)) for _ in many]
        for id, one in zip(ids, many, strict=True):
            socket = self._sockets[one.viewer, one.language]
            socket.subscribe(one.document, id, one.operation, **one.variables)
        sockets = {(one.viewer, one.language): self._sockets[one.viewer, one.language] for one in many}
        until(lambda: sum(len(socket.positions()) for socket in sockets.values()) == len(many))
        self._teller.tell(*(changed(key) for key in sorted({one.key for one in many})))
        shown = {}
        for whose, socket in sockets.items():
            for _ in [one for one in many if (one.viewer, one.language) == whose]:
                message = socket.said()
                assert message["type"] == "next"
                shown[message["id"]] = lasting(message["payload"])
                socket.leave(message["id"])
        until(lambda: not any(socket.positions() for socket in sockets.values()))
        return [shown[id] for id in ids]


def lasting(payload: Json) -> Json:
    """A payload without its position, its cost and the correlation ids."""
    errors = [
        {**error, "extensions": {**error["extensions"], "correlationId": None}} for error in payload.get("errors") or ()
    ]
    return {"data": payload["data"], "errors": errors}


@pytest.fixture
def teller(gateway_vhost: str, served: Serving) -> Iterator[Teller]:
    teller = Teller(gateway_vhost)
    yield teller
    teller.close()


@pytest.fixture(scope="module")
def watching(served: Serving, issuing: Issuing, gateway_vhost: str) -> Iterator[Watching]:
    teller, sockets = Teller(gateway_vhost), {}
    with ExitStack() as opening:
        opening.callback(teller.close)
        for viewer in VIEWERS:
            token = None if viewer is None else issuing.token(sub=viewer)
            for language in LANGUAGES:
                said = {"accept-language": language}
                sockets[viewer, language] = opening.enter_context(opened(served.url, token, additional_headers=said))
        yield Watching(sockets, teller)


@settings(deadline=None, max_examples=15, phases=[Phase.explicit, Phase.generate])
@given(many=st.lists(asked(), min_size=2, max_size=12))
def test_each_is_shown_among_many_what_it_is_shown_alone(watching: Watching, many: list[Asked]) -> None:
    assert watching.together(many) == [watching.alone(one) for one in many]


def test_what_many_ask_is_executed_once_and_what_one_alone_asks_too(
    served: Serving, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[str] = []
    root_fields: Callable[..., Any] = LiveExecution.execute_collected_root_fields

    def counted(self: LiveExecution, *given: Any) -> Any:
        executed.append(self.context_value.language)
        return root_fields(self, *given)

    monkeypatch.setattr(LiveExecution, "execute_collected_root_fields", counted)
    monkeypatch.setattr(together, "GOOD_FOR", 600.0)  # however long it takes here
    french = [Asked(None, "fr", DOCUMENTS[0], "A", "t-1", None)] * 15
    english = [Asked(None, "en", DOCUMENTS[0], "A", "t-1", None)] * 5
    watching.together(french + english)
    assert sorted(executed) == ["en", "fr"]


def test_each_is_told_of_an_error_under_its_own_correlation_id(
    watching: Watching, served: Serving, teller: Teller
) -> None:
    with opened(served.url) as one, opened(served.url) as other:
        for client in (one, other):
            client.subscribe(DOCUMENTS[4], key="t-1")
        until(lambda: one.positions() and other.positions())
        teller.tell(changed("t-1"))
        told = {client.said()["payload"]["errors"][0]["extensions"]["correlationId"] for client in (one, other)}
        assert len(told) == 2


def test_a_subscription_holds_no_more_after_many_items_than_after_one(served: Serving, teller: Teller) -> None:
    def plans() -> int:
        executions = [thing for thing in gc.get_objects() if type(thing) is LiveExecution]
        kept = {id(one._plans): one._plans for one in executions}.values()
        found = sum(len(one._relevant_sub_fields) for one in executions)
        return found + sum(len(plans._of_values) + len(plans._of_fields) for plans in kept)

    with opened(served.url) as client:
        client.subscribe(THING.replace("name", "name owner { name }"), key="t-5", after=client.begun)
        held = []
        for _ in range(30):
            teller.tell(changed("t-5"))
            client.item()
            held.append(plans())
        assert max(held) - held[0] < 10
