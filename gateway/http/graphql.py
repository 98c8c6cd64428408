"""GraphQL over HTTP and over WebSocket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from json import JSONDecodeError
from typing import Any

import msgspec
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry import UNSET, Schema
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLRequestData, process_result
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from gateway.calls import Calls, Rpc
from gateway.context import Context, FactStream, Socket
from gateway.http.crowd import Shares, refusal
from gateway.http.requests import error_response
from gateway.http.sockets import Conversation
from gateway.http.strict_json import read_json
from gateway.identity.callers import Callers
from gateway.identity.principal import ANONYMOUS, Principal
from gateway.problems import Failure, language_of, outcome_unknown, unavailable
from gateway.remembered.answering import CACHE_CONTROL, Remembered, key_of, language_of_nobody, only_asks, written
from gateway.remembered.memory import Memory, Recording
from gateway.schema.budget import REQUEST
from gateway.schema.errors import coded
from gateway.settings import Settings

STATUS = {"UNAUTHENTICATED": 401, "DOCUMENT_UNKNOWN": 404}
#: The code with which a socket is closed whose token has expired; the protocol's for who is not signed in.
EXPIRED = 4401
MOST_SUBSCRIPTIONS = 20
#: What a request holds, and of which kind.
FORM = {
    "query": (str, "a string"),
    "variables": (dict, "an object"),
    "operationName": (str, "a string"),
    "extensions": (dict, "an object"),
}


class GraphQLEndpoint(GraphQL[Context, None]):
    """``/graphql``: POST of JSON, or WebSocket with the protocol graphql-transport-ws. Nothing else."""

    graphql_transport_ws_handler_class = Conversation

    def __init__(
        self,
        schema: Schema,
        settings: Settings,
        callers: Callers,
        rpc: Rpc,
        facts: FactStream,
        shares: Shares,
        trusted: Mapping[str, str],
        memory: Memory,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=settings.init_within),
            max_subscriptions_per_connection=MOST_SUBSCRIPTIONS,
            allowed_origins=settings.allowed_origins,
        )
        self._within = settings.request_within
        self._callers = callers
        self._rpc = rpc
        self._facts = facts
        self._public_url = settings.public_url
        self._shares = shares
        self._trusted = trusted
        self._memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = self._refusal(request) or await self._answer(request)
        except HTTPException as refused:
            response = error_response(scope, refused.status_code, "BAD_REQUEST", refused.reason)
        except Failure as failure:
            response = error_response(scope, STATUS.get(failure.code, 503), failure.code, failure.message)
        await response(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a WebSocket for as long as the token holds with which it was signed in."""
        life = asyncio.timeout(None)
        try:
            async with life:
                scope["state"]["life"] = life
                await super().__call__(scope, receive, send)
        except TimeoutError:
            if not life.expired():
                raise
            await send({"type": "websocket.close", "code": EXPIRED, "reason": "The token has expired"})

    def _refusal(self, request: Request) -> Response | None:
        refused = partial(error_response, request.scope)
        if request.method != "POST":
            return refused(405, "METHOD_NOT_ALLOWED", "Send a POST.", allow="POST")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return refused(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json.")
        if request.headers.get("content-encoding", "identity") != "identity":
            return refused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed.", rule="gateway.compressed")
        if len(request.headers.getlist("authorization")) > 1:
            return refused(400, "BAD_REQUEST", "Send one Authorization header.", rule="gateway.two_callers")
        return None

    async def _answer(self, request: Request) -> Response:
        """What is kept for this very request, or else an answer of its own."""
        language = language_of_nobody(request.scope) if self._memory.is_on else None
        key = None if language is None else key_of(await request.body(), language)
        if key is None:
            return await self._made(request, None)
        kept = self._memory.find(key)
        if kept is not None:
            return self._from_memory(request, kept)
        with self._memory.recording(key) as recording:
            return await self._made(request, recording)

    def _from_memory(self, request: Request, kept: Recording) -> Response:
        state = request.scope["state"]
        state["said"].update(principal=ANONYMOUS.kind, calls=0, remembered=True)
        try:
            left = self._shares.pay(state["address"], None, kept.written.cost + REQUEST)
        except Failure as refused:
            return refusal(request, refused)
        return Remembered(kept, left)

    async def _made(self, request: Request, recording: Recording | None) -> Response:
        """Executed. What others may be answered with, too, is kept, and said in the request's state as ``written``."""
        state = request.scope["state"]
        principal = await self._callers.principal(
            request.headers.get("authorization"), state["correlation_id"], request.headers.get("origin")
        )
        context = self._context(request, principal)
        asked = self._asked(await request.body())
        asks = only_asks(asked.query)
        context.rpc.witness = recording if asks else None
        result = await self._executed(request, asked, context)
        body = msgspec.json.encode(process_result(result))
        response = Response(body, media_type="application/json")
        response.raw_headers.append(CACHE_CONTROL)
        for_others = written(result, body) if asks else None
        if for_others is not None:
            state["written"] = for_others
            if recording is not None:
                self._memory.keep(recording, for_others)
        state["said"].update(principal=principal.id or principal.kind, calls=len(context.rpc.made))
        return response if context.refused is None else refusal(request, context.refused)

    def _asked(self, body: bytes) -> GraphQLRequestData:
        """One operation in JSON; that is all that comes here, and strawberry would look for more."""
        asked = self.parse_json(body)
        for name, (kind, words) in FORM.items():
            if not isinstance(asked.get(name), kind | None):
                raise HTTPException(400, f"The GraphQL operation's `{name}` must be {words} or null, if provided.")
        return GraphQLRequestData(
            asked.get("query"), asked.get("variables"), asked.get("operationName"), asked.get("extensions")
        )

    async def _executed(self, request: Request, asked: GraphQLRequestData, context: Context) -> ExecutionResult:
        result: ExecutionResult = await self.execute_operation(
            request=request,
            request_adapter=self.request_adapter_class(request),
            request_data=asked,
            context=context,
            root_value=None,
            sub_response=Response(),
        )
        return result

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """The context of a WebSocket connection: nobody in particular until ``connection_init`` says who."""
        return self._context(request, ANONYMOUS)

    def _context(self, request: Request | WebSocket, principal: Principal) -> Context:
        language = language_of(request.headers.get("accept-language", ""))
        correlation_id = request.scope["state"]["correlation_id"]
        calls = Calls(self._rpc, principal, correlation_id, language)
        purse = partial(self._shares.pay, request.scope["state"]["address"])
        socket = _socket_of(request) if isinstance(request, WebSocket) else None
        return Context(principal, language, correlation_id, calls, self._facts, self._public_url, purse, socket)

    async def on_ws_connect(self, context: Context) -> Any:
        """Who is there, by the payload ``{"authorization": "Bearer <token>"}``; a bad token closes with 4403.

        Says with which position subscriptions begin, so that one goes on that was shown nothing yet.
        """
        assert context.socket is not None
        authorization = context.connection_params.get("authorization")
        if authorization is not None and not isinstance(authorization, str):
            raise ConnectionRejectionError
        try:
            principal = await self._callers.principal(authorization, context.correlation_id, context.socket.origin)
            if principal.name is not None:
                context.socket.held.enter_context(self._shares.sockets_of_callers.one(principal.name))
        except Failure as failure:
            raise ConnectionRejectionError from failure
        if principal.until is not None:
            loop = asyncio.get_running_loop()
            context.socket.life.reschedule(loop.time() + principal.until - time.time())
        context.sign_in(principal, Calls(self._rpc, principal, context.correlation_id, context.language))
        try:
            return {"position": self._facts.position}
        except Failure:
            return UNSET

    async def execute_operation(self, *, context: Context, **how: Any) -> Any:  # type: ignore[override]
        """Execute within the time that a request may take; each call has a shorter deadline of its own."""
        try:
            async with asyncio.timeout(self._within):
                return await super().execute_operation(context=context, **how)
        except TimeoutError:
            failure = outcome_unknown() if context.rpc.commanded else unavailable()
            error = GraphQLError(failure.message, original_error=failure, extensions=failure.extensions)
            return ExecutionResult(data=None, errors=[coded(error, context)])

    def decode_json(self, data: str | bytes) -> object:
        """A body or a message: an object in strict JSON, or JSONDecodeError. A document named in it is put in it."""
        value = read_json(data)
        if not isinstance(value, dict):
            raise JSONDecodeError("not an object", "", 0)
        on_socket = value.get("type") == "subscribe"
        request = value.get("payload") if on_socket else value
        if isinstance(request, dict) and "documentId" in request:
            document = self._trusted.get(str(request["documentId"]))
            if document is None and on_socket:
                raise JSONDecodeError("no document is registered under this name", "", 0)
            if document is None:
                raise Failure("DOCUMENT_UNKNOWN", "No query is registered under this name.")
            request["query"] = document
        return value

    def encode_json(self, data: object) -> str:
        return msgspec.json.encode(data).decode()


def _socket_of(request: WebSocket) -> Socket:
    state = request.scope["state"]
    return Socket(request.headers.get("origin"), state["held"], state["life"])
