"""The same small service on the backbone: ``python -m tests.backbone.traps.careful``."""

from services.backbone.run import patch, serve

patch()

import os  # noqa: E402
import time  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from typing import Any  # noqa: E402

from sqlalchemy import text  # noqa: E402

from services.backbone.actor import anyone  # noqa: E402
from services.backbone.desk import Desk  # noqa: E402
from services.backbone.entrypoints import command, query, reaction  # noqa: E402
from services.backbone.envelope import Envelope  # noqa: E402
from services.backbone.logs import log  # noqa: E402
from services.backbone.perform import Reader  # noqa: E402
from services.backbone.service import Service  # noqa: E402
from services.backbone.storage import metadata_with_backbone  # noqa: E402
from services.backbone.work import Work  # noqa: E402

NOTE = """
INSERT INTO history (subject, aspect, to_state, actor_kind, at, correlation_id)
VALUES (:subject, :aspect, :number, 'SYSTEM', now(), 'trap')
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    number: int
    seconds: float = 0
    fails: bool = False


@dataclass(frozen=True, kw_only=True)
class Slowly:
    number: int
    seconds: float = 0
    gate: str | None = None
    fails: bool = False
    spins: float = 0


@dataclass(frozen=True, kw_only=True)
class KindOf:
    value: Any


def note_told(fact: Told, work: Work) -> None:
    """Leave a row for each effect."""
    log().info("handling", number=fact.number)
    time.sleep(fact.seconds)
    if fact.fails:
        raise RuntimeError("the disk is on fire")
    subject = work.cause.subject  # type: ignore[union-attr]
    work.session.execute(text(NOTE), {"subject": subject, "aspect": "told", "number": str(fact.number)})


def do_slowly(command: Slowly, work: Work) -> dict[str, Any]:
    """Leave a row, slowly: after some seconds, or once the file ``gate`` is there."""
    log().info("working", number=command.number)
    work.session.execute(text(NOTE), {"subject": "trap/1", "aspect": "done", "number": str(command.number)})
    time.sleep(command.seconds)
    end = time.monotonic() + command.spins
    while time.monotonic() < end:
        pass  # as a handler that computes: nobody else gets a turn
    if command.fails:
        raise RuntimeError("secret dsn=postgresql://admin:hunter2@db")
    while command.gate and not os.path.exists(command.gate):
        time.sleep(0.05)
    return {"number": command.number}


def kind_of(request: KindOf, reader: Reader) -> dict[str, Any]:
    """What a value has become on its way, and who is said to ask."""
    return {"kind": type(request.value).__name__, "actor": reader.actor.kind.value}


class Careful(Service):
    name = "careful"
    desk = Desk(Work, metadata_with_backbone())

    @command(allow=anyone)
    def slowly(self, request: Any) -> Any:
        return self.desk.perform(do_slowly, request)

    @query(allow=anyone)
    def kind_of(self, request: Any) -> Any:
        return self.desk.answer(kind_of, request)

    @reaction("thing.told", source="elsewhere")
    def on_told(self, fact: Envelope) -> Any:
        return self.desk.react(note_told, fact)


if __name__ == "__main__":
    serve(Careful)
