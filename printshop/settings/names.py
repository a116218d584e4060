"""Names of settings: takes the schema or an error, gives words for a person."""

from __future__ import annotations

import difflib

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from printshop.errors import SettingsError
from printshop.settings.schema import Settings

_WORDS = {
    "value_error": "{error}",
    "literal_error": "只能是 {expected}",
    "string_pattern_mismatch": "格式不对",
    "string_too_short": "太短",
    "string_type": "要写文字, 放在引号里",
    "int_parsing": "要写整数",
    "int_type": "要写整数",
    "int_from_float": "要写整数",
    "bool_parsing": "要写 true 或 false",
    "bool_type": "要写 true 或 false",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "model_type": "这是一节, 要写它下面的各项",
    "dict_type": "这是一节, 要写它下面的各项",
    "path_type": "要写路径, 放在引号里",
}


def known_names(model: type[BaseModel] = Settings, prefix: str = "") -> dict[str, str]:
    """All settings with their help text, by dotted name."""
    names: dict[str, str] = {}
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            names |= known_names(inner, f"{prefix}{name}.")
        else:
            names[prefix + name] = field.description or ""
    return names


def _all_names() -> list[str]:
    """Settings and their sections."""
    names = list(known_names())
    return names + sorted({n.rpartition(".")[0] for n in names if "." in n})


def explain(error: ValidationError) -> SettingsError:
    """Everything that is wrong, each with the nearest known name or its meaning."""
    lines: list[str] = []
    hints: list[str] = []
    for item in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"没有名为“{name}”的设置。")
            near = difflib.get_close_matches(name, _all_names(), n=1, cutoff=0.5)
            if near:
                hints.append(f"是不是“{near[0]}”?")
        else:
            lines.append(f"设置“{name}”不能用: {_in_words(item)}。")
            meaning = known_names().get(name)
            if meaning:
                hints.append(f"{name}: {meaning}。")
    if not hints:
        hints.append("全部设置见 printshop doctor --settings。")
    return SettingsError("".join(lines), " ".join(hints))


def _in_words(item: ErrorDetails) -> str:
    words = _WORDS.get(item["type"], item["msg"])
    return words.format(**item.get("ctx", {}))


def describe(settings: Settings) -> dict[str, str]:
    """Every setting with its present value; secrets are masked."""

    def flatten(model: BaseModel, prefix: str = "") -> dict[str, str]:
        shown: dict[str, str] = {}
        for name in type(model).model_fields:
            value = getattr(model, name)
            if isinstance(value, BaseModel):
                shown |= flatten(value, f"{prefix}{name}.")
            else:
                shown[prefix + name] = "" if value is None else str(value)
        return shown

    return flatten(settings)
