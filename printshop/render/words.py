"""Facts and a frozen design go in; the words of the page come out, as HTML.

Templates run in a sandbox and every fact is escaped: a name is text, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from printshop.errors import PrintshopError, RenderError
from printshop.issue.facts import PRINTED
from printshop.kinds import kind_of
from printshop.render.chinese import FILTERS
from printshop.render.design import entry_names, style_names
from printshop.render.layout import Layout
from printshop.render.model import Design, PageRequest


class _Designs:
    """Compiled templates by the design's checksum."""

    def __init__(self) -> None:
        self._known: dict[str, ImmutableSandboxedEnvironment] = {}

    def of(self, design: Design) -> ImmutableSandboxedEnvironment:
        if design.sha256 not in self._known:
            if len(self._known) >= 32:
                self._known.clear()
            environment = ImmutableSandboxedEnvironment(
                autoescape=True,
                undefined=StrictUndefined,
                loader=DictLoader(design.sources),
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.filters.update(FILTERS)
            self._known[design.sha256] = environment
        return self._known[design.sha256]


_designs = _Designs()


def write(request: PageRequest, layout: Layout, assets: dict[str, bytes]) -> str:
    """The page as HTML.

    Raises:
        RenderError: The template is faulty, unsafe, or uses a fact that is not
            there.
    """
    design = request.design
    context = {
        "facts": request.facts,
        "kind": kind_of(request.kind),
        "lang": request.language,
        "layout": layout,
        "qr": "asset:qr" if "asset:qr" in assets else None,
        "photo": "asset:photo" if "asset:photo" in assets else None,
        "verify_at": request.verify_at,
        "verify_code": spoken_code(request.qr),
        "specimen": request.specimen,
        "proof": request.proof,
    }
    return _render(design, _entry(design, layout), context)


def pictures(design: Design, layout: Layout) -> dict[str, bytes]:
    """The drawings of a design; they may depend on the layout, never on facts."""
    return dict(_pictures(_Keyed(design, layout)))


def style_sheets(design: Design, layout: Layout) -> list[str]:
    """The design's style sheets in order; no template language in them."""
    names = style_names(kind_of(design.kind), layout.variant)
    return [design.sources[name] for name in names if name in design.sources]


def fields_of(request: PageRequest) -> dict[str, str]:
    """Every text of the facts under its name in the office's words."""
    fields: dict[str, str] = {}
    described = PRINTED[request.kind].model_fields
    for name, value in request.facts.items():
        field = described.get(name)
        label = _short(field.description or name) if field else name
        for text in _texts(value):
            fields[label] = fields.get(label, "") + text
    return fields


def _entry(design: Design, layout: Layout) -> str:
    names = entry_names(kind_of(design.kind), layout.variant, design.language)
    for name in names:
        if name in design.sources:
            return name
    raise RenderError(
        f"冻结的设计里没有模板 {' 或 '.join(names)}。", "登记的设计不完整, 请核查归档。"
    )


class _Keyed:
    """A design and its layout, hashed by the design's checksum."""

    def __init__(self, design: Design, layout: Layout) -> None:
        self.design, self.layout = design, layout

    def __hash__(self) -> int:
        return hash(self.design.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.design.sha256 == self.design.sha256


@lru_cache(maxsize=32)
def _pictures(keyed: _Keyed) -> dict[str, bytes]:
    return {
        f"asset:{name}": _render(keyed.design, name, {"layout": keyed.layout}).encode()
        for name in keyed.design.sources
        if name.endswith(".svg")
    }


def _render(design: Design, name: str, context: dict[str, Any]) -> str:
    try:
        return _designs.of(design).get_template(name).render(context)
    except PrintshopError:
        raise
    except (TemplateError, ValueError, TypeError, ArithmeticError) as error:
        raise RenderError(
            f"模板 {name} 出错: {error}。", "请改正模板或补齐文书的数据。"
        ) from None


def _short(description: str) -> str:
    for mark in ",，;；:：（(":
        description = description.split(mark)[0]
    return description.strip()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def spoken_code(qr: str | None) -> str:
    """The code at the end of the symbol's link, in fours, for whoever has no camera."""
    if qr is None:
        return ""
    code = qr.partition("#")[0].rsplit("/", 1)[-1]
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
