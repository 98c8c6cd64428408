"""The body of a request: no larger, and no slower to come, than is read here."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.crowd import refusal
from gateway.problems import Failure

#: Bytes over the limit that are still taken from a client, and thrown away: it may write all before it reads, and a
#: connection that is closed on what it wrote takes the answer along.
READ_ON = 1024 * 1024


class TooLarge(Exception):
    """The body is larger than the limit; ``more`` of it may come."""

    def __init__(self, *, more: bool) -> None:
        super().__init__()
        self.more = more


class Bodies:
    """Refuses a body of more than ``most`` bytes with 413, whether it says its size or grows; then it hangs up.

    What has not come ``within`` so many seconds is taken for gone.
    """

    def __init__(self, app: ASGIApp, most: int, within: float) -> None:
        self._app = app
        self._most = most
        self._within = within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._look_at(scope)
            await self._app(scope, self._measured(receive), send)
        except TooLarge as refused:
            if refused.more:
                await self._read_on(receive)
            failure = Failure("BODY_TOO_LARGE", f"A body has {self._most} bytes at most.", most=self._most)
            await refusal(HTTPConnection(scope), failure, connection="close")(scope, receive, send)

    def _look_at(self, scope: Scope) -> None:
        """The size that the body says; who asks first whether to send it is not told to."""
        for name, value in scope["headers"]:
            if name == b"content-length" and int(value) > self._most:
                raise TooLarge(more=all(header != b"expect" for header, _ in scope["headers"]))

    def _measured(self, receive: Receive) -> Receive:
        late: float | None = asyncio.get_running_loop().time() + self._within
        size = 0

        async def received() -> Message:
            nonlocal late, size
            if late is None:
                return await receive()
            try:
                async with asyncio.timeout_at(late):
                    message = await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size > self._most:
                raise TooLarge(more=more)
            if not more:
                late = None
            return message

        return received

    async def _read_on(self, receive: Receive) -> None:
        """Throw away what still comes, for as long as is fair."""
        left = READ_ON
        with suppress(TimeoutError):
            async with asyncio.timeout(self._within):
                while left > 0:
                    message = await receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body"):
                        return
