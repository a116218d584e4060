"""The look-up: takes a scanned or typed text, gives the register's answer.

A malformed code, an unknown code and a document that was never finished go the same
way through the same queries and get the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from printshop.issue.office import CHINA
from printshop.issue.tables import DocumentRow, DocumentState
from printshop.kinds import KINDS, Family
from printshop.seal.code import code_hash
from printshop.seal.token import Token, parse
from printshop.verify.answer import Answer, Event, Shown, State
from printshop.verify.masking import masked_name, masked_number

_COLUMNS = (
    DocumentRow.id,
    DocumentRow.kind,
    DocumentRow.language,
    DocumentRow.number,
    DocumentRow.base_key,
    DocumentRow.issued_on,
    DocumentRow.valid_until,
    DocumentRow.state,
    DocumentRow.facts,
    DocumentRow.replaces_id,
    DocumentRow.specimen,
    DocumentRow.changed_at,
)
_STATES = {
    DocumentState.ISSUED.value: State.VALID,
    DocumentState.REPLACED.value: State.REPLACED,
    DocumentState.REVOKED.value: State.REVOKED,
    DocumentState.LOST.value: State.LOST,
}
_REPLACEMENT = "replacement"

Found = Row[Any]


def verify_code(
    session: Session, text: str, *, today: date, office_host: str
) -> Answer:
    """What the register says of a code.

    Args:
        session: Reads the register.
        text: The whole link, or the bare code, as scanned or typed.
        today: The date in China.
        office_host: The host that genuine links lead to.
    """
    token = parse(text)
    answer = answer_for(session, _hash(token, text), today)
    if not token.foreign(office_host):
        return answer
    return Answer(
        answer.state,
        answer.document,
        answer.events,
        specimen=answer.specimen,
        foreign_host=token.host,
    )


def answer_for(session: Session, code_sha256: str, today: date) -> Answer:
    """The answer for the hash of a code."""
    return _answer(session, DocumentRow.code_sha256 == code_sha256, today)


def answer_for_file(session: Session, pdf_sha256: str, today: date) -> Answer:
    """The answer for the hash of an archived PDF."""
    return _answer(session, DocumentRow.pdf_sha256 == pdf_sha256, today)


def _hash(token: Token, text: str) -> str:
    if token.code is None:
        # Never found, but looked for all the same.
        return sha256(text.encode("utf-8", "replace")).hexdigest()
    return code_hash(token.code)


def _answer(session: Session, where: ColumnElement[bool], today: date) -> Answer:
    row = _one(session, where)
    later, earlier = _successor(session, row), _predecessor(session, row)
    if row is None:
        return Answer(State.UNKNOWN)
    state = _state(row, today)
    return Answer(
        state,
        _shown(row),
        tuple(_events(row, state, earlier, later)),
        specimen=row.specimen,
    )


def _one(session: Session, where: ColumnElement[bool]) -> Found | None:
    finished = DocumentRow.state.in_(tuple(_STATES))
    query = select(*_COLUMNS).where(where, finished)
    return session.execute(query.order_by(DocumentRow.created_at.desc())).first()


def _successor(session: Session, row: Found | None) -> Found | None:
    """What took its place: a newer document, or a 毕业证明书 for a lost one."""
    me = "" if row is None else row.id
    return _one(
        session,
        or_(
            DocumentRow.replaces_id == me,
            DocumentRow.base_key == f"{_REPLACEMENT}:{me}",
        ),
    )


def _predecessor(session: Session, row: Found | None) -> Found | None:
    """What it took the place of."""
    before = ""
    if row is not None:
        before = row.replaces_id or ""
        if not before and row.kind == _REPLACEMENT:
            before = row.base_key.partition(":")[2]
    return _one(session, DocumentRow.id == before)


def _state(row: Found, today: date) -> State:
    state = _STATES[row.state]
    over = row.valid_until is not None and row.valid_until < today
    return State.EXPIRED if state is State.VALID and over else state


def _shown(row: Found) -> Shown:
    kind, facts = KINDS[row.kind], row.facts
    english = facts.get("name_en") if row.language == "en" else None
    # That somebody asked to leave, and which programme, is not for the public.
    form = kind.family is Family.FORM
    return Shown(
        kind=kind.code,
        title=kind.title,
        title_en=kind.title_en,
        school=facts.get("school", ""),
        name=masked_name(english or facts.get("name", "")),
        number=masked_number(row.number) if row.number else None,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        programme=None if form else facts.get("programme"),
        level=None if form else facts.get("level"),
    )


def _events(
    row: Found, state: State, earlier: Found | None, later: Found | None
) -> Iterator[Event]:
    if earlier is not None:
        yield Event("replaces", earlier.issued_on, earlier.kind)
    yield Event("issued", row.issued_on)
    if state is State.EXPIRED:
        yield Event("expired", row.valid_until)
    if state in (State.REVOKED, State.LOST):
        yield Event(state.value, _day(row.changed_at))
    if later is not None and state in (State.REPLACED, State.LOST):
        yield Event("replaced", later.issued_on, later.kind)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(CHINA).date()
