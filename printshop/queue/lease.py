"""Leases: takes an owner and a printer, gives a fence; only its holder may write.

A dispatcher that was stopped past its lease (SIGSTOP, a sleeping laptop) and wakes
up finds its fence outgrown: every write it still tries is refused.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from printshop.queue.tables import PrinterLease


class LeaseLost(Exception):
    """Another dispatcher drives the printer now; stop, and touch nothing."""


def new_owner() -> str:
    """A name for this dispatcher that tells where it runs: place-pid-token."""
    return f"{_place()}-{os.getpid()}-{secrets.token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Whether an owner certainly ended: it ran here, and its process is no more."""
    place, _, rest = owner.partition("-")
    pid = rest.partition("-")[0]
    return place == _place() and pid.isdigit() and not Path("/proc", pid).exists()


def _place() -> str:
    # Two containers may share a host name, but not a process-id namespace.
    namespace = Path("/proc/self/ns/pid")
    inode = namespace.readlink() if namespace.is_symlink() else ""
    return hashlib.sha256(f"{socket.gethostname()} {inode}".encode()).hexdigest()[:12]


def take_lease(
    session: Session,
    printer: str,
    owner: str,
    now: datetime,
    ttl: timedelta,
    gone: Callable[[str], bool] = is_gone,
) -> int | None:
    """Take or keep the lease of a printer.

    Args:
        session: A write transaction.
        printer: The printer's registered name.
        owner: Who asks.
        now: The time.
        ttl: How long the lease holds without a write.
        gone: Tells whether another owner is known to have ended.

    Returns:
        The fence, or None while another dispatcher holds the lease.
    """
    if session.get(PrinterLease, printer) is None:
        return _first_lease(session, printer, owner, now + ttl)
    row = session.scalar(
        select(PrinterLease)
        .where(PrinterLease.printer == printer)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None:  # locked: its holder is writing this very moment
        return None
    if row.owner != owner:
        if row.expires_at > now and not gone(row.owner):
            return None
        row.owner, row.fence = owner, row.fence + 1
    row.expires_at = now + ttl
    session.flush()
    return row.fence


def _first_lease(
    session: Session, printer: str, owner: str, until: datetime
) -> int | None:
    try:
        with session.begin_nested():
            session.add(
                PrinterLease(printer=printer, owner=owner, fence=1, expires_at=until)
            )
    except IntegrityError:
        return None  # somebody else was first
    return 1


def prove_lease(
    session: Session,
    printer: str,
    owner: str,
    fence: int,
    now: datetime,
    ttl: timedelta,
) -> None:
    """Lock the lease for this transaction and renew it.

    Raises:
        LeaseLost: The fence is not ours any more.
    """
    row = session.scalar(
        select(PrinterLease)
        .where(PrinterLease.printer == printer)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.owner != owner or row.fence != fence:
        raise LeaseLost(printer)
    row.expires_at = now + ttl


def give_lease_back(
    session: Session, printer: str, owner: str, fence: int, now: datetime
) -> None:
    """Let the next dispatcher have the printer at once."""
    row = session.get(PrinterLease, printer, with_for_update=True)
    if row is not None and row.owner == owner and row.fence == fence:
        row.expires_at = now
