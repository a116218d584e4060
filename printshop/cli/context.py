"""What every command starts from: takes the global options, gives settings and shop."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from printshop.app import open_shop
from printshop.cli.output import Out
from printshop.settings import Settings, load
from printshop.shop import Shop
from printshop.verify.service import Verifier

Serve = Callable[[Verifier, str, int], None]
"""Runs the public page; the command line and the web do not know each other."""


@dataclass
class Context:
    """The global options, and what is made from them when a command asks for it."""

    home: Path | None
    actor: str
    serve: Serve

    @cached_property
    def settings(self) -> Settings:
        """The office's settings."""
        return load(self.home)

    @cached_property
    def shop(self) -> Shop:
        """The wired shop."""
        return open_shop(self.settings)

    def close(self) -> None:
        """Give back what was opened."""
        if "shop" in vars(self):
            self.shop.close()


pass_context = click.make_pass_decorator(Context)


def reports(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--json`` and hand it an :class:`Out` as ``out``."""

    def make_out(_context: click.Context, _option: click.Parameter, value: bool) -> Out:
        return Out(as_json=value)

    return click.option(
        "--json",
        "out",
        is_flag=True,
        callback=make_out,
        help="输出 JSON, 供程序读取。",
    )(command)


def current_user() -> str:
    """Who is at the keyboard, for the journal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@contextmanager
def progress_bar(what: str, out: Out) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr where a person looks on; silence for programs."""
    if out.as_json or not out.errors.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out.errors, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
