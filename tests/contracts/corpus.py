"""Every contract that was ever published, by release: ``python -m tests.contracts.corpus 0.1`` keeps those of now.

A release is published once; what stands in ``corpus/`` is never changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVICES = ("people", "incubator", "coalitions", "events", "journal")
PROJECT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Published:
    """One contract as a release told it."""

    release: str
    service: str
    type: str
    major: int
    schema: dict[str, Any]
    example: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.release} {self.service} {self.type}.{self.major}"


def published() -> Iterator[Published]:
    """All contracts of all releases."""
    for path in sorted(CORPUS.glob("*.json")):
        release = path.stem
        for service, contracts in json.loads(path.read_text("utf-8")).items():
            for name, contract in contracts.items():
                type_, major = name.rsplit(".", 1)
                yield Published(release, service, type_, int(major), contract["schema"], contract["example"])


def contracts_of(service: str) -> dict[str, Any]:
    """The contracts that a service keeps now, by ``<type>.<major>``."""
    folder = PROJECT / "services" / service / "contracts"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def publish(release: str) -> Path:
    """Keep the contracts of now as those of a release; refused when it was published before."""
    path = CORPUS / f"{release}.json"
    CORPUS.mkdir(exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        json.dump({service: contracts_of(service) for service in SERVICES}, file, indent=1, ensure_ascii=False)
        file.write("\n")
    return path


if __name__ == "__main__":
    try:
        print(publish(sys.argv[1]))
    except FileExistsError:
        sys.exit(f"Release {sys.argv[1]} was published already.")
