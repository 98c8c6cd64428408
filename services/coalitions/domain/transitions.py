"""Which states may be reached from here: answered by the very guards that refuse the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from services.backbone.rules import Blocker, BrokenRule, Transition


def transition(to: str, guard: Callable[[], object]) -> Transition:
    """The transition, with what the guard says against it now."""
    try:
        guard()
    except BrokenRule as refused:
        return Transition(to, refused.blocked_by or (Blocker(refused.rule, refused.message),))
    return Transition(to)


def refuse_when_blocked(code: str, rule: str, message: str, blockers: Iterable[Blocker], **values: Any) -> None:
    """Raise one refusal that carries everything that stands in the way."""
    found = tuple(blockers)
    if found:
        raise BrokenRule(code, rule, message, blocked_by=found, values=values)


def refuse_illegal(thing: str, state: str, legal: Iterable[str], act: str) -> None:
    """Raise ILLEGAL_TRANSITION unless the state is one of those from which the act is possible."""
    possible = tuple(legal)
    if state not in possible:
        raise BrokenRule(
            "ILLEGAL_TRANSITION",
            f"{thing}.illegal_transition",
            f"A {thing} that is {state} cannot {act}; it must be {' or '.join(possible)}.",
            values={"state": state, "act": act, "possible": " / ".join(possible)},
        )
