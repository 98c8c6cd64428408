"""Every refusal of this service has a French sentence."""

import ast
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def rule_ids() -> set[str]:
    """The rule that each refusal in the domain and the use cases names."""
    found = set()
    for path in (ROOT / "services" / "incubator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"obstacle": 1, "BrokenRule": 1, "refuse_unless": 2}.get(node.func.id)
                if place is not None and isinstance(node.args[place], ast.Constant):
                    found.add(str(node.args[place].value))
    return found


def test_every_rule_of_this_service_has_a_french_sentence() -> None:
    french = json.loads((ROOT / "gateway/schema/incubator/problems_fr.json").read_text("utf-8"))
    assert len(rule_ids()) > 80
    assert rule_ids() - french.keys() == set()
