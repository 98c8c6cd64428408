"""The system's own packages, fetched and unpacked into a folder, without installing anything.

Works for an ordinary user: `apt-get` resolves and downloads, `dpkg` unpacks. Package lists are
refreshed in a private folder when the system has none or old ones.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

MISSING = """{name} is neither installed nor could its packages be fetched ({reason}).
Ways out:
  - as root: apt-get install --no-install-recommends {name}
  - on another system: install {name} so that its programs stand in /usr/lib/rabbitmq/bin
  - use Docker instead: make compose"""


class PackagesError(RuntimeError):
    """The packages could not be fetched; the message names the ways out."""


def fetch(name: str, folder: Path) -> None:
    """Unpack `name` and everything it needs that the system lacks into `folder`.

    Raises PackagesError when that is impossible here.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise PackagesError(MISSING.format(name=name, reason="this system has no apt-get"))
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    archives = unfinished / "archives"
    archives.mkdir(parents=True)
    try:
        try:
            _download(name, archives, options=["-o", "APT::Sandbox::User="])
        except subprocess.CalledProcessError:
            private_lists = _private_lists(unfinished / "apt")
            _run("apt-get", *private_lists, "update", folder=archives)
            _download(name, archives, options=private_lists)
        for archive in sorted(archives.glob("*.deb")):
            _run("dpkg-deb", "--extract", str(archive), str(unfinished), folder=archives)
    except subprocess.CalledProcessError as failure:
        reason = (failure.stderr or failure.stdout or "").strip().splitlines()[-1:]
        raise PackagesError(MISSING.format(name=name, reason=" ".join(reason) or "apt-get failed")) from failure
    shutil.rmtree(archives)
    shutil.rmtree(unfinished / "apt", ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def environment(root: Path) -> dict[str, str]:
    """PATH and library paths under which programs unpacked in `root` find each other."""
    if root == Path("/"):
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    libraries = [*root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu")]
    return {
        "PATH": f"{root}/usr/lib/erlang/bin:{root}/usr/sbin:{root}/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "ERL_LIBS": f"{root}/usr/lib/erlang/lib",
    }


def find(root: Path, program: str) -> str:
    """The full path of a program in `root`'s PATH."""
    found = shutil.which(program, path=environment(root)["PATH"])
    if found is None:
        raise PackagesError(f"{program} is missing from {root}")
    return found


def _download(name: str, archives: Path, *, options: list[str]) -> None:
    plan = _run("apt-get", *options, "install", "--simulate", "--no-install-recommends", name, folder=archives)
    wanted = [f"{package}={version}" for package, version in re.findall(r"^Inst (\S+) .*?\((\S+)", plan, re.M)]
    _run("apt-get", *options, "download", *wanted, folder=archives)


def _private_lists(folder: Path) -> list[str]:
    """Options that keep apt's lists and cache in `folder` and read the rest from the system."""
    for part in ("state/lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    return [
        *["-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=true"],
        *["-o", f"Dir::State={folder}/state", "-o", "Dir::State::status=/var/lib/dpkg/status"],
        *["-o", f"Dir::Cache={folder}/cache"],
    ]


def _run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}
    )
    return done.stdout
