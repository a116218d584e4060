"""Folders that come with the software: takes a name, gives where it lies."""

from __future__ import annotations

from pathlib import Path

from printshop.errors import SettingsError


def bundled(name: str) -> Path:
    """Where ``fonts`` or ``samples`` lie, in a checkout or in an installed wheel.

    Raises:
        SettingsError: Neither place has the folder.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package.parent / name, package / "_bundled" / name):
        if place.is_dir():
            return place
    raise SettingsError(f"找不到随软件的“{name}”目录。", "请重新安装 printshop。")
