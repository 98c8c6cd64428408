"""A coalition of three: how it forms, finds a position, publishes it, asks people, and parts with a member."""

from __future__ import annotations

from dataclasses import dataclass

from tests.running import until
from tests.story.examples.players import Cast, Player, day, soon

SPEAKERS = ("member", "member2", "member3")


@dataclass(frozen=True)
class Member:
    speaker: Player
    organisation: str
    membership: str


@dataclass(frozen=True)
class Coalition:
    """An active coalition; ``members`` in the order of SPEAKERS."""

    cast: Cast
    id: str
    members: list[Member]

    @property
    def convener(self) -> Player:
        return self.cast["convener"]

    def each(self, name: str, position: str) -> None:
        """Every member does it."""
        for member in self.members:
            member.speaker.play(name, position=position, organisation=member.organisation)

    def drafted(self, decision_class: str, concerns: str) -> str:
        """A decision that acts on something, and says so: no example, only what one needs."""
        asked = {
            "coalition": self.id, "title": "Une décision", "class": decision_class, "concerns": concerns,
            "paragraphs": ["Il en est ainsi.", "Cela vaut dès aujourd'hui."], "noEvidenceReason": "Une décision.",
            "editors": [self.members[1].speaker.id],
        }  # fmt: skip
        document = (
            "mutation($input: DraftPositionInput!) { draftPosition(input: $input) "
            "{ position { id concerns } problems { code rule message } } }"
        )
        payload = self.members[0].speaker.ask(document, input=asked)["draftPosition"]
        assert payload["problems"] == [], payload["problems"]
        assert payload["position"]["concerns"] == concerns
        position: str = payload["position"]["id"]
        return position

    def decided(self, decision_class: str, concerns: str) -> str:
        """The same, adopted."""
        position = self.drafted(decision_class, concerns)
        self.members[0].speaker.play("openAmendments", position=position, closesAt=soon(days=6))
        self.decide(position)
        return position

    def decide(self, position: str) -> None:
        """Nobody amends it, everybody agrees to it."""
        self.each("declareNoAmendment", position)
        self.members[0].speaker.play("consolidatePosition", position=position)
        self.convener.play("openBallot", position=position, closesAt=soon(days=15))
        self.each("castStance", position)
        self.close(position)

    def close(self, position: str) -> None:
        """The ballot is due for whoever closes it, and not yet for the network's own job."""
        statement = "UPDATE ballots SET closes_at = now() WHERE position = %(id)s AND state = 'OPEN'"
        self.cast.move("coalitions", position, statement)
        self.convener.play("closeBallot", position=position)


def play(cast: Cast, project: str) -> None:
    """``project`` is what the position speaks of."""
    coalition = _form(cast)
    _let_others_come_and_go(cast, coalition)
    _amend(coalition, project)
    position = _publish(coalition, project)
    _ask_people(cast, coalition)
    document = "query($id: ID!) { node(id: $id) { ... on Coalition { slug } } }"
    slug = coalition.convener.ask(document, id=coalition.id)["node"]["slug"]
    cast["admin"].play("recordPosition", coalition=slug, organisation=coalition.members[0].organisation)

    decision = coalition.decided("POLICY", position)
    coalition.convener.play("retractPosition", position=position, decision=decision)
    gone = coalition.members[2]
    decision = coalition.decided("CALL", gone.organisation)
    coalition.convener.play("expelMember", coalition=coalition.id, membership=gone.membership, decision=decision)
    coalition.drafted("CALL", coalition.id)


def _form(cast: Cast) -> Coalition:
    convener = cast["convener"]
    given_up = convener.play("foundCoalition")["coalition"]["id"]
    convener.play("closeCoalition", coalition=given_up)
    named = {"coalition": convener.play("foundCoalition")["coalition"]["id"]}
    convener.play("reviseCoalition", **named)
    members = [_applied(cast, named["coalition"], person) for person in SPEAKERS]
    for one in members:
        convener.play("admitMember", **named, membership=one.membership)
        one.speaker.play("acceptCoalitionCharter", **named, organisation=one.organisation)
    convener.play("chooseSteering", **named, organisations=[one.organisation for one in members[:2]])
    convener.play("activateCoalition", **named)
    return Coalition(cast, named["coalition"], members)


def _applied(cast: Cast, coalition: str, person: str) -> Member:
    """Somebody's organisation, which they speak for, and which applies."""
    speaker, organisation = cast[person], cast.an_organisation(person)
    named = {"organisation": organisation, "coalition": coalition}
    speaker.play_once_known("grantMandate", person=speaker.id, **named)
    membership = speaker.play_once_known("applyForMembership", **named)["membership"]["id"]
    return Member(speaker, organisation, membership)


def _let_others_come_and_go(cast: Cast, coalition: Coalition) -> None:
    named, convener = {"coalition": coalition.id}, coalition.convener
    invited, guest = cast["founder2"], cast.an_organisation("founder2")
    invited.play("grantMandate", person=invited.id, organisation=guest, **named)
    membership = convener.play_once_known("inviteMember", **named, organisation=guest)["membership"]["id"]
    invited.play_once_known("declineInvitation", **named, membership=membership)
    convener.play("refuseMember", **named, membership=_applied(cast, coalition.id, "steering").membership)
    leaving = _applied(cast, coalition.id, "organiser")
    for name in ("admitMember", "suspendMember", "reinstateMember"):
        convener.play(name, **named, membership=leaving.membership)
    leaving.speaker.play("leaveCoalition", **named, membership=leaving.membership)


def _drafted(coalition: Coalition, project: str) -> tuple[str, str]:
    """A position that is open to amendments, and its first paragraph."""
    editor, second = coalition.members[0].speaker, coalition.members[1].speaker
    about = {"coalition": coalition.id, "project": project, "editors": [second.id]}
    drafted = editor.play_once_known("draftPosition", **about)["position"]
    position, pid = drafted["id"], drafted["paragraphs"][0]["pid"]
    edited = editor.play("editDraft", position=position, pid=pid)["position"]
    editor.play("openAmendments", position=position, closesAt=soon(days=6))
    return position, edited["paragraphs"][0]["pid"]


def _amend(coalition: Coalition, project: str) -> None:
    """Amendments of all fates; then the position is given up."""
    editor, second, third = coalition.members
    position, pid = _drafted(coalition, project)
    editor.speaker.play("extendAmendments", position=position, closesAt=soon(days=9))

    def submitted(by: Member) -> dict[str, str]:
        made = by.speaker.play("submitAmendment", position=position, pid=pid, organisation=by.organisation)
        return {"position": position, "amendment": made["amendment"]["id"]}

    withdrawn, rejected = submitted(second), submitted(third)
    second.speaker.play("withdrawAmendment", **withdrawn, organisation=second.organisation)
    second.speaker.play("coSponsorAmendment", **rejected, organisation=second.organisation)
    editor.speaker.play("decideAmendment", **rejected)
    third.speaker.play("promoteAmendment", **rejected, organisation=third.organisation)
    editor.speaker.play("abandonPosition", position=position)


def _publish(coalition: Coalition, project: str) -> str:
    convener, (first, second, third) = coalition.convener, coalition.members
    position, _ = _drafted(coalition, project)
    named = {"position": position}
    coalition.each("declareNoAmendment", position)
    first.speaker.play("consolidatePosition", **named)
    convener.play("openBallot", **named, closesAt=soon(days=15))
    convener.play("hideBallotResults", **named)
    convener.play("extendBallot", **named, closesAt=soon(days=20))
    third.speaker.play("giveProxy", **named, holder=second.organisation, organisation=third.organisation)
    third.speaker.play("withdrawProxy", **named, organisation=third.organisation)
    coalition.each("castStance", position)
    coalition.close(position)
    coalition.cast["founder"].play_once_known("replyToPosition", project=project, position=position)
    coalition.each("signOff", position)
    third.speaker.play("withdrawSignature", **named, organisation=third.organisation)
    third.speaker.play("signOff", **named, organisation=third.organisation)
    convener.play("publishPosition", **named)
    [delivery] = convener.play("deliverPosition", **named, sentOn=day())["position"]["deliveries"]
    convener.play("noteResponse", **named, delivery=delivery["id"], respondedOn=day())
    convener.play("reviewDelivery", **named, delivery=delivery["id"])
    return position


def _ask_people(cast: Cast, coalition: Coalition) -> None:
    convener, citizen = coalition.convener, cast["citizen"]
    opened = convener.play("openConsultation", coalition=coalition.id, closesAt=soon(days=20))["consultation"]
    named = {"consultation": opened["id"]}
    statement = citizen.play("addStatement", **named)["statement"]["id"]
    convener.play("moderateStatement", **named, statement=statement)
    first, second = (node["id"] for node in opened["statements"]["nodes"])
    citizen.play("castVotes", **named, first=first, second=second)
    convener.play("closeConsultation", **named)

    def proposed() -> list[str]:
        nodes = convener.ask("{ suggestions(first: 50) { nodes { id state } } }")["suggestions"]["nodes"]
        return [one["id"] for one in nodes if one["state"] == "PROPOSED"]

    convener.play("answerSuggestion", suggestion=until(proposed)[0])
