"""What commands say: takes rows and sentences, gives a table, lines or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from printshop.errors import PrintshopError


class Out:
    """Writes the result to stdout; what concerns only people goes to stderr.

    Attributes:
        as_json: Whether a program reads.
        errors: The console of stderr.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        # Pipes and files get whole lines, not what fits 80 columns.
        width = None if sys.stdout.isatty() else 160
        self._console = Console(highlight=False, width=width)
        self.errors = Console(stderr=True, highlight=False)

    def rows(
        self,
        columns: Mapping[str, str],
        rows: Sequence[Mapping[str, Any]],
        *,
        empty: str = "没有内容。",
        title: str = "",
    ) -> None:
        """A table.

        Args:
            columns: Key to heading, in order.
            rows: One mapping each; keys beyond ``columns`` appear in JSON only.
            empty: What to say to a person where there are no rows.
        """
        if self.as_json:
            self.data(list(rows))
            return
        if not rows:
            self._console.print(empty)
            return
        table = Table(title=title or None, title_justify="left", header_style="bold")
        for heading in columns.values():
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(_cell(row.get(key)) for key in columns))
        self._console.print(table)

    def data(self, value: Any) -> None:
        """JSON to stdout."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))

    def result(self, data: Mapping[str, Any], *sentences: str) -> None:
        """The outcome: JSON for programs, sentences for people."""
        if self.as_json:
            self.data(dict(data))
            return
        for sentence in sentences:
            click.echo(sentence)

    def say(self, sentence: str) -> None:
        """A sentence for people; programs do not see it."""
        if not self.as_json:
            click.echo(sentence)

    def warn(self, sentence: str) -> None:
        """A sentence on stderr."""
        click.echo(sentence, err=True)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return str(value).replace("[", "\\[")


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def show_error(error: PrintshopError, *, as_json: bool) -> None:
    """One refusal, with its remedy."""
    if as_json:
        body = {
            "error": type(error).__name__,
            "message": error.message,
            "remedy": error.remedy,
            "exit_code": error.exit_code,
        }
        click.echo(json.dumps(body, ensure_ascii=False), err=True)
        return
    click.echo(click.style("错误: ", fg="red", bold=True) + error.message, err=True)
    if error.remedy:
        click.echo(click.style("怎么办: ", bold=True) + error.remedy, err=True)
