"""``make bench``: every measure, each on a network of its own, as Markdown.

``make bench ARGS="growth commands"`` makes some of them; ``python -m deploy.measure.growth`` one. A measure is a module
of this folder with ``measure(network: Stack) -> Iterable[Table]``: it gets a network that runs and is empty, loads what
it needs, and gives its tables as they are ready. What it compares it compares in one run, in turns.

No figure is promised. They belong to the machine that the first line names; what may be read is the ratios.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module

from deploy.measure.network import a_network, machine, say
from deploy.measure.table import LeftOut
from gateway.logs import set_up_logs

#: In this order.
MEASURES = {
    "postgraphile": "Against PostGraphile",
    "hot_path": "Against the limit",
    "staleness": "Staleness",
    "change_to_screen": "Change to screen",
    "subscribers": "A thousand subscribers",
    "commands": "Commands",
    "growth": "Growth",
}


def main(chosen: Sequence[str]) -> int:
    """Make them all, whatever becomes of one; 1 when one failed."""
    set_up_logs(form="console")
    unknown = [name for name in chosen if name not in MEASURES]
    if unknown:
        print(f"There is no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}.")
        return 2
    failed = 0
    for place, name in enumerate(chosen or MEASURES):
        failed += not made(name, introduced=place > 0)
    return 1 if failed else 0


def made(name: str, *, introduced: bool) -> bool:
    """Whether a measure was made, or left out for a reason; its tables are printed as they come."""
    began = time.monotonic()
    say(f"== {name}")
    try:
        with a_network() as network:
            if not introduced:
                print(f"{machine(network)}\n", flush=True)
            for table in import_module(f"deploy.measure.{name}").measure(network):
                print(f"{table}\n", flush=True)
    except LeftOut as reason:
        print(f"### {MEASURES[name]}\n\nLeft out: {reason}\n", flush=True)
    except Exception:
        traceback.print_exc()
        print(f"### {MEASURES[name]}\n\nFailed.\n", flush=True)
        return False
    say(f"== {name}: {time.monotonic() - began:.0f} s")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
