"""The register: takes audited orders, gives reserved, then issued, documents.

A document is a row before it is a page: ``reserve`` numbers and freezes it in one
transaction, ``complete`` marks it issued together with the row of its archived
file. Between the two anything may crash: the next run finds the reserved rows and
goes on with the same numbers. What is reserved has never left the house, so its
facts follow the record until it is issued; what is issued never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.database import lock
from printshop.database.base import canonical_json
from printshop.issue.facts import Facts
from printshop.issue.register_order import (
    Order,
    Paper,
    Reservation,
    base_key,
    changed_fields,
    still_to_replace,
)
from printshop.issue.register_states import (
    complete,
    find,
    precedents,
    withdraw,
    withhold,
)
from printshop.issue.series import Allotter
from printshop.issue.tables import BatchRow, DesignRow, DocumentRow, DocumentState
from printshop.kinds import KINDS, DocumentKind, Numbering

__all__ = [
    "REGISTER",
    "Clerk",
    "Order",
    "Paper",
    "Reservation",
    "complete",
    "find",
    "precedents",
    "withdraw",
    "withhold",
]

REGISTER = "register"  # the lock under which documents are numbered
_RESERVED = DocumentState.RESERVED.value
_BUNCH = 500


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
        lock(session, REGISTER)
        result = Reservation()
        new: list[tuple[Order, str]] = []
        asked = {base_key(kind, language, order): order for order in orders}
        known = _by_base(session, list(asked))
        if any(rows[-1].state == _RESERVED for rows in known.values()):
            _keep_design(session, paper)
        for base, order in asked.items():
            rows = known.get(base, [])
            if self._take_up(result, kind, order, rows, paper):
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
    ) -> bool:
        """Sort one order by what the register has; True when it is a new one."""
        last = rows[-1] if rows else None
        if last is None:
            return self._may_begin(result, kind, order)
        state = DocumentState(last.state)
        if state is DocumentState.RESERVED:
            _freeze(last, order.compose(last.number), order, paper)
            result.resumed.append(last)
            return False
        if order.replaces is not None and still_to_replace(kind, order, rows):
            return True
        if state is not DocumentState.ISSUED:
            return self._after_withdrawal(result, kind, order, last)
        if order.again and not kind.accountable:
            return True
        if last.valid_until is not None and last.valid_until < order.on:
            return True
        changed = changed_fields(last.facts, order.compose(last.number))
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

    def _may_begin(self, result: Reservation, kind: DocumentKind, order: Order) -> bool:
        """One person, one certificate in force: a second only in the first's place."""
        held = order.precedent
        if (
            held is None
            or not kind.accountable
            or kind.numbering is Numbering.INHERITED
            or held.document_id == order.replaces
        ):
            return True
        title = KINDS[held.kind].title
        result.conflicts.append(
            (
                order.student,
                f"已持有有效的{title} {held.number or ''}, 不能再发{kind.title}。",
                f"如{title}发错了, 请先撤销 (printshop documents revoke)。",
            )
        )
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
            wanted = [(order.student, order.on) for order in orders]
            return list(self.allotter.document_nos(session, kind, wanted, at))
        return [None for _ in orders]


def _by_base(session: Session, bases: Sequence[str]) -> dict[str, list[DocumentRow]]:
    """Documents by base key, oldest first."""
    found: dict[str, list[DocumentRow]] = {}
    for start in range(0, len(bases), _BUNCH):
        wanted = set(bases[start : start + _BUNCH])
        query = select(DocumentRow).where(DocumentRow.base_key.in_(wanted))
        # What the caller read before it had the lock may be stale.
        fresh = query.execution_options(populate_existing=True)
        for row in session.scalars(fresh):
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
