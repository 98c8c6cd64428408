"""Write what people are told because time has passed."""

from __future__ import annotations

from services.events.use_cases.ports import EventsWork


def write_reminders(work: EventsWork) -> int:
    """How many letters there are to write now; called again until there is none."""
    return work.notices.write_reminders(work.now)
