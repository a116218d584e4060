"""The register: takes audited orders, gives reserved, then issued, documents.

A document is a row before it is a page: ``reserve`` numbers and freezes it in one
transaction, ``complete`` marks it issued together with the row of its archived
file. Between the two anything may crash: the next run finds the reserved rows and
goes on with the same numbers. What is reserved has never left the house, so its
facts follow the record until it is issued; what is issued never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from printshop.database.base import canonical_json
from printshop.errors import NotFound, Refused
from printshop.issue.compose import Precedent
from printshop.issue.facts import Facts
from printshop.issue.series import Allotter
from printshop.issue.tables import BatchRow, DesignRow, DocumentRow, DocumentState
from printshop.kinds import DocumentKind, Numbering
from printshop.records.model import Student

UNIDENTIFYING = ("number", "issued_on", "valid_until")
_BUNCH = 500


@dataclass(frozen=True)
class Paper:
    """What the pages of a run are made with; frozen with every document.

    Attributes:
        design: Template and layout texts (JSON values).
        design_sha256: Of their canonical JSON.
        fonts_sha256: Fingerprint of the font folder.
    """

    layout: str
    design: dict[str, Any]
    design_sha256: str
    fonts_sha256: str
    specimen: bool


@dataclass(frozen=True)
class Order:
    """One document to be issued.

    Attributes:
        compose: Gives the facts once the number is known.
        precedent: The person's certificate, where this document builds on it.
        replaces: Id of an issued document that this one takes the place of.
        again: Whether a valid twin is no reason to issue nothing.
    """

    student: Student
    compose: Callable[[str | None], Facts]
    on: date
    precedent: Precedent | None = None
    replaces: str | None = None
    again: bool = False


@dataclass
class Reservation:
    """What ``reserve`` did.

    Attributes:
        fresh: Newly numbered documents.
        resumed: Documents that an earlier run had reserved and not finished.
        unchanged: Documents that were issued before and are still good.
        conflicts: Student and sentence, where the register forbids it.
    """

    fresh: list[DocumentRow] = field(default_factory=list)
    resumed: list[DocumentRow] = field(default_factory=list)
    unchanged: list[DocumentRow] = field(default_factory=list)
    conflicts: list[tuple[Student, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Clerk:
    """Reserves documents: needs ids, codes and numbers from outside.

    Attributes:
        allotter: Gives the numbers.
        new_id: Gives internal ids.
        new_code: Gives the text and the hash of a fresh random code.
    """

    allotter: Allotter
    new_id: Callable[[], str]
    new_code: Callable[[], tuple[str, str]]

    def reserve(
        self,
        session: Session,
        kind: DocumentKind,
        language: str,
        orders: Sequence[Order],
        paper: Paper,
        *,
        batch: BatchRow,
        at: datetime,
    ) -> Reservation:
        """Number and freeze what is new, take up what was left, in one transaction.

        Args:
            orders: In stack order (class, then student number).
            batch: The run; added to the session when anything is new.
        """
        result = Reservation()
        new: list[tuple[Order, str]] = []
        keys = [_base_key(kind, language, order) for order in orders]
        known = _by_base(session, keys)
        for order, base in zip(orders, keys, strict=True):
            rows = known.get(base, [])
            if self._take_up(result, kind, order, rows, paper, session):
                new.append((order, f"{base}#{len(rows) + 1}"))
        if new:
            _keep_design(session, paper)
            session.add(batch)
            session.flush()
            self._enter(session, kind, language, new, paper, batch, at, result)
        return result

    def _take_up(
        self,
        result: Reservation,
        kind: DocumentKind,
        order: Order,
        rows: list[DocumentRow],
        paper: Paper,
        session: Session,
    ) -> bool:
        """Sort one order by what the register has; True when it is a new one."""
        last = rows[-1] if rows else None
        if last is None:
            return True
        state = DocumentState(last.state)
        if state is DocumentState.RESERVED:
            _keep_design(session, paper)
            _freeze(last, order.compose(last.number), order, paper)
            result.resumed.append(last)
            return False
        if order.replaces is not None:
            return last.id == order.replaces
        if state is not DocumentState.ISSUED:
            return self._after_withdrawal(result, kind, order, last)
        if order.again and not kind.accountable:
            return True
        if last.valid_until is not None and last.valid_until < order.on:
            return True
        changed = _changed_fields(last.facts, order.compose(last.number).plain())
        if kind.accountable and changed:
            result.conflicts.append(
                (
                    order.student,
                    f"已发{kind.title} {last.number or ''}, 但资料后来改过: "
                    f"{'、'.join(changed)}。",
                    "如证书有误, 请用 printshop documents replace 换发。",
                )
            )
        else:
            result.unchanged.append(last)
        return False

    def _after_withdrawal(
        self, result: Reservation, kind: DocumentKind, order: Order, last: DocumentRow
    ) -> bool:
        if not kind.accountable:
            return True
        words = {"revoked": "已撤销", "lost": "已登记遗失", "replaced": "已换发"}
        result.conflicts.append(
            (
                order.student,
                f"{kind.title} {last.number or ''} {words[last.state]}, 不能再发。",
                "遗失的只能补办毕业证明书 (replacement); 误撤销的请用 "
                "printshop documents reissue。",
            )
        )
        return False

    def _enter(
        self,
        session: Session,
        kind: DocumentKind,
        language: str,
        new: list[tuple[Order, str]],
        paper: Paper,
        batch: BatchRow,
        at: datetime,
        result: Reservation,
    ) -> None:
        numbers = self._numbers(session, kind, [order for order, _ in new], at)
        for position, (order, key) in enumerate(new, 1):
            code, code_hash = self.new_code()
            row = DocumentRow(
                id=self.new_id(),
                key=key,
                batch_id=batch.id,
                position=position,
                kind=kind.code,
                language=language,
                student_id=order.student.id,
                number=numbers[position - 1],
                state=DocumentState.RESERVED.value,
                code=code,
                code_sha256=code_hash,
                replaces_id=order.replaces,
                created_at=at,
            )
            _freeze(row, order.compose(row.number), order, paper)
            session.add(row)
            result.fresh.append(row)
        session.flush()

    def _numbers(
        self, session: Session, kind: DocumentKind, orders: list[Order], at: datetime
    ) -> list[str | None]:
        if kind.numbering is Numbering.CERTIFICATE:
            students = [order.student for order in orders]
            numbers = self.allotter.certificates(session, kind, students, at)
            return [numbers[student.id] for student in students]
        if kind.numbering is Numbering.INHERITED:
            return [o.precedent.number if o.precedent else None for o in orders]
        if kind.numbering is Numbering.SERIAL:
            return [
                self.allotter.document_no(session, kind, o.student, o.on, at)
                for o in orders
            ]
        return [None for _ in orders]


def _base_key(kind: DocumentKind, language: str, order: Order) -> str:
    """What makes two orders the same document, whenever they are placed."""
    if kind.numbering is Numbering.INHERITED and order.precedent is not None:
        return f"{kind.code}:{order.precedent.document_id}"
    if kind.accountable:
        return f"{kind.code}:{order.student.id}"
    facts = order.compose(None).plain()
    for name in UNIDENTIFYING:
        facts.pop(name, None)
    body = canonical_json([kind.code, language, order.student.id, facts])
    return sha256(body.encode()).hexdigest()[:48]


def _by_base(session: Session, bases: Sequence[str]) -> dict[str, list[DocumentRow]]:
    """Documents by base key, oldest first."""
    found: dict[str, list[DocumentRow]] = {}
    for start in range(0, len(bases), _BUNCH):
        wanted = set(bases[start : start + _BUNCH])
        query = select(DocumentRow).where(DocumentRow.base_key.in_(wanted))
        for row in session.scalars(query.order_by(DocumentRow.created_at)):
            found.setdefault(row.base_key, []).append(row)
    return {
        base: sorted(rows, key=lambda row: int(row.key.rsplit("#", 1)[1]))
        for base, rows in found.items()
    }


def _freeze(row: DocumentRow, facts: Facts, order: Order, paper: Paper) -> None:
    plain = facts.plain()
    row.base_key = row.key.rsplit("#", 1)[0]
    row.issued_on = order.on
    row.valid_until = getattr(facts, "valid_until", None)
    row.facts = plain
    row.facts_sha256 = sha256(canonical_json(plain).encode()).hexdigest()
    row.photo_sha256 = plain.get("photo")
    row.layout = paper.layout
    row.design_sha256 = paper.design_sha256
    row.fonts_sha256 = paper.fonts_sha256
    row.specimen = paper.specimen
    row.reason = None


def _keep_design(session: Session, paper: Paper) -> None:
    if session.get(DesignRow, paper.design_sha256) is None:
        session.add(DesignRow(sha256=paper.design_sha256, content=paper.design))
        session.flush()


def _changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in after if before.get(name) != after[name]]


def complete(
    session: Session,
    document_id: str,
    *,
    pdf_sha256: str,
    pages: int,
    review: Sequence[str],
    at: datetime,
) -> bool:
    """Mark a reserved document issued; False when another run was faster.

    The code leaves the database: from here on only its hash is known.
    """
    changed = session.execute(
        update(DocumentRow)
        .where(
            DocumentRow.id == document_id,
            DocumentRow.state == DocumentState.RESERVED.value,
        )
        .values(
            state=DocumentState.ISSUED.value,
            pdf_sha256=pdf_sha256,
            pages=pages,
            review=list(review),
            issued_at=at,
            code=None,
            reason=None,
        )
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        return False
    row = session.get_one(DocumentRow, document_id, populate_existing=True)
    if row.replaces_id is not None:
        old = session.get_one(DocumentRow, row.replaces_id)
        if old.state == DocumentState.ISSUED.value:
            old.state = DocumentState.REPLACED.value
            old.changed_at = at
    return True


def withhold(session: Session, document_id: str, reason: str) -> None:
    """Say why a reserved document could not be finished; it keeps its number."""
    row = session.get_one(DocumentRow, document_id)
    if row.state == DocumentState.RESERVED.value:
        row.reason = reason[:500]


def find(session: Session, name: str) -> DocumentRow:
    """One document by id, by the first characters of its id, or by number.

    Raises:
        NotFound: None, or more than one.
    """
    query = select(DocumentRow).where(
        (DocumentRow.id.startswith(name, autoescape=True))
        | (DocumentRow.number == name)
    )
    rows = list(session.scalars(query.order_by(DocumentRow.created_at)))
    current = [r for r in rows if r.state == DocumentState.ISSUED.value] or rows
    if len(current) == 1:
        return current[0]
    if not current:
        raise NotFound(
            f"登记簿里没有“{name}”。", "用 printshop documents list 查看全部。"
        )
    raise NotFound(f"“{name}”对应 {len(current)} 份文书。", "请用完整的文书 id。")


def precedents(
    session: Session, student_ids: Iterable[str]
) -> dict[str, tuple[Precedent | None, Precedent | None]]:
    """By student id: the certificate in force, and the one declared lost."""
    found: dict[str, tuple[Precedent | None, Precedent | None]] = {}
    ids = sorted(set(student_ids))
    for start in range(0, len(ids), _BUNCH):
        query = select(DocumentRow).where(
            DocumentRow.student_id.in_(ids[start : start + _BUNCH]),
            DocumentRow.kind.in_(("completion", "graduation")),
            DocumentRow.state.in_(("issued", "lost")),
        )
        for row in session.scalars(query.order_by(DocumentRow.created_at)):
            valid, lost = found.get(row.student_id, (None, None))
            this = Precedent(row.id, row.kind, row.number, row.issued_on)
            in_force = row.state == DocumentState.ISSUED.value
            found[row.student_id] = (this, lost) if in_force else (valid, this)
    return found


def withdraw(row: DocumentRow, to: DocumentState, reason: str, at: datetime) -> None:
    """Revoke a document or declare it lost.

    Raises:
        Refused: It is not in force, or no reason is given.
    """
    if row.state != DocumentState.ISSUED.value:
        raise Refused(
            f"{row.number or row.id} 不是有效文书 ({row.state})。", "无须再次处理。"
        )
    if not reason.strip():
        raise Refused("没有写明原因。", "撤销和挂失都要写原因: --reason “…”。")
    row.state = to.value
    row.reason = reason.strip()[:500]
    row.changed_at = at
