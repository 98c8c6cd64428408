"""Everybody of a running network, in front of its gateway."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from deploy.local.stack import Stack
from tests.incubator.front import Front
from tests.running import until

STAFF = ("staff", "staff2")


def soon(**how_long: float) -> str:
    return (datetime.now(UTC) + timedelta(**how_long)).isoformat()


class Everybody:
    """An incubator with its staff, and everybody's front-ends."""

    def __init__(self, network: Stack) -> None:
        self.network = network
        people = ("admin", "director", "founder", "mentor", "organiser", "citizen", "convener", *STAFF)
        self.of = {person: Front(network, person) for person in people}
        self.ids = {person: front.me() for person, front in self.of.items()}
        admin = self.of["admin"]
        made = admin.do(
            "recordIncubators", "results { id slug }", incubators=[{"slug": "les-ateliers", "name": "Les Ateliers"}]
        )
        self.slug, scope = made["results"][0]["slug"], made["results"][0]["id"]
        for person in STAFF:
            admin.do("grantRole", "id", person=self.ids[person], role="INCUBATOR_STAFF", scope=scope)
        until(lambda: self._may_record("staff") and self._may_record("staff2"))

    def _may_record(self, person: str) -> bool:
        """Whether the incubator service knows by now that this person is on its staff."""
        refused = self.of[person].refused(
            "openCall", "call { id }", incubator=self.slug, title="", closesAt=soon(days=1)
        )
        return bool(refused["code"] == "VALIDATION")

    def project(self, **more: Any) -> str:
        made = self.of["staff"].do(
            "recordProject",
            "project { id stage }",
            incubator=self.slug,
            name="Colette",
            pitch="Des seniors ouvrent une chambre à de jeunes adultes.",
            themes=["mieux-vieillir"],
            city="Paris",
            founders=[self.ids["founder"]],
            mentors=[self.ids["mentor"]],
            **more,
        )
        return str(made["project"]["id"])

    def evidence(self, project: str, *criteria: str) -> None:
        for criterion in criteria:
            kind, ref = ("URL", f"https://colette.example/{criterion}")
            self.of["founder"].do(
                "recordEvidence", "project { id }", project=project, criterion=criterion, kind=kind, ref=ref
            )

    def told(self, type_: str, slug: str) -> list[dict[str, Any]]:
        """The facts of this type about a project that left the incubator service."""
        url = self.network.plan().database_url("incubator").replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            rows = connection.execute(
                "SELECT envelope FROM outbox WHERE type = %s AND envelope->'data'->>'slug' = %s ORDER BY number",
                (type_, slug),
            ).fetchall()
        return [envelope["data"] for (envelope,) in rows]
