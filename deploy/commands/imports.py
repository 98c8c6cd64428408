"""Importing records from elsewhere through the services' own commands."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.local.stack import NotStartedError, Stack

if TYPE_CHECKING:
    from gateway.imports.importing import Importer

group = typer.Typer(
    help="Bring in records from elsewhere. The same import twice creates nothing.", no_args_is_help=True
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say line by line what would be done, and do nothing.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file to read.")]


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.add_typer(group, name="import")


@group.command()
def projects(
    file: File,
    stages: Annotated[
        str | None,
        typer.Option(
            help="What phases are called here: investigation=IDEA,construction=PROTOTYPE,transfere=GRADUATED,... "
            "or a JSON or TOML file of such pairs. STOPPED and GRADUATED end a project; - passes a phase over."
        ),
    ] = None,
    incubators: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Incubators to make first: slug, name, summary.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Projects with their dated phases, from JSON lines or CSV.

    Fields: name, incubator, phases; optionally slug, mission, description, themes, website, repository, city, country,
    founded_on. In CSV, phases are written name:start:end;name:start and themes are separated by semicolons.
    """
    from gateway.imports.records import Unusable
    from gateway.imports.stages import Stages

    try:
        mapping = Stages.given(stages)
    except Unusable as unusable:
        raise typer.BadParameter(str(unusable), param_hint="--stages") from None
    run(lambda importer: importer.projects(file, mapping, incubators), dry_run)


@group.command()
def events(file: File, dry_run: DryRun = False) -> None:
    """Conferences, from JSON lines, CSV or iCalendar (.ics).

    Fields: name, startDate; optionally endDate, city, country, online, theme, url, locales, description.
    """
    run(lambda importer: importer.events(file), dry_run)


@group.command()
def deliberations(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="One deliberation, or a folder of some.")
    ],
    coalition: Annotated[str | None, typer.Option(help="The slug of the coalition that consulted.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Consultations with their statements and every vote.

    A deliberation is a folder of summary.csv, comments.csv and votes.csv, as in the open data of Polis.
    """
    from gateway.imports.deliberations import deliberations_in
    from gateway.imports.records import Unusable

    try:
        found = deliberations_in(folder)
    except Unusable as unusable:
        raise typer.BadParameter(str(unusable), param_hint="folder") from None
    run(lambda importer: importer.deliberations(found, coalition), dry_run)


def run(work: Callable[[Importer], Awaitable[None]], dry_run: bool) -> None:
    """Do an import and say what came of it. Exit 2 when nothing could be read; NotStartedError without a network."""
    import structlog

    from gateway.imports.importing import Importer
    from gateway.imports.records import Unusable
    from gateway.imports.report import Report
    from gateway.imports.sending import NetworkAway, connected

    # The report says what matters; what the connections log is for the gateway's log.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
    report = Report(dry_run=dry_run)
    amqp_url, key = way_in()

    async def imported() -> None:
        async with connected(amqp_url, key, dry_run=dry_run) as sender:
            await work(Importer(sender, report))

    try:
        asyncio.run(imported())
    except Unusable as unusable:
        typer.echo(str(unusable), err=True)
        raise typer.Exit(2) from None
    except NetworkAway as away:
        report.close(stopped=True)
        raise NotStartedError(str(away)) from None
    report.close()
    if report.nothing_read:
        raise typer.Exit(2)


def way_in() -> tuple[str, Path]:
    """The broker's address and the key that signs passports: of the environment, else of the local network."""
    environment = os.environ if "MAILLAGE_AMQP_URL" in os.environ else running_network()
    return environment["MAILLAGE_AMQP_URL"], Path(environment["MAILLAGE_PASSPORT_PRIVATE_KEY"])


def running_network() -> dict[str, str]:
    """The settings of the local network; NotStartedError when it does not run."""
    stack = Stack()
    stack.supervisor()
    return stack.plan().cli_environment()
