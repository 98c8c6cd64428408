"""Signing in as one of the demonstration people."""

import json
import os
import urllib.error
import urllib.request

import typer

from deploy.local.stack import NotStartedError, Stack


class UnknownPersonError(typer.BadParameter):
    """The issuer has no demonstration person of that name."""


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.command()(token)


def token(person: str) -> None:
    """Print a token for a demonstration person: staff, founder, mentor, convener, admin..."""
    typer.echo(ask_issuer(Stack(), person))


def ask_issuer(stack: Stack, person: str) -> str:
    """An access token of the local issuer; raises UnknownPersonError, or NotStartedError when it is away."""
    request = urllib.request.Request(
        f"{os.environ.get('MAILLAGE_ISSUER_URL') or stack.plan().issuer_url}/token",
        data=json.dumps({"person": person}).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return str(json.load(answer)["access_token"])
    except urllib.error.HTTPError as refusal:
        known = json.load(refusal).get("people", [])
        raise UnknownPersonError(f"There is nobody called {person}; there are {', '.join(known)}.") from None
    except OSError:
        raise NotStartedError("The issuer of tokens does not answer: make up, then make status") from None
