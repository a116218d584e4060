"""A clerk in a process of its own: takes a database and a cohort, reserves it.

``python clerk_process.py URL PREFIX FIRST COUNT commit|hang``: says ``ready``, waits
for a line, reserves, says how many documents were new; with ``hang`` it then keeps
its transaction open until it is killed.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from printshop.database import connect
from printshop.journal import Journal
from printshop.kinds import KINDS


def main(url: str, prefix: str, first: str, count: str, end: str) -> None:
    spec = importlib.util.spec_from_file_location(
        "issue_conftest", Path(__file__).with_name("conftest.py")
    )
    assert spec is not None
    assert spec.loader is not None
    conftest = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = conftest
    spec.loader.exec_module(conftest)

    desk = conftest.Desk(connect(url), prefix=prefix)
    orders = [desk.order(s) for s in conftest.graduates(int(count), int(first))]
    say("ready")
    sys.stdin.readline()
    with desk.database.write() as session:
        result = desk.clerk().reserve(
            session,
            KINDS["graduation"],
            "zh",
            orders,
            desk.paper,
            batch=desk.batch("graduation"),
            at=conftest.NOW,
        )
        Journal(b"key").append(
            session, at=conftest.NOW, actor="test", action="batch.reserved", subject="b"
        )
        say(str(len(result.fresh)))
        if end == "hang":
            sys.stdin.readline()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
