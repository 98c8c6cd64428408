"""Plays the examples of ``gateway/examples`` as people of the demonstration network, each as it stands in its file."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psycopg
from graphql import OperationDefinitionNode, parse
from joserfc.jwk import OKPKey

from deploy.commands.token import ask_issuer
from deploy.local.issuer import ALGORITHM, Issuer
from deploy.local.servers import plain
from deploy.local.settings import PROJECT
from deploy.local.stack import Stack
from gateway.schema.node import kind_and_id
from tests.running import until
from tests.story.front import Json

EXAMPLES = PROJECT / "gateway" / "examples"


def files(service: str = "*") -> dict[str, Path]:
    """The examples of a service, or all, by the name of the mutation."""
    return {path.stem: path for path in sorted(EXAMPLES.glob(f"{service}/*.graphql"))}


def soon(**how_long: float) -> str:
    return (datetime.now(UTC) + timedelta(**how_long)).isoformat()


def day(**how_long: float) -> str:
    return soon(**how_long)[:10]


@dataclass
class Player:
    """Somebody at a front-end, who sends examples; ``played`` keeps the names of all that were accepted."""

    http: httpx.Client
    played: set[str]

    def ask(self, document: str, **variables: Any) -> Json:
        answer = self.http.post("/graphql", json={"query": document, "variables": variables}).json()
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data

    @cached_property
    def id(self) -> str:
        return str(self.ask("{ viewer { person { id } } }")["viewer"]["person"]["id"])

    def attempt(self, name: str, **variables: Any) -> Json:
        """The payload of an example, accepted or refused; it is given just the variables that it declares."""
        document = files()[name].read_text("utf-8")
        [operation] = parse(document).definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert {one.variable.name.value for one in operation.variable_definitions or ()} == set(variables), name
        payload: Json = self.ask(document, **variables)[name]
        if payload["problems"] == []:
            self.played.add(name)
        return payload

    def play(self, name: str, **variables: Any) -> Json:
        """The payload of an example that must be accepted."""
        payload = self.attempt(name, **variables)
        assert payload["problems"] == [], (name, payload["problems"])
        return payload

    def play_once_known(self, name: str, **variables: Any) -> Json:
        """As ``play``, waiting for what another service has yet to tell."""

        def accepted() -> Json | None:
            payload = self.attempt(name, **variables)
            return None if payload["problems"] else payload

        payload: Json = until(accepted)
        return payload


@dataclass
class Cast:
    """Everybody who plays: the demonstration people by their names, and visitors of any other name."""

    network: Stack
    played: set[str] = field(default_factory=set)
    players: dict[str, Player] = field(default_factory=dict)

    def __getitem__(self, person: str) -> Player:
        if person not in self.players:
            token = self._visitor(person) if person.startswith("visitor") else ask_issuer(self.network, person)
            headers = {"authorization": f"Bearer {token}"}
            http = httpx.Client(base_url=self.network.plan().url, headers=headers, timeout=30, trust_env=False)
            self.players[person] = Player(http, self.played)
        return self.players[person]

    def an_organisation(self, speaker: str) -> str:
        """Declared by somebody, and verified."""
        organisation: str = self[speaker].play("declareOrganisation")["organisation"]["id"]
        self["admin"].play("verifyOrganisation", organisation=organisation)
        return organisation

    def move(self, service: str, id: str, statement: str) -> None:
        """Let time pass for a thing: ``%(id)s`` in the statement is its own id."""
        named = kind_and_id(id)
        assert named is not None
        with psycopg.connect(plain(self.network.plan().database_url(service)), autocommit=True) as connection:
            connection.execute(statement.encode(), {"id": named[1]})

    def leave(self) -> None:
        for player in self.players.values():
            player.http.close()

    def _visitor(self, name: str) -> str:
        """A token of somebody who is nobody in particular."""
        key = OKPKey.import_key(
            (self.network.folder / "keys" / "issuer.pem").read_bytes(), {"use": "sig", "alg": ALGORITHM}
        )
        key.ensure_kid()
        claims = {
            "subject": name, "name": name, "email": f"{name}@visitors.example", "locale": "fr", "roles": [],
        }  # fmt: skip
        return Issuer(self.network.plan().issuer_url, "maillage", key).token(claims, int(time.time()))
