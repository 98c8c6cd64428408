"""A man in the middle of a TCP connection: he may stop handing on, lose what matters most, or hang up.

Held, he is a silent partition as its two ends feel it: connections stay open and nothing comes any more. (Packets that
the kernel itself drops would need rights over the machine's network.)
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: AMQP 0-9-1 method frames, by class and method: what a publisher sends, and the broker's confirm of it.
PUBLISH, CONFIRM = b"\x00\x3c\x00\x28", b"\x00\x3c\x00\x50"
#: The answer of PostgreSQL to a commit that is done.
COMMITTED = b"COMMIT\x00"


@dataclass
class Loss:
    """What is to be lost: these bytes, from the server or to it, on a connection on which ``after`` was sent before."""

    what: bytes
    from_server: bool
    after: bytes
    then_refuse: bool
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(eq=False)
class Line:
    """One connection through the man in the middle."""

    client: socket.socket
    server: socket.socket
    sent: bytes = b""

    def cut(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Middleman:
    """Stands before the server of ``url``; ``url`` of his own is what the client is given."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 5672)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lines: list[Line] = []
        self._handing_on = threading.Event()
        self._handing_on.set()
        self._refusing = False
        self._loss: Loss | None = None
        port = self._listening.getsockname()[1]
        self.url = url.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{port}", 1)
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self) -> None:
        """Hand on nothing more, and let nobody know."""
        self._handing_on.clear()

    def cut(self) -> None:
        """Hang up on everybody."""
        while self._lines:
            self._lines.pop().cut()

    def refuse(self) -> None:
        """Hang up on everybody, and on whoever calls from now on."""
        self._refusing = True
        self.cut()

    def heal(self) -> None:
        """Serve everybody again; what was held back is handed on."""
        self._refusing = False
        self._handing_on.set()

    def lose(
        self, what: bytes, *, from_server: bool = True, after: bytes = b"", then_refuse: bool = False
    ) -> threading.Event:
        """Once, keep back what carries these bytes, and cut the connection; the event tells that it was done."""
        self._loss = Loss(what, from_server, after, then_refuse)
        for line in self._lines:
            line.sent = b""
        return self._loss.done

    def close(self) -> None:
        self._listening.close()
        self.refuse()
        self._handing_on.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self._refusing:
                    client.close()
                    continue
                try:
                    line = Line(client, socket.create_connection(self._server))
                except OSError:
                    client.close()
                    continue
                self._lines.append(line)
                threading.Thread(target=self._hand_on, args=(line, False), daemon=True).start()
                threading.Thread(target=self._hand_on, args=(line, True), daemon=True).start()

    def _hand_on(self, line: Line, from_server: bool) -> None:
        giver, taker = (line.server, line.client) if from_server else (line.client, line.server)
        with suppress(OSError):
            while said := giver.recv(65536):
                self._handing_on.wait()
                if not from_server and self._loss is not None:
                    line.sent = (line.sent + said)[-65536:]
                if self._is_lost(line, said, from_server):
                    break
                taker.sendall(said)
        line.cut()

    def _is_lost(self, line: Line, said: bytes, from_server: bool) -> bool:
        loss = self._loss
        if loss is None or loss.from_server is not from_server or loss.what not in said or loss.after not in line.sent:
            return False
        self._loss = None
        self._refusing = loss.then_refuse
        loss.done.set()
        return True


@contextmanager
def middleman(url: str) -> Iterator[Middleman]:
    """One who stands before this address within the block."""
    one = Middleman(url)
    try:
        yield one
    finally:
        one.close()
