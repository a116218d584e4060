"""A kind, layout and language go in; the frozen design comes out.

This is the only module that reads template and layout files from the disk. A page
is drawn from the design alone, so that an issued document never changes with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta

from printshop.errors import NotFound, RenderError
from printshop.kinds import DocumentKind, kind_of
from printshop.render.layout import Layout, parse_layout
from printshop.render.model import Design

_PACKAGE = Path(__file__).resolve().parent.parent
TEMPLATES = _PACKAGE / "templates"
LAYOUTS = _PACKAGE / "layouts"


@dataclass(frozen=True)
class LayoutInfo:
    """One layout that a kind can be printed in."""

    name: str
    title: str
    variant: str
    width_mm: float
    height_mm: float
    default: bool


def layouts_of(kind: str) -> list[LayoutInfo]:
    """The layouts of a kind, the default first, then by name."""
    found = [
        _info(name, parse_layout(_read(path)))
        for name, path in _layout_files(kind_of(kind)).items()
    ]
    return sorted(found, key=lambda one: (not one.default, one.name))


def load_design(kind: str, layout: str | None, language: str) -> Design:
    """Gather everything that a page of this kind needs.

    Args:
        kind: Code of the kind.
        layout: Name of the layout, or None for the default one.
        language: One of the kind's languages.

    Raises:
        NotFound: No such kind, layout or language.
        RenderError: A template or layout file is faulty.
    """
    one = kind_of(kind)
    if language not in one.languages:
        raise NotFound(
            f"{one.title}没有语言为“{language}”的版本。",
            f"可用的语言: {'、'.join(one.languages)}。",
        )
    name = layout or _default_layout(one)
    files = _layout_files(one)
    if name not in files:
        raise NotFound(
            f"{one.title}没有名为“{name}”的版面。", f"可用的版面: {'、'.join(files)}。"
        )
    geometry = _read(files[name])
    variant = parse_layout(geometry).variant
    sources: dict[str, str] = {}
    _collect(entry_names(one, variant, language), sources)
    for sheet in style_names(one, variant):
        if (TEMPLATES / sheet).is_file():
            sources[sheet] = _read(TEMPLATES / sheet)
    return Design(one.code, name, language, sources, geometry)


def entry_names(kind: DocumentKind, variant: str, language: str) -> tuple[str, str]:
    """Where the page itself may be: of the kind, else of its family."""
    file = f"{variant}.{language}.html"
    return f"{kind.code}/{file}", f"{kind.family.value}/{file}"


def style_names(kind: DocumentKind, variant: str) -> tuple[str, ...]:
    """The style sheets of a page, the later ones winning."""
    folders = (kind.family.value, kind.code)
    return (
        "base.css",
        *(f"{one}/{name}.css" for one in folders for name in ("style", variant)),
    )


def _default_layout(kind: DocumentKind) -> str:
    available = layouts_of(kind.code)
    if not available:
        raise NotFound(f"{kind.title}还没有版面。", "请在 printshop/layouts 里添加。")
    return available[0].name


def _layout_files(kind: DocumentKind) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for folder in (kind.family.value, kind.code):
        for path in sorted((LAYOUTS / folder).glob("*.toml")):
            files[path.stem] = path
    return files


def _info(name: str, layout: Layout) -> LayoutInfo:
    return LayoutInfo(
        name,
        layout.title,
        layout.variant,
        layout.sheet.width,
        layout.sheet.height,
        layout.default,
    )


def _collect(entries: tuple[str, ...], sources: dict[str, str]) -> None:
    entry = next((name for name in entries if (TEMPLATES / name).is_file()), None)
    if entry is None:
        raise RenderError(
            f"缺少模板 {' 或 '.join(entries)}。", "请在 printshop/templates 里添加。"
        )
    parser = Environment(autoescape=True)
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in sources:
            continue
        sources[name] = _read(TEMPLATES / name)
        if not name.endswith(".html"):
            continue
        try:
            tree = parser.parse(sources[name])
        except TemplateSyntaxError as error:
            raise RenderError(
                f"模板 {name} 第 {error.lineno} 行有语法错误: {error.message}。",
                "请改正模板。",
            ) from None
        waiting += [one for one in meta.find_referenced_templates(tree) if one]
        waiting += _pictures(sources[name])


def _pictures(source: str) -> list[str]:
    """Drawings that a template shows: ``asset:certificate/frame.svg``."""
    words = source.replace('"', " ").replace("'", " ").replace(")", " ").split()
    return [word[6:] for word in words if word.startswith("asset:") and "/" in word]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RenderError(f"读不出 {path.name}: {error}。", "请恢复该文件。") from None
