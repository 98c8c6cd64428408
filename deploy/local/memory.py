"""Memory of running processes, from the kernel's own books."""

from pathlib import Path


def of_family(pid: int) -> int:
    """Bytes held by a process and its descendants; pages shared among several processes are divided among them.

    A process that ended meanwhile counts nothing.
    """
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    [pss] = [int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")] or [0]
    return pss * 1024 + sum(of_family(int(child)) for child in children)
