"""Calls in nameko's wire format that survive malformed ones.

Plain nameko dies of a call without ``reply_to``, lets a call's ``reply_to`` kill another service, sends exception texts
to the caller and executes what nobody waits for any more (reliability.md, traps N4, N5, N16-N18, N20). Here a call is
looked at before a worker is spent on it: shape, deadline, passport, right; every answer is data with a code.
"""

from __future__ import annotations

import hashlib
import re
import time
from functools import partial
from typing import Any

import eventlet
from kombu import Connection, Producer, Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.backbone.actor import Allow
from services.backbone.database import is_out_of_reach
from services.backbone.entrypoints.consumer import RawConsumer, body_of
from services.backbone.logs import log
from services.backbone.metrics import CALLS, REFUSED_MESSAGES
from services.backbone.passports import NoPassport, Passports
from services.backbone.perform import Call, DeadlinePassed, OutcomeUnknown
from services.backbone.senders import may_call, sender_of
from services.backbone.settings import Settings
from services.backbone.topology import RPC, calls_queue
from services.backbone.wire import CONTENT_TYPE, Unreadable, decode, encode

#: Where a reply may go: a reply queue, by its own name, never another service's calls.
REPLY_TO = re.compile(r"rpc\.reply-[A-Za-z0-9_-]{1,100}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
#: The longest that any call may take, in seconds, whatever its header says.
LONGEST_CALL = 60.0
#: Seconds that the broker may take to accept an answer; a broker that is frozen must not hold the workers.
SEND_WITHIN = 3.0


class CallRefused(Exception):
    """A call that does not get through to its method, with the code its caller is told."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Replies:
    """Sends answers over one connection of its own.

    An answer that cannot be sent is logged and given up: its caller has a deadline.
    """

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service
        self._turn = eventlet.semaphore.Semaphore()
        self._producer: Producer | None = None

    def send(self, message: Any, body: dict[str, Any]) -> None:
        encoded = _encoded(body)
        with self._turn:
            for again in (True, False):
                try:
                    with eventlet.Timeout(SEND_WITHIN):
                        self._publish(encoded, message)
                    return
                except (Exception, eventlet.Timeout) as error:
                    self.begin_anew()
                    if not again:
                        log().warning("reply_not_sent", error=type(error).__name__)

    def begin_anew(self) -> None:
        """Open another connection for the next answer: what is written to one that broke is lost unseen."""
        producer, self._producer = self._producer, None
        if producer is not None and producer.channel.connection is not None:
            producer.channel.connection.collect()

    def _publish(self, encoded: bytes, message: Any) -> None:
        self._ready().publish(
            encoded,
            exchange=RPC,
            routing_key=message.properties["reply_to"],
            user_id=self._service,
            correlation_id=message.properties["correlation_id"],
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=1,
            retry=False,
        )

    def _ready(self) -> Producer:
        if self._producer is None:
            connection = Connection(self._url, connect_timeout=3, transport_options={"confirm_publish": False})
            self._producer = Producer(connection.channel(), auto_declare=False)
        return self._producer


class CallsConsumer(RawConsumer):
    """A connection for calls alone: a letterbox that cannot be opened does not keep anybody from asking."""


class Calls(SharedExtension, ProviderCollector):  # type: ignore[misc]
    """The one consumer of a service's calls; finds the method and hands the call to it."""

    consumer = CallsConsumer()

    def __init__(self) -> None:
        super().__init__()
        self._methods: dict[str, RemoteMethod] = {}

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        key = settings.passport_public_key
        self.passports = Passports(key, settings.service_keys) if key else None
        self.replies = Replies(settings.amqp_url, self.container.service_name)
        self.consumer.register_provider(self)

    def queue_to_consume(self) -> Queue:
        return calls_queue(self.container.service_name)

    def connected(self) -> None:
        """The broker is there again: answers must not go the old way."""
        self.replies.begin_anew()

    def register_provider(self, provider: RemoteMethod) -> None:
        super().register_provider(provider)
        self._methods[f"{self.container.service_name}.{provider.method_name}"] = provider

    def unregister_provider(self, provider: Any) -> None:
        super().unregister_provider(provider)
        if not self._providers:
            self.consumer.unregister_provider(self)

    def handle_message(self, message: Any) -> None:
        started = time.monotonic()
        properties = message.properties
        if not _may_be_answered(properties.get("reply_to"), properties.get("correlation_id")):
            self.consumer.set_aside(message, "no_reply_to")
            return
        if not may_call(sender_of(message), self.passports.services if self.passports else ()):
            self.consumer.set_aside(message, f"call_sent_by: {sender_of(message)}"[:60])
            return
        try:
            method = self._method(message)
            if method not in self._providers:  # the service is stopping: another one, or the next, will answer
                self.consumer.requeue_message(message)
                return
            request, call = self._read(message, method)
            self.container.spawn_worker(
                method,
                (request,),
                {},
                context_data={"call": call},
                handle_result=partial(self._answer, message, method.method_name, started),
            )
        except CallRefused as refused:
            REFUSED_MESSAGES.labels(refused.code).inc()
            self._finish(message, {"result": None, "error": _error(refused.code, refused.message)})
        except ContainerBeingKilled:
            self.consumer.requeue_message(message)

    def _method(self, message: Any) -> RemoteMethod:
        method = self._methods.get(str(message.delivery_info.get("routing_key", "")))
        if method is None:
            raise CallRefused("UNKNOWN_METHOD", "This service has no such method.")
        return method

    def _read(self, message: Any, method: RemoteMethod) -> tuple[Any, Call]:
        headers = message.headers
        deadline = _deadline(headers.get("nameko.deadline"))
        if deadline <= time.time():
            raise _late(message, method)
        try:
            if self.passports is None:
                raise NoPassport("This service knows no gateway.")
            actor = self.passports.actor(headers.get("nameko.passport"))
        except NoPassport as error:
            raise CallRefused("UNAUTHENTICATED", str(error)) from None
        if not method.allow(actor):
            code = "FORBIDDEN" if actor.signed_in else "UNAUTHENTICATED"
            raise CallRefused(code, "Sign in to do this." if code == "UNAUTHENTICATED" else "You may not do this.")
        return self._request(message), Call(
            actor=actor,
            correlation_id=_identifier(headers.get("nameko.correlation_id")) or "-",
            # A call without a key of its caller's is known by its own id: handed out twice, it acts once.
            idempotency_key=_key(headers.get("nameko.idempotency_key")) or message.properties["correlation_id"],
            deadline=deadline,
        )

    def _request(self, message: Any) -> Any:
        try:
            body = decode(body_of(message))
        except Unreadable:
            raise CallRefused("BAD_REQUEST", "The body of the call is not JSON that is read here.") from None
        if not isinstance(body, dict) or body.get("args") != [] or not isinstance(body.get("kwargs"), dict):
            raise CallRefused("BAD_REQUEST", 'A call is {"args": [], "kwargs": {"request": {...}}}.')
        if set(body["kwargs"]) != {"request"} or not isinstance(body["kwargs"]["request"], dict):
            raise CallRefused("BAD_REQUEST", "A call takes one object named request.")
        return body["kwargs"]["request"]

    def _answer(
        self, message: Any, name: str, started: float, worker: Any, result: Any = None, exc_info: Any = None
    ) -> tuple[Any, Any]:
        if exc_info is None:
            body = {"result": result, "error": None}
            outcome = "refused" if result["problems"] else "ok"
        elif isinstance(exc_info[1], DeadlinePassed):
            body = {"result": None, "error": _error("DEADLINE_PASSED", "The deadline passed; nothing was done.")}
            outcome = "late"
        elif isinstance(exc_info[1], OutcomeUnknown):
            body = {"result": None, "error": _error("OUTCOME_UNKNOWN", "Nobody knows whether it was done.")}
            outcome = "unknown"
        elif is_out_of_reach(exc_info[1]):
            body = {"result": None, "error": _error("UNAVAILABLE", "The database is out of reach; nothing was done.")}
            outcome = "unavailable"
        else:
            body = {"result": None, "error": _error("INTERNAL", "Something broke; nothing was done.")}
            outcome = "broken"
        seconds = time.monotonic() - started
        self.replies.send(message, body)
        CALLS.labels(name, outcome).observe(seconds)
        said = {"code": result["problems"][0]["code"]} if outcome == "refused" else {}
        log().info(
            "call",
            method=name,
            outcome=outcome,
            ms=round(seconds * 1000, 1),
            correlation_id=worker.data["call"].correlation_id,
            redelivered=bool(message.delivery_info.get("redelivered")),
            **said,
        )
        if outcome == "broken":
            log().error("call_broke", method=name, exc_info=exc_info, correlation_id=worker.data["call"].correlation_id)
        self.consumer.ack_message(message)
        return result, exc_info

    def _finish(self, message: Any, body: dict[str, Any]) -> None:
        self.replies.send(message, body)
        self.consumer.ack_message(message)


class RemoteMethod(Entrypoint):  # type: ignore[misc]
    """One method that may be called; ``allow`` is the coarse question that is asked before it runs."""

    calls = Calls()
    writes = False

    def __init__(self, *, allow: Allow, **options: Any) -> None:
        self.allow = allow
        super().__init__(expected_exceptions=(DeadlinePassed, OutcomeUnknown, DBAPIError, PoolTimeout), **options)

    def setup(self) -> None:
        self.calls.register_provider(self)

    def stop(self) -> None:
        self.calls.unregister_provider(self)


class Command(RemoteMethod):
    """A method that changes something: ``@command(allow=signed_in)``."""

    writes = True


class Query(RemoteMethod):
    """A method that only reads: ``@query(allow=anyone)``."""


command = Command.decorator
query = Query.decorator


def _may_be_answered(reply_to: object, correlation: object) -> bool:
    return (
        isinstance(reply_to, str)
        and REPLY_TO.fullmatch(reply_to) is not None
        and isinstance(correlation, str)
        and IDENTIFIER.fullmatch(correlation) is not None
    )


def _identifier(value: object) -> str | None:
    return value if isinstance(value, str) and IDENTIFIER.fullmatch(value) else None


def _key(value: object) -> str | None:
    """The caller's idempotency key, whatever it chose; what is long or strange is known by its digest."""
    if not isinstance(value, str) or not value:
        return None
    return _identifier(value) or hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _deadline(value: object) -> float:
    latest = time.time() + LONGEST_CALL
    if isinstance(value, bool) or not isinstance(value, int):
        return latest
    return min(value / 1000, latest)


def _late(message: Any, method: RemoteMethod) -> CallRefused:
    """Why a call is not read any more. Who had it before may have done it and died before answering."""
    if method.writes and message.delivery_info.get("redelivered"):
        return CallRefused("OUTCOME_UNKNOWN", "The deadline had passed when the call came again; ask with its key.")
    return CallRefused("DEADLINE_PASSED", "The deadline had passed before the call was read; nothing was done.")


def _error(code: str, message: str) -> dict[str, Any]:
    return {"exc_type": code, "value": message, "exc_path": None, "exc_args": []}


def _encoded(body: dict[str, Any]) -> bytes:
    try:
        return encode(body)
    except Exception as error:
        log().error("answer_not_encoded", error=str(error))
        return encode({"result": None, "error": _error("INTERNAL", "Something broke.")})
