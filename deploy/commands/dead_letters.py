"""What could not be handled: looked at, replayed, discarded."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from deploy.demo.asking import Asking
    from deploy.operations.broker_letters import BrokerLetters

SERVICES = ("people", "incubator", "coalitions", "events", "journal")
#: Facts fetched from a service, and lines printed, at a time.
LOT = 500

group = typer.Typer(
    help="Facts and messages that could not be handled, with their cause. Facts that still wait are shown too.",
    no_args_is_help=True,
)


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.add_typer(group, name="dead-letters")


@dataclass
class Letters:
    """The way to what each service and the broker have set aside; ``silent`` are the services that did not answer."""

    services: Asking
    broker: BrokerLetters
    silent: list[str] = field(default_factory=list)

    async def of_services(self, reason: str | None = None) -> AsyncIterator[dict[str, Any]]:
        """The facts that wait or were set aside, service by service, oldest first, fetched in lots."""
        self.silent = []
        first = await asyncio.gather(*(self._lot(service, reason) for service in SERVICES))
        for service, lot in zip(SERVICES, first, strict=True):
            while lot:
                for row in lot:
                    yield {**row, "service": service}
                lot = await self._lot(service, reason, lot[-1]) if len(lot) == LOT else []

    async def _lot(self, service: str, reason: str | None, last: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        after = {"after": last["fact"], "after_at": last["received_at"]} if last else {}
        answer = await self._asked(service, "dead_letters", reason=reason, limit=LOT, **after)
        return answer.value if answer else []

    async def _asked(self, service: str, method: str, **request: Any) -> Any:
        from gateway.problems import Failure

        asking = self.services
        try:
            return await asking.rpc.call(
                service, method, request, principal=asking.principal, correlation_id="dead-letters"
            )
        except Failure:
            self.silent.append(service)
            return None

    async def named(self, identity: str) -> list[dict[str, Any]]:
        """A fact, whole, as each service holds it in which it waits or was set aside."""
        self.silent = []
        if not _is_uuid(identity):
            return []
        each = await asyncio.gather(*(self._asked(service, "dead_letter", id=identity) for service in SERVICES))
        answers = zip(SERVICES, each, strict=True)
        return [{"service": service, **one.value} for service, one in answers if one and not one.problems]

    async def dead(self, identity: str | None) -> AsyncIterator[dict[str, Any]]:
        """What services have set aside: all of it, or one fact."""
        if identity is None:
            async for row in self.of_services("DEAD"):
                yield row
        else:
            for row in await self.named(identity):
                if row["reason"] == "DEAD":
                    yield row

    def tell_of_the_silent(self) -> None:
        if self.silent:
            names = ", ".join(sorted(set(self.silent)))
            typer.echo(f"Did not answer, so what they set aside is not seen: {names}", err=True)

    def unknown(self, identity: str) -> typer.BadParameter:
        self.tell_of_the_silent()
        return typer.BadParameter(f"Nothing of the id {identity} waits or was set aside.")


@group.command("list")
def list_() -> None:
    """Everything that waits or was set aside, with where, why and how often it was tried."""

    async def work(letters: Letters) -> None:
        shown = Shown()
        async for row in letters.of_services():
            gap = f"waits for what comes before number {row['version']}"
            what = f"{row['type']} of {row['subject']}"
            cause = (row["last_error"] or gap).splitlines()[0]
            shown.add(row["fact"], row["service"], row["reason"], str(row["attempts"]), what, cause)
        for letter in letters.broker.all():
            what = f"{letter.type} from {letter.origin}"
            shown.add(letter.id, "broker", letter.queue, str(letter.attempts), what, letter.cause)
        shown.end()
        letters.tell_of_the_silent()

    run(work)


class Shown:
    """A table printed in lots, so that its length does not matter."""

    def __init__(self) -> None:
        self._lots = 0
        self._begin()

    def add(self, *values: str) -> None:
        self._table.add_row(*values)
        if self._table.row_count == LOT:
            self._print()

    def end(self) -> None:
        if self._table.row_count:
            self._print()
        elif not self._lots:
            typer.echo("Nothing waits and nothing was set aside.")

    def _print(self) -> None:
        from rich.console import Console

        Console(width=max(Console().width, 200)).print(self._table)
        self._lots += 1
        self._begin()

    def _begin(self) -> None:
        from rich.table import Table

        self._table = Table(box=None, pad_edge=False, show_header=not self._lots)
        for heading in ("id", "where", "state", "tries", "what", "cause"):
            self._table.add_column(heading, overflow="fold", no_wrap=heading in ("id", "what"))


@group.command()
def show(identity: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """One of them, whole."""
    import json

    async def work(letters: Letters) -> None:
        for row in await letters.named(identity):
            typer.echo(json.dumps(row, indent=2, ensure_ascii=False))
            return
        letter = next((one for one in letters.broker.all() if one.id == identity), None)
        if letter is None:
            raise letters.unknown(identity)
        typer.echo(f"{letter.queue}: {letter.type} from {letter.origin}, {letter.cause}\n{letter.body}")

    run(work)


@group.command()
def replay(
    identity: Annotated[str | None, typer.Argument(metavar="ID")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that was set aside.")] = False,
) -> None:
    """Let it take effect after all, once its cause was mended: in the service that owns it, exactly once."""
    if (identity is None) is not everything:
        raise typer.BadParameter("Give an ID, or --all.")

    async def work(letters: Letters) -> None:
        done = Counter([await replayed(letters.services, row) async for row in letters.dead(identity)])
        if everything or not done:
            for letter, outcome in letters.broker.replay(*([identity] if identity else [])):
                done[outcome == "sent back"] += 1
                typer.echo(f"{letter.id}  {letter.type}: {outcome}")
        if identity and not done:
            raise letters.unknown(identity)
        typer.echo(f"{done[True]} replayed, {done[False]} not")
        letters.tell_of_the_silent()
        if done[False] or (everything and letters.silent):
            raise typer.Exit(1)

    run(work)


@group.command()
def discard(
    identity: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option(help="Why it will never be needed; kept in the service's history.")],
) -> None:
    """Forget one that was set aside."""
    from deploy.demo.asking import Refused

    async def work(letters: Letters) -> None:
        owners = await letters.named(identity)
        try:
            if owners:
                await letters.services.do(f"{owners[0]['service']}.discard_dead_letter", id=identity, reason=reason)
            elif letters.broker.discard(identity) is None:
                raise letters.unknown(identity)
        except Refused as refusal:
            typer.echo(str(refusal), err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{identity} is discarded: {reason}")

    run(work)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def replayed(services: Asking, row: dict[str, Any]) -> bool:
    """Replay one fact in the service that set it aside, and say what became of it."""
    from deploy.demo.asking import Refused

    try:
        await services.do(f"{row['service']}.replay_dead_letter", id=row["fact"])
    except Refused as refusal:
        typer.echo(f"{row['fact']}  {row['type']}: {refusal}")
        return False
    typer.echo(f"{row['fact']}  {row['type']}: took effect in {row['service']}")
    return True


def run(work: Callable[[Letters], Coroutine[Any, Any, None]]) -> None:
    """Open the way, do the work, close it."""

    async def through() -> None:
        async with opened() as way:
            await work(way)

    asyncio.run(through())


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[Letters]:
    from deploy.demo.asking import asking
    from deploy.local.stack import Stack
    from deploy.operations.broker_letters import BrokerLetters

    environment = dict(os.environ) if "MAILLAGE_AMQP_URL" in os.environ else Stack().plan().cli_environment()
    async with asking(environment) as services:
        broker = BrokerLetters(environment["MAILLAGE_AMQP_URL"])
        try:
            yield Letters(services, broker)
        finally:
            broker.close()
