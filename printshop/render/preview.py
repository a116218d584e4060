"""A kind of document goes in, a page of its sample facts comes out, as PDF or PNG."""

from __future__ import annotations

import io
from datetime import date
from functools import lru_cache
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from printshop.issue.facts import FACTS, PRINTED
from printshop.kinds import Numbering, kind_of
from printshop.render.design import load_design
from printshop.render.fonts import FontSet
from printshop.render.model import Page, PageRequest
from printshop.render.page import make_page

# The shape and length of a real address: version 3 of the symbol.
SAMPLE_QR = "HTTPS://VERIFY.EXAMPLE.EDU.CN/C/0123456789ABCDEFGHJKMNPQRS"
_POINTS_PER_INCH = 72

# The longest that registers hold (民委发〔2016〕33号: 25 characters and more), and
# characters that lie outside the basic plane.
WORST = {
    "name": "买买提江·阿卜杜热合曼·吐尔逊江·艾则孜·依明江",
    "name_en": "MAIMAITIJIANG Abudureheman Tuersunjiang Aizezi",
    "programme": "智能网联汽车技术与新能源动力电池管理系统应用工程方向",
    "programme_en": "Intelligent Connected Vehicles and Battery Management Systems",
    "school": "示例省示例市示例民族职业技术师范高等专科学校",
    "school_en": "Sample National Vocational and Technical Teachers College",
    "college": "智能制造与新能源汽车工程产业学院",
    "class_name": "智能网联汽车技术2301班（中高职贯通）",
    "principal": "䶮𬱖·𬭸尔江",
    "shortfall": "部分课程及毕业设计（论文）成绩不合格",
    "studied": "已修完前五个学期教学计划规定的全部课程",
    "reason": "因病经学校批准退学",
    "address": "示例省示例市示例区示例大道东段北侧 10086 号示例校区",
    "purpose": "办理赴境外升学的签证与学历认证手续",
}


def preview_request(
    kind: str,
    layout: str | None = None,
    language: str | None = None,
    *,
    worst: bool = False,
    proof: bool = False,
) -> PageRequest:
    """A specimen request of a kind's sample facts.

    Args:
        kind: Code or title of the kind.
        layout: Name of the layout, or None for the default one.
        language: Language, or None for the kind's first.
        worst: Use the longest texts and rarest characters that may occur.
        proof: Show boxes and anchors.
    """
    one = kind_of(kind)
    chosen = language or one.languages[0]
    facts_class = PRINTED[one.code]
    changes: dict[str, Any] = {}
    if worst:
        changes = {k: v for k, v in WORST.items() if k in facts_class.model_fields}
    if one.numbering is Numbering.NONE and "number" in facts_class.model_fields:
        changes["number"] = None
    facts = facts_class.sample(**changes).plain()
    return PageRequest(
        document_id=f"preview-{one.code}",
        kind=one.code,
        language=chosen,
        facts=facts,
        design=load_design(one.code, layout, chosen),
        qr=SAMPLE_QR if one.code in FACTS else None,
        verify_at="verify.example.edu.cn",
        photo=sample_photo() if one.photo else None,
        date=date.fromisoformat(facts["issued_on"]),
        specimen=True,
        proof=proof,
    )


def preview(
    kind: str,
    layout: str | None = None,
    language: str | None = None,
    *,
    fonts: FontSet,
    worst: bool = False,
    proof: bool = False,
) -> Page:
    """A page of a kind's sample facts, marked 样张."""
    return make_page(
        preview_request(kind, layout, language, worst=worst, proof=proof), fonts
    )


def picture(pdf: bytes, dpi: float = 150, page: int = 0) -> bytes:
    """One page of a PDF as PNG."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[page].render(scale=dpi / _POINTS_PER_INCH).to_pil()
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


@lru_cache(maxsize=1)
def sample_photo() -> bytes:
    """A silhouette of the standard 480x640 pixels: nobody's face."""
    image = Image.new("RGB", (480, 640), (100, 197, 255))
    draw = ImageDraw.Draw(image)
    draw.ellipse((150, 96, 330, 330), fill=(88, 100, 116))
    draw.rounded_rectangle((204, 300, 276, 420), 30, fill=(88, 100, 116))
    draw.ellipse((56, 386, 424, 900), fill=(88, 100, 116))
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=90, dpi=(300, 300))
    return jpeg.getvalue()
