"""The import itself: takes sheets, gives a plan; takes a plan, changes the register.

``check`` is pure and may take its time; ``plan`` and ``apply`` belong into one
write transaction, so that nobody changes the register between them. A plan that
went stale is refused, never applied by guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from printshop.records.cells import Sheet
from printshop.records.checks import check_tables
from printshop.records.columns import SheetKind
from printshop.records.drafts import Drafts
from printshop.records.importer_write import Writer, stale
from printshop.records.plan import ImportPlan, make_plan
from printshop.records.report import summary
from printshop.records.row_reader import Options
from printshop.records.table import tables_of
from printshop.records.tables import ImportRow

__all__ = ["ImportPlan", "Options", "apply", "check", "plan"]


def check(
    sheets: tuple[Sheet, ...],
    options: Options,
    forced: Mapping[str, SheetKind] | None = None,
) -> Drafts:
    """Everything that can be said without the register.

    Args:
        sheets: From ``read_workbook``.
        options: The day, and what the person decided.
        forced: Kind by sheet name, where the person said so (``""``: the only one).
    """
    tables, problems = tables_of(sheets, forced)
    drafts = check_tables(tables, options)
    drafts.problems[:0] = problems
    return drafts


def plan(drafts: Drafts, session: Session, options: Options) -> ImportPlan:
    """Hold checked rows against the register; the drafts are used up."""
    return make_plan(drafts, session, options)


def apply(
    plan: ImportPlan,
    session: Session,
    *,
    import_id: str,
    file_name: str,
    file_sha256: str,
    actor: str,
    at: datetime,
    new_id: Callable[[], str],
) -> None:
    """Write a plan in the caller's transaction; an empty plan writes nothing.

    Args:
        plan: Made in this very transaction.
        session: A write session.
        import_id: Id of this run.
        file_name: Name of the file, without folders.
        file_sha256: Of its bytes.
        actor: Who imports.
        at: When.
        new_id: Gives a fresh student id per call.

    Raises:
        Refused: The register changed since the plan was made.
    """
    if plan.is_empty:
        return
    session.add(
        ImportRow(
            id=import_id,
            file_name=file_name[:255],
            file_sha256=file_sha256,
            at=at,
            actor=actor,
            counts=summary(plan)["sheets"],
        )
    )
    try:
        session.flush()
        Writer(session, plan, import_id, at, new_id).write()
        session.flush()
    except IntegrityError as error:
        raise stale() from error
    session.expire_all()
