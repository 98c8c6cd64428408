"""Who does not read what it is sent, and what is left when everybody has gone: nothing."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from types import AsyncGeneratorType
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from gateway.following import Follower
from tests.gateway.serving import Serving, receive, subscribe
from tests.gateway.test_facts import Teller, fact
from tests.gateway.test_resuming import THING, changed
from tests.live import opened
from tests.running import until

Serve = Callable[..., AbstractContextManager[Serving]]
LARGE = {"visibility": "PUBLIC", "words": "x" * 8000}


class Raw:
    """A WebSocket of which the test itself decides when it is read. Little waits on its own side."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.raw = socket.socket()
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.raw.settimeout(30)
        self.raw.connect((host, int(port)))
        self.protocol = ClientProtocol(parse_uri(f"ws://{host}:{port}/graphql"), subprotocols=["graphql-transport-ws"])  # type: ignore[list-item]
        self.protocol.send_request(self.protocol.connect())
        self.send()
        self.events = self.happened()
        next(self.events)  # the handshake

    def say(self, *messages: str) -> None:
        for message in messages:
            self.protocol.send_text(message.encode())
        self.send()

    def send(self) -> None:
        self.raw.sendall(b"".join(self.protocol.data_to_send()))

    def happened(self) -> Iterator[Any]:
        """What arrives, one event after the other, until the server closes or cuts."""
        while True:
            yield from self.protocol.events_received()
            try:
                data = self.raw.recv(65536)
            except ConnectionResetError:
                return
            if not data:
                return
            self.protocol.receive_data(data)

    def codes(self) -> list[int]:
        """Read to the end: the codes of the close frames that came."""
        frames = [event for event in self.events if isinstance(event, Frame)]
        return [int.from_bytes(frame.data[:2]) for frame in frames if frame.opcode is Opcode.CLOSE]


@contextmanager
def raw(served: Serving, *messages: str) -> Iterator[Raw]:
    connection = Raw(served.url)
    with connection.raw:
        connection.say('{"type": "connection_init"}', *messages)
        yield connection


def subscription(query: str) -> str:
    return json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}})


EVERYTHING = subscription("subscription { activity { type data } }")


def test_who_does_not_read_is_told_so_and_cut_and_the_others_notice_nothing(serve: Serve, gateway_vhost: str) -> None:
    """Two read nothing: one of them looks up when it is too late and finds why; the other never does. What each could
    make the gateway hold is bounded all the while."""
    with (
        serve(reads_within=2.0) as served,
        raw(served, EVERYTHING) as late,
        raw(served, EVERYTHING),
        served.socket() as quick,
    ):
        facts, teller = served.gateway.broker.facts, Teller(gateway_vhost)
        subscribe(quick, "subscription { activity { type } }")
        until(lambda: facts.followers == 3)
        mine = late.raw.getsockname()[1]
        [held] = [one for one in open_sockets(served) if one.transport.get_extra_info("peername")[1] == mine]
        for _ in range(10):
            teller.tell(*(fact(data=LARGE) for _ in range(10)))
            assert [receive(quick)["type"] for _ in range(10)] == ["next"] * 10
        assert held.transport.get_write_buffer_size() < 64 * 1024 + 2 * 8192
        until(lambda: facts.followers == 1)
        teller.tell(fact())
        assert receive(quick)["type"] == "next"
        assert late.codes() == [4413]
        until(lambda: len(open_sockets(served)) == 1)
        teller.close()


def test_pings_that_are_not_read_are_not_answered_without_end(serve: Serve) -> None:
    """B26: each ping is answered with as many bytes; who sends them and reads nothing could fill the memory."""
    with serve(reads_within=1.0) as served, raw(served) as flooding:
        until(lambda: served.gateway.shares.sockets.held == 1)
        [held] = open_sockets(served)
        flooding.raw.settimeout(0.5)
        with suppress(TimeoutError, ConnectionError):
            while True:
                flooding.protocol.send_ping(b"x" * 125)
                flooding.send()
                assert held.transport.get_write_buffer_size() < 1024 * 1024
        until(lambda: served.gateway.shares.sockets.held == 0)


def test_a_message_in_too_many_pieces_closes_the_socket(served: Serving) -> None:
    """B26: empty pieces weigh nothing against the largest message, and are kept all the same."""
    with raw(served) as pieces:
        pieces.protocol.send_text(b"", fin=False)
        for _ in range(100):
            pieces.protocol.send_continuation(b"", fin=False)
        pieces.send()
        assert pieces.codes() == [1009]


def open_sockets(served: Serving) -> list[Any]:
    """The connections over which WebSocket is spoken, whether or not anybody serves them any more."""
    return [one for one in served.server.server_state.connections if isinstance(one, WebSocketsSansIOProtocol)]


def what_is_left(served: Serving) -> dict[str, int]:
    """What of a subscription this process still holds."""

    async def look() -> int:
        return len(asyncio.all_tasks())

    gc.collect()
    things = gc.get_objects()
    return {
        "tasks": asyncio.run_coroutine_threadsafe(look(), served.server.loop).result(30),
        "connections": len(open_sockets(served)),
        "sockets": served.gateway.shares.sockets.held,
        "callers' sockets": served.gateway.shares.sockets_of_callers.held,
        "followed": served.gateway.broker.facts.followers,
        "followers": sum(type(thing) is Follower for thing in things),
        "streams": sum(type(thing) is AsyncGeneratorType for thing in things),
        "answers": len(served.gateway.broker.facts.together),
    }


def test_b29_a_thousand_subscriptions_leave_nothing_behind(serve: Serve, gateway_vhost: str) -> None:
    """50 sockets of 20 subscriptions at once, each shown two facts; some leave in good order, some are cut."""
    with serve(sockets_each=100) as served:
        facts, teller = served.gateway.broker.facts, Teller(gateway_vhost)
        with opened(served.url) as first:
            first.subscribe(THING, key="t-1")
            until(lambda: facts.followers == 1)
            teller.tell(changed("t-1"))
            first.item()
        until(lambda: not open_sockets(served) and not facts.together)
        before = what_is_left(served)
        with ExitStack() as stack:
            clients = [stack.enter_context(opened(served.url)) for _ in range(50)]
            for client in clients:
                for number in range(20):
                    client.subscribe(THING, id=str(number), key="t-1")
            until(lambda: facts.followers == 1000)
            for _ in range(2):
                teller.tell(changed("t-1"))
                for client in clients:
                    assert len([client.item() for _ in range(20)]) == 20
            for client in clients[:10]:
                client.connection.send('{"id": "1", "type": "complete"}')
            for client in clients[40:]:
                client.connection.socket.shutdown(socket.SHUT_RDWR)
        until(lambda: not open_sockets(served) and not facts.together)
        assert what_is_left(served) == before
        teller.close()
