"""The reference for seats: who sits, who has an offer, who waits in which order; a list and three sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Line:
    """``announced`` while there is a date, ``close`` in the last two hours: only then and before are seats offered.

    ``unsure`` are those who have not said yet whether the new date suits them.
    """

    places: int
    announced: bool = True
    close: bool = False
    seated: set[UUID] = field(default_factory=set)
    offered: set[UUID] = field(default_factory=set)
    waiting: list[UUID] = field(default_factory=list)
    passed_over: set[UUID] = field(default_factory=set)
    unsure: set[UUID] = field(default_factory=set)
    offers_made: list[UUID] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.places - len(self.seated) - len(self.offered)

    @property
    def takes_at_once(self) -> bool:
        """Whether who comes now sits down."""
        return self.free > 0 and not self.waiting

    def join(self, who: UUID) -> None:
        if self.takes_at_once:
            self.seated.add(who)
        else:
            self.waiting.append(who)
        self.promote()

    def sit(self, who: UUID) -> None:
        """Take an offered seat, or close to the start a free one."""
        self._forget(who)
        self.seated.add(who)

    def leave(self, *those: UUID) -> None:
        for who in those:
            self._forget(who)
        self.promote()

    def announce(self) -> None:
        """A new date: whoever sits or waits is asked."""
        self.announced = True
        self.unsure = {*self.seated, *self.waiting}
        self.promote()

    def promote(self) -> None:
        for who in list(self.waiting):
            if self.announced and not self.close and self.free > 0 and who not in self.passed_over:
                self._forget(who)
                self.offered.add(who)
                self.offers_made.append(who)

    def _forget(self, who: UUID) -> None:
        for those in (self.seated, self.offered, self.passed_over, self.unsure):
            those.discard(who)
        self.waiting = [one for one in self.waiting if one != who]
