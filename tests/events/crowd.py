"""A crowd registers while the service is killed: nobody sits twice, no gathering is overbooked, the line is fair.

``python -m tests.events.crowd 900 60`` runs the whole of it against servers of its own and prints what it measured;
``test_crowd.py`` runs a short form.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from kombu import Consumer

from deploy.local import servers
from services.backbone.migrations import upgrade
from tests.running import Caller, Keys, Process, running, until

CONNECTIONS = 24
#: Seconds after which a client asks again, and how often it does.
AGAIN_AFTER, TRIES = 5.0, 40


@dataclass
class Service:
    """The events service as one process that can be killed and started again."""

    settings: dict[str, str]
    keys: Keys
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    process: Process | None = None
    busy: float = 0.0

    def used(self) -> float:
        """Seconds of a processor that its processes used so far."""
        assert self.process is not None
        numbers = Path(f"/proc/{self.process.child.pid}/stat").read_text().rpartition(")")[2].split()
        return self.busy + (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")

    def start(self) -> None:
        self.process = self.stack.enter_context(running("services.events", ready="started", **self.settings))

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing given back."""
        self.busy = self.used()
        assert self.process is not None
        self.process.child.kill()
        self.process.child.wait()

    def stored(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.settings["MAILLAGE_DATABASE_URL"].replace("+psycopg", "")) as connection:
            return connection.execute(sql).fetchall()


@dataclass(frozen=True)
class Measured:
    people: int
    seconds: float
    kills: int
    confirmed: int
    waiting: int
    busy: float

    def __str__(self) -> str:
        return (
            f"{self.people} registrations in {self.seconds:.1f} s over {self.kills} kills: "
            f"{self.people / self.seconds:.0f} a second; {self.confirmed} confirmed, {self.waiting} waiting; "
            f"{self.busy / self.people * 1000:.0f} ms of a processor each"
        )


@contextlib.contextmanager
def service_at(database: str, vhost: str, folder: Path) -> Iterator[Service]:
    """The service against this empty database and this virtual host."""
    upgrade("events", database)
    keys = Keys.make(folder)
    settings = {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": vhost,
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }
    service = Service(settings, keys)
    with service.stack:
        service.start()
        yield service


def run(service: Service, *, people: int, events: int, kills: int) -> Measured:
    """Let everybody register, the service being killed now and then; AssertionError for whatever went wrong."""
    caller = Caller(service.settings["MAILLAGE_AMQP_URL"], service.keys)
    announced = [_announced(caller, hold_up=number % 3 == 0) for number in range(events)]
    caller.close()
    # A third of the gatherings is what most people want, so that lines form.
    chosen = random.Random(6).choices(announced, weights=[4 if n % 3 == 1 else 1 for n in range(events)], k=people)
    asked = [(str(uuid4()), event) for event in chosen]
    answers: list[dict[str, Any]] = []
    todo: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    for one in asked + asked[:: max(1, people // 50)]:
        todo.put(one)
    broken: list[BaseException] = []
    threads = [
        threading.Thread(target=_register, args=(service, todo, answers, broken), daemon=True)
        for _ in range(CONNECTIONS)
    ]
    started, used = time.monotonic(), service.used()
    for thread in threads:
        thread.start()
    for kill in range(kills):
        until(lambda share=people * (kill + 1) // (kills + 2): broken or len(answers) >= share, within=300)
        service.kill()
        service.start()
    for thread in threads:
        thread.join(300)
    seconds = time.monotonic() - started
    assert not broken, broken
    return _judged(service, asked, answers, seconds, kills, service.used() - used)


@dataclass
class Client:
    """One connection that asks again under the same key while no answer comes, as every good client does."""

    caller: Caller
    arrived: dict[str, Any] = field(default_factory=dict)

    def listening(self) -> Consumer:
        """Take in replies for as long as the block lasts."""
        return Consumer(self.caller.channel, [self.caller.replies], on_message=self._take, no_ack=True)

    def insist(self, person: str, event: str) -> dict[str, Any]:
        """The answer to this person's registration."""
        body = json.dumps({"args": [], "kwargs": {"request": {"event": event}}})
        key = uuid4().hex
        for _ in range(TRIES):
            passport = self.caller.keys.passport("PERSON", person)
            headers = {"nameko.passport": passport, "nameko.idempotency_key": key}
            reply = self._reply(self.caller.send("events.register", body, headers=headers))
            if reply is not None and reply["error"] is None:
                return reply
        raise AssertionError(f"{person} was never answered")

    def _take(self, message: Any) -> None:
        self.arrived[message.properties["correlation_id"]] = json.loads(message.body)

    def _reply(self, correlation: str) -> dict[str, Any] | None:
        until_when = time.monotonic() + AGAIN_AFTER
        while correlation not in self.arrived and (left := until_when - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                self.caller.connection.drain_events(timeout=left)
        return self.arrived.pop(correlation, None)


def _announced(caller: Caller, *, hold_up: bool) -> str:
    starts_at = datetime.now(UTC) + timedelta(days=10)
    of_its_kind: dict[str, Any] = {"kind": "MEETUP", "capacity": 15}
    if hold_up:
        challenge = {"kind": "NAMING", "question": "Comment nommer la maison ?"}
        of_its_kind = {"kind": "HOLD_UP", "capacity": 12, "project": str(uuid4()), "challenge": challenge}
    event = caller.value(
        "events.schedule_event",
        title="Rencontre",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        mode="ONLINE",
        organisers=[str(uuid4())],
        facilitators=[str(uuid4())],
        **of_its_kind,
    )["id"]
    caller.value("events.publish_event", event=event)
    return str(event)


def _register(
    service: Service,
    todo: queue.SimpleQueue[tuple[str, str]],
    answers: list[dict[str, Any]],
    broken: list[BaseException],
) -> None:
    """One connection: person after person, each under a key of their own."""
    try:
        client = Client(Caller(service.settings["MAILLAGE_AMQP_URL"], service.keys))
        with contextlib.closing(client.caller), client.listening():
            while True:
                person, event = todo.get_nowait()
                answers.append({"person": person, "event": event, **client.insist(person, event)})
    except queue.Empty:
        return
    except BaseException as error:
        broken.append(error)


def _judged(
    service: Service,
    asked: list[tuple[str, str]],
    answers: list[dict[str, Any]],
    seconds: float,
    kills: int,
    busy: float,
) -> Measured:
    rows = service.stored("SELECT event::text, person::text, state, place_in_line FROM registrations")
    assert sorted((person, event) for event, person, _, _ in rows) == sorted(asked), "each once, none lost"
    seats = service.stored("SELECT id::text, capacity, confirmed, offered, waiting FROM events")
    states = Counter((event, state) for event, _, state, _ in rows)
    for event, capacity, confirmed, offered, waiting in seats:
        assert (confirmed, offered) == (states[event, "CONFIRMED"], 0)
        assert confirmed <= capacity
        assert waiting == states[event, "WAITLISTED"]
        assert waiting == 0 or confirmed == capacity, "somebody waits while a seat is free"
    committed = service.stored(
        "SELECT envelope -> 'data' ->> 'event', envelope -> 'data' ->> 'person' FROM outbox "
        "WHERE type = 'event.registration_waitlisted' ORDER BY subject, version"
    )
    line = sorted((event, place, person) for event, person, state, place in rows if state == "WAITLISTED")
    assert [(event, person) for event, _, person in line] == committed, "the line is not in the order of the commits"
    assert [answer["error"] for answer in answers] == [None] * len(answers)
    told = {answer["person"]: answer["result"]["value"] for answer in answers if answer["result"]["value"]}
    stored = {person: state for _, person, state, _ in rows}
    assert {person: value["state"] for person, value in told.items()} == stored, "somebody was told otherwise"
    twice = [answer["result"]["problems"][0]["code"] for answer in answers if answer["result"]["problems"]]
    assert set(twice) <= {"DUPLICATE"}
    kinds = Counter(stored.values())
    return Measured(len(asked), seconds, kills, kinds["CONFIRMED"], kinds["WAITLISTED"], busy)


def main(people: int, events: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        with (
            servers.private_postgres(at) as postgres,
            servers.private_rabbitmq(at) as rabbit,
            servers.fresh_database(postgres, "crowd") as database,
            servers.fresh_vhost(rabbit, servers.node_in(at), "crowd") as vhost,
        ):
            for kills in (0, 2):
                with servers.fresh_database(postgres, "crowd") as empty, service_at(empty, vhost, at) as service:
                    print(run(service, people=people, events=events, kills=kills))
            assert database


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
