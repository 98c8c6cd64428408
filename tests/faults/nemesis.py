"""The nemesis: strikes the running network with one fault after another, heals, and writes down what it did when."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import amqp
import psycopg

from deploy.local.servers import plain
from deploy.local.settings import SERVICES
from deploy.local.stack import Stack
from tests.faults.history import History, Strike
from tests.faults.network import databases, pid_of, signal_all

#: Rows of the fault matrix, and what is done for each.
ROWS = {
    "broker killed": "F1",
    "service killed": "F3",
    "relay killed": "F4",
    "relay's lock lost": "F5",
    "service stopped well": "F6",
    "memory alarm": "F9",
    "disk alarm": "F10",
    "connections reset": "F12",
    "facts again, shuffled": "F13, F15",
    "malformed messages": "F17",
    "database killed": "F20",
    "database frozen": "F21",
    "broker cut off": "F11",
    "broker frozen": "F22",
    "gateway killed": "F3",
    "service frozen": "F28",
}
#: Seconds for which something is frozen, cut off or alarmed.
LASTING = (2.0, 8.0)
#: Done only when asked for by name: it needs root and iptables, and who dies while doing it leaves rules behind.
BY_NAME = ("broker cut off",)


@dataclass
class Nemesis:
    """Strikes ``network`` until told to stop. ``under_way`` says how many commands are in flight."""

    network: Stack
    history: History
    random: random.Random
    under_way: Callable[[], int]
    only: tuple[str, ...] = ()
    lasting: tuple[float, float] = LASTING

    async def run(self, until: float, pause: tuple[float, float]) -> None:
        """Strike until this time (monotonic), with pauses of so many seconds between."""
        chosen = self.only or [fault for fault in ROWS if fault not in BY_NAME]
        waiting: list[str] = []
        while True:
            await asyncio.sleep(self.random.uniform(*pause))
            if time.monotonic() >= until:
                return
            if not waiting:  # each in turn, in another order every round, so that none is left out
                waiting = self.random.sample(chosen, len(chosen))
            await self.strike(waiting.pop())

    async def strike(self, fault: str) -> None:
        """One fault from its beginning to its healing."""
        under_way, struck = self.under_way(), time.time()
        what = await asyncio.to_thread(self._do, fault)
        self.history.add(Strike(fault=fault, what=what, struck=struck, healed=time.time(), under_way=under_way))
        print(f"{time.strftime('%H:%M:%S')}  {fault}: {what} ({under_way} under way)", flush=True)

    def _do(self, fault: str) -> str:
        service = self.random.choice(SERVICES)
        process = self._process_of(service)
        for_a_while = self.random.uniform(*self.lasting)
        done: dict[str, Callable[[], str]] = {
            "broker killed": lambda: self._kill("rabbitmq"),
            "service killed": lambda: self._kill(process),
            "relay killed": lambda: self._kill(f"{service}-relay"),
            "gateway killed": lambda: self._kill("gateway"),
            "database killed": lambda: self._kill("postgres"),
            "relay's lock lost": lambda: self._end_session_of_relay(service),
            "service stopped well": lambda: self._stop_well(process),
            "memory alarm": lambda: self._alarm(
                ("set_vm_memory_high_watermark", "0.000001"),
                ("set_vm_memory_high_watermark", "absolute", "384MB"),
                for_a_while,
            ),
            "disk alarm": lambda: self._alarm(
                ("set_disk_free_limit", "100000GB"), ("set_disk_free_limit", "64MB"), for_a_while
            ),
            "connections reset": self._reset_connections,
            "facts again, shuffled": lambda: self._tell_again(service),
            "malformed messages": lambda: self._malform(service),
            "database frozen": lambda: self._freeze("postgres", for_a_while),
            "broker cut off": lambda: self._cut_off("RABBITMQ", for_a_while),
            "broker frozen": lambda: self._freeze("rabbitmq", for_a_while),
            "service frozen": lambda: self._freeze(process, for_a_while),
        }
        return done[fault]()

    def _process_of(self, service: str) -> str:
        instances = self.network.plan().settings.instances(service)
        return self.random.choice(instances) if len(instances) > 1 else service

    def _kill(self, program: str) -> str:
        pid = pid_of(self.network, program)
        if pid == 0:
            return f"{program} was down already"
        signal_all(pid, signal.SIGKILL)
        return f"{program} {pid}"

    def _stop_well(self, service: str) -> str:
        """As a rolling restart does: SIGTERM, then the supervisor starts it anew."""
        pid, began = pid_of(self.network, service), time.monotonic()
        if pid == 0:
            return f"{service} was down already"
        signal_all(pid, signal.SIGTERM)
        while pid_of(self.network, service) == pid and time.monotonic() - began < 45:
            time.sleep(0.1)
        return f"{service} {pid} left after {time.monotonic() - began:.1f} s"

    def _freeze(self, program: str, seconds: float) -> str:
        pid = pid_of(self.network, program)
        if pid == 0:
            return f"{program} was down already"
        signal_all(pid, signal.SIGSTOP)
        time.sleep(seconds)
        signal_all(pid, signal.SIGCONT)
        return f"{program} {pid} for {seconds:.1f} s"

    def _cut_off(self, server: str, seconds: float) -> str:
        """Drop every packet to and from its port, unseen by both sides: the one way to be silent that holds no end."""
        port = str(self.network.plan().settings.port(server))
        rules: list[tuple[str, ...]] = [
            ("INPUT", "-p", "tcp", end, port, "-j", "DROP") for end in ("--dport", "--sport")
        ]
        put: list[tuple[str, ...]] = []
        try:
            for rule in rules:
                subprocess.run(["iptables", "-w", "-I", *rule], check=True)
                put.append(rule)
            time.sleep(seconds)
        finally:
            for rule in put:
                subprocess.run(["iptables", "-w", "-D", *rule], check=True)
        return f"port of {server} for {seconds:.1f} s"

    def _alarm(self, begin: tuple[str, ...], end: tuple[str, ...], seconds: float) -> str:
        broker = self.network.plan().broker
        try:
            broker.control(*begin)
            time.sleep(seconds)
        except RuntimeError:
            return "the broker was down"
        finally:
            for _ in range(10):
                try:
                    broker.control(*end)
                    break
                except RuntimeError:
                    time.sleep(2)
        return f"for {seconds:.1f} s"

    def _reset_connections(self) -> str:
        try:
            self.network.plan().broker.control("close_all_connections", "the nemesis")
        except RuntimeError:
            return "the broker was down"
        return "all connections of the broker"

    def _end_session_of_relay(self, service: str) -> str:
        try:
            with psycopg.connect(plain(self.network.plan().database.url()), autocommit=True) as connection:
                ended = connection.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = %s",
                    (f"{service}-relay",),
                ).fetchone()
        except psycopg.OperationalError:
            return "the database was down"
        return f"{service}: {ended[0] if ended else 0} sessions"

    def _tell_again(self, service: str) -> str:
        """Publish facts that were told before once more, in any order."""
        try:
            with databases(self.network) as opened:
                rows = (
                    opened[service]
                    .execute(
                        "SELECT type, envelope FROM outbox WHERE published_at IS NOT NULL ORDER BY random() LIMIT 60"
                    )
                    .fetchall()
                )
            with self._broker() as connection:
                channel = connection.channel()
                channel.confirm_select()
                for type_, envelope in self.random.sample(rows * 2, len(rows) * 2):
                    message = amqp.Message(json.dumps(envelope), content_type="application/json",
                                           content_encoding="utf-8", delivery_mode=2, user_id="cli")  # fmt: skip
                    channel.basic_publish_confirm(message, exchange=f"{service}.facts", routing_key=type_)
        except (OSError, psycopg.Error, amqp.AMQPError) as error:
            return f"not done: {type(error).__name__}"
        return f"{service}: {len(rows) * 2} messages"

    def _malform(self, service: str) -> str:
        """What nobody can read, into a letterbox and a queue of calls."""
        bodies = (b"", b"{", b"[1]", b'"' * 50, b'{"specversion":"1.0"}', bytes(range(256)), b"[" * 3000)
        try:
            with self._broker() as connection:
                channel = connection.channel()
                channel.confirm_select()
                for body in bodies:
                    for queue in (f"{service}.letterbox", f"rpc-{service}"):
                        message = amqp.Message(body, content_type="application/json", delivery_mode=2)
                        channel.basic_publish_confirm(message, exchange="", routing_key=queue)
        except (OSError, amqp.AMQPError) as error:
            return f"not done: {type(error).__name__}"
        return f"{service}: {len(bodies) * 2} messages"

    def _broker(self) -> Any:
        settings = self.network.plan().settings
        return amqp.Connection(
            host=f"127.0.0.1:{settings.port('RABBITMQ')}",
            userid="cli",
            password=settings.password("broker/cli"),
            virtual_host="maillage",
            connect_timeout=5,
            read_timeout=15,
            write_timeout=15,
        )
