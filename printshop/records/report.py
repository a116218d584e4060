"""The report of an import: takes a plan, gives a summary and a file to mend from.

The XLSX holds the list of problems and, per sheet, the refused rows as they stand
in the file with a column 导入问题: mend them there and import that very file.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from printshop.records.columns import REPORT_HEADERS, REPORT_SHEET, SheetKind
from printshop.records.drafts import Origin
from printshop.records.photos_model import PhotoPlan
from printshop.records.plan import ImportPlan
from printshop.records.problem import Problem
from printshop.records.spreadsheet import Page, write
from printshop.records.table import Table, one_line

PHOTO_PAGE = "照片问题"
_PHOTO_HEADER = ("级别", "文件", "学号", "类别", "问题", "怎么办")
_HEADER = (
    "级别",
    "工作表",
    "行",
    "列",
    "列名",
    "内容",
    "问题",
    "怎么办",
    "类别",
    "学号",
)


def summary(plan: ImportPlan) -> dict[str, Any]:
    """Counts by sheet and by reason, for the screen and for ``--json``."""
    new = Counter(c.kind for c in plan.new)
    changed = Counter(c.kind for c in plan.changed)
    refused = Counter(o.table.kind for o in plan.refused)
    reasons = Counter((p.code, p.is_error) for p in plan.problems)
    return {
        "sheets": {
            kind.value: {
                "rows": plan.read.get(kind.value, 0),
                "new": new[kind],
                "changed": changed[kind],
                "unchanged": plan.unchanged.get(kind.value, 0),
                "refused": refused[kind],
            }
            for kind in SheetKind
        },
        "errors": len(plan.errors),
        "warnings": len(plan.warnings),
        "reasons": [
            {"code": code.name, "title": code.value, "error": error, "count": count}
            for (code, error), count in reasons.most_common()
        ],
    }


def write_report(
    plan: ImportPlan | None, path: Path, photos: PhotoPlan | None = None
) -> None:
    """Write the report as ``.xlsx`` (problems and refused rows) or ``.csv`` (problems).

    Args:
        plan: Of the rows; None where only photos were imported.
        path: Where to.
        photos: Of the photos, where there were any.

    Raises:
        InputError: Another ending.
    """
    pages = [] if plan is None else [_problems(plan.problems), *_refused(plan)]
    if photos is not None:
        pages.append(_photo_problems(photos))
    write(path, pages)


def _photo_problems(photos: PhotoPlan) -> Page:
    rows = [
        ("不收", p.file, p.student_no or "", p.flaw.value, p.why, p.remedy)
        for p in photos.problems
    ]
    rows += [("说明", n.file, n.student_no, "", n.what, "") for n in photos.notes]
    rows += [
        ("缺照片", "", ref.student_no, "", f"{ref.name} 没有照片。", "请补照片。")
        for ref in photos.missing
    ]
    return Page(PHOTO_PAGE, _PHOTO_HEADER, rows)


def _problems(problems: tuple[Problem, ...]) -> Page:
    rows = [
        (
            p.severity.value,
            p.sheet,
            str(p.row or ""),
            p.column or "",
            p.header or "",
            p.value,
            p.why,
            p.remedy,
            p.code.value,
            p.student_no or "",
        )
        for p in problems
    ]
    return Page(REPORT_SHEET, _HEADER, rows)


def _refused(plan: ImportPlan) -> list[Page]:
    reasons: dict[tuple[str, int], list[str]] = defaultdict(list)
    for p in plan.errors:
        if p.row is not None:
            where = f"{p.column} 列: " if p.column else ""
            reasons[p.sheet, p.row].append(f"{where}{p.why}{p.remedy}")
    groups: dict[str, list[Origin]] = defaultdict(list)
    for origin in plan.refused:
        groups[origin.table.sheet.name].append(origin)
    pages: list[Page] = []
    for origins in groups.values():
        pages.append(_page(origins, reasons, [page.title for page in pages]))
    return pages


def _page(
    origins: list[Origin],
    reasons: dict[tuple[str, int], list[str]],
    taken: list[str],
) -> Page:
    table = origins[0].table
    columns = sorted(table.header.cells)
    header = [one_line(table.header.cells[i].text) for i in columns]
    rows = []
    for origin in sorted(origins, key=lambda o: o.row.number):
        number = origin.row.number
        cells = [origin.row.cells.get(i) for i in columns]
        rows.append(
            (
                *(cell.text if cell else "" for cell in cells),
                "\n".join(reasons[table.sheet.name, number]),
                str(number),
            )
        )
    return Page(_title(table, taken), (*header, *REPORT_HEADERS), rows)


def _title(table: Table, taken: list[str]) -> str:
    """A sheet name from which the kind is recognised again."""
    title, count = table.kind.value, 1
    while title in taken:
        count += 1
        title = f"{table.kind.value}{count}"
    return title
