"""The short form of the crowd: the long one is ``python -m tests.events.crowd 900 60``."""

from collections.abc import Callable
from pathlib import Path

from tests.events.crowd import run, service_at


def test_a_crowd_registers_while_the_service_is_killed_twice(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], tmp_path: Path
) -> None:
    with service_at(new_database("events"), new_vhost("crowd"), tmp_path) as service:
        measured = run(service, people=120, events=6, kills=2)
    assert measured.confirmed + measured.waiting == 120
    assert measured.waiting > 0
