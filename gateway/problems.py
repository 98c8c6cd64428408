"""What is told to a caller when a command is refused or a call fails, in the caller's language."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from graphql import GraphQLError

HERE = Path(__file__).parent


class WireBlocker(msgspec.Struct, frozen=True):
    """One reason why a transition is not possible now, as a service says it.

    The sentence is known by ``code`` or, where that is only the thing's own name, by ``rule``.
    """

    code: str
    message: str
    fix: str | None = None
    rule: str | None = None
    values: dict[str, Any] = {}


class WireProblem(msgspec.Struct, frozen=True):
    """A refusal as a service says it: ``rule`` names the sentence, ``values`` fill its holes."""

    code: str
    message: str
    rule: str = ""
    field: str | None = None
    values: dict[str, Any] = {}
    blocked_by: tuple[WireBlocker, ...] = ()


class Failure(GraphQLError):
    """What the caller may be told of a request that failed: a stable code and a sentence, nothing else."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message, extensions={"code": code, **more})
        self.code = code


def unavailable() -> Failure:
    """The call did not get through: nothing was done, asking again is safe."""
    return Failure("UNAVAILABLE", "This part of the network cannot be reached just now; nothing was done.")


def outcome_unknown() -> Failure:
    """The command was sent and nobody knows what became of it."""
    return Failure("OUTCOME_UNKNOWN", "No answer came in time. Send the command again with the same idempotencyKey.")


def unauthenticated(message: str = "Sign in first.") -> Failure:
    """Nobody is signed in, and somebody has to be."""
    return Failure("UNAUTHENTICATED", message)


def forbidden() -> Failure:
    """Whoever is signed in may not do this."""
    return Failure("FORBIDDEN", "You may not do this.")


def missed_some() -> Failure:
    """Facts may have been missed: the subscription must be opened anew, and then what was shown be fetched again."""
    return Failure("RESYNC", "Something may have been missed: subscribe again without a position, then fetch again.")


def not_found(kind: str) -> Failure:
    """There is no such thing, or none that the asker may see."""
    return Failure("NOT_FOUND", f"There is no such {kind}.")


def internal() -> Failure:
    """Something is broken on our side; the log has the rest, under the correlation id."""
    return Failure("INTERNAL", "Something went wrong on our side.")


@cache
def french() -> dict[str, str]:
    """French sentences by rule id: the gateway's own, and those beside the schema of each service."""
    sentences: dict[str, str] = {}
    for catalogue in [HERE / "problems_fr.json", *sorted(HERE.glob("schema/*/problems_fr.json"))]:
        sentences.update(json.loads(catalogue.read_text("utf-8")))
    return sentences


def say(rule: str, message: str, values: dict[str, Any], language: str) -> str:
    """The sentence of a rule in this language (``"fr"`` or ``"en"``); the service's own English where there is none."""
    sentence = french().get(rule) if language == "fr" else None
    if sentence is None:
        return message
    try:
        return sentence.format_map(values)
    except (KeyError, IndexError, ValueError, AttributeError):
        return message


def language_of(accept_language: str) -> str:
    """``"fr"`` when the caller prefers French to English by Accept-Language (RFC 9110, 12.5.4), else ``"en"``."""
    weights = {"fr": 0.0, "en": 0.0}
    for choice in accept_language.split(",")[:20]:
        tag, _, weight = choice.strip().partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        if language in weights:
            weights[language] = max(weights[language], _number(weight))
    return "fr" if weights["fr"] > weights["en"] else "en"


def _number(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
