"""States of a document: takes a register row, moves it on; finds it again by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from printshop.errors import NotFound, Refused
from printshop.issue.compose import Precedent
from printshop.issue.series import CERTIFICATE_KINDS
from printshop.issue.tables import DocumentRow, DocumentState

_BUNCH = 500


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
        old = session.get_one(DocumentRow, row.replaces_id, populate_existing=True)
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
    """By student id: the certificate in force, and the 毕业证书 declared lost.

    A 毕业证明书 is in force like the certificate it stands for. A lost 结业证书 has
    no such stand-in: 毕业证明书 would say that its holder has graduated.
    """
    found: dict[str, tuple[Precedent | None, Precedent | None]] = {}
    ids = sorted(set(student_ids))
    for start in range(0, len(ids), _BUNCH):
        query = select(DocumentRow).where(
            DocumentRow.student_id.in_(ids[start : start + _BUNCH]),
            DocumentRow.kind.in_((*CERTIFICATE_KINDS, "replacement")),
            DocumentRow.state.in_(("issued", "lost")),
        )
        for row in session.scalars(query.order_by(DocumentRow.created_at)):
            valid, lost = found.get(row.student_id, (None, None))
            this = Precedent(row.id, row.kind, row.number, row.issued_on)
            if row.state == DocumentState.ISSUED.value:
                found[row.student_id] = (this, lost)
            elif row.kind == "graduation":
                found[row.student_id] = (valid, this)
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
