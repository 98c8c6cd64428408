"""A service of another make, for tests: ``python -m tests.gateway.peer URL SERVICE...`` answers calls as they ask.

The method's name says how it answers. It prints ``ready`` once it can be called, and stops when its input ends.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pika
from pika.adapters.blocking_connection import BlockingChannel


class Peer:
    """Answers calls in nameko's wire format, rightly or wrongly."""

    def __init__(self, channel: BlockingChannel) -> None:
        self.channel = channel
        self.calls: Counter[str] = Counter()
        self.hidden: str | None = None
        self.held: list[pika.BasicProperties] = []
        self.keys: dict[str, list[str | None]] = {}

    def on_call(self, _channel: object, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        name = method.routing_key.partition(".")[2]
        self.calls[name] += 1
        request = json.loads(body)["kwargs"]["request"]
        for answer in self.answers(name, request, properties):
            self.send(answer, properties)

    def send(self, answer: bytes, asked: pika.BasicProperties) -> None:
        replied = pika.BasicProperties(correlation_id=asked.correlation_id, content_type="application/json")
        self.channel.basic_publish("nameko-rpc", asked.reply_to, answer, replied)

    def answers(self, name: str, request: dict[str, Any], properties: pika.BasicProperties) -> list[bytes]:
        """The bodies to send back: none, one or several."""
        if name.startswith("fails_with_"):
            return [failure(name.removeprefix("fails_with_"))]
        if name.startswith("fails_first_with_"):
            keys = self.keys.setdefault(name, [])
            keys.append((properties.headers or {}).get("nameko.idempotency_key"))
            return [value(self.keys.pop(name)) if len(keys) == 3 else failure(name.removeprefix("fails_first_with_"))]
        match name:
            case "silent":
                return []
            case "held":
                self.held.append(properties)
                return []
            case "release":
                released, self.held = self.held, []
                for asked in released:
                    self.send(value(f"held {self.calls['held']}"), asked)
                return [value(len(released))]
            case "garbage":
                return [b"\xff not json"]
            case "shapeless":
                return [b'{"result": 5, "error": null}']
            case "empty":
                return [b"{}"]
            case "twice":
                return [value("first"), value("second")]
            case "large":
                return [value("x" * (9 * 1024 * 1024))]
            case "refused":
                return [REFUSAL]
            case "calls":
                return [value(dict(self.calls))]
            case "sign_in":
                return [value({"id": str(uuid5(NAMESPACE_URL, request["subject"]))})]
            case "things_by_ids":
                return [value([None if key == self.hidden else thing(key) for key in request["ids"]])]
            case "hide":
                self.hidden = request.get("key", "hidden")
                return [value(self.hidden)]
            case "owners_by_ids":
                return [value([{"id": key, "name": f"Owner {key}"} for key in request["ids"]])]
            case "calendar_entries":
                return [value({"items": [], "name": None, "modified_at": None})]
            case "list_things":
                rows = [{"id": f"t-{n}", "name": f"Thing {n}", "owner": f"o-{n % 3}"} for n in range(request["first"])]
                cursors = [row["id"] for row in rows]
                return [
                    value(
                        {
                            "items": rows,
                            "cursors": cursors,
                            "has_next": True,
                            "total": 1000 if request["count"] else None,
                        }
                    )
                ]
            case _:
                headers = {key: str(header) for key, header in (properties.headers or {}).items()}
                return [value({"request": request, "headers": headers, "expiration": properties.expiration})]


def thing(key: str) -> dict[str, str]:
    return {"id": key, "name": f"Thing {key}", "owner": f"o-{key[-1]}"}


def failure(code: str) -> bytes:
    return json.dumps({"result": None, "error": {"exc_type": code.upper(), "value": "secret detail"}}).encode()


def value(answer: Any) -> bytes:
    return json.dumps({"result": {"value": answer, "problems": []}, "error": None}).encode()


REFUSAL = json.dumps(
    {
        "result": {
            "value": None,
            "problems": [
                {
                    "code": "GATE_NOT_MET",
                    "rule": "thing.gate",
                    "message": "The gate is not met.",
                    "field": "stage_name",
                    "values": {},
                    "blocked_by": [
                        {"code": "evidence_missing", "message": "Evidence is missing.", "fix": "Record it."}
                    ],
                }
            ],
        },
        "error": None,
    }
).encode()


def main(url: str, services: list[str]) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.exchange_declare("nameko-rpc", "topic", durable=True)
    peer = Peer(channel)
    for service in services:
        channel.queue_declare(f"rpc-{service}", durable=True, auto_delete=True)
        channel.queue_bind(f"rpc-{service}", "nameko-rpc", f"{service}.*")
        channel.basic_consume(f"rpc-{service}", peer.on_call, auto_ack=True)
    threading.Thread(target=stop_when_input_ends, args=(connection, channel), daemon=True).start()
    print("ready", flush=True)
    channel.start_consuming()
    connection.close()


def stop_when_input_ends(connection: pika.BlockingConnection, channel: BlockingChannel) -> None:
    sys.stdin.read()
    connection.add_callback_threadsafe(channel.stop_consuming)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
