"""学籍状态 on a day: takes the base state and the events, gives the state.

Only final events (with 文号) count, in the order in which they took effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from printshop.records.model import EventType, Status, StatusEvent

# What a person's state is after each event; events that are absent change the
# class or the programme, not the state.
AFTER: dict[EventType, Status] = {
    EventType.SUSPENSION: Status.SUSPENDED,
    EventType.RESUMPTION: Status.ENROLLED,
    EventType.RETENTION: Status.RETAINED,
    EventType.TRANSFER_IN: Status.ENROLLED,
    EventType.TRANSFER_OUT: Status.TRANSFERRED_OUT,
    EventType.WITHDRAWAL: Status.WITHDRAWN,
    EventType.CANCELLATION: Status.CANCELLED,
    EventType.EXPULSION: Status.EXPELLED,
    EventType.DEATH: Status.DECEASED,
}

# Ends of a study. An office that records such a state has closed the record, so
# the leaves and returns that lie before it do not open it again.
ENDED = frozenset(
    {
        Status.WITHDRAWN,
        Status.EXPELLED,
        Status.CANCELLED,
        Status.TRANSFERRED_OUT,
        Status.DECEASED,
        Status.GRADUATED,
        Status.COMPLETED,
        Status.ATTENDED,
    }
)


def status_on(base: Status, events: Iterable[StatusEvent], day: date) -> Status:
    """The state on a day.

    Args:
        base: What the 学生 sheet says.
        events: All events of the person, in any order.
        day: Events that take effect later do not count yet.
    """
    if base in ENDED:
        return base
    state = base
    final = (e for e in events if e.document_no and e.effective_on <= day)
    for event in sorted(final, key=lambda e: e.effective_on):
        if state is Status.DECEASED:
            break
        state = AFTER.get(event.type, state)
    return state
