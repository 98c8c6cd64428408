"""Named points at which a process can be made to die, for the fault suite; off unless MAILLAGE_FAILPOINT asks for it.

``before_mark:20`` kills the process (SIGKILL, as the kernel would) the twentieth time it comes to that point; several
are separated by commas. The points: ``inside_transaction`` (changes written, facts not yet), ``after_commit``,
``after_command`` (a command's own commit, nobody answered), ``before_acknowledge`` (a message's effect committed, the
broker not told) and ``before_mark`` (a fact at the broker, the outbox not told).
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_ASKED = {
    name: int(turn or 1)
    for name, _, turn in (one.partition(":") for one in os.environ.get("MAILLAGE_FAILPOINT", "").split(",") if one)
}
_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Die here if it was asked for."""
    if name in _ASKED:
        _passed[name] += 1
        if _passed[name] == _ASKED[name]:
            os.kill(os.getpid(), signal.SIGKILL)
