"""Every mutation has an example that front-end developers copy, and every example does what it says.

The examples stand in ``gateway/examples``, a file for each mutation. They are played as they stand by people of the
demonstration network; only time is helped along.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import build_schema, parse, validate

from deploy.local.stack import Stack
from gateway.schema.__main__ import printed
from tests.story.examples import coalitions, gatherings, incubation, people
from tests.story.examples.players import Cast, files


@pytest.fixture
def cast(network: Stack) -> Iterator[Cast]:
    cast = Cast(network)
    yield cast
    cast.leave()


def test_every_mutation_has_one_valid_example_that_says_whose_it_is() -> None:
    schema = build_schema(printed())
    assert schema.mutation_type is not None
    assert set(files()) == set(schema.mutation_type.fields)
    for name, path in files().items():
        text = path.read_text("utf-8")
        assert validate(schema, parse(text)) == [], name
        assert text.startswith("# As "), f"{name} does not say whose it is"
        assert "problems {" in text, f"{name} does not look at problems"


def test_every_example_is_accepted(cast: Cast) -> None:
    people.play(cast)
    project = incubation.play(cast)
    gatherings.play(cast, project)
    coalitions.play(cast, project)
    assert cast.played == set(files())
