"""Row B16 of the matrix in reliability.md, 9.1: words mean themselves, and a cursor is a place and no right."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.hostile.conftest import NOBODY, Callers
from tests.hostile.judging import wrong_with

LISTS = ("projects", "organisations", "coalitions", "positions", "consultations", "events")
#: None of them stands in a name of the demonstration; to a database most would mean something.
WORDS = ("%", "_", "__", "\\", "\\%", "%' OR '1'='1", "'; SELECT pg_sleep(10) --", "*", ".*", ":*", "zz & !zz")


def asked(callers: Callers, document: str, caller: str = "staff", **variables: Any) -> Any:
    response = callers.send(document, caller, **variables)
    assert wrong_with(response) == [], response.text
    return response.json()


@pytest.mark.parametrize("listed", LISTS)
def test_b16_words_that_mean_something_to_a_database_find_only_themselves(callers: Callers, listed: str) -> None:
    document = f"query ($words: String) {{ {listed}(search: $words, first: 3) {{ totalCount }} }}"
    for words in WORDS:
        assert asked(callers, document, words=words)["data"][listed]["totalCount"] == 0, words
    [error] = asked(callers, document, words="a\x00")["errors"]
    assert error["extensions"]["code"] == "VALIDATION"


def forged(*values: Any) -> str:
    """A cursor as a service makes them: they are readable, and carry no authority."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_b16_a_cursor_that_no_list_made_is_refused_with_a_code(callers: Callers) -> None:
    someone = "01a2085e-1dc4-7288-bd6d-d8f3a1d50c4b"
    made = ["x", "e30", "bnVsbA", "A" * 5000, "\x00", forged(), forged(None), forged("a"), forged(1, 2, 3, 4, 5)]
    made += [forged("a\x00", someone), forged("a", "b"), forged({}, someone), forged(True, someone), forged("a", None)]
    for listed in LISTS:
        document = f"query ($after: String) {{ {listed}(first: 2, after: $after) {{ nodes {{ id }} }} }}"
        for cursor in made:
            [error] = asked(callers, document, after=cursor)["errors"]
            assert error["extensions"]["code"] == "VALIDATION", (listed, cursor)


def test_b16_a_cursor_carries_no_right(callers: Callers) -> None:
    """Who is given somebody else's cursor goes on from there with what they see themselves."""
    every = "query ($after: String) { projects(first: 100, after: $after) { edges { cursor node { id } } } }"
    seen = {edge["node"]["id"] for edge in asked(callers, every, NOBODY)["data"]["projects"]["edges"]}
    first = asked(callers, every, "staff")["data"]["projects"]["edges"][0]["cursor"]
    beyond = asked(callers, every, NOBODY, after=first)["data"]["projects"]["edges"]
    assert beyond
    assert {edge["node"]["id"] for edge in beyond} <= seen
