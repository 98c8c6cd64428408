"""Signing in as one of the demonstration people."""

import json
import urllib.error
import urllib.request

import typer

from deploy.local.stack import NotStartedError, Stack


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.command()(token)


def token(person: str) -> None:
    """Print a token for a demonstration person: staff, founder, mentor, convener, admin..."""
    typer.echo(ask_issuer(Stack(), person))


def ask_issuer(stack: Stack, person: str) -> str:
    """An access token of the local issuer; raises NotStartedError when it does not know the person or is away."""
    request = urllib.request.Request(
        f"{stack.plan().issuer_url}/token",
        data=json.dumps({"person": person}).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return str(json.load(answer)["access_token"])
    except urllib.error.HTTPError as refusal:
        raise NotStartedError(f"The issuer knows nobody called {person}: {refusal.read(500).decode()}") from None
    except OSError:
        raise NotStartedError("The issuer of tokens does not answer: make up, then make status") from None
