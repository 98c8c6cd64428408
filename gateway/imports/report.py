"""What an import says while it runs and at its end."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

CREATED, CHANGED, UNCHANGED, REFUSED = OUTCOMES = ("CREATED", "CHANGED", "UNCHANGED", "REFUSED")
WORDS = {CREATED: "created", CHANGED: "changed", UNCHANGED: "left alone", REFUSED: "refused"}
STYLES = {CREATED: "green", CHANGED: "yellow", UNCHANGED: "dim", REFUSED: "red"}
LONGEST_SAID = 400


class Report:
    """Counts what became of the records and says it line by line.

    A dry run says every line, an import the refused ones. On a terminal there are colours and progress; elsewhere
    plain lines.
    """

    def __init__(self, *, dry_run: bool = False, console: Console | None = None) -> None:
        self.dry_run = dry_run
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.noted = 0
        self._started = time.monotonic()
        self._endings: list[str] = []

    @property
    def nothing_read(self) -> bool:
        """Whether there was something, and all of it was refused."""
        total: Counter[str] = sum(self.counts.values(), Counter())
        return total[REFUSED] > 0 and total[REFUSED] == total.total()

    def tell(self, things: str, where: str, outcome: str, name: str = "", reasons: Iterable[str] = ()) -> None:
        """What became of one record of these things."""
        reasons = list(reasons)
        self.count(things, outcome)
        self.noted += bool(reasons) and outcome != REFUSED
        if self.dry_run or outcome == REFUSED:
            said = "; ".join(reasons)
            named = f"  {name}" if name else ""
            line = printable(f"{where:<10} {WORDS[outcome]:<10}{named}" + (f"  {said}" if said else ""))
            self.console.print(Text(line.rstrip(), style=STYLES[outcome] if self.console.is_terminal else ""))

    def count(self, things: str, outcome: str, number: int = 1) -> None:
        """More of these things with this outcome, without a word about each."""
        self.counts[things][outcome] += number

    def end_with(self, sentence: str) -> None:
        """A sentence for the end."""
        self._endings.append(sentence)

    def say(self, sentence: str) -> None:
        """A sentence for now."""
        self.console.print(Text(printable(sentence)))

    def close(self, *, stopped: bool = False) -> None:
        """The counts, the seconds, and what else there is to say at the end; ``stopped`` when it did not come there."""
        seconds = time.monotonic() - self._started
        for things, counts in self.counts.items():
            would = "would be " if self.dry_run else ""
            parts = [f"{counts[outcome]:,} {WORDS[outcome]}" for outcome in OUTCOMES if counts[outcome]]
            self.say(f"{things}, {counts.total():,} in all: {would}{', '.join(parts) or 'none'}")
        if self.noted and not self.dry_run:
            self.say(f"{self.noted:,} were taken with a remark; the same command with --dry-run shows each.")
        for sentence in self._endings:
            self.say(sentence)
        ending = "Stopped after" if stopped else "Nothing was changed (dry run) in" if self.dry_run else "Done in"
        self.say(f"{ending} {seconds:.1f} s.")

    @contextmanager
    def progress(self, doing: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal, over ``total`` steps; hands out what moves it to a step."""
        if not self.console.is_terminal:
            yield lambda _: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(doing, total=total)
            yield lambda done: bar.update(task, completed=done)


def printable(said: str) -> str:
    """The text as one line that cannot steer a terminal, cut where it grows too long."""
    line = "".join(each if each.isprintable() else " " for each in said)
    return line if len(line) <= LONGEST_SAID else line[: LONGEST_SAID - 1] + "…"
