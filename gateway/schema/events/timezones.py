"""VTIMEZONE: the changes of clocks in a span, each written out, which every calendar program reads.

Lists of RDATE, as libraries make them, are passed over by some programs, whose entries are then an hour wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

#: Around the entries, so that a program that looks a little further still knows.
MARGIN = timedelta(days=400)


def timezone_between(name: str, first: datetime, last: datetime) -> Timezone:
    """The timezone of that IANA name as it is from ``first`` to ``last`` (aware)."""
    zone = ZoneInfo(name)
    begin = (first - MARGIN).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    written = Timezone()
    written.add("tzid", name)
    written.add_component(_observance(begin, begin, zone))
    day = begin
    while day < last + MARGIN:
        after = day + timedelta(days=1)
        if _offset(day, zone) != _offset(after, zone):
            before, change = day, after
            while change - before > timedelta(minutes=1):
                middle = before + timedelta(minutes=((change - before) // timedelta(minutes=1)) // 2)
                before, change = (before, middle) if _offset(middle, zone) != _offset(day, zone) else (middle, change)
            written.add_component(_observance(before, change, zone))
        day = after
    return written


def _observance(before: datetime, change: datetime, zone: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    """What holds from ``change`` on; its beginning is told in the time that held before."""
    then = change.astimezone(zone)
    observance = TimezoneDaylight() if then.dst() else TimezoneStandard()
    observance.add("dtstart", (change + _offset(before, zone)).replace(tzinfo=None))
    observance.add("tzoffsetfrom", _offset(before, zone))
    observance.add("tzoffsetto", _offset(change, zone))
    observance.add("tzname", then.tzname() or str(zone))
    return observance


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
