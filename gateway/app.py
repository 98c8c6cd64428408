"""The gateway as an ASGI application: what stands in front of everything, and which path leads where."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from strawberry import Schema

from gateway import metrics
from gateway.calls import Calls
from gateway.context import Context
from gateway.facts import Fact
from gateway.flights import CallsTogether
from gateway.http.bodies import Bodies
from gateway.http.crowd import Crowd, Shares
from gateway.http.door import Door
from gateway.http.events import event_pages
from gateway.http.exports import export_route
from gateway.http.graphiql import graphiql_routes, page
from gateway.http.graphql import GraphQLEndpoint
from gateway.http.health import health_routes
from gateway.http.notices import unsubscribe_route
from gateway.http.participants import participants_route
from gateway.http.positions import position_routes
from gateway.http.requests import Requests
from gateway.identity.callers import Callers
from gateway.identity.clients import Clients
from gateway.identity.issuer_keys import IssuerKeys
from gateway.identity.passports import Passports
from gateway.identity.principal import ANONYMOUS
from gateway.identity.tokens import Tokens
from gateway.loop import watched_loop
from gateway.problems import language_of
from gateway.rabbit.broker import Broker
from gateway.remembered.answering import Forgetful
from gateway.remembered.memory import Memory
from gateway.remembered.watermarks import Watermarks
from gateway.schema.assembly import make_schema
from gateway.schema.documents import TrustedDocuments
from gateway.schema.events.feeds import calendar_routes
from gateway.settings import Settings


class Gateway:
    """Everything that one gateway process holds, put together; the only place that knows all of it."""

    def __init__(self, settings: Settings, schema: Schema | None = None) -> None:
        self.settings = settings
        self.broker = Broker(settings, Passports(settings.passport_private_key))
        self.keys = IssuerKeys(settings.issuer_url)
        tokens = Tokens(self.keys, settings.issuer_url, settings.audience)
        self.callers = Callers(tokens, Clients(settings.clients), self.broker.rpc)
        self.memory = Memory(Watermarks(), most_bytes=settings.remembered_bytes)
        self.rpc = Forgetful(CallsTogether(self.broker.rpc, within=settings.question_within), self.memory)
        self.broker.facts.heed = self._heed
        self.shares = Shares(settings)
        metrics.SOCKETS.set_function(lambda: self.shares.sockets.held)
        self.trusted = TrustedDocuments.from_file(settings.trusted_documents)
        self.schema = schema or make_schema(
            local=settings.is_local, trusted=self.trusted, only_trusted=settings.trusted_only
        )
        self.stopping = False

    def app(self) -> Door:
        """The application behind its door."""
        return Door(self._application(), self.memory, self.shares, self.settings)

    def _application(self) -> Starlette:
        """The application, with its routes."""
        settings, rpc, facts = self.settings, self.rpc, self.broker.facts
        endpoint = GraphQLEndpoint(
            self.schema, settings, self.callers, rpc, facts, self.shares, self.trusted, self.memory
        )
        routes: list[Any] = [
            Route("/graphql", GraphQLDoor(endpoint, shows_page=settings.is_local)),
            WebSocketRoute("/graphql", endpoint),
            *calendar_routes(self._anonymous, settings.request_within),
            *event_pages(self._anonymous),
            unsubscribe_route(self._anonymous),
            *position_routes(self._anonymous),
            export_route(self.callers, rpc),
            participants_route(self.callers, rpc),
            *health_routes(self._conditions),
        ]
        if settings.is_local:
            routes += graphiql_routes(settings.issuer_url)
        return Starlette(
            routes=routes,
            lifespan=self._lifespan,
            middleware=[
                Middleware(Requests),
                Middleware(
                    CORSMiddleware,
                    allow_origins=settings.allowed_origins,
                    allow_methods=["POST"],
                    allow_headers=["authorization", "content-type", "x-correlation-id"],
                    expose_headers=["x-correlation-id"],
                    max_age=600,
                ),
                Middleware(Crowd, shares=self.shares),
                Middleware(Bodies, most=settings.largest_body, within=settings.body_within),
            ],
        )

    def _anonymous(self, request: Request) -> Context:
        """The context of a request in nobody's name: for what is not GraphQL and open to all."""
        language = language_of(request.headers.get("accept-language", ""))
        correlation_id = request.scope["state"]["correlation_id"]
        calls = Calls(self.rpc, ANONYMOUS, correlation_id, language)
        purse = partial(self.shares.pay, request.scope["state"]["address"])
        return Context(ANONYMOUS, language, correlation_id, calls, self.broker.facts, self.settings.public_url, purse)

    def _heed(self, fact: Fact | None) -> None:
        """A fact came (None: some may have been missed) that may speak against what this process remembers."""
        self.callers.heed(fact)
        self.memory.heed(fact)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with watched_loop(), self.keys.kept_fresh(), self.broker.running():
            yield
            self.stopping = True

    def _conditions(self) -> dict[str, bool]:
        return {"broker": self.broker.ready, "issuer_keys": self.keys.ready, "serving": not self.stopping}


class GraphQLDoor:
    """``/graphql`` over HTTP: the page for people in local mode, the endpoint for everything else."""

    def __init__(self, endpoint: GraphQLEndpoint, *, shows_page: bool) -> None:
        self._endpoint = endpoint
        self._shows_page = shows_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET" and self._shows_page:
            response: Response = page()
            await response(scope, receive, send)
        else:
            await self._endpoint(scope, receive, send)
