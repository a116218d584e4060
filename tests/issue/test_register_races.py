"""Several clerks at once, and one that is killed: still one number, one document."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from printshop.database import Database, connect, lock
from printshop.errors import DatabaseError
from printshop.issue.register import REGISTER
from printshop.issue.tables import (
    AllottedNumberRow,
    BatchRow,
    DocumentRow,
    NumberSeriesRow,
)
from printshop.journal import JournalRow
from printshop.records.model import Student

Desk = Any
Cohort = Callable[..., list[Student]]


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def assert_one_document_per_student(desk: Desk, students: int) -> None:
    with desk.database.read() as session:
        rows = session.scalars(select(DocumentRow)).all()
        ledger = session.scalars(select(AllottedNumberRow)).all()
        series = session.scalars(select(NumberSeriesRow)).all()
    assert len(rows) == len({row.student_id for row in rows}) == students
    serials = sorted(int((row.number or "")[-6:]) for row in rows)
    assert serials == list(range(1, students + 1))
    assert sorted(entry.number for entry in ledger) == sorted(
        row.number or "" for row in rows
    )
    assert [s.last for s in series] == [students]


def test_clerks_of_one_process(desk: Desk, cohort: Cohort) -> None:
    """Four at once, each with half of its students shared with the next."""
    start = Barrier(4)

    def work(n: int) -> tuple[int, int]:
        clerk = replace(desk, prefix="abcd"[n])
        orders = [clerk.order(s) for s in cohort(20, start=1 + 10 * n)]
        start.wait()
        result = clerk.reserve(*orders)
        return len(result.fresh), len(result.resumed)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert [fresh + resumed for fresh, resumed in done] == [20] * 4
    assert sum(fresh for fresh, _ in done) == 50
    assert_one_document_per_student(desk, 50)


def test_proofs_of_one_kind_at_once(desk: Desk, cohort: Cohort) -> None:
    students = cohort(12)
    start = Barrier(4)

    def work(n: int) -> list[str | None]:
        clerk = replace(desk, prefix="abcd"[n])
        orders = [clerk.order(s, "enrollment") for s in students[n::4]]
        start.wait()
        rows = clerk.reserve(*orders, kind="enrollment").fresh
        return [row.number for row in rows]

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for part in pool.map(work, range(4)) for number in part]
    assert sorted(numbers, key=str) == [
        f"在读证明〔2026〕{serial:05d}号" for serial in range(1, 13)
    ]


def test_a_page_is_completed_by_the_first_only(desk: Desk, cohort: Cohort) -> None:
    [row] = desk.reserve(*map(desk.order, cohort(1))).fresh
    start = Barrier(4)

    def work(n: int) -> bool:
        start.wait()
        return desk.complete(row, pdf=f"{n}" * 64)[0]

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert sorted(done) == [False, False, False, True]
    assert desk.row(row.id).pdf_sha256 == f"{done.index(True)}" * 64


@contextmanager
def clerk_processes(database: Database, *clerks: tuple[str, ...]) -> Iterator[Any]:
    script = Path(__file__).with_name("clerk_process.py")
    processes = [
        subprocess.Popen(
            [sys.executable, str(script), url_of(database), *clerk],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for clerk in clerks
    ]
    try:
        assert [answer(process) for process in processes] == ["ready"] * len(clerks)
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_clerks_of_two_processes(desk: Desk, cohort: Cohort) -> None:
    one, other = ("a", "1", "40", "commit"), ("b", "21", "40", "commit")
    with clerk_processes(desk.database, one, other) as processes:
        fresh = [int(answer(process)) for process in processes]
        assert [process.wait() for process in processes] == [0, 0]
    assert sorted(fresh) == [20, 40]
    assert_one_document_per_student(desk, 60)


def test_a_clerk_killed_before_the_commit_leaves_nothing(
    desk: Desk, cohort: Cohort
) -> None:
    def journal_entries() -> int:
        with desk.database.read() as session:
            return session.scalar(select(func.count()).select_from(JournalRow)) or 0

    before = journal_entries()
    with clerk_processes(desk.database, ("a", "1", "10", "hang")) as [process]:
        assert answer(process) == "10"
        process.kill()
        assert process.wait() == -9
    # The next clerk waits, if at all, only until the dead one's lock is given back.
    rows = desk.reserve(*map(desk.order, cohort(3, start=5))).fresh
    assert len(rows) == 3
    assert_one_document_per_student(desk, 3)
    assert journal_entries() == before
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).select_from(BatchRow)) == 1


def test_a_second_clerk_is_told_to_wait_and_not_let_in(
    desk: Desk, cohort: Cohort
) -> None:

    impatient = replace(
        desk, database=connect(url_of(desk.database), busy_seconds=0.05)
    )
    with desk.database.write() as session:
        lock(session, REGISTER)
        with pytest.raises(DatabaseError) as refusal:
            impatient.reserve(*map(desk.order, cohort(1)))
    impatient.database.close()
    assert "另一个 printshop 正在写入" in refusal.value.remedy
