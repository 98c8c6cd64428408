"""Starting, stopping and watching the network."""

import subprocess
import sys
import time
from typing import Annotated

import typer

from deploy.local.memory import of_family
from deploy.local.stack import NotStartedError, Stack

STATES = {"RUNNING": "up", "STARTING": "up", "BACKOFF": "restarting", "EXITED": "ended", "FATAL": "failed"}

TRY = """
Three queries to try in a browser at {url}/graphql, or with curl:

  {{ project(slug: "colette") {{ name stage history {{ stage enteredOn days }} gate {{ criteria {{ code met }} }} }} }}
  {{ theme(slug: "mieux-vieillir") {{ projects {{ totalCount }} coalitions {{ nodes {{ name }} }} }} }}
  {{ events(first: 5, filter: {{placesLeft: true}}) {{ nodes {{ title startsAt seatsLeft waiting }} }} }}
"""


def register(application: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (up, down, status, logs, reset, url, settings):
        application.command()(command)


def up(
    demo: Annotated[bool, typer.Option(help="Load the demonstration network when there is no data.")] = True,
) -> None:
    """Start the network and wait until it is ready."""
    stack = Stack()
    before = time.monotonic()
    started = stack.up(say)
    seconds = time.monotonic() - before
    if demo:
        load_demonstration_when_empty()
    address = stack.plan().url
    say(f"The network is ready ({seconds:.0f} s)." if started else "The network runs already.")
    say(f"\n  GraphQL   {address}/graphql")
    say("  Sign in   .venv/bin/maillage token staff   prints a token for the header `Authorization: Bearer ...`")
    say(f"  Logs      {stack.folder}/log   (make logs)")
    say(TRY.format(url=address).rstrip())


def down() -> None:
    """Stop all of it. The data stays."""
    say("Stopped; the data stays." if Stack().down() else "The network does not run.")


def status() -> None:
    """What runs, since when, with how much memory."""
    from rich.console import Console
    from rich.table import Table

    stack = Stack()
    supervisor = stack.supervisor()
    table = Table(box=None, pad_edge=False)
    for heading in ("process", "state", "pid", "since", "memory"):
        table.add_column(heading, justify="right" if heading in ("pid", "memory") else "left")
    total = 0
    well = True
    for name, state in supervisor.states().items():
        shown = STATES.get(state["statename"], state["statename"].lower())
        well &= shown == "up"
        memory = of_family(state["pid"]) if state["pid"] else 0
        total += memory
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(state["start"])) if state["pid"] else ""
        table.add_row(name, shown, str(state["pid"] or ""), since, f"{memory / 1e6:.0f} MB")
    Console().print(table)
    say(f"\n{stack.plan().url}   {total / 1e6:.0f} MB in all")
    if not well:
        raise typer.Exit(1)


def logs(
    name: Annotated[str | None, typer.Argument(help="One process, as `maillage status` names it; all without.")] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the latest lines.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines until Ctrl-C.")] = False,
) -> None:
    """The latest lines of the processes' logs."""
    folder = Stack().folder / "log"
    found = sorted(folder.glob(f"{name or '*'}.log"))
    if not found:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.log"))) or "none yet"
        say(f"There is no log of that name. There are: {known}", err=True)
        raise typer.Exit(1)
    sys.stdout.flush()
    subprocess.run(["tail", "-n", str(lines), *(["-f"] if follow else []), *map(str, found)], check=False)


def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop the network and delete all its data, after asking."""
    stack = Stack()
    if not yes and not typer.confirm(f"Delete all data of the network in {stack.folder}?", default=False):
        raise typer.Exit(1)
    stack.reset()
    say("Deleted. `make up` begins anew.")


def url() -> None:
    """The gateway's address."""
    say(Stack().plan().url)


def settings() -> None:
    """The settings with which a command speaks to the running network, as lines for a shell (they hold passwords)."""
    for name, value in sorted(Stack().plan().cli_environment().items()):
        if name.startswith("MAILLAGE_"):
            say(f"export {name}='{value}'")


def load_demonstration_when_empty() -> None:
    """Run `maillage demo load --if-empty`, which deploy/commands/demo.py registers, once per network."""
    stack = Stack()
    loaded = stack.folder / "demonstration-loaded"
    if loaded.exists():
        return
    say("Loading the demonstration network")
    done = subprocess.run([sys.executable, "-m", "deploy.cli", "demo", "load", "--if-empty"], check=False)
    if done.returncode != 0:
        raise NotStartedError("The network runs, but the demonstration network could not be loaded; see above.")
    loaded.touch()


def say(text: str, *, err: bool = False) -> None:
    """One line for the person at the shell, at once."""
    typer.echo(text, err=err)
