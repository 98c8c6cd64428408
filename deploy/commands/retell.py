"""Telling a service again what it was not there to hear."""

from typing import Annotated

import typer


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.command()(retell)


def retell(
    to: Annotated[str, typer.Argument(metavar="SERVICE", help="Who is told, such as journal.")],
) -> None:
    """Tell a service again, and nobody else, all facts that the others told in the last 7 days."""
    from deploy.local.stack import Stack
    from deploy.operations.retelling import NoLetterboxError
    from deploy.operations.retelling import retell as tell_again

    plan = Stack().plan()
    urls = plan.database_urls()
    if to not in urls:
        raise typer.BadParameter(f"There is no service {to}; there are {', '.join(urls)}.")
    for service, database in urls.items():
        try:
            count = tell_again(database, plan.cli_environment()["MAILLAGE_AMQP_URL"], to)
        except NoLetterboxError as obstacle:
            typer.echo(str(obstacle), err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{service}: {count} facts")
