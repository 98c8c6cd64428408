"""Figures of this machine."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.command()(measure)


def measure(times: Annotated[int, typer.Option(help="How many changes to follow.")] = 100) -> None:
    """Start a network apart, follow changes from one service to another, and say how long they take."""
    from deploy.local import ports
    from deploy.local.stack import Stack
    from deploy.measure.commit_to_effect import measure as follow

    with tempfile.TemporaryDirectory(prefix="maillage-") as folder:
        [port] = ports.free_ports(1)
        stack = Stack(Path(folder) / "network", gateway_port=port)
        try:
            stack.up(typer.echo)
            typer.echo(str(asyncio.run(follow(stack, times))))
        finally:
            stack.reset()
