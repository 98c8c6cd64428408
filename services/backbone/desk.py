"""The desk at which a service's methods hand over their work: nameko's side of ``perform`` and ``receive``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy import MetaData

from services.backbone.contracts import Contracts
from services.backbone.database import engine_for, reading_engine_for
from services.backbone.dead_letters import replay_dead_letter
from services.backbone.envelope import Envelope
from services.backbone.metrics import JOBS
from services.backbone.perform import Call, Performer, fresh_correlation_id, utc_now
from services.backbone.receive import Receiver
from services.backbone.settings import Settings
from services.backbone.work import Work


class Desk(DependencyProvider):  # type: ignore[misc]
    """``desk = Desk(SqlWork, metadata)``: gives each worker a way to perform, answer, react and run what is due.

    ``in_order`` is whether facts take effect in the order of their thing's sequence; see Receiver.
    """

    def __init__(self, work: type[Work], metadata: MetaData, *, in_order: bool = True) -> None:
        self._work = work
        self._metadata = metadata
        self._in_order = in_order

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        service = self.container.service_name
        self.engine = engine_for(settings.database_url, pool=settings.workers + 2, name=service)
        self.reading = reading_engine_for(settings.database_url, pool=settings.workers, name=service)
        self.performer = Performer(
            service=service,
            engine=self.engine,
            reading=self.reading,
            metadata=self._metadata,
            contracts=Contracts.of(service),
            work=self._work,
            clock=self.container.config.get("clock", utc_now),
        )
        self.receiver = Receiver(self.performer, in_order=self._in_order)

    def stop(self) -> None:
        self.engine.dispose()
        self.reading.dispose()

    def get_dependency(self, worker_ctx: Any) -> DeskOfWorker:
        return DeskOfWorker(self, worker_ctx.data.get("call") or Call(correlation_id=fresh_correlation_id()))


class DeskOfWorker:
    """The desk as one message's method sees it: the caller and the correlation id are known already."""

    def __init__(self, desk: Desk, call: Call) -> None:
        self._desk = desk
        self._call = call

    def perform(self, use_case: Callable[..., Any], request: Any) -> dict[str, Any]:
        """Do what a command asks; see Performer.perform."""
        return self._desk.performer.perform(use_case, request, self._call)

    def answer(self, question: Callable[..., Any], request: Any) -> dict[str, Any]:
        """Answer a question; see Performer.answer."""
        return self._desk.performer.answer(question, request, self._call)

    def react(self, reaction: Callable[[Any, Any], None], fact: Envelope) -> str:
        """Let a fact take effect; see Receiver.receive."""
        return self._desk.receiver.receive(reaction, fact)

    def replay(self, service: type[Any], request: Any) -> dict[str, Any]:
        """Let a fact that was set aside take effect after all; see replay_dead_letter."""
        return replay_dead_letter(service, self._desk.receiver, request)

    def run_due(self, use_case: Callable[..., int]) -> int:
        """Do what is due; see Performer.run_due."""
        handled = self._desk.performer.run_due(use_case, self._call.correlation_id)
        JOBS.labels(use_case.__name__).inc(handled)
        return handled
