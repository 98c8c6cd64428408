"""The three imports: what is read, which service takes it, what is said of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from gateway.imports.calendars import calendar_records
from gateway.imports.deliberations import Deliberation
from gateway.imports.events import read_event, seen_before
from gateway.imports.lines import is_calendar, opened, records_in
from gateway.imports.projects import read_incubator, read_project
from gateway.imports.records import Item, Record, Refusal, Unusable, each_read, once_each
from gateway.imports.report import CHANGED, CREATED, REFUSED, UNCHANGED, Report
from gateway.imports.sending import Sender, batches
from gateway.imports.stages import Stages
from gateway.imports.themes import taxonomy_request

#: Records in one call.
PROJECTS, EVENTS, STATEMENTS, VOTES = 50, 100, 100, 2_000
#: The theme of a consultation whose coalition has no other.
PARTICIPATION = {"participation": "Participation"}

Send = Callable[[list[Item]], Awaitable[None]]


class Importer:
    """One import: the sender to the services, and the report of what they say."""

    def __init__(self, sender: Sender, report: Report) -> None:
        self._sender = sender
        self._report = report
        self._known_themes: set[str] = set()
        self._coming_incubators: set[str] = set()
        self._named_again = 0

    async def projects(self, path: Path, stages: Stages, incubators: Path | None = None) -> None:
        """Projects of a file, after their incubators."""
        await self._sender.meet("people", "persons_by_ids")
        await self._sender.meet("incubator", "incubators_by_ids")
        if incubators is not None:
            await self._file(incubators, "Incubators", PROJECTS, _incubators, self._send_incubators)
        read = partial(_projects, stages=stages)
        await self._file(path, "Projects", PROJECTS, read, self._send_projects)

    async def events(self, path: Path) -> None:
        """Conferences of a list or a calendar."""
        await self._sender.meet("people", "persons_by_ids")
        await self._sender.meet("events", "events_by_ids")
        await self._file(path, "Events", EVENTS, _events, self._send_events)
        if self._named_again:
            self._report.end_with(
                f"{self._named_again:,} lines name a gathering that an earlier line names: it has the themes of all."
            )

    async def deliberations(self, found: list[Deliberation], coalition: str | None = None) -> None:
        """Consultations with their statements and every vote."""
        await self._sender.meet("people", "persons_by_ids")
        await self._sender.meet("coalitions", "consultations_by_ids")
        for deliberation in found:
            await self._deliberation(deliberation, coalition)

    async def _file(
        self, path: Path, things: str, most: int, read: Callable[[BinaryIO, str], Iterator[Item]], send: Send
    ) -> None:
        with opened(path) as file, self._report.progress(things, path.stat().st_size) as move:
            for lot in batches(read(file, path.name), most):
                await send(lot)
                move(file.tell())

    async def _send_incubators(self, lot: list[Item]) -> None:
        for record, result in await self._results("incubator", "record_incubators", "incubators", lot):
            if result["outcome"] == CREATED:
                self._coming_incubators.add(record.name)
            self._tell("Incubators", record, result)

    async def _send_projects(self, lot: list[Item]) -> None:
        kept: list[Record] = []
        for record, result in await self._results("incubator", "record_projects", "projects", lot):
            if self._only_lacks_incubator(record, result):
                result = {"outcome": CREATED, "notes": ["with its incubator, which would be created"]}
            self._tell("Projects", record, result)
            if result["outcome"] != REFUSED:
                kept.append(record)
        await self._add_themes(kept)

    async def _send_events(self, lot: list[Item]) -> None:
        kept: list[Record] = []
        for record, result in await self._results("events", "record_events", "events", lot):
            if self._sender.dry_run and record.again and result["outcome"] == CREATED:
                result = {**result, "outcome": CHANGED}
            self._tell("Events", record, result)
            if result["outcome"] != REFUSED:
                kept.append(record)
                self._named_again += record.again
        await self._add_themes(kept)

    async def _deliberation(self, deliberation: Deliberation, coalition: str | None) -> None:
        request = deliberation.request()
        wanted = {**request, "coalition": coalition, "dry_run": self._sender.dry_run}
        answer = await self._sender.command("coalitions", "record_consultation", wanted)
        where, slug = deliberation.folder.name, request["slug"]
        if answer.problems:
            if coalition is not None and answer.problems[0].code == "NOT_FOUND":
                raise Unusable(f"There is no coalition {coalition}.")
            self._report.tell("Consultations", where, REFUSED, slug, [each.message for each in answer.problems])
            return
        self._report.tell("Consultations", where, answer.value["outcome"], slug)
        self._report.end_with(f"Consultation: {slug}")
        if coalition is None:
            await self._add_labels(PARTICIPATION)
        if self._sender.dry_run and answer.value["outcome"] == CREATED:
            self._read_only(deliberation)
            return
        consultation = str(answer.value["id"])
        for lot in batches(deliberation.statements(), STATEMENTS):
            results = await self._results(
                "coalitions", "record_statements", "statements", lot, consultation=consultation
            )
            for record, result in results:
                self._tell("Statements", record, result)
        with self._report.progress(f"Votes of {slug}", deliberation.bytes_of_votes()) as move:
            sent = 0
            for lot in batches(deliberation.votes(), VOTES):
                await self._send_votes(lot, consultation)
                sent += sum(item.size for item in lot if isinstance(item, Record))
                move(sent)

    async def _send_votes(self, lot: list[Item], consultation: str) -> None:
        """Votes are too many for a line each: they are counted, and the refused ones told."""
        records = self._readable("Votes", lot)
        sent = await self._sender.batch(
            "coalitions",
            "record_votes",
            records,
            lambda votes: self._request("votes", votes, consultation=consultation),
        )
        for batch in sent:
            if batch.refused:
                for record in batch.records:
                    self._report.tell("Votes", record.where, REFUSED, reasons=[batch.refused])
                continue
            for outcome, name in ((CREATED, "added"), (CHANGED, "changed"), (UNCHANGED, "unchanged")):
                self._report.count("Votes", outcome, batch.answer[name])
            for refused in batch.answer["refused"]:
                self._tell("Votes", batch.records[refused["place"]], refused)

    def _read_only(self, deliberation: Deliberation) -> None:
        """What there would be of a consultation that does not exist yet, as far as reading tells."""
        references = set()
        for record in self._readable("Statements", deliberation.statements()):
            self._report.tell("Statements", record.where, CREATED, record.name)
            references.add(record.data["reference"])
        voted: set[tuple[str, str]] = set()
        for record in self._readable("Votes", deliberation.votes()):
            vote = (record.data["statement"], record.data["voter"])
            if record.data["statement"] not in references:
                reason = f"The consultation has no statement {record.data['statement']}."
                self._report.tell("Votes", record.where, REFUSED, reasons=[reason])
            else:
                self._report.count("Votes", CHANGED if vote in voted else CREATED)
                voted.add(vote)

    async def _results(
        self, service: str, method: str, name: str, lot: list[Item], **more: Any
    ) -> list[tuple[Record, dict[str, Any]]]:
        """What the service says of each record of a lot, in order; what could not be read is told on the way."""
        records = self._readable(name.capitalize(), lot)
        if not records:
            return []
        sent = await self._sender.batch(service, method, records, lambda part: self._request(name, part, **more))
        results: list[tuple[Record, dict[str, Any]]] = []
        for batch in sent:
            refused = {"outcome": REFUSED, "problems": [{"message": batch.refused}]}
            answers = [refused] * len(batch.records) if batch.refused else batch.answer["results"]
            results += zip(batch.records, answers, strict=True)
        return results

    def _request(self, name: str, records: list[Record], **more: Any) -> dict[str, Any]:
        return {name: [record.data for record in records], "dry_run": self._sender.dry_run, **more}

    def _readable(self, things: str, items: Any) -> list[Record]:
        records = []
        for item in items:
            if isinstance(item, Refusal):
                self._report.tell(things, item.where, REFUSED, item.name, [item.reason])
            else:
                records.append(item)
        return records

    def _tell(self, things: str, record: Record, result: dict[str, Any]) -> None:
        if result["outcome"] == REFUSED:
            reasons = [problem["message"] for problem in result["problems"]]
        else:
            reasons = [*record.notes, *result.get("notes", ())]
        self._report.tell(things, record.where, result["outcome"], record.name, reasons)

    def _only_lacks_incubator(self, record: Record, result: dict[str, Any]) -> bool:
        """Whether a dry run refuses a project only because its incubator is not really made."""
        return (
            self._sender.dry_run
            and record.data["incubator"] in self._coming_incubators
            and any(problem.get("rule") == "record.unknown_incubator" for problem in result.get("problems", ()))
        )

    async def _add_themes(self, kept: list[Record]) -> None:
        labels: dict[str, str] = {}
        for record in kept:
            labels = {**record.themes, **labels}
        await self._add_labels(labels)

    async def _add_labels(self, labels: dict[str, str]) -> None:
        """Add to the taxonomy whichever themes it lacks, each asked for once in an import."""
        new = {slug: label for slug, label in labels.items() if slug not in self._known_themes}
        if not new:
            return
        self._known_themes.update(new)
        answer = await self._sender.command(
            "people", "record_themes", taxonomy_request(new, dry_run=self._sender.dry_run)
        )
        for result in answer.value["results"] if answer.value else ():
            if result["outcome"] != UNCHANGED:
                reasons = [problem["message"] for problem in result["problems"]]
                self._report.tell("Themes", "theme", result["outcome"], result["slug"], reasons)


def _projects(file: BinaryIO, name: str, stages: Stages) -> Iterator[Item]:
    read = partial(read_project, stages=stages, today=datetime.now(UTC).date())
    return once_each(each_read(records_in(file, name), read), "slug")


def _incubators(file: BinaryIO, name: str) -> Iterator[Item]:
    return once_each(each_read(records_in(file, name), read_incubator), "slug")


def _events(file: BinaryIO, name: str) -> Iterator[Item]:
    items = calendar_records(file) if is_calendar(file, name) else each_read(records_in(file, name), read_event)
    return seen_before(items)
