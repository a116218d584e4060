"""A finished PDF goes in; everything that keeps it from being archival comes out.

The rules are those of ISO 19005-2 and -3, level B, that a page made by printshop
could break, and the office's own: only fonts of the folder, searchable text, filled
metadata. They run on every output. They are no full validator: the suite runs one
besides, on a sample of every kind.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pikepdf
from defusedxml import ElementTree

from printshop.errors import RenderError
from printshop.render.conformance_fonts import font_findings
from printshop.render.fonts import FontSet

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PARTS = ("2", "3")
_LEVELS = ("B", "U", "A")
_BAD_FILTERS = ("/LZWDecode", "/LZW", "/Crypt")
# ISO 19005-2, 6.5.1; and GoToR, GoToE, SubmitForm, which lead out of the paper.
_BAD_ACTIONS = (
    *("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide"),
    *("/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/RichMediaExecute"),
    *("/GoToR", "/GoToE", "/SubmitForm"),
)
_OPERATORS = "k K BI ID EI"


def check(pdf: bytes, fonts: FontSet) -> list[str]:
    """Everything that is wrong with a PDF, in the office's words; empty if nothing.

    Args:
        pdf: The finished file.
        fonts: The fonts that it may have been drawn with.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            if opened.is_encrypted:
                return ["文件加了密。"]
            objects = list(opened.objects)
            found = [finding for rule in _FILE_RULES for finding in rule(opened)]
            found += _object_findings(objects)
            found += font_findings(objects, fonts)
            return list(dict.fromkeys(found))
    except pikepdf.PasswordError:
        return ["文件加了密。"]
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        return [f"PDF 无法解析: {error}。"]


def require(pdf: bytes, fonts: FontSet) -> None:
    """Stop if a PDF must not be archived.

    Raises:
        RenderError: Lists every finding of ``check``.
    """
    found = check(pdf, fonts)
    if found:
        raise RenderError(
            "生成的 PDF 不合归档要求: " + "".join(found),
            "这是模板或程序的缺陷, 文书未签发; 请把这段文字报给维护人员。",
        )


def _version(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not "1.4" <= pdf.pdf_version <= "1.7":
        yield f"PDF 版本 {pdf.pdf_version} 不是 1.4 至 1.7。"
    if "/ID" not in pdf.trailer:
        yield "文件尾没有 ID。"


def _xmp(pdf: pikepdf.Pdf) -> Iterator[str]:
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        yield "没有 XMP 元数据。"
        return
    try:
        tree = ElementTree.fromstring(stream.read_bytes())
    except ElementTree.ParseError as error:
        yield f"XMP 元数据不是合法的 XML: {error}。"
        return
    part, level = _property(tree, "part"), _property(tree, "conformance")
    if part not in _PARTS or level not in _LEVELS:
        yield f"XMP 声明的是 PDF/A-{part or '无'}{level.lower()}, 不是 2b 或 3b。"
    for name, label, key in (
        ("title", "标题", "/Title"),
        ("creator", "作者", "/Author"),
    ):
        values = [
            (item.text or "").strip()
            for item in tree.iterfind(f".//{_DC}{name}//{_RDF}li")
        ]
        said = str(pdf.docinfo.get(key, "")).strip()
        if not any(values) or not said:
            yield f"没有填写{label}。"
        elif said not in (values[0], ", ".join(values)):
            yield f"{label}在文件信息里和 XMP 里不一致。"


def _property(tree: Any, name: str) -> str:
    # RDF allows a property as an attribute or as an element.
    for description in tree.iter(f"{_RDF}Description"):
        value = description.get(f"{_PDFAID}{name}")
        if value is None:
            value = description.findtext(f"{_PDFAID}{name}")
        if value is not None:
            return str(value).strip()
    return ""


def _catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not str(root.get("/Lang", "")).strip():
        yield "没有填写语言。"
    action = root.get("/OpenAction")
    if isinstance(action, pikepdf.Dictionary) and action.get("/S") != "/GoTo":
        yield "文件打开时会执行动作 (OpenAction)。"
    if "/JavaScript" in root.get("/Names", {}):
        yield "文件含有 JavaScript。"
    form: Any = root.get("/AcroForm", {})
    if "/XFA" in form or form.get("/NeedAppearances", False):
        yield "文件含有动态表单。"
    if not any(
        intent.get("/S") == "/GTS_PDFA1"
        and isinstance(intent.get("/DestOutputProfile"), pikepdf.Stream)
        for intent in _dictionaries(root.get("/OutputIntents", []))
    ):
        yield "没有输出意图 (OutputIntent) 色彩特性。"


def _dictionaries(array: Iterable[Any]) -> Iterator[pikepdf.Dictionary]:
    return (item for item in array if isinstance(item, pikepdf.Dictionary))


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        for step in pikepdf.parse_content_stream(page, operators=_OPERATORS):
            if isinstance(step, pikepdf.ContentStreamInlineImage):
                yield f"第 {number} 页含有内嵌图像, 无法逐项检查。"
            else:
                yield f"第 {number} 页用了 CMYK 颜色, 与输出意图不符。"


_FILE_RULES: tuple[Callable[[pikepdf.Pdf], Iterable[str]], ...] = (
    _version,
    _xmp,
    _catalog,
    _pages,
)


def _object_findings(objects: list[Any]) -> list[str]:
    found: list[str] = []
    for thing in objects:
        for part in _parts(thing):
            if isinstance(part, pikepdf.Stream):
                found.extend(_stream(part))
            found.extend(_dictionary(part))
    return found


def _parts(thing: Any) -> Iterator[Any]:
    """A dictionary or stream and all that is written directly inside it."""
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        inner: Iterable[Any] = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    for value in inner:
        direct = isinstance(value, pikepdf.Object) and not value.is_indirect
        if direct:
            yield from _parts(value)


def _stream(stream: pikepdf.Stream) -> Iterator[str]:
    filters: Any = stream.get("/Filter", [])
    for name in filters if isinstance(filters, pikepdf.Array) else [filters]:
        if str(name) in _BAD_FILTERS:
            yield f"数据流用了不允许的过滤器 {str(name)[1:]}。"
    if "/F" in stream or "/FFilter" in stream:
        yield "数据流引用了外部文件。"
    kind = stream.get("/Subtype")
    if kind == "/PS" or (kind == "/Form" and ("/Ref" in stream or "/OPI" in stream)):
        yield "页面引用了外部内容 (PS、Ref 或 OPI)。"
    if kind == "/Image":
        yield from _image(stream)


def _image(stream: pikepdf.Stream) -> Iterator[str]:
    if stream.get("/Interpolate", False):
        yield "图像要求插值 (Interpolate)。"
    if "/Alternates" in stream or "/OPI" in stream:
        yield "图像引用了替代图像。"
    if stream.get("/ColorSpace") == "/DeviceCMYK":
        yield "图像是 CMYK 颜色, 与输出意图不符。"


def _dictionary(thing: Any) -> Iterator[str]:
    kind = thing.get("/Type")
    if "/AA" in thing:
        yield "文件含有自动动作 (AA)。"
    # An action need not say /Type /Action, so its /S alone is looked at.
    action = str(thing.get("/S", ""))
    if action == "/JavaScript" or "/JS" in thing:
        yield "文件含有 JavaScript。"
    elif action in _BAD_ACTIONS:
        yield f"文件含有不允许的动作 {action[1:]}。"
    if kind in ("/Filespec", "/F") and "/EF" not in thing:
        yield "文件引用了外部文件。"
    elif kind in ("/Filespec", "/F") and "/AFRelationship" not in thing:
        yield "附件没有说明与正文的关系。"
    if kind == "/Annot" and thing.get("/Subtype") != "/Popup":
        flags = int(thing.get("/F", 0))
        if flags & 0b100 == 0 or flags & 0b100011:
            yield "批注不会被打印。"
