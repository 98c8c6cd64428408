"""A typed client is made of the schema, and TypeScript holds front-ends to it.

Needs Node and npm; ``make test`` leaves these tests out where they are missing, and says so.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from deploy import npm
from gateway.schema.__main__ import COMMITTED

HERE = Path(__file__).parent
COMPLAINT = re.compile(r"^(\w+\.ts)\((\d+),\d+\): error (TS\d+)", re.MULTILINE)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A front-end's folder, with what npm gives it and the client that is made for its operations."""
    folder = tmp_path_factory.mktemp("front-end") / "client"
    shutil.copytree(HERE / "client", folder)
    (folder / "node_modules").symlink_to(npm.installed(HERE / "npm") / "node_modules")
    made = npm.run(folder, "generate.mjs", str(COMMITTED), "operations.graphql", "generated.ts")
    assert made.returncode == 0, made.stderr
    return folder


def test_right_uses_compile_and_each_wrong_one_draws_its_complaint(client: Path) -> None:
    wrong = (client / "wrong.ts").read_text("utf-8").splitlines()
    expected = {
        ("wrong.ts", number, named[1])
        for number, line in enumerate(wrong, start=1)
        if (named := re.search(r"// (TS\d+): ", line))
    }
    said = npm.run(client, "node_modules/typescript/bin/tsc", "--project", ".", "--pretty", "false").stdout
    found = {(file, int(line), code) for file, line, code in COMPLAINT.findall(said)}
    assert len(expected) >= 12
    assert found == expected, said


def test_an_operation_that_asks_for_what_there_is_not_makes_no_client(client: Path) -> None:
    made = npm.run(client, "generate.mjs", str(COMMITTED), "wrong.graphql", "never.ts")
    assert made.returncode != 0
    assert 'Cannot query field "nmae" on type "Project"' in made.stderr
    assert not (client / "never.ts").exists()
