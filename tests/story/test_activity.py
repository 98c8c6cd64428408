"""Why is this here: a short chain through three services, read back through the front door."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from deploy.commands.token import ask_issuer
from deploy.operations.retelling import NoLetterboxError, retell
from deploy.story.front_end import FrontEnd, watching
from tests.running import until
from tests.story.front import Formed, Front, Json
from tests.story.test_between import Incubator, rows
from tests.story.test_story import calls_made

ENTRY = "id type service subject at data cause correlation actor { kind person { displayName } }"
ASK = """query($filter: ActivityFilter, $first: Int, $after: String) {
  activity(filter: $filter, first: $first, after: $after) { nodes { %s } pageInfo { hasNextPage endCursor } } }"""
WHY = f"{ENTRY} causedBy {{ {ENTRY} }} consequences {{ {ENTRY} causedBy {{ id }} }}"


def activity(front: Front, shown: str = WHY, first: int = 20, **filter: Any) -> list[Json]:
    nodes: list[Json] = front.ask(ASK % shown, filter=filter, first=first)["activity"]["nodes"]
    return nodes


@pytest.fixture(scope="module")
def admitted(formed: Formed) -> Json:
    return Incubator(formed).admitted("Colette à Nantes")


@pytest.fixture(scope="module")
def needed(formed: Formed) -> Json:
    """A need of a running project of the demonstration."""
    project: Json = formed["admin"].ask('{ project(slug: "colette") { id slug } }')["project"]
    title = "Comment trouver les premières familles ?"
    formed["admin"].do("publishNeed", "__typename", project=project["id"], kind="CHALLENGE", title=title)
    return project


def test_a_suggestion_is_there_because_a_project_was_admitted(formed: Formed, admitted: Json) -> None:
    def led_to(front: Front) -> list[Json]:
        [entry] = activity(front, subject=admitted["id"], types=["project.admitted"]) or [{"consequences": []}]
        return [one for one in entry["consequences"] if one["type"] == "suggestion.proposed"]

    suggested = until(lambda: led_to(formed["admin"]))
    assert {one["service"] for one in suggested} == {"coalitions"}
    [why] = activity(formed["admin"], subject=suggested[0]["subject"])
    admission = why["causedBy"]
    assert (admission["type"], admission["subject"]) == ("project.admitted", admitted["id"])
    assert why["cause"] == admission["id"]
    assert why["correlation"] == admission["correlation"]
    assert admission["correlation"]
    assert (why["actor"]["kind"], admission["actor"]["kind"]) == ("SYSTEM", "PERSON")
    assert admission["actor"]["person"]["displayName"]

    staff = Front(formed.network, "staff")
    [seen] = activity(staff, subject=admitted["id"], types=["project.admitted"])
    assert (seen["correlation"], seen["consequences"]) == (admission["correlation"], []), "suggestions are not for all"
    assert seen["actor"]["person"] == admission["actor"]["person"], "it was their own act"
    [others] = activity(formed["citizen"], subject=admitted["id"], types=["project.admitted"])
    assert (others["id"], others["correlation"], others["actor"]["person"]) == (seen["id"], None, None)
    staff.http.close()


def test_a_draft_is_there_because_a_need_was_published(formed: Formed, needed: Json) -> None:
    def drafted() -> list[Json]:
        [published, *_] = activity(formed["citizen"], subject=needed["id"], types=["project.need_published"])
        return [one for one in published["consequences"] if one["type"] == "event.drafted"]

    [draft] = until(drafted)
    assert (draft["service"], draft["data"]["kind"]) == ("events", "HOLD_UP")
    [why] = activity(formed["citizen"], subject=draft["subject"], types=["event.drafted"])
    assert why["causedBy"]["type"] == "project.need_published"
    assert why["causedBy"]["subject"] == needed["id"]
    assert activity(formed["nobody"], subject=draft["subject"]) == [], "drafts are for the network"
    [public, *_] = activity(formed["nobody"], subject=needed["id"], types=["project.need_published"])
    assert public["id"] == why["cause"]
    assert public["consequences"] == []


def test_a_project_s_own_timeline_leads_into_the_journal(formed: Formed, admitted: Json) -> None:
    shown = "timeline(first: 5) { totalCount nodes { type service cause causedBy { id type service } } }"
    query = f"query($slug: String!) {{ project(slug: $slug) {{ {shown} }} }}"

    def noted() -> list[Json]:
        timeline = formed["admin"].ask(query, slug=admitted["slug"])["project"]["timeline"]
        assert timeline["totalCount"] == len(timeline["nodes"])
        return [one for one in timeline["nodes"] if one["type"] == "suggestion.proposed"]

    entry, *_ = until(noted)
    assert entry["service"] == "coalitions"
    assert entry["causedBy"] == {"id": entry["cause"], "type": "suggestion.proposed", "service": "coalitions"}


def test_each_level_of_a_question_is_one_call(formed: Formed, admitted: Json) -> None:
    shown = "type causedBy { type causedBy { type } } consequences { type consequences { type } }"
    asked = {"subject": admitted["id"], "types": ["project.admitted", "project.timeline_noted"]}
    until(lambda: len(activity(formed["admin"], "type", **asked)) > 1)
    before = calls_made(formed.network)
    *noted, admission = activity(formed["admin"], shown, **asked)
    after = calls_made(formed.network)
    made = {method: count - before.get(method, 0) for method, count in after.items() if count != before.get(method, 0)}
    assert made == {"journal.list_entries": 1, "journal.entries_by_ids": 2, "journal.consequences_by_ids": 2}
    why = {"type": "suggestion.proposed", "causedBy": {"type": "project.admitted"}}
    assert [one["causedBy"] for one in noted] == [why] * len(noted)
    suggested = {"type": "suggestion.proposed", "consequences": [{"type": "project.timeline_noted"}]}
    assert suggested in admission["consequences"]


def test_pages_hold_while_the_network_goes_on(formed: Formed, needed: Json) -> None:
    def page(after: str | None) -> Json:
        found: Json = formed["nobody"].ask(ASK % "id", first=7, after=after, filter={"theme": "mieux-vieillir"})
        return found["activity"]  # type: ignore[no-any-return]

    whole = [one["id"] for one in activity(formed["nobody"], "id", first=21, theme="mieux-vieillir")]
    found, after = [], None
    for number in range(3):
        here = page(after)
        found += [one["id"] for one in here["nodes"]]
        after = here["pageInfo"]["endCursor"]
        title = f"Et la question {number} ?"
        formed["admin"].do("publishNeed", "__typename", project=needed["id"], kind="CHALLENGE", title=title)
        until(
            lambda title=title: activity(formed["admin"], "data", first=3, subject=needed["id"])[0]["data"].get("title")
        )
    assert len(found) == 21
    assert found == whole


def test_what_a_person_did_is_not_for_others(formed: Formed, needed: Json) -> None:
    own = formed.identity("admin")
    mine = activity(formed["admin"], person=own, types=["project.need_published"])
    assert {one["actor"]["person"]["displayName"] for one in mine} == {
        formed["admin"].ask("{ viewer { displayName } }")["viewer"]["displayName"]
    }
    for other in ("citizen", "nobody"):
        answer = formed[other].http.post(
            "/graphql", json={"query": ASK % "id", "variables": {"filter": {"person": own}}}
        )
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"


def test_the_live_log_shows_the_same_entry(formed: Formed, needed: Json) -> None:
    shown = "id type service subject at data cause actor { kind }"
    live = f'subscription {{ activity(filter: {{types: ["event.drafted"]}}) {{ {shown} }} }}'

    async def seen() -> Json:
        async with httpx.AsyncClient(trust_env=False) as http:
            citizen = FrontEnd(http, formed.network.plan().url, ask_issuer(formed.network, "citizen"))
            async with watching(citizen, live) as drafts:
                asked = {"project": needed["id"], "kind": "CHALLENGE", "title": "Qui ouvre sa porte ?"}
                await asyncio.to_thread(formed["admin"].do, "publishNeed", "__typename", **asked)
                item: Json = await drafts.until(lambda item: True, "the draft")
                return item

    item = asyncio.run(seen())
    kept = until(lambda: activity(formed["citizen"], shown, subject=item["subject"], types=["event.drafted"]))
    assert kept == [item]


def test_a_journal_that_was_not_there_is_told_what_the_outboxes_still_hold(formed: Formed, admitted: Json) -> None:
    """As where it is added to a network that has run for days: half of a thing's facts are older than that."""
    urls = formed.network.plan().database_urls()
    [told] = rows(formed.network, "people", "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL")
    kept = "SELECT count(*), count(*) FILTER (WHERE service = 'people') FROM entries"
    [(before, _)] = rows(formed.network, "journal", kept)
    for forgotten in (
        "DELETE FROM inbox WHERE fact IN (SELECT fact FROM entries WHERE service = 'people')",
        "DELETE FROM entry_marks WHERE number IN (SELECT number FROM entries WHERE service = 'people')",
        "DELETE FROM entry_mentions WHERE number IN (SELECT number FROM entries WHERE service = 'people')",
        "DELETE FROM entries WHERE service = 'people'",
    ):
        rows(formed.network, "journal", forgotten)
    broker = formed.network.plan().cli_environment()["MAILLAGE_AMQP_URL"]
    for _ in range(2):
        assert retell(urls["people"], broker, "journal") == told[0]
    until(lambda: rows(formed.network, "journal", kept)[0][1] >= told[0])
    with pytest.raises(NoLetterboxError):
        retell(urls["people"], broker, "nobody")
    assert rows(formed.network, "journal", kept)[0][0] >= before
    assert rows(formed.network, "journal", "SELECT 1 FROM waiting") == []
