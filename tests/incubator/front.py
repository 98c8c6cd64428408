"""A front-end of these tests: asks and commands over HTTP as one of the demonstration people."""

from typing import Any

import httpx

from deploy.commands.token import ask_issuer
from deploy.local.stack import Stack

PROBLEMS = "problems { code rule message field blockedBy { code message fix } }"


class Front:
    """Signed in as a person, or as nobody."""

    def __init__(self, network: Stack, person: str | None = None, language: str = "en") -> None:
        headers = {"accept-language": language}
        if person:
            headers["authorization"] = f"Bearer {ask_issuer(network, person)}"
        self.http = httpx.Client(base_url=network.plan().url, headers=headers, timeout=30, trust_env=False)

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = self.http.post("/graphql", json={"query": document, "variables": variables}).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def me(self) -> str:
        return str(self.ask("{ viewer { person { id } } }")["viewer"]["person"]["id"])

    def attempt(self, name: str, wanted: str, /, **input: Any) -> dict[str, Any]:
        """The payload of a mutation, problems and all."""
        form = f"{name[0].upper()}{name[1:]}Input"
        document = f"mutation($input: {form}!) {{ {name}(input: $input) {{ {wanted} {PROBLEMS} }} }}"
        payload: dict[str, Any] = self.ask(document, input=input)[name]
        return payload

    def do(self, name: str, wanted: str, /, **input: Any) -> dict[str, Any]:
        """The payload of a mutation that must be accepted."""
        payload = self.attempt(name, wanted, **input)
        assert payload["problems"] == [], payload["problems"]
        return payload

    def refused(self, name: str, wanted: str, /, **input: Any) -> dict[str, Any]:
        """The first problem of a mutation that must be refused."""
        problems = self.attempt(name, wanted, **input)["problems"]
        assert problems, "accepted"
        problem: dict[str, Any] = problems[0]
        return problem
