"""Tests that read the documentation: commands, options, settings, exit codes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import printshop
from printshop import errors
from printshop.cli import cli
from printshop.errors import PrintshopError
from printshop.kinds import KINDS
from printshop.settings.names import known_names

ROOT = Path(printshop.__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands(
    group: click.Group = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


COMMANDS = dict(_commands())


def _id(path: tuple[str, ...]) -> str:
    return " ".join(path)


def test_the_tree_is_that_of_the_design() -> None:
    wanted = "init doctor demo serve worker records audit issue documents print queue"
    wanted += " printers verify journal scrub preview"
    assert set(wanted.split()) <= set(cli.commands)


@pytest.mark.parametrize("path", COMMANDS, ids=_id)
def test_every_command_says_what_it_does(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help, path
    assert re.search(r"[一-鿿]", command.help), "not in the office's language"
    assert command.get_short_help_str(), path


@pytest.mark.parametrize("path", COMMANDS, ids=_id)
def test_every_option_says_what_it_means(path: tuple[str, ...]) -> None:
    for parameter in COMMANDS[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, (path, parameter.name)


def test_the_global_options_too() -> None:
    assert all(p.help for p in cli.params if isinstance(p, click.Option))


@pytest.mark.parametrize("path", COMMANDS, ids=_id)
def test_every_command_is_mentioned(path: tuple[str, ...]) -> None:
    """In the README, or in the help of what it belongs to."""
    *above, name = path
    parent = cli if not above else COMMANDS[tuple(above)]
    assert isinstance(parent, click.Group)
    with click.Context(parent, info_name="printshop") as context:
        listed = parent.get_help(context)
    assert re.search(rf"^ +{name} ", listed, re.M) or f"printshop {name}" in README


def test_the_commands_of_the_readme_exist() -> None:
    lines = re.findall(r"`printshop ([^`\n]+)`", README)
    assert len(lines) >= 6
    for line in lines:
        _parses(line)


def _parses(line: str) -> None:
    words = [word for word in shlex.split(line) if word]
    if not words or not re.match(r"[a-z-]+$", words[0]):
        return
    context = click.Context(cli, info_name="printshop", ignore_unknown_options=False)
    command: click.Command = cli
    if words[:1] == ["--home"]:
        words = words[2:]
    while isinstance(command, click.Group):
        if not words:
            return
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, line
        command = found
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
    for word in words:
        if word.startswith("-") and word != "-":
            assert word in known | {"--help"}, line


def test_the_shell_lines_of_the_readme_are_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each line of a ``sh`` block that starts with printshop has all that it needs."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    lines = [
        line.split("#")[0].strip()
        for block in blocks
        for line in block.splitlines()
        if line.startswith("printshop ")
    ]
    assert len(lines) >= 9
    for line in lines:
        words = shlex.split(line)[1:]
        if words[0] == "--home":
            words = words[2:]
        command: click.Command = cli
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        # Files in the README do not exist here; everything else is checked.
        for parameter in command.params:
            if isinstance(parameter.type, click.Path):
                monkeypatch.setattr(parameter.type, "exists", False)
        command.make_context(command.name, words)


def _errors(
    base: type[PrintshopError] = PrintshopError,
) -> Iterator[type[PrintshopError]]:
    yield base
    for one in base.__subclasses__():
        yield from _errors(one)


def test_exit_codes_of_the_readme_are_those_of_the_errors() -> None:
    told = {
        int(code)
        for code in re.findall(r"^`(\d)` settings|`(\d)` [a-z]", README, re.M)
        for code in code
        if code
    }
    assert told == {one.exit_code for one in _errors()} - {1}


def test_the_tree_in_errors_is_the_tree() -> None:
    drawn = dict(re.findall(r"(?:[├└│ ─]*)(\w+) +(\d) +\d{3}", errors.__doc__ or ""))
    assert drawn == {
        one.__name__: str(one.exit_code)
        for one in _errors()
        if one.__module__ == errors.__name__
    }
    for one in _errors():
        assert one.__doc__, one


def test_every_setting_has_a_meaning() -> None:
    names = known_names()
    assert len(names) >= 20
    assert all(re.search(r"[一-鿿]", meaning) for meaning in names.values()), names


def test_every_kind_is_in_the_help_of_issue() -> None:
    text = COMMANDS[("issue",)].help or ""
    for kind in KINDS.values():
        assert kind.code in text
        assert kind.title in text


def test_the_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert len(pictures) >= len(KINDS)
    assert [one for one in pictures if not (ROOT / one).is_file()] == []


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z-]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target
