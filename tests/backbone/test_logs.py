"""What a service writes to its log: its own lines and those of libraries, in one form."""

import json
import subprocess
import sys
from typing import Any

import pytest

LOGGING = """
import logging, sys
from services.backbone.logs import log, set_up_logs
set_up_logs("people", "7", form=sys.argv[1])
log().debug("too small")
log().info("call", method="ask", ms=1.5)
log().warning("odd", error="\\ud800 \\u00e9", value={1, 2}.__class__)
logging.getLogger("library").info("too small")
logging.getLogger("library").warning("lib says %s", "so")
for tell in (log().error, logging.getLogger("library").error):
    try:
        secret = "a password"
        raise ValueError("broken")
    except ValueError:
        tell("broke", exc_info=sys.exc_info())
"""


def written(form: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", LOGGING, form], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in written("json")]


def test_each_line_says_who_wrote_it_when_and_how_grave_it_is(lines: list[dict[str, Any]]) -> None:
    assert [(line["event"], line["level"]) for line in lines] == [
        ("call", "info"), ("odd", "warning"), ("lib says so", "warning"), ("broke", "error"), ("broke", "error"),
    ]  # fmt: skip
    assert {(line["service"], line["instance"], line["at"][-1]) for line in lines} == {("people", "7", "Z")}
    assert (lines[0]["method"], lines[0]["ms"]) == ("ask", 1.5)
    assert lines[1]["error"] == "\ud800 \u00e9"


def test_an_error_is_told_with_its_place_and_without_the_values_of_variables(lines: list[dict[str, Any]]) -> None:
    for line in lines[-2:]:
        [told] = line["exception"]
        assert (told["exc_type"], told["exc_value"]) == ("ValueError", "broken")
        assert told["frames"][-1]["name"] == "<module>"
    assert "password" not in json.dumps(lines)


def test_on_a_terminal_it_is_for_people() -> None:
    shown = "\n".join(written("console"))
    assert "lib says so" in shown
    assert "ValueError: broken" in shown
    assert "too small" not in shown
