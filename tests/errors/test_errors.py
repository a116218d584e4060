"""The error tree: drawn as it is, with exit codes, statuses and remedies."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from printshop import errors
from printshop.errors import PrintshopError

CLASSES = {
    name: cls
    for name, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, PrintshopError)
}


def drawn() -> dict[str, tuple[str | None, int, int]]:
    """The tree of the module's docstring: name -> parent, exit code, status."""
    tree: dict[str, tuple[str | None, int, int]] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"([ │├└─]*)(\w+) +(\d) +(\d{3})\b", line)
        if found is None:
            continue
        depth = (len(found[1]) - 4) // 4  # four columns a level, four of margin
        path[depth:] = [found[2]]
        parent = path[depth - 1] if depth else None
        tree[found[2]] = (parent, int(found[3]), int(found[4]))
    return tree


def test_the_tree_is_drawn_as_it_is() -> None:
    real = {
        name: (
            cls.__base__.__name__ if cls is not PrintshopError else None,
            cls.exit_code,
            cls.http_status,
        )
        for name, cls in CLASSES.items()
    }
    assert drawn() == real


@pytest.mark.parametrize("name", CLASSES)
def test_an_error_says_what_is_wrong_and_what_to_do(name: str) -> None:
    error = CLASSES[name]("没有纸。", "请加纸。")
    assert (error.message, error.remedy) == ("没有纸。", "请加纸。")
    assert str(error) == "没有纸。 请加纸。"
    assert str(CLASSES[name]("没有纸。")) == "没有纸。"


@pytest.mark.parametrize("name", CLASSES)
def test_an_error_crosses_process_borders_whole(name: str) -> None:
    error = pickle.loads(pickle.dumps(CLASSES[name]("没有纸。", "请加纸。")))  # noqa: S301
    assert type(error) is CLASSES[name]
    assert (error.message, error.remedy) == ("没有纸。", "请加纸。")


@pytest.mark.parametrize("name", CLASSES)
def test_an_error_is_described(name: str) -> None:
    assert CLASSES[name].__doc__


def test_exit_codes_leave_success_and_misuse_alone() -> None:
    codes = {cls.exit_code for cls in CLASSES.values()}
    assert codes.isdisjoint({0, 2})
    assert codes <= set(range(1, 64))
    assert all(400 <= cls.http_status < 600 for cls in CLASSES.values())
