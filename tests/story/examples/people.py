"""Organisations, mandates, roles; and somebody who wants to be forgotten."""

from __future__ import annotations

from tests.story.examples.players import Cast


def play(cast: Cast) -> None:
    admin, member, visitor = cast["admin"], cast["member"], cast["visitor"]
    seen = member.ask('{ coalition(slug: "mieux-vieillir") { id } incubator(slug: "fabrique-du-rhone") { id } }')
    organisation = cast.an_organisation("member")
    about = {"person": visitor.id, "organisation": organisation, "coalition": seen["coalition"]["id"]}
    mandate = member.play("grantMandate", **about)["mandate"]["id"]
    member.play("revokeMandate", mandate=mandate)
    grant = admin.play("grantRole", person=visitor.id, scope=seen["incubator"]["id"])["id"]
    admin.play("revokeRole", grant=grant)
    admin.play("suspendOrganisation", organisation=organisation)
    visitor.play("erasePerson")
