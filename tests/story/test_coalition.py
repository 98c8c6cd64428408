"""A coalition finds its position, through the front door: scenarios 10 to 14, from founding to publication.

Only time is helped along: closing times are moved in the database, and the service's own jobs do the rest.
"""

from __future__ import annotations

from deploy.local.stack import Stack
from tests.running import until
from tests.story.front import TEXT, Formed, form


def test_disagreeing_takes_a_reason_the_last_representative_counts_and_an_observer_has_no_voice(formed: Formed) -> None:
    """Scenario 10."""
    observing = formed.an_organisation("facilitator")
    formed.let_speak("facilitator", observing, granted_by="facilitator")
    applied = formed["facilitator"].do_once_known(
        "applyForMembership", "membership { id }", coalition=formed.id, organisation=observing, category="OBSERVER"
    )
    formed["convener"].do("admitMember", "__typename", coalition=formed.id, membership=applied["membership"]["id"])
    formed.let_speak("citizen", formed.organisations["member3"], granted_by="member3")
    position = formed.in_decision()
    vote = {"position": position["id"]}
    until(lambda: formed.seen(position, "state", by="citizen"))
    assert formed["member3"].refused("castStance", **vote, stance="DISAGREE") == (
        "VALIDATION",
        "stance.reason_required",
    )
    formed["member3"].do("castStance", "__typename", **vote, stance="AGREE")
    formed["citizen"].do("castStance", "__typename", **vote, stance="ABSTAIN")
    ballot = formed.seen(position, "ballot { counts { tallies { stance heads } } stances { stance } voted }")["ballot"]
    heads = {one["stance"]: one["heads"] for one in ballot["counts"][0]["tallies"]}
    assert (heads["AGREE"], heads["ABSTAIN"], ballot["voted"]) == (0, 1, 1)
    assert [one["stance"] for one in ballot["stances"]] == ["AGREE", "ABSTAIN"]
    assert formed["facilitator"].refused("castStance", **vote, stance="AGREE")[0] == "MANDATE_REQUIRED"
    assert formed["nobody"].ask(f'{{ position(slug: "{position["slug"]}") {{ id }} }}') == {"position": None}


def test_a_quorum_missed_returns_the_position_once_and_rejects_it_the_second_time(network: Stack) -> None:
    """Scenario 11."""
    formed = form(network, "founder", "mentor", "staff", "staff2")
    four = dict.fromkeys(("member", "member2", "staff", "staff2"), "AGREE")
    position = formed.in_decision(**{"class": "PLAN"})
    formed.say(position, **four)
    formed.ballot_closes(position)
    shown = "state ballot { result { rule quorumReached } }"
    missed = {"rule": "ballot.quorum_missed", "quorumReached": False}
    assert formed.seen(position, shown) == {"state": "RETURNED", "ballot": {"result": missed}}
    formed["convener"].do("consolidatePosition", "__typename", position=position["id"])
    formed["convener"].do("openBallot", "__typename", position=position["id"])
    formed.say(position, **four)
    formed.ballot_closes(position)
    assert formed.seen(position, shown) == {"state": "REJECTED", "ballot": {"result": missed}}
    formed.leave()


def test_a_block_returns_the_position_and_once_lifted_it_is_adopted_signed_and_published(formed: Formed) -> None:
    """Scenarios 12 and 14."""
    position = formed.in_decision()
    named = {"position": position["id"]}
    assert formed["member"].refused("editDraft", **named, title="Autre chose")[0] == "ILLEGAL_TRANSITION"
    assert formed["convener"].refused("closeBallot", **named) == ("ILLEGAL_TRANSITION", "ballot.still_open")
    formed.say(position, member="AGREE", member2="AGREE", member3="BLOCK", founder2="ABSTAIN")
    formed.ballot_closes(position)
    assert formed.seen(position, "state") == {"state": "RETURNED"}
    formed["convener"].do("consolidatePosition", "__typename", **named)
    formed["convener"].do("openBallot", "__typename", **named)
    formed["steering"].do("giveProxy", "__typename", **named, holder=formed.organisations["founder2"])
    formed.say(position, member="AGREE", member2="AGREE", member3="AGREE", founder2="AGREE")
    by_proxy = {**named, "stance": "AGREE", "organisation": formed.organisations["steering"]}
    formed["founder2"].do("castStance", "__typename", **by_proxy)
    formed.ballot_closes(position)
    assert formed.seen(position, "state") == {"state": "SIGN_OFF"}

    for person in ("member", "member2"):
        formed[person].do("signOff", "__typename", **named, answer="SIGNED")
    reservation = "Nous aurions voulu un calendrier."
    formed["member3"].do("signOff", "__typename", **named, answer="SIGNED_WITH_RESERVATION", reservation=reservation)
    formed["founder2"].do("signOff", "__typename", **named, answer="DECLINED")
    early = formed["convener"].attempt("publishPosition", "__typename", **named)["problems"][0]
    assert early["blockedBy"][0]["code"] == "position.answers_missing"
    formed.move(position, "UPDATE common_positions SET sign_off_closes_at = now() WHERE slug = :slug")
    formed["convener"].do("publishPosition", "position { state }", **named)

    shown = "state signatories members signatures { state reservation organisation { id } }"
    page = formed.seen(position, shown, by="nobody")
    assert (page["state"], page["signatories"], page["members"]) == ("PUBLISHED", 3, 6)
    signed = {one["organisation"]["id"]: (one["state"], one["reservation"]) for one in page["signatures"]}
    assert signed == {
        formed.organisations["member"]: ("SIGNED", None),
        formed.organisations["member2"]: ("SIGNED", None),
        formed.organisations["member3"]: ("SIGNED_WITH_RESERVATION", reservation),
    }

    address = f"/positions/{position['slug']}"
    shown_to_all = formed["nobody"].http.get(address, headers={"accept-language": "fr"})
    assert "Signée par 3 membres sur 6" in shown_to_all.text
    assert reservation in shown_to_all.text
    assert reservation in formed["nobody"].http.get(f"{address}.md").text
    assert address in formed["nobody"].http.get(f"/coalitions/{formed.slug}/positions.atom").text
    recount = formed.seen(position, "ballots { recount { matches late } }", by="nobody")
    assert recount == {"ballots": [{"recount": {"matches": True, "late": 0}}] * 2}


def test_two_amendments_of_one_paragraph_collide_until_resolved_and_none_comes_late(formed: Formed) -> None:
    """Scenario 13."""
    position = formed.amendable()
    amend = {
        "position": position["id"],
        "op": "REPLACE",
        "pid": position["paragraphs"][1]["pid"],
        "rationale": "Pour dire les choses plus clairement.",
    }
    first, second = (
        formed[person].do("submitAmendment", "amendment { id number }", **amend, newText=words)["amendment"]["id"]
        for person, words in (("member3", "Une maison par canton."), ("founder2", "Deux maisons par canton."))
    )
    decide = {"position": position["id"], "decision": "ACCEPTED", "reason": "D'accord."}
    formed["member"].do("decideAmendment", "__typename", **decide, amendment=first)
    assert formed["member"].refused("decideAmendment", **decide, amendment=second)[0] == "COLLISION"
    assert formed.seen(position, "amendments { collidesWith }")["amendments"][1]["collidesWith"] == [first]
    formed["member"].do("decideAmendment", "__typename", **decide, amendment=second, resolved=[first])

    third = formed["steering"].do(
        "submitAmendment", "amendment { id }", **{**amend, "pid": position["paragraphs"][2]["pid"]}, newText="Un impôt."
    )["amendment"]["id"]
    for person in ("member3", "founder2", "organiser"):
        formed[person].do("coSponsorAmendment", "__typename", position=position["id"], amendment=third)
    reject = {**decide, "decision": "REJECTED", "amendment": third}
    rejected = formed["member"].do("decideAmendment", "amendment { state }", **reject)
    assert rejected["amendment"] == {"state": "TO_VOTE"}

    formed.move(position, "UPDATE common_positions SET amendments_close_at = now() WHERE slug = :slug")
    assert formed["member3"].refused("submitAmendment", **amend, newText="Trop tard.")[0] == "DEADLINE_PASSED"
    until(lambda: formed.seen(position, "state")["state"] == "CONSOLIDATION")
    formed["convener"].do("openBallot", "__typename", position=position["id"])
    shown = formed.seen(position, "paragraphs { text } textVersion ballot { counts { amendment } }")
    assert [one["text"] for one in shown["paragraphs"]] == [TEXT[0], "Deux maisons par canton.", TEXT[2]]
    assert [one["amendment"] for one in shown["ballot"]["counts"]] == [None, third]
