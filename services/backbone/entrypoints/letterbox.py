"""The letterbox: the one queue in which a service finds what the others tell, and the methods that react to it.

Plain nameko acknowledges a fact whose handler failed, or loops on it for ever, and reorders (traps N1, N2, N3, N12).
Here a message is acknowledged once its effect, or its place among the waiting, is committed.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import eventlet
from kombu import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from sqlalchemy.exc import DBAPIError

from services.backbone.database import is_out_of_reach
from services.backbone.dead_letters import reaction_to
from services.backbone.desk import Desk
from services.backbone.entrypoints.consumer import RawConsumer, body_of
from services.backbone.envelope import Envelope, exchange_of, read_envelope
from services.backbone.logs import log
from services.backbone.senders import may_tell, sender_of
from services.backbone.topology import letterbox_queue
from services.backbone.wire import Unreadable

#: Seconds between two looks at the facts that wait.
LOOK_EVERY = 0.5
#: Facts that take effect in one transaction at most, where their order does not matter.
MOST_TOGETHER = 50
#: Seconds before a fact is tried again while the database is out of reach.
DATABASE_PAUSE = 1.0


class LetterboxConsumer(RawConsumer):
    """A connection for facts alone."""


class Letterbox(SharedExtension, ProviderCollector):  # type: ignore[misc]
    """Consumes facts and finds the method that reacts to each; the others only move their thing's position on."""

    consumer = LetterboxConsumer()

    def __init__(self) -> None:
        super().__init__()
        self._reactions: dict[tuple[str, str], Reaction] = {}
        self._use_cases: dict[tuple[str, str], Any] = {}

    def setup(self) -> None:
        self._stopped = eventlet.event.Event()
        self._bell: eventlet.queue.LightQueue = eventlet.queue.LightQueue(1)
        self._gathered: eventlet.queue.LightQueue = eventlet.queue.LightQueue()
        self.consumer.register_provider(self)

    def register_provider(self, provider: Reaction) -> None:
        super().register_provider(provider)
        self._reactions[provider.source, provider.fact_type] = provider

    def queue_to_consume(self) -> Queue:
        """Asked for when consuming begins: by then every reaction is registered."""
        sources: dict[str, set[str]] = {}
        for source, fact_type in self._reactions:
            sources.setdefault(source, set()).add(fact_type.split(".")[0])
        return letterbox_queue(self.container.service_name, sources)

    def start(self) -> None:
        self._desk.receiver.woken = self._ring
        self.container.spawn_managed_thread(self._work_off, identifier="letterbox.waiting")
        if not self._desk.receiver.in_order:
            self.container.spawn_managed_thread(self._take_together, identifier="letterbox.together")

    def unregister_provider(self, provider: Any) -> None:
        super().unregister_provider(provider)
        if not self._providers and not self._stopped.ready():
            self._stopped.send()
            self._ring()
            self.consumer.unregister_provider(self)

    def connected(self) -> None:
        """The broker is there again: it hands out what was not acknowledged; nothing else is to be done."""

    def handle_message(self, message: Any) -> None:
        try:
            envelope = read_envelope(body_of(message))
            if message.delivery_info.get("exchange") not in (exchange_of(envelope.source), "", "dead"):
                raise Unreadable("source")
        except Unreadable as error:
            self.consumer.set_aside(message, f"unreadable_fact: {error}"[:60])
            return
        if not may_tell(sender_of(message), envelope.source):
            self.consumer.set_aside(message, f"fact_sent_by: {sender_of(message)}"[:60])
            return
        self._hand_over(envelope, partial(self._done, message), partial(self.consumer.requeue_message, message))

    def _hand_over(self, envelope: Envelope, done: Any, give_back: Any) -> None:
        if self._desk.receiver.in_order:
            self._hand_over_alone(envelope, done, give_back)
        else:
            self._gathered.put((envelope, done, give_back))

    def _take_together(self) -> None:
        """What has come meanwhile takes effect in one transaction; when that fails, each by itself."""
        while not self._stopped.ready():
            told = self._gathered_so_far()
            try:
                if told:
                    self._desk.receiver.receive_together([(self._use_case(one), one) for one, _, _ in told])
            except Exception as error:
                log().warning("not_received_together", facts=len(told), error=type(error).__name__)
                for envelope, done, give_back in told:
                    self._hand_over_alone(envelope, done, give_back)
            else:
                for _, done, _ in told:
                    self._acknowledge(done)

    def _acknowledge(self, done: Any) -> None:
        try:
            done()
        except Exception as error:  # it comes again, and is known
            log().warning("not_acknowledged", error=type(error).__name__)

    def _gathered_so_far(self) -> list[tuple[Envelope, Any, Any]]:
        told: list[tuple[Envelope, Any, Any]] = []
        with suppress(eventlet.queue.Empty):
            told.append(self._gathered.get(timeout=LOOK_EVERY))
            while len(told) < MOST_TOGETHER:
                told.append(self._gathered.get_nowait())
        return told

    def _use_case(self, envelope: Envelope) -> Any:
        known = envelope.source, envelope.type
        if known not in self._use_cases:
            self._use_cases[known] = reaction_to(self.container.service_cls, envelope)
        return self._use_cases[known]

    def _hand_over_alone(self, envelope: Envelope, done: Any, give_back: Any) -> None:
        reaction = self._reactions.get((envelope.source, envelope.type)) or self._reactions.get((envelope.source, "#"))
        while not self._stopped.ready():
            try:
                if reaction is None:
                    self._desk.receiver.receive(None, envelope)
                    done()
                else:
                    self._spawn(reaction, envelope, done, give_back)
                return
            except ContainerBeingKilled:
                break
            except Exception as error:
                if not (isinstance(error, DBAPIError) or is_out_of_reach(error)):
                    raise
                eventlet.sleep(DATABASE_PAUSE)
        give_back()

    def _spawn(self, reaction: Any, envelope: Envelope, done: Any, give_back: Any) -> None:
        def finished(worker: Any, result: Any = None, exc_info: Any = None) -> tuple[Any, Any]:
            if exc_info is None:
                done()
            else:
                # Given back, it would come again at once and count towards the broker's delivery limit.
                self.container.spawn_managed_thread(
                    partial(self._later, envelope, done, give_back), identifier="letterbox.later"
                )
            return result, exc_info

        self.container.spawn_worker(
            reaction, (envelope,), {}, context_data={"envelope": envelope}, handle_result=finished
        )

    def _later(self, envelope: Envelope, done: Any, give_back: Any) -> None:
        eventlet.sleep(DATABASE_PAUSE)
        self._hand_over_alone(envelope, done, give_back)

    def _done(self, message: Any) -> None:
        self.consumer.ack_message(message)

    def _work_off(self) -> None:
        """Facts whose next try has come, or whose gap was filled, take their turn."""
        while not self._stopped.ready():
            try:
                for envelope in self._desk.receiver.due():
                    self._hand_over(envelope, lambda: None, lambda: None)
            except Exception as error:
                log().warning("waiting_facts_not_read", error=type(error).__name__)
            with suppress(eventlet.queue.Empty):
                self._bell.get(timeout=LOOK_EVERY)

    def _ring(self) -> None:
        """Let the facts that wait be looked at now."""
        with suppress(eventlet.queue.Full):
            self._bell.put_nowait(None)

    @property
    def _desk(self) -> Desk:
        return next(one for one in self.container.dependencies if isinstance(one, Desk))


class Reaction(Entrypoint):  # type: ignore[misc]
    """A method that reacts to a fact: ``@reaction("event.held", source="events")``; ``#`` is every other fact."""

    letterbox = Letterbox()

    def __init__(self, fact_type: str, *, source: str, **options: Any) -> None:
        self.fact_type = fact_type
        self.source = source
        super().__init__(**options)

    def setup(self) -> None:
        self.letterbox.register_provider(self)

    def stop(self) -> None:
        self.letterbox.unregister_provider(self)


reaction = Reaction.decorator
