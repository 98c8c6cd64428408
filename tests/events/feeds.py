"""Every calendar of a list of gatherings, as files for other programs to read.

``python -m tests.events.feeds LIST FOLDER`` enters the list (JSON lines, as `maillage import events` reads it) into a
database of its own and writes the calendar of each gathering, of each theme and of everybody, as they are on several
days (a calendar holds what is past for half a year).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local import servers
from gateway.imports.events import read_event
from gateway.imports.records import Record, Refused
from gateway.schema.events.calendar import Feed, feed_of, feed_of_event
from services.backbone.actor import ANONYMOUS
from services.events.queries import calendars, gatherings
from services.events.use_cases.record_events import record_events
from tests.bench import Bench

ASKED = {
    "event_by_slug": gatherings.event_by_slug,
    "calendar_entries": calendars.calendar_entries,
    "own_calendar": calendars.own_calendar,
}
#: So many lines are entered at once, as an import does it.
AT_ONCE = 100
DAYS = [datetime(year, month, 1, tzinfo=UTC) for year in (2023, 2024, 2025) for month in (3, 9)]


class OnTheBench:
    """Asks the bench what the gateway would ask over the broker, in nobody's name."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.rpc = self

    async def ask(self, service: str, method: str, request: dict[str, Any]) -> Any:
        if method == "themes_by_slugs":
            return [{"label_fr": slug.capitalize()} if slug != "inconnu" else None for slug in request["slugs"]]
        assert service == "events"
        return self.bench.ask(ASKED[method], by=ANONYMOUS, **request)


def now(asking: Any) -> Any:
    """What comes of asking, which must not have to wait."""
    try:
        asking.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


def enter(bench: Bench, path: Path) -> None:
    """The list, each gathering once."""
    lines = [Record(f"line {number}", told) for number, told in enumerate(_objects(path), 1)]
    records: dict[str, dict[str, Any]] = {}
    for line in lines:
        try:
            data = dict(read_event(line).data)
        except Refused:
            continue
        themes = [*records.get(data["reference"], data)["themes"], *data["themes"]]
        records[data["reference"]] = data | {"themes": list(dict.fromkeys(themes))}
    entered = list(records.values())
    for start in range(0, len(entered), AT_ONCE):
        bench.perform(record_events, events=entered[start : start + AT_ONCE])


def every_feed(bench: Bench) -> Iterator[tuple[str, bytes]]:
    """Name and content of every calendar."""
    asking: Any = OnTheBench(bench)
    themes = [row["theme"] for row in bench.rows("SELECT DISTINCT unnest(themes) AS theme FROM events ORDER BY 1")]
    for row in bench.rows("SELECT slug FROM events ORDER BY slug"):
        yield f"event-{row['slug']}", _written(now(feed_of_event(asking, row["slug"])))
    for day in DAYS:
        bench.clock.now = day
        yield f"agenda-{day:%Y-%m}", _written(now(feed_of(asking, "AGENDA")))
        for theme in themes:
            yield f"theme-{theme}-{day:%Y-%m}", _written(now(feed_of(asking, "THEME", theme)))


def _written(feed: Feed | None) -> bytes:
    assert feed is not None
    return feed.written()


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def main(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(servers.private_postgres(place))
        bench = Bench("events", stack.enter_context(servers.fresh_database(postgres, "feeds")))
        enter(bench, path)
        written = 0
        for name, content in every_feed(bench):
            (folder / f"{name}.ics").write_bytes(content)
            written += 1
        [held] = bench.rows("SELECT count(*) AS events FROM events")
        print(f"{held['events']} gatherings, {written} calendars in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
