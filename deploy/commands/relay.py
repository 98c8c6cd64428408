"""How fast facts leave."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.command("measure-relay")(measure_relay)


def measure_relay(count: Annotated[int, typer.Option(help="How many messages.")] = 5000) -> None:
    """The relay's throughput beside pika alone with confirms, into classic and quorum queues of servers apart."""
    from deploy.local import servers
    from deploy.measure.relay_against_pika import KINDS, measure
    from services.backbone.migrations import upgrade

    with (
        tempfile.TemporaryDirectory(prefix="maillage-") as folder,
        servers.private_postgres(Path(folder)) as postgres,
        servers.private_rabbitmq(Path(folder)) as broker,
        servers.fresh_database(postgres, "people") as database,
    ):
        upgrade("people", database)
        for kind in KINDS:
            typer.echo(str(measure(broker, database, kind, count)))
