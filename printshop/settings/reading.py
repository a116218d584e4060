"""Reading: takes an office folder and the environment, gives the settings."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from printshop.errors import SettingsError
from printshop.settings.names import explain
from printshop.settings.schema import Settings

CONFIG_NAME = "printshop.toml"
ENV_PREFIX = "PRINTSHOP_"
HOME_VARIABLE = "PRINTSHOP_HOME"


def default_home(environ: Mapping[str, str] | None = None) -> Path:
    """The office folder: ``$PRINTSHOP_HOME``, else ``./office``."""
    env = os.environ if environ is None else environ
    return Path(env.get(HOME_VARIABLE) or "office").expanduser().resolve()


def load(
    home: Path | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings of an office.

    Args:
        home: The office folder; by default ``$PRINTSHOP_HOME`` or ``./office``.
        environ: The environment to read, by default the process's own.

    Raises:
        SettingsError: A setting is unknown, malformed or unreadable; the message
            names the setting, the remedy the nearest known name.
    """
    env = os.environ if environ is None else environ
    place = (home or default_home(env)).expanduser().resolve()
    values = _read_file(place / CONFIG_NAME)
    if "home" in values:
        raise SettingsError(
            f"“home”不能写在 {CONFIG_NAME} 里: 文件就在那个目录里。",
            f"请用 --home 或环境变量 {HOME_VARIABLE}。",
        )
    _overlay(values, _read_environment(env))
    values["home"] = place
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise explain(error) from None


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"配置文件 {path} 不是合法的 TOML: {error}。",
            "请按提示的行号改正; 文字要放在引号里。",
        ) from None
    except OSError as error:
        raise SettingsError(
            f"读不了配置文件 {path}: {error.strerror}。", "请检查文件权限。"
        ) from None


def _read_environment(env: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    # Backwards: a section given as a text comes last and is not overlooked.
    for name, text in sorted(env.items(), reverse=True):
        if not name.startswith(ENV_PREFIX) or name == HOME_VARIABLE:
            continue
        nested: Any = text
        for key in reversed(name.removeprefix(ENV_PREFIX).lower().split("__")):
            nested = {key: nested}
        _overlay(values, nested)
    return values


def _overlay(base: dict[str, Any], top: dict[str, Any]) -> None:
    for key, value in top.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _overlay(base[key], value)
        else:
            base[key] = value
