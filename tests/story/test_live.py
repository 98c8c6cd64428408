"""A ballot that is watched over a WebSocket by those whose business it is."""

from __future__ import annotations

from deploy.commands.token import ask_issuer
from tests.live import opened
from tests.running import until
from tests.story.front import Formed

BALLOT = (
    "subscription($position: String!, $after: String) "
    "{ ballotChanged(position: $position, after: $after) { voted state } }"
)


def test_b28_the_ballot_of_a_coalition_is_nobody_elses_business_and_a_member_misses_nothing(formed: Formed) -> None:
    url, position = formed.network.plan().url, formed.in_decision()
    with opened(url) as anybody, opened(url, ask_issuer(formed.network, "founder")) as founder:
        for outsider in (anybody, founder):
            for number, slug in enumerate([position["slug"], "*", "#", f"{position['slug']}.#"]):
                outsider.subscribe(BALLOT, id=str(number), position=slug)
                assert outsider.refusal()[0] == "NOT_FOUND"
    member = ask_issuer(formed.network, "member2")
    with opened(url, member) as client:
        client.subscribe(BALLOT, position=position["slug"])
        until(client.positions)
        formed.say(position, member="AGREE")
        shown, at = client.item()
        assert shown == {"voted": 1, "state": "OPEN"}
    with opened(url, member) as now:
        now.subscribe(BALLOT, position=position["slug"], after=at)
        formed.say(position, member3="AGREE", founder2="AGREE", steering="AGREE")
        until(lambda: now.item()[0] == {"voted": 4, "state": "OPEN"})
    with opened(url, member) as client:
        client.subscribe(BALLOT, position=position["slug"], after=at)
        assert client.item()[0] == {"voted": 4, "state": "OPEN"}
        formed.say(position, organiser="AGREE")
        assert client.item()[0] == {"voted": 5, "state": "OPEN"}
