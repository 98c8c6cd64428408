"""A coalition of six members, formed through the front door."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.local.stack import Stack
from tests.story.front import SPEAKERS, Formed, Front


@pytest.fixture(scope="session")
def formed(network: Stack) -> Iterator[Formed]:
    """Founded, applied to, admitted and activated as its people do it."""
    everybody = (*SPEAKERS, "convener", "admin", "citizen", "facilitator", "nobody")
    people = {person: Front(network, None if person == "nobody" else person) for person in everybody}
    coalition = Formed(network, people)
    convener = coalition["convener"]
    made = convener.do(
        "foundCoalition",
        "coalition { id slug state }",
        name=f"Mieux vieillir ensemble {uuid4().hex[:6]}",
        themes=["mieux-vieillir"],
        call="Que chacun choisisse où et avec qui vieillir.",
        charter="Chaque membre parle en son nom.",
    )["coalition"]
    assert made["state"] == "FORMING"
    coalition.id, coalition.slug = made["id"], made["slug"]
    for number, person in enumerate(SPEAKERS):
        organisation = coalition.organisations[person] = coalition.an_organisation(person)
        coalition.let_speak(person, organisation, granted_by=person)
        applied = coalition[person].do_once_known(
            "applyForMembership",
            "membership { id state }",
            coalition=coalition.id,
            organisation=organisation,
            acceptsCharter=True,
        )["membership"]
        assert applied["state"] == "APPLIED"
        by = convener if number < 3 else coalition["member"]  # an organisation in steering admits too
        by.do("admitMember", "membership { state }", coalition=coalition.id, membership=applied["id"])
        if number == 1:
            early = convener.attempt("activateCoalition", "__typename", coalition=coalition.id)["problems"][0]
            assert early["code"] == "ILLEGAL_TRANSITION"
            assert {one["code"] for one in early["blockedBy"]} == {
                "coalition.members_missing",
                "coalition.steering_missing",
            }
        if number == 2:
            steering = [coalition.organisations[one] for one in ("member", "member2")]
            convener.do("chooseSteering", "__typename", coalition=coalition.id, organisations=steering)
    active = convener.do("activateCoalition", "coalition { state memberCount }", coalition=coalition.id)
    assert active["coalition"] == {"state": "ACTIVE", "memberCount": 6}
    yield coalition
    for front in people.values():
        front.http.close()
