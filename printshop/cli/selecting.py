"""The options that select students: the same on every command that takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from printshop.kinds import KINDS, DocumentKind, kind_of
from printshop.shop.selection import Selection

_OPTIONS = (
    click.option("--class", "class_name", metavar="班级", help="只选这个班。"),
    click.option("--year", type=int, metavar="年份", help="只选这一年毕业的。"),
    click.option("--grade", metavar="年级", help="只选这个年级 (入学年份)。"),
    click.option(
        "--student",
        "students",
        multiple=True,
        metavar="学号",
        help="只选这个学号; 可重复。",
    ),
)


def selects(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the selecting options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def selection(
    class_name: str | None,
    year: int | None,
    grade: str | None,
    students: tuple[str, ...],
) -> Selection:
    """The value those options mean."""
    return Selection(students, class_name, year, grade)


class KindType(click.ParamType[DocumentKind]):
    """A document kind by code or Chinese title."""

    name = "种类"

    def convert(
        self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> DocumentKind:
        """Look it up; lists are no documents that could be issued."""
        kind = value if isinstance(value, DocumentKind) else kind_of(str(value))
        if kind.code not in KINDS:
            self.fail(f"“{kind.title}”是清单, 不是可以开具的文书。")
        return kind

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """Codes that begin like this."""
        return [
            CompletionItem(kind.code, help=kind.title)
            for kind in KINDS.values()
            if kind.code.startswith(incomplete)
        ]


KIND = KindType()
KIND_LIST = "\n".join(f"      {k.code:<18} {k.title}" for k in KINDS.values())
