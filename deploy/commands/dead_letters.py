"""What could not be handled: looked at, replayed, discarded."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from deploy.demo.asking import Asking
    from deploy.operations.broker_letters import BrokerLetters

SERVICES = ("people", "incubator", "coalitions", "events", "journal")

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

    async def of_services(self, reason: str | None = None) -> list[dict[str, Any]]:
        self.silent = []
        each = await asyncio.gather(*(self._of(service, reason) for service in SERVICES))
        return [row for rows in each for row in rows]

    async def _of(self, service: str, reason: str | None) -> list[dict[str, Any]]:
        from gateway.problems import Failure

        asking = self.services
        try:
            answer = await asking.rpc.call(
                service, "dead_letters", {"reason": reason}, principal=asking.principal, correlation_id="dead-letters"
            )
        except Failure:
            self.silent.append(service)
            return []
        return [{**row, "service": service} for row in answer.value]

    def tell_of_the_silent(self) -> None:
        if self.silent:
            names = ", ".join(sorted(self.silent))
            typer.echo(f"Did not answer, so what they set aside is not seen: {names}", err=True)

    async def owner_of(self, identity: str) -> str | None:
        """The service in which a fact waits."""
        waiting = await self.of_services()
        return next((row["service"] for row in waiting if row["fact"] == identity), None)

    def unknown(self, identity: str) -> typer.BadParameter:
        self.tell_of_the_silent()
        return typer.BadParameter(f"Nothing of the id {identity} waits or was set aside.")


@group.command("list")
def list_() -> None:
    """Everything that waits or was set aside, with where, why and how often it was tried."""
    from rich.console import Console
    from rich.table import Table

    async def work(letters: Letters) -> None:
        table = Table(box=None, pad_edge=False)
        for heading in ("id", "where", "state", "tries", "what", "cause"):
            table.add_column(heading, overflow="fold", no_wrap=heading in ("id", "what"))
        for row in await letters.of_services():
            gap = f"waits for what comes before number {row['version']}"
            what = f"{row['type']} of {row['subject']}"
            cause = (row["last_error"] or gap).splitlines()[0]
            table.add_row(row["fact"], row["service"], row["reason"], str(row["attempts"]), what, cause)
        for letter in letters.broker.all():
            what = f"{letter.type} from {letter.origin}"
            table.add_row(letter.id, "broker", letter.queue, str(letter.attempts), what, letter.cause)
        if table.row_count:
            Console(width=max(Console().width, 200)).print(table)
        else:
            typer.echo("Nothing waits and nothing was set aside.")
        letters.tell_of_the_silent()

    run(work)


@group.command()
def show(identity: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """One of them, whole."""
    import json

    async def work(letters: Letters) -> None:
        service = await letters.owner_of(identity)
        if service is not None:
            row = await letters.services.ask(f"{service}.dead_letter", id=identity)
            typer.echo(json.dumps({"service": service, **row}, indent=2, ensure_ascii=False))
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
        dead = [row for row in await letters.of_services("DEAD") if identity in (None, row["fact"])]
        failed = 0
        for row in dead:
            failed += not await replayed(letters.services, row)
        sent = [] if identity and dead else letters.broker.replay(*([identity] if identity else []))
        for letter, outcome in sent:
            failed += outcome != "sent back"
            typer.echo(f"{letter.id}  {letter.type}: {outcome}")
        if identity and not dead and not sent:
            raise letters.unknown(identity)
        typer.echo(f"{len(dead) + len(sent) - failed} replayed, {failed} not")
        letters.tell_of_the_silent()
        if failed or (everything and letters.silent):
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
        service = await letters.owner_of(identity)
        try:
            if service is not None:
                await letters.services.do(f"{service}.discard_dead_letter", id=UUID(identity), reason=reason)
            elif letters.broker.discard(identity) is None:
                raise letters.unknown(identity)
        except Refused as refusal:
            typer.echo(str(refusal), err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{identity} is discarded: {reason}")

    run(work)


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
