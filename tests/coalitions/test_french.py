"""Every refusal and every blocker of this service has a French sentence."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where each of them names the rule, among its arguments.
PLACES = {"BrokenRule": 1, "refuse_unless": 2, "refuse_when_blocked": 1, "Blocker": 0}


def calls() -> Iterator[tuple[str, list[str | None]]]:
    """Every call of a plain name in the service, with its arguments as far as they are texts."""
    for path in (ROOT / "services" / "coalitions").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id, [getattr(argument, "value", None) for argument in node.args]


def rule_ids() -> set[str]:
    """The rule that each refusal names, those of texts that are too short or too long among them."""
    found = set()
    for name, arguments in calls():
        if name in PLACES and isinstance(arguments[PLACES[name]], str):
            found.add(str(arguments[PLACES[name]]))
        if name == "checked_text" and isinstance(arguments[0], str):
            found |= {f"{arguments[0]}.{arguments[1]}_{how}" for how in ("too_short", "too_long")}
        if name == "not_found":
            found.add(f"{arguments[0]}.not_found")
        if name == "refuse_illegal":
            found.add(f"{arguments[0]}.illegal_transition")
    return found


def test_every_rule_of_this_service_has_a_french_sentence() -> None:
    french = json.loads((ROOT / "gateway/schema/coalitions/problems_fr.json").read_text("utf-8"))
    assert len(rule_ids()) > 100
    assert rule_ids() - french.keys() == set()
