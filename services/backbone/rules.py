"""What a thing may do, said in a way that a person can act on.

A rule that is broken is a sentence with a stable code; what blocks a transition is a list of such
sentences, computed by the very rules that guard the transition.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

#: Every code a refusal may carry; front-ends build on them, so they never change.
PROBLEM_CODES = frozenset(
    [
        "NOT_FOUND",
        "FORBIDDEN",
        "UNAUTHENTICATED",
        "VALIDATION",
        "STALE_VERSION",
        "ILLEGAL_TRANSITION",
        "GATE_NOT_MET",
        "DEADLINE_PASSED",
        "CAPACITY_FULL",
        "DUPLICATE",
        "QUORUM_MISSED",
        "COLLISION",
        "CONSENT_REQUIRED",
        "MANDATE_REQUIRED",
        "SELF_APPROVAL",
        "LAST_ADMIN",
        "RATE_LIMITED",
        "PAGE_TOO_LARGE",
        "UNAVAILABLE",
        "OUTCOME_UNKNOWN",
    ]
)


@dataclass(frozen=True)
class Blocker:
    """One reason why a transition is not possible now, and what would remove it.

    ``rule`` names the sentence where the code does not, and ``values`` fill it, so that the gateway can say it in
    another language.
    """

    code: str
    message: str
    fix: str | None = None
    rule: str | None = None
    values: dict[str, Any] = dataclasses.field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Transition:
    """A state that may be reached from here, or why it may not."""

    to: str
    blocked_by: tuple[Blocker, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.blocked_by


@dataclass(eq=False)
class BrokenRule(Exception):
    """A command that the rules refuse.

    ``code`` is one of PROBLEM_CODES; ``rule`` names the sentence itself (``"project.pitch_too_long"``), so that
    the gateway can say it in another language with ``values``; ``message`` is the sentence in English.
    """

    code: str
    rule: str
    message: str
    field: str | None = None
    blocked_by: tuple[Blocker, ...] = ()
    values: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in PROBLEM_CODES:
            raise ValueError(f"{self.code} is not a problem code")
        super().__init__(self.message)


def refuse_unless(
    condition: bool, code: str, rule: str, message: str, *, field: str | None = None, **values: Any
) -> None:
    """Raise the broken rule unless the condition holds; ``values`` fill the sentence in every language."""
    if not condition:
        raise BrokenRule(code, rule, message, field=field, values=values)


def not_found(kind: str, which: object) -> BrokenRule:
    """The one answer for what does not exist and for what the asker may not see."""
    return BrokenRule("NOT_FOUND", f"{kind}.not_found", f"There is no {kind} {which}.", values={"which": str(which)})
