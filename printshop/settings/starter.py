"""The first configuration file: takes nothing, gives its text."""

from __future__ import annotations

from pydantic import BaseModel

from printshop.settings.schema import Settings


def starter_text() -> str:
    """A configuration file that names every setting, commented out at its default."""
    lines = [
        "# printshop 的设置。去掉行首的 # 即生效; 环境变量 PRINTSHOP_… 优先。",
        "# 每一项的含义写在它上面。",
        "",
    ]
    lines += _starter_section(Settings)
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            lines += ["", f"[{name}]", *_starter_section(section)]
    return "\n".join(lines) + "\n"


def _starter_section(model: type[BaseModel]) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        default = field.default
        if name == "home" or isinstance(default, BaseModel):
            continue
        if isinstance(default, bool):
            shown = str(default).lower()
        elif isinstance(default, int):
            shown = str(default)
        elif isinstance(default, str) or default is None:
            shown = f'"{default or ""}"'
        else:
            shown = "{}"
        lines += [f"# {field.description}", f"#{name} = {shown}"]
    return lines
