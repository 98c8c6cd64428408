"""Processes as they really run, for tests that go through the broker; and a caller that may say anything."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey
from kombu import Connection, Consumer, Exchange, Producer, Queue

from services.backbone.senders import GATEWAY, relay_of

PATIENCE = 30.0


def until(true: Callable[[], Any], within: float = PATIENCE) -> Any:
    """What is true at last; fails when it does not become so."""
    end = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.05)
    return found


@dataclass
class Process:
    """One process and what it logs, line by line, as JSON."""

    child: subprocess.Popen[str]
    lines: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    seen: list[dict[str, Any]] = field(default_factory=list)

    def wait_for(self, event: str, within: float = PATIENCE, **about: Any) -> dict[str, Any]:
        """The next log line with this event and these values; fails with the log when it does not come."""
        end = time.monotonic() + within
        while (left := end - time.monotonic()) > 0:
            try:
                line = self.lines.get(timeout=min(left, 1.0))
            except queue.Empty:
                if not self.is_alive() and self.lines.empty():
                    break
                continue
            self.seen.append(line)
            if line.get("event") == event and all(line.get(key) == value for key, value in about.items()):
                return line
        raise AssertionError(f"no {event} {about} in the log:\n" + "\n".join(map(str, self.seen[-20:])))

    def said(self) -> list[dict[str, Any]]:
        """Every line until now, waited for or not."""
        with suppress(queue.Empty):
            while True:
                self.seen.append(self.lines.get_nowait())
        return self.seen

    def times(self, event: str, **about: Any) -> int:
        """How often it logged a line with this event and these values until now."""
        return sum({"event": event, **about}.items() <= line.items() for line in self.said())

    def is_alive(self) -> bool:
        return self.child.poll() is None

    def stop(self, within: float = 30.0) -> int:
        """SIGTERM, and how the process left."""
        self.child.terminate()
        return self.child.wait(timeout=within)


@contextmanager
def running(module: str, *arguments: str, ready: str, **settings: Any) -> Iterator[Process]:
    """A process of the project, ready when it logged this event."""
    environment = {**os.environ, "MAILLAGE_LOG_FORMAT": "json", **{key: str(value) for key, value in settings.items()}}
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], env=environment, stderr=subprocess.PIPE, text=True
    )
    process = Process(child)
    reader = threading.Thread(target=_read, args=(process,), daemon=True)
    reader.start()
    try:
        process.wait_for(ready)
        yield process
    finally:
        child.kill()
        child.wait()
        reader.join(timeout=5)


def _read(process: Process) -> None:
    assert process.child.stderr is not None
    for line in process.child.stderr:
        try:
            process.lines.put(json.loads(line))
        except ValueError:
            process.lines.put({"event": "not json", "line": line.rstrip()})


@dataclass(frozen=True)
class Keys:
    """A gateway's key pair, for tests that play the gateway."""

    public: Path
    key: OKPKey

    @classmethod
    def make(cls, folder: Path) -> Keys:
        key = OKPKey.generate_key("Ed25519")
        public = folder / "passport.pub"
        public.write_bytes(key.as_pem(private=False))
        return cls(public, key)

    def passport(self, kind: str = "SYSTEM", sub: str | None = None, **claims: Any) -> str:
        """A passport as the gateway makes it; ``claims`` replace any of its own."""
        now = int(time.time())
        named = {"sub": sub} if sub else {}
        said = {"kind": kind, "roles": [], "aud": "maillage-services", "iat": now, "exp": now + 60, **named, **claims}
        return str(jwt.encode({"alg": "Ed25519"}, said, self.key, algorithms=["Ed25519"]))


class Caller:
    """Calls services over the broker, well-formed or not."""

    def __init__(self, url: str, keys: Keys) -> None:
        self.keys = keys
        self.connection = Connection(url)
        self.channel = self.connection.channel()
        name = f"rpc.reply-test-{uuid.uuid4().hex}"
        self.exchange = Exchange("nameko-rpc", type="topic", durable=True)
        self.replies = Queue(name, self.exchange, routing_key=name, durable=False, expires=300)(self.channel)
        self.replies.declare()
        self.producer = Producer(self.channel)

    def close(self) -> None:
        self.connection.close()

    def call(self, method: str, *, passport: str | None = None, key: str | None = None, **request: Any) -> Any:
        """The whole reply to a well-formed call: ``{"result": ..., "error": ...}``."""
        headers: dict[str, Any] = {"nameko.passport": passport or self.keys.passport()}
        if key:
            headers["nameko.idempotency_key"] = key
        body = {"args": [], "kwargs": {"request": request}}
        return self.reply(self.send(method, json.dumps(body, default=str), headers=headers))

    def value(self, method: str, **request: Any) -> Any:
        """The value of an answer that must be there."""
        reply = self.call(method, **request)
        assert reply["error"] is None, reply
        assert reply["result"]["problems"] == [], reply
        return reply["result"]["value"]

    def send(self, routing_key: str, body: str | bytes, **properties: Any) -> str:
        """Publish whatever is given, in the name of who would; returns the correlation id of a reply that may come."""
        correlation = uuid.uuid4().hex
        exchange = properties.pop("exchange", self.exchange)
        source = getattr(exchange, "name", exchange).removesuffix(".facts")
        properties = {
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "reply_to": self.replies.name,
            "correlation_id": correlation,
            "user_id": GATEWAY if source == self.exchange.name else relay_of(source),
            **properties,
        }
        self.producer.publish(body, routing_key=routing_key, exchange=exchange, **properties)
        return correlation

    def reply(self, correlation: str, within: float = PATIENCE) -> Any:
        """The reply with this correlation id."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            message = self.next_message(self.replies, end - time.monotonic())
            if message.properties.get("correlation_id") == correlation:
                return json.loads(message.body)
        raise AssertionError("no reply came")

    def queue(self, name: str) -> Queue:
        """A queue that somebody else declared, by its name."""
        return Queue(name, channel=self.channel, no_declare=True)

    def next_message(self, where: Queue, within: float = PATIENCE) -> Any:
        """The next message of a queue, acknowledged."""
        got: list[Any] = []
        end = time.monotonic() + within
        with Consumer(self.channel, queues=[where], on_message=got.append, auto_declare=False, prefetch_count=1):
            while not got:
                left = end - time.monotonic()
                assert left > 0, f"nothing came into {where.name}"
                with suppress(TimeoutError):
                    self.connection.drain_events(timeout=left)
        got[0].ack()
        return got[0]
