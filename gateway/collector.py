"""Python's collector of cycles, told what stays and to come seldom.

By itself it looks at the young objects after every 700 new ones, and at all objects whenever their number has grown by
a quarter. A fact that a thousand follow makes tens of thousands that are gone a moment later, and half of what it cost
was spent on looking at them, and at the modules, the schema and the sockets, which stay.
"""

from __future__ import annotations

import gc

#: New objects until the young are looked at, and such looks until those are looked at that survived one; all are, when
#: their number has grown by a quarter. What waits to be found in cycles is a few megabytes at most.
YOUNG, SURVIVED = 20_000, 20


def come_seldom() -> None:
    """What is there now is never looked at again; what comes, seldom. Call it once, when everything has been built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, SURVIVED)
