"""Each rule about who may import whom is kept, and would be seen to be broken."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.settings import SERVICES

PROJECT = Path(__file__).resolve().parents[2]

# For each rule of .importlinter a module and a line that breaks it.
OFFENCES = {
    "services-apart": ("services/journal/service.py", "import services.people.facts"),
    "backbone-below": ("services/backbone/rules.py", "import services.people.facts"),
    "gateway-apart": ("gateway/app.py", "import services.incubator.facts"),
    "services-below": ("services/coalitions/service.py", "import gateway.settings"),
    "rooms": ("services/people/domain/theme.py", "import services.people.storage.tables"),
    "pure-domain": ("services/people/domain/theme.py", "import msgspec"),
    "pure-use-cases": ("services/journal/use_cases/keep_entry.py", "import services.backbone.database"),
    "sql-in-storage": ("services/people/service.py", "import sqlalchemy"),
    "nameko-at-the-edge": ("services/people/service.py", "import eventlet"),
    "pika-in-rabbit": ("gateway/app.py", "import pika"),
}


def contracts() -> dict[str, str]:
    """The rules' names by their ids."""
    rules = configparser.ConfigParser()
    rules.read(PROJECT / ".importlinter")
    prefix = "importlinter:contract:"
    return {part.removeprefix(prefix): rules[part]["name"] for part in rules.sections() if part.startswith(prefix)}


def lint(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *[sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
            *["--config", ".importlinter", "--no-cache", "--contract", contract],
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1", "COLUMNS": "300"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources that may be spoiled."""
    copy = tmp_path_factory.mktemp("tree")
    for part in ("services", "gateway", "deploy"):
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / ".importlinter", copy)
    return copy


def test_every_rule_has_its_proof() -> None:
    assert set(contracts()) == set(OFFENCES)


def test_no_service_is_forgotten_where_a_rule_names_them() -> None:
    rules = configparser.ConfigParser()
    rules.read(PROJECT / ".importlinter")
    for part in rules.sections():
        for key, value in rules[part].items():
            named = {name for name in value.split() if name.removeprefix("services.") in SERVICES}
            assert named in (set(), {f"services.{service}" for service in SERVICES}), f"{part}: {key}"


@pytest.mark.parametrize("contract", sorted(OFFENCES))
def test_an_import_against_the_rule_is_refused(tree: Path, contract: str) -> None:
    module, offence = OFFENCES[contract]
    path = tree / module
    innocent = path.read_text()
    assert lint(tree, contract).returncode == 0
    path.write_text(f"{innocent}\n{offence}  # noqa\n")
    try:
        verdict = lint(tree, contract)
    finally:
        path.write_text(innocent)
    assert verdict.returncode == 1
    assert f"{contracts()[contract]} BROKEN" in verdict.stdout
