"""Row B20 of the matrix in reliability.md, 9.1, in a whole network: the database is down.

It comes after the generated queries in the order of files: what services log of a lost database is no news.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.local.stack import Stack
from tests.hostile.conftest import NOBODY, Callers
from tests.hostile.judging import wrong_with
from tests.running import until

#: Asked with words that nobody asked before: what is kept in the gateway is still answered.
QUESTIONS = (
    '{ projects(search: "sans base") { nodes { name } } }',
    '{ events(search: "sans base") { nodes { title } } }',
    '{ positions(search: "sans base") { nodes { title } } }',
    '{ organisations(search: "sans base") { nodes { name } } }',
    "{ network { incubators } viewer { displayName } }",
)
COMMANDS = (
    'mutation { foundCoalition(input: {name: "Sans base", themes: ["climat"]}) { problems { code message } } }',
    'mutation { declareOrganisation(input: {name: "Sans base", kind: STARTUP}) { problems { code message } } }',
)


@pytest.fixture
def database_away(populated: Stack, callers: Callers) -> Iterator[None]:
    """PostgreSQL is stopped; at the end it runs again, and everybody is answered."""
    [postgres] = [program for program in populated.plan().programs() if program.name == "postgres"]
    populated.supervisor().stop([postgres])
    try:
        yield
    finally:
        populated.supervisor().start([postgres])
    until(lambda: all("errors" not in answer(callers, question) for question in QUESTIONS), within=120)


def answer(callers: Callers, document: str, caller: str = "member") -> Any:
    response = callers.send(document, caller)
    assert wrong_with(response) == [], response.text
    return response.json()


def test_b20_without_the_database_there_are_codes_and_nothing_else(database_away: None, callers: Callers) -> None:
    asked = [(question, caller) for question in QUESTIONS for caller in (NOBODY, "member")]
    asked += [(command, "member") for command in COMMANDS]
    with ThreadPoolExecutor(len(asked)) as together:  # each waits as long as it may
        answers = list(together.map(lambda one: answer(callers, *one), asked))
    for (document, _), told in zip(asked, answers, strict=True):
        codes = {error["extensions"]["code"] for error in told["errors"]}
        assert codes <= ({"UNAVAILABLE", "OUTCOME_UNKNOWN"} if document in COMMANDS else {"UNAVAILABLE"}), document
