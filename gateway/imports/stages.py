"""What the stages of elsewhere are called here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from gateway.imports.records import Refused, Unusable

#: Ends of a project's time in an incubator, which are no stages.
EXITS = ("GRADUATED", "STOPPED")
#: The target of a phase that is to be passed over.
LEFT_OUT = "-"
CODE = re.compile(r"[A-Z][A-Z0-9_]*")
LARGEST_FILE = 100_000


@dataclass(frozen=True)
class Stages:
    """Names of phases and what they become: a stage's code, GRADUATED, STOPPED, or ``-`` (passed over)."""

    targets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def given(cls, wanted: str | None) -> Stages:
        """From the command line: ``name=CODE,name=CODE`` or a JSON or TOML file of such pairs; Unusable otherwise."""
        if not wanted:
            return cls()
        if "=" in wanted:
            return cls._checked(_pairs_in(wanted))
        return cls._checked(_pairs_of_file(Path(wanted)))

    @classmethod
    def _checked(cls, pairs: dict[Any, Any]) -> Stages:
        for name, target in pairs.items():
            if not isinstance(target, str) or (target != LEFT_OUT and not CODE.fullmatch(target)):
                raise Unusable(
                    f"{name}={target}: a stage is a code like PROTOTYPE, GRADUATED or STOPPED, or - for none"
                )
        return cls({name.strip(): target for name, target in pairs.items()})

    def target(self, name: str) -> str:
        """What a phase of this name becomes; a code stands for itself, any other name has to be mapped."""
        target = self.targets.get(name)
        if target is not None:
            return target
        if CODE.fullmatch(name):
            return name
        known = ", ".join(self.targets) or "none"
        raise Refused(f"unknown stage {name[:60]!r}: map it with --stages {name[:60]}=CODE (mapped are: {known})")

    def place(self, target: str) -> int:
        """The place among the targets in the order given, exits last: of phases of one day the earlier comes first."""
        if target in EXITS:
            return len(self.targets)
        order = list(self.targets.values())
        return order.index(target) if target in order else -1


def _pairs_in(wanted: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in filter(str.strip, wanted.split(",")):
        name, equals, target = (piece.strip() for piece in part.partition("="))
        if not (name and equals and target):
            raise Unusable(f"--stages {part.strip()}: write name=CODE, several separated by commas")
        pairs[name] = target
    return pairs


def _pairs_of_file(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Unusable(f"{path} is too large for a file of stages")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"--stages {path}: neither name=CODE pairs nor a file that can be read ({error})") from None
    try:
        pairs = msgspec.json.decode(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{path} is neither JSON nor TOML: {error}") from None
    pairs = pairs.get("stages", pairs)
    if not isinstance(pairs, dict):
        raise Unusable(f"{path} does not hold pairs of names and codes")
    return pairs
