"""A chronology as a calendar (iCalendar, RFC 5545): each entry on the days where it may lie."""

from collections.abc import Callable
from datetime import timedelta

from cstokg import __version__
from cstokg.analysis.chronology import Chronology, when


def to_calendar(found: Chronology, name_of: Callable[[str], str]) -> bytes:
    """Return the entries of which both the first and the last day are known, as all-day events.

    `name_of` has the labels of IRIs. What is only open on a side has no place in a calendar.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", f"-//cstokg//{__version__}//EN")
    calendar.add("version", "2.0")
    for entry in found.entries:
        if entry.earliest is None or entry.latest is None:
            continue
        event = Event()
        event.add("uid", entry.iri)
        event.add("summary", name_of(entry.iri))
        told = name_of(entry.mode) if entry.mode else ""
        event.add("description", ". ".join(filter(None, (when(entry), told))))
        event.add("url", entry.iri)
        event.add("dtstart", entry.earliest)
        event.add("dtend", entry.latest + timedelta(days=1))  # RFC 5545, 3.6.1: the day after
        calendar.add_component(event)
    return bytes(calendar.to_ical())
