"""A sheet understood: takes a raw sheet, gives its kind, its columns, its rows.

Finds the header row (a title may stand above it), decides which of the four sheets
it is (by name, else by headers), and says which columns are missing or double.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from printshop.records.cells import Cell, Row, Sheet, letter_of
from printshop.records.columns import (
    COLUMNS,
    REPORT_SHEET,
    Column,
    SheetKind,
    column_of,
    is_ignored,
    normal_header,
)
from printshop.records.problem import Problem, ProblemCode, Severity

HEADER_WITHIN = 10
# In this order: “学生成绩表” is about marks, “学籍异动” about events.
_NAMES = (
    (SheetKind.MARKS, ("成绩", "MARK", "SCORE", "GRADE")),
    (SheetKind.EVENTS, ("异动", "注销", "变动", "EVENT")),
    (SheetKind.CLEARANCES, ("审核", "资格", "CLEARANCE")),
    (SheetKind.STUDENTS, ("学生", "学籍", "名单", "毕业生", "STUDENT")),
)
# Headers that only this kind of sheet has.
_TELLING = {
    SheetKind.MARKS: frozenset({"score", "course"}),
    SheetKind.EVENTS: frozenset({"type"}),
    SheetKind.CLEARANCES: frozenset({"conduct", "make_up", "skill", "tuition"}),
    SheetKind.STUDENTS: frozenset({"id_number", "programme_name"}),
}


@dataclass(frozen=True)
class Table:
    """A sheet whose columns are known.

    Attributes:
        kind: What it holds.
        sheet: The raw sheet.
        header: The header row.
        columns: Column index of each field that the sheet has.
        extra: Column index of each header that nobody knows.
    """

    kind: SheetKind
    sheet: Sheet
    header: Row
    columns: Mapping[str, int]
    extra: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        return (row for row in self.sheet.rows if row.number > self.header.number)

    def has(self, name: str) -> bool:
        """Whether the sheet has this column at all."""
        return name in self.columns

    def cell(self, row: Row, name: str) -> Cell | None:
        """The cell of a field in a row, or None where empty or absent."""
        index = self.columns.get(name)
        return None if index is None else row.cells.get(index)

    def header_of(self, name: str) -> str:
        """The header as the file writes it, else the canonical one."""
        index = self.columns.get(name)
        if index is not None:
            return one_line(self.header.cells[index].text)
        return next((c.header for c in COLUMNS[self.kind] if c.field == name), name)


def one_line(text: str) -> str:
    """A header without the line breaks that people put in to keep it narrow."""
    return "".join(text.split())


def tables_of(
    sheets: tuple[Sheet, ...], forced: Mapping[str, SheetKind] | None = None
) -> tuple[list[Table], list[Problem]]:
    """Understand all sheets of a file.

    Args:
        sheets: As read.
        forced: Kind by sheet name, where the person said so; the name ``""`` means
            the only sheet with content.

    Returns:
        The tables whose columns suffice, and what is wrong with the others.
    """
    tables: list[Table] = []
    problems: list[Problem] = []
    # A mended report comes back with its list of problems.
    filled = [sheet for sheet in sheets if sheet.rows and sheet.name != REPORT_SHEET]
    forced = dict(forced or {})
    if "" in forced and len(filled) == 1:
        forced[filled[0].name] = forced[""]
    for sheet in filled:
        table, found = _understand(sheet, forced.get(sheet.name))
        problems += found
        if table is not None:
            tables.append(table)
            problems += _remarks(table)
    if not tables and not any(p.is_error for p in problems):
        problems.append(_nothing(sheets))
    return tables, problems


def _nothing(sheets: tuple[Sheet, ...]) -> Problem:
    names = "、".join(f"“{sheet.name}”" for sheet in sheets) or "没有工作表"
    return Problem(
        ProblemCode.NO_SHEET,
        Severity.ERROR,
        "",
        f"文件里没有可以导入的工作表 ({names})。",
        "工作表名用“学生”“审核”“成绩”“异动”, 第一行写列名 (学号、姓名……)。",
    )


def _understand(
    sheet: Sheet, kind: SheetKind | None
) -> tuple[Table | None, list[Problem]]:
    sure = kind is not None
    kind = kind or _kind_by_name(sheet.name)
    if kind is None or (not sure and not _looks_like(sheet, kind)):
        kind = _kind_by_headers(sheet) or kind
    if kind is None:
        return None, [
            Problem(
                ProblemCode.SHEET_UNKNOWN,
                Severity.WARNING,
                sheet.name,
                f"认不出工作表“{sheet.name}”是什么, 没有导入。",
                "如需导入, 请把它改名为“学生”“审核”“成绩”或“异动”。",
            )
        ]
    header = _header_row(sheet, kind)
    return _table(sheet, kind, header)


def _kind_by_name(name: str) -> SheetKind | None:
    plain = normal_header(name)
    return next((k for k, words in _NAMES if any(w in plain for w in words)), None)


def _fields(row: Row, kind: SheetKind) -> set[str]:
    found = (column_of(kind, cell.text) for cell in row.cells.values())
    return {column.field for column in found if column}


def _top(sheet: Sheet) -> tuple[Row, ...]:
    return sheet.rows[:HEADER_WITHIN]


def _looks_like(sheet: Sheet, kind: SheetKind) -> bool:
    return any(_fields(row, kind) & _TELLING[kind] for row in _top(sheet))


def _kind_by_headers(sheet: Sheet) -> SheetKind | None:
    scores = {
        kind: max((_likeness(row, kind) for row in _top(sheet)), default=0)
        for kind in _TELLING
    }
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else None


def _likeness(row: Row, kind: SheetKind) -> int:
    """How many headers a row has; 0 where they could be data by chance."""
    found = _fields(row, kind)
    telling = found & _TELLING[kind]
    return len(found) if telling and ("student_no" in found or len(found) > 3) else 0


def _header_row(sheet: Sheet, kind: SheetKind) -> Row:
    return max(_top(sheet), key=lambda row: len(_fields(row, kind)))


def _table(
    sheet: Sheet, kind: SheetKind, header: Row
) -> tuple[Table | None, list[Problem]]:
    columns: dict[str, int] = {}
    extra: dict[str, int] = {}
    problems: list[Problem] = []
    for index, cell in sorted(header.cells.items()):
        title = one_line(cell.text)
        column = column_of(kind, cell.text)
        if column is None:
            if not is_ignored(title):
                extra[_free(title, extra)] = index
        elif column.field in columns:
            problems.append(
                _double(sheet, header, column, columns[column.field], index)
            )
        else:
            columns[column.field] = index
    problems += _missing(sheet, header, kind, columns, tuple(extra))
    if problems:
        return None, problems
    return Table(kind, sheet, header, columns, extra), []


def _free(title: str, taken: Mapping[str, int]) -> str:
    name, count = title, 1
    while name in taken:
        count += 1
        name = f"{title}({count})"
    return name


def _double(
    sheet: Sheet, header: Row, column: Column, first: int, second: int
) -> Problem:
    titles = [one_line(header.cells[i].text) for i in (first, second)]
    return Problem(
        ProblemCode.HEADER_DUPLICATE,
        Severity.ERROR,
        sheet.name,
        f"{letter_of(first)} 列“{titles[0]}”和 {letter_of(second)} 列“{titles[1]}”"
        f"都表示“{column.header}”, 不知道该用哪一列。",
        "请删去或改名其中一列, 然后重新导入。这张表没有导入。",
        header.number,
        letter_of(second),
        titles[1],
        titles[1],
    )


def _missing(
    sheet: Sheet,
    header: Row,
    kind: SheetKind,
    columns: Mapping[str, int],
    unknown: tuple[str, ...],
) -> list[Problem]:
    lacking = [c for c in COLUMNS[kind] if c.required and c.field not in columns]
    return [
        Problem(
            ProblemCode.HEADER_MISSING,
            Severity.ERROR,
            sheet.name,
            f"“{kind.value}”表缺少“{column.header}”列 (按第 {header.number} 行"
            "是列名)。",
            _nearest(column, unknown) + "这张表没有导入。",
            header.number,
            None,
            column.header,
        )
        for column in lacking
    ]


def _nearest(column: Column, unknown: tuple[str, ...]) -> str:
    names = [column.header, *column.aliases]
    near = [
        title
        for title in unknown
        if difflib.get_close_matches(title, names, n=1, cutoff=0.5)
    ]
    if near:
        seen = "”“".join(near[:3])
        return f"是不是“{seen}”那一列? 如是, 请把列名改为“{column.header}”。"
    return f"请加上“{column.header}”列, 例: {column.sample}。"


def _remarks(table: Table) -> list[Problem]:
    """What a person should know of a sheet that is imported."""
    found: list[Problem] = []

    def remark(code: ProblemCode, why: str, remedy: str) -> None:
        found.append(Problem(code, Severity.WARNING, table.sheet.name, why, remedy))

    if table.sheet.hidden:
        remark(
            ProblemCode.SHEET_HIDDEN,
            "这张工作表是隐藏的, 其内容也已导入。",
            "如不应导入, 请删去这张表再导入。",
        )
    hidden = [row.number for row in table.rows if row.hidden]
    if hidden:
        remark(
            ProblemCode.ROWS_HIDDEN,
            f"有 {len(hidden)} 个隐藏 (或被筛选掉) 的行, 也已导入: {_spans(hidden)}。",
            "如不应导入, 请删去这些行再导入。",
        )
    if table.sheet.deleted:
        remark(
            ProblemCode.ROWS_DELETED,
            f"有 {table.sheet.deleted} 条记录带删除标记, 没有导入。",
            "如应导入, 请在原系统中恢复后重新导出。",
        )
    if table.extra:
        kept = table.kind is SheetKind.STUDENTS
        titles = "、".join(table.extra)
        remark(
            ProblemCode.COLUMN_UNKNOWN,
            f"不认识的列: {titles}; {'内容已原样保留' if kept else '没有导入'}。",
            "如本应认得, 请按说明改正列名。",
        )
    return found


def _spans(numbers: list[int]) -> str:
    """``5、7–9``: row numbers, neighbours joined; at most ten."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number, number])
    words = [f"{a}" if a == b else f"{a}–{b}" for a, b in spans[:10]]
    return "第 " + "、".join(words) + (" 行等" if len(spans) > 10 else " 行")
