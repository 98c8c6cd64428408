"""The story of Colette against the running network."""

import asyncio

import typer


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.command()(story)


def story() -> None:
    """Play the story of Colette and print each step as it happens."""
    from deploy.commands.token import ask_issuer
    from deploy.local.stack import Stack
    from deploy.story.front_end import NotAsTold
    from deploy.story.telling import Story

    stack = Stack()
    stack.supervisor()
    telling = Story(stack.plan().url, lambda person: ask_issuer(stack, person), typer.echo)
    try:
        asyncio.run(telling.play())
    except NotAsTold as other:
        typer.echo(f"Not as told: {other}", err=True)
        raise typer.Exit(1) from None
