"""How one refused item of a batch is told, while the others go on."""

from __future__ import annotations

from typing import Any

from services.backbone.rules import BrokenRule


def refused(broken: BrokenRule) -> dict[str, Any]:
    """The result of an item that a rule refused."""
    problem: dict[str, Any] = {
        "code": broken.code,
        "rule": broken.rule,
        "message": broken.message,
        "field": broken.field,
        "values": broken.values,
        "blocked_by": [],
    }
    return {"outcome": "REFUSED", "id": None, "problems": [problem], "notes": []}
