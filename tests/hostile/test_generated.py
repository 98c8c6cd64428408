"""Whatever is asked, and by whom: an answer of GraphQL's form with a published code, and nothing of our insides.

schemathesis makes documents for every query and every mutation of the schema; nobody, members and staff send them to a
whole network. The documents are the same in every run. ``MAILLAGE_HOSTILE_EXAMPLES=200`` sends so many for each field
instead of a few, others each time; what failed stands in the failure as it was sent, and
``--hypothesis-seed=N``, of the number that pytest then prints, makes the same documents again.
"""

from __future__ import annotations

import os
import re
from typing import Any

import httpx
import pytest
from graphql import build_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deploy.local.stack import Stack
from gateway.schema.__main__ import COMMITTED
from tests.hostile.conftest import CALLERS, Callers
from tests.hostile.generating import documents
from tests.hostile.judging import wrong_with
from tests.running import until

ASKED = os.environ.get("MAILLAGE_HOSTILE_EXAMPLES")
SCHEMA = build_schema(COMMITTED.read_text("utf-8"))
FIELDS = [
    (root.name, field)
    for root in (SCHEMA.query_type, SCHEMA.mutation_type)
    if root is not None
    for field in root.fields
]
generous = settings(
    max_examples=int(ASKED or 6),
    derandomize=ASKED is None,
    database=None,
    deadline=None,
    # What was sent has changed the network: a smaller example would not meet the same.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module", autouse=True)
def nothing_broke(populated: Stack) -> Any:
    """After all of it every process is the one that it was, ready, and has nothing to complain of."""
    before, read = started(populated), {name: len(text) for name, text in logs(populated).items()}
    yield
    assert started(populated) == before
    assert httpx.get(f"{populated.plan().url}/readyz", trust_env=False).status_code == 200
    for name, text in logs(populated).items():
        new = text[read.get(name, 0) :]
        at = new.find("Traceback (most recent call last)")
        assert at < 0, f"{name}:\n{new[max(0, at - 2000) : at + 4000]}"


def started(network: Stack) -> dict[str, int]:
    """The process id of each program."""
    return {name: state["pid"] for name, state in network.supervisor().states().items()}


def logs(network: Stack) -> dict[str, str]:
    """What each program of ours has logged so far, the older file first."""
    found: dict[str, str] = {}
    for program in network.plan().programs():
        if program.name not in ("epmd", "rabbitmq", "postgres"):
            file = network.supervisor().log(program.name)
            files = [file.with_name(f"{file.name}.{number}") for number in (2, 1)] + [file]
            found[program.name] = "".join(one.read_text("utf-8", "replace") for one in files if one.exists())
    return found


def answered(callers: Callers, document: str, caller: str, language: str) -> httpx.Response:
    """The answer, once it is one: on a busy machine a call may come too late, but none does so always."""
    last: list[httpx.Response] = []

    def in_time() -> bool:
        last[:] = [callers.send(document, caller, language)]
        return not {"UNAVAILABLE", "OUTCOME_UNKNOWN", "OVERLOADED"} & set(re.findall(r'"code":"(\w+)"', last[0].text))

    try:
        until(in_time, within=120)
    except AssertionError:
        raise AssertionError(f"never answered, as {caller}:\n{document}\nbut:\n{last[0].text[:3000]}") from None
    return last[0]


@pytest.mark.parametrize(("root", "field"), FIELDS, ids=[".".join(one) for one in FIELDS])
def test_whatever_is_asked_is_answered_in_form(generated: Any, callers: Callers, root: str, field: str) -> None:
    @generous
    @given(
        document=documents(generated, root, field),
        caller=st.sampled_from(CALLERS),
        language=st.sampled_from(["en", "fr"]),
    )
    def holds(document: str, caller: str, language: str) -> None:
        response = answered(callers, document, caller, language)
        wrong = wrong_with(response)
        assert not wrong, f"{wrong}\nas {caller}, in {language}:\n{document}\nanswered:\n{response.text[:3000]}"

    holds()
