"""What became of each item of a batch, as plain data."""

from __future__ import annotations

from typing import Any

from services.backbone.rules import BrokenRule


def as_problem(broken: BrokenRule) -> dict[str, Any]:
    """A refusal within a batch, in the form of any other refusal."""
    return {
        "code": broken.code,
        "rule": broken.rule,
        "message": broken.message,
        "field": broken.field,
        "values": broken.values,
        "blocked_by": [],
    }
