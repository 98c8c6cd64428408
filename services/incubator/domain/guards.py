"""A guard is a list of obstacles. A command stops at the first; ``allowedTransitions`` shows them all.

Because both read the same list, what is drawn as possible is what the command allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from services.backbone.rules import Blocker, BrokenRule, Transition

Guard = Iterator[BrokenRule]


def obstacle(
    code: str, rule: str, message: str, *, fix: str | None = None, field: str | None = None, **values: Any
) -> BrokenRule:
    """One broken rule that says itself, as a blocker under the rule's name, what would remove it."""
    return BrokenRule(
        code, rule, message, field=field, blocked_by=(Blocker(rule, message, fix, values=values),), values=values
    )


def pass_or_refuse(guard: Iterable[BrokenRule]) -> None:
    """Raise the first obstacle of the guard, if it has any."""
    for broken in guard:
        raise broken


def transition(to: str, guard: Iterable[BrokenRule]) -> Transition:
    """The transition with everything that stands in its way."""
    return Transition(to, tuple(blocker for broken in guard for blocker in broken.blocked_by))
