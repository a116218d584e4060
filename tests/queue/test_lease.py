"""Leases and races: who may write, and who finds the job elsewhere."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from printshop.printers.contract import JobStatus
from printshop.printers.folder import FolderPrinter
from printshop.printers.states import JobState
from printshop.queue.dispatch import Dispatcher
from printshop.queue.lease import (
    LeaseLost,
    _first_lease,
    give_lease_back,
    is_gone,
    new_owner,
    prove_lease,
    take_lease,
)
from printshop.queue.phases import Phase
from printshop.queue.store import get_job, hold_job, release_job

TTL = timedelta(seconds=20)


def take(office, owner: str, **more) -> int | None:
    with office.database.write() as session:
        return take_lease(session, "press", owner, office.clock(), TTL, **more)


def test_a_lease_is_kept_refused_and_taken_over_with_a_higher_fence(office):
    assert take(office, "one") == 1
    assert take(office, "one") == 1
    assert take(office, "two") is None
    office.clock.forward(seconds=21)
    assert take(office, "two") == 2
    assert take(office, "one") is None
    with pytest.raises(LeaseLost), office.database.write() as session:
        prove_lease(session, "press", "one", 1, office.clock(), TTL)
    with office.database.write() as session:
        prove_lease(session, "press", "two", 2, office.clock(), TTL)


def test_only_its_holder_gives_a_lease_back(office):
    take(office, "one")
    for owner, fence in (("two", 1), ("one", 9)):
        with office.database.write() as session:
            give_lease_back(session, "press", owner, fence, office.clock())
        assert take(office, "two") is None
    with office.database.write() as session:
        give_lease_back(session, "press", "one", 1, office.clock())
    assert take(office, "two") == 2


def test_the_second_of_two_first_leases_loses(office):
    """Both found no row; one insert wins."""
    until = office.clock() + TTL
    with office.database.write() as session:
        assert _first_lease(session, "press", "one", until) == 1
    with office.database.write() as session:
        assert _first_lease(session, "press", "two", until) is None
    assert take(office, "one") == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_lease_that_is_being_written_is_not_waited_for(office):
    """SQLite has one writer at a time and locks no rows; PostgreSQL does."""
    take(office, "one")
    with office.database.write() as session:
        prove_lease(session, "press", "one", 1, office.clock(), TTL)
        office.clock.forward(hours=1)
        assert take(office, "two") is None


def test_a_dispatcher_that_died_here_is_not_waited_for(office):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    place, _, token = new_owner().split("-")
    dead = f"{place}-{child}-{token}"
    assert is_gone(dead)
    assert not is_gone(new_owner())
    assert not is_gone(f"elsewhere-{child}-{token}")
    assert not is_gone("one")
    take(office, dead)
    assert take(office, "two") == 2


def test_a_job_held_while_its_document_is_fetched_is_not_sent(small_office, tmp_path):
    small_office.put(1)

    def source(sha256: str) -> bytes:
        small_office.change(hold_job, "job-1")
        return small_office.archive[sha256]

    found = Dispatcher(
        small_office.database,
        {"press": FolderPrinter(tmp_path / "prints")},
        source,
        small_office.clock,
    ).run_once()
    assert found.idle
    assert not found.moved
    assert small_office.job().state == JobState.HELD
    assert not (tmp_path / "prints").exists()


def test_a_job_moved_to_another_printer_meanwhile_is_not_sent(small_office, tmp_path):
    small_office.put(1)

    def source(sha256: str) -> bytes:
        with small_office.database.write() as session:
            get_job(session, "job-1").printer = "other"
        return small_office.archive[sha256]

    Dispatcher(
        small_office.database,
        {"press": FolderPrinter(tmp_path / "prints")},
        source,
        small_office.clock,
    ).run_once()
    assert small_office.job().phase == Phase.CREATED
    assert not (tmp_path / "prints").exists()


def test_a_wish_that_comes_between_looking_and_writing_wins(small_office, tmp_path):
    """Released by hand while the dispatcher still writes down that it is held."""
    small_office.put(1)

    class Held(FolderPrinter):
        asked = 0

        def status(self, printer_job_id, name):
            self.asked += 1
            if self.asked == 3:
                small_office.change(release_job, "job-1")
                return JobStatus(name, printer_job_id, JobState.PENDING)
            return JobStatus(name, printer_job_id, JobState.HELD)

        def release(self, printer_job_id, name):
            """Stay held."""

    worker = Dispatcher(
        small_office.database,
        {"press": Held(tmp_path / "prints")},
        small_office.archive.__getitem__,
        small_office.clock,
    )
    worker.run_once()
    worker.run_once()
    worker.run_once()
    assert small_office.job().state == JobState.HELD
    worker.run_once()
    assert small_office.job().phase == Phase.RELEASING
