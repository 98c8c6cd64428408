"""Every row of the matrix of hostile input (reliability.md, 9.1) has a test that is named for it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
#: ``test_b7_b12_...`` is about both, ``test_b6_to_b13_...`` about all from one to the other.
NAMED = re.compile(r"def test_((?:b\d+_(?:to_)?)+)")


def rows(name: str) -> set[int]:
    """The rows that the beginning of a test's name speaks of."""
    numbers = [int(number) for number in re.findall(r"\d+", name)]
    return set(range(numbers[0], numbers[1] + 1)) if "_to_" in name else set(numbers)


def test_every_row_of_the_matrix_has_a_test() -> None:
    assert rows("b6_to_b9_") == {6, 7, 8, 9}
    assert rows("b7_b12_") == {7, 12}
    found = set[int]()
    for path in TESTS.rglob("test_*.py"):
        for name in NAMED.findall(path.read_text("utf-8")):
            found |= rows(name)
    assert set(range(1, 39)) <= found
