"""Issued documents for tests: takes what differs, gives rows with real codes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from printshop.issue.tables import BatchRow, DesignRow, DocumentRow
from printshop.seal.code import code_hash, encode

NOW = datetime(2026, 6, 30, 8, tzinfo=UTC)
ISSUED_ON = date(2026, 6, 30)
ID_NUMBER = "110101200503091234"


def code(number: int) -> str:
    """The code of a test document."""
    return encode(number.to_bytes(16))


def document_id(number: int) -> str:
    """The id of a test document."""
    return f"{number:032x}"


class Papers:
    """Writes documents into a register."""

    def __init__(self, session: Session) -> None:
        self._session = session
        if session.get(BatchRow, "b") is None:
            session.add(
                BatchRow(
                    id="b",
                    kind="graduation",
                    selection={},
                    issued_on=ISSUED_ON,
                    actor="tester",
                    created_at=NOW,
                )
            )
            session.add(DesignRow(sha256="d" * 64, content={}))
            session.flush()

    def add(self, number: int, kind: str = "graduation", **values: Any) -> DocumentRow:
        """One document; ``facts`` are added to the usual ones."""
        facts = {
            "name": "欧阳修文",
            "name_en": "OUYANG Xiuwen",
            "student_no": "2023010101",
            "id_number": ID_NUMBER,
            "school": "示例职业技术学院",
            "programme": "数据科学与大数据技术",
            "level": "专科",
            "sex": "男",
            "birth_date": "2005-03-09",
            "photo": "f" * 64,
        } | values.pop("facts", {})
        row = DocumentRow(
            **{
                "id": document_id(number),
                "key": f"k{number}#1",
                "base_key": f"k{number}",
                "batch_id": "b",
                "position": number,
                "kind": kind,
                "language": "zh",
                "student_id": "s",
                "number": f"9999912026060{number:05d}",
                "issued_on": ISSUED_ON,
                "state": "issued",
                "facts": facts,
                "facts_sha256": "0" * 64,
                "design_sha256": "d" * 64,
                "layout": "full",
                "fonts_sha256": "0" * 64,
                "specimen": False,
                "code_sha256": code_hash(code(number)),
                "created_at": NOW,
            }
            | values
        )
        self._session.add(row)
        self._session.flush()
        return row
