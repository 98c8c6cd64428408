"""Ports that nothing else listens on."""

import random
import socket

# Below the range the kernel hands to outgoing connections, so that a port chosen today is not
# taken tomorrow by somebody's client.
RANGE = range(20000, 32000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count: int, *, avoid: set[int] | None = None) -> list[int]:
    """`count` different free ports, drawn at random so that two stacks started together seldom meet."""
    chosen: list[int] = []
    for port in random.sample(RANGE, len(RANGE)):
        if len(chosen) == count:
            break
        if port not in (avoid or set()) and is_free(port):
            chosen.append(port)
    return chosen


def first_free(port: int) -> int:
    """This port, or the next one that is free."""
    while not is_free(port):
        port += 1
    return port


def hold(port: int) -> socket.socket:
    """Keep a port from everybody until its own server is about to start: close what this gives to let go of it.

    Raises OSError when somebody else was quicker.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener
