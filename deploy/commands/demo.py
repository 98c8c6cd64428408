"""The demonstration network."""

import asyncio
import os
from typing import Annotated

import typer

group = typer.Typer(help="The demonstration network.", no_args_is_help=True)


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.add_typer(group, name="demo")


@group.callback()
def demo() -> None:
    """Makers, members and gatherings to try everything with."""


@group.command()
def load(
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing when there is anything already.")] = False,
) -> None:
    """Load the demonstration network through the services' own commands."""
    from deploy.demo.asking import Refused, asking
    from deploy.demo.load import load as load_demonstration
    from deploy.local.stack import Stack
    from gateway.problems import Failure

    environment = dict(os.environ) if "MAILLAGE_AMQP_URL" in os.environ else Stack().plan().cli_environment()

    async def work() -> bool:
        async with asking(environment) as network:
            return await load_demonstration(network, environment["MAILLAGE_ISSUER_URL"], if_empty=if_empty)

    try:
        loaded = asyncio.run(work())
    except (Refused, Failure, TimeoutError) as refusal:
        typer.echo(f"The demonstration network could not be loaded: {refusal}", err=True)
        raise typer.Exit(1) from None
    if not loaded:
        typer.echo("There is data already; nothing was loaded.")
