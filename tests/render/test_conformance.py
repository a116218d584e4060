"""Each rule refuses a page that breaks it, and none refuses the page that does not."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageChops

from printshop.errors import RenderError
from printshop.render.conformance import check, require
from printshop.render.fonts import FontSet

Break = Callable[[Pdf], None]


def broken(pdf: bytes, how: Break, **saving: object) -> bytes:
    """The good page after one change."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        how(opened)
        out = io.BytesIO()
        # Otherwise pikepdf mends the metadata that a test has just broken.
        opened.save(out, fix_metadata_version=False, **saving)
    return out.getvalue()


def fonts_of(pdf: Pdf, subtype: str) -> list[Dictionary]:
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, Dictionary)
        and thing.get("/Type") == "/Font"
        and thing.get("/Subtype") == subtype
    ]


def image_of(pdf: Pdf) -> Stream:
    return next(
        thing
        for thing in pdf.objects
        if isinstance(thing, Stream) and thing.get("/Subtype") == "/Image"
    )


def edit_xmp(old: str, new: str) -> Break:
    def edit(pdf: Pdf) -> None:
        text = pdf.Root.Metadata.read_bytes().decode()
        assert old in text
        pdf.Root.Metadata.write(text.replace(old, new).encode())

    return edit


def rename_font(pdf: Pdf) -> None:
    for font in fonts_of(pdf, "/CIDFontType2")[:1]:
        font.BaseFont = Name("/ABCDEF+SimSun")


def swap_program(pdf: Pdf) -> None:
    """The name stays ours, the glyphs come from a face of the same file that is not."""
    from fontTools.ttLib import TTFont

    font = fonts_of(pdf, "/CIDFontType0")[0]
    program = TTFont(io.BytesIO(font.FontDescriptor.FontFile3.read_bytes()))
    program["name"].setName("NotoSerifCJKjp-Regular", 6, 3, 1, 0x409)
    out = io.BytesIO()
    program.save(out)
    font.FontDescriptor.FontFile3.write(out.getvalue())


def spoil_program(pdf: Pdf) -> None:
    font = fonts_of(pdf, "/CIDFontType2")[0]
    font.FontDescriptor.FontFile2.write(b"no font at all")


def drop_program(pdf: Pdf) -> None:
    del fonts_of(pdf, "/CIDFontType2")[0].FontDescriptor["/FontFile2"]


def add_font(**keys: object) -> Break:
    def add(pdf: Pdf) -> None:
        font = Dictionary(Type=Name.Font, **keys)
        pdf.pages[0].Resources.Font["/Extra"] = pdf.make_indirect(font)

    return add


add_courier = add_font(Subtype=Name.Type1, BaseFont=Name.Courier)
add_type3 = add_font(Subtype=Name.Type3, CharProcs=Dictionary())


def add_annotation(annotation: Dictionary) -> Break:
    def add(pdf: Pdf) -> None:
        pdf.pages[0].Annots = Array([annotation])

    return add


def link(**action: object) -> Dictionary:
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        F=4,
        Rect=Array([0, 0, 9, 9]),
        A=Dictionary(**action),
    )


def add_content(content: bytes) -> Break:
    def add(pdf: Pdf) -> None:
        pdf.pages[0].contents_add(content)

    return add


def set_root(key: str, value: object) -> Break:
    def change(pdf: Pdf) -> None:
        pdf.Root[key] = value

    return change


def del_root(key: str) -> Break:
    def change(pdf: Pdf) -> None:
        del pdf.Root[key]

    return change


def set_image(key: str, value: object) -> Break:
    def change(pdf: Pdf) -> None:
        image_of(pdf)[key] = value

    return change


def add_stream(data: bytes, **keys: object) -> Break:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].Resources.XObject["/Extra"] = Stream(pdf, data, **keys)

    return change


def attach(**keys: object) -> Break:
    def change(pdf: Pdf) -> None:
        spec = Dictionary(Type=Name.Filespec, F="a.xml", UF="a.xml", **keys)
        names = Dictionary(Names=Array([String("a.xml"), pdf.make_indirect(spec)]))
        pdf.Root.Names = Dictionary(EmbeddedFiles=names)

    return change


def set_info(key: str, value: str) -> Break:
    def change(pdf: Pdf) -> None:
        pdf.docinfo[key] = value

    return change


def drop_tounicode(pdf: Pdf) -> None:
    del fonts_of(pdf, "/Type0")[0]["/ToUnicode"]


def set_encoding(pdf: Pdf) -> None:
    fonts_of(pdf, "/Type0")[0].Encoding = Name("/UniGB-UCS2-H")


def drop_descendants(pdf: Pdf) -> None:
    fonts_of(pdf, "/Type0")[0].DescendantFonts = Array([])


def drop_gid_map(pdf: Pdf) -> None:
    del fonts_of(pdf, "/CIDFontType2")[0]["/CIDToGIDMap"]


RULES: dict[str, tuple[Break, str]] = {
    # Fonts: embedded, ours, searchable.
    "not embedded": (drop_program, "LXGW-WenKai 没有嵌入"),
    "standard 14": (add_courier, "Courier 没有嵌入"),
    "foreign name": (rename_font, "SimSun 不在字体目录里"),
    "foreign program": (swap_program, "NotoSerifCJKjp-Regular, 不在字体目录里"),
    "spoilt program": (spoil_program, "已损坏"),
    "type 3": (add_type3, "Type 3"),
    "no ToUnicode": (drop_tounicode, "没有 ToUnicode"),
    "no ToUnicode, simple": (add_courier, "Courier 没有 ToUnicode"),
    "foreign encoding": (set_encoding, "编码没有嵌入"),
    "no descendant": (drop_descendants, "没有嵌入"),
    "no gid map": (drop_gid_map, "没有 CIDToGIDMap"),
    # Metadata.
    "no output intent": (del_root("/OutputIntents"), "OutputIntent"),
    "empty output intent": (
        set_root("/OutputIntents", Array([Dictionary(S=Name.GTS_PDFA1)])),
        "OutputIntent",
    ),
    "no XMP": (del_root("/Metadata"), "没有 XMP"),
    "XMP is no XML": (edit_xmp("<rdf:RDF", "<rdf:RDF <"), "不是合法的 XML"),
    "claims part 1": (edit_xmp('part="3"', 'part="1"'), "PDF/A-1b"),
    "claims nothing": (edit_xmp('pdfaid:part="3"', ""), "PDF/A-无"),
    "claims level X": (edit_xmp('conformance="B"', 'conformance="X"'), "PDF/A-3x"),
    "no title": (edit_xmp("毕业证书", ""), "没有填写标题"),
    "no title in info": (set_info("/Title", ""), "没有填写标题"),
    "other title": (set_info("/Title", "结业证书"), "标题在文件信息里和 XMP 里不一致"),
    "no author": (edit_xmp("示例职业技术学院", " "), "没有填写作者"),
    "other author": (set_info("/Author", "某学院"), "作者在文件信息里和 XMP"),
    "no language": (del_root("/Lang"), "没有填写语言"),
    "blank language": (set_root("/Lang", String(" ")), "没有填写语言"),
    # Scripts and actions.
    "open script": (
        set_root("/OpenAction", Dictionary(S=Name.JavaScript, JS=String("1"))),
        "OpenAction",
    ),
    "open launch": (
        set_root("/OpenAction", Dictionary(S=Name.Launch)),
        "不允许的动作 Launch",
    ),
    "named script": (
        set_root("/Names", Dictionary(JavaScript=Dictionary(Names=Array([])))),
        "JavaScript",
    ),
    "link script": (
        add_annotation(link(S=Name.JavaScript, JS=String("app.alert(1)"))),
        "JavaScript",
    ),
    "link to another file": (
        add_annotation(link(S=Name.GoToR, F=String("other.pdf"))),
        "不允许的动作 GoToR",
    ),
    "automatic action": (set_root("/AA", Dictionary()), "自动动作"),
    "automatic action of a page": (
        lambda pdf: pdf.pages[0].obj.__setitem__("/AA", Dictionary()),
        "自动动作",
    ),
    "dynamic form": (
        set_root("/AcroForm", Dictionary(NeedAppearances=True, Fields=Array([]))),
        "动态表单",
    ),
    "XFA": (set_root("/AcroForm", Dictionary(XFA=String("x"))), "动态表单"),
    "annotation that does not print": (
        add_annotation(
            Dictionary(Type=Name.Annot, Subtype=Name.Text, F=2, Rect=[0, 0, 1, 1])
        ),
        "不会被打印",
    ),
    # Images and streams.
    "interpolated": (set_image("/Interpolate", True), "Interpolate"),
    "alternate images": (set_image("/Alternates", Array([])), "替代图像"),
    "CMYK image": (set_image("/ColorSpace", Name.DeviceCMYK), "图像是 CMYK"),
    "CMYK ink": (add_content(b" 0 0 0 1 k "), "CMYK 颜色"),
    "inline image": (
        add_content(b" q BI /W 1 /H 1 /BPC 1 /IM true ID \x00 EI Q "),
        "内嵌图像",
    ),
    "PostScript": (
        add_stream(b"showpage", Type=Name.XObject, Subtype=Name.PS),
        "外部内容",
    ),
    "reference object": (
        add_stream(b"", Type=Name.XObject, Subtype=Name.Form, Ref=Dictionary()),
        "外部内容",
    ),
    "external stream": (add_stream(b"", F=String("http://x/")), "外部文件"),
    "file reference": (attach(), "引用了外部文件"),
    "attachment without relation": (attach(EF=Dictionary()), "附件没有说明"),
}


def test_the_good_page_has_no_findings(good_pdf: bytes, fonts: FontSet) -> None:
    assert check(good_pdf, fonts) == []
    require(good_pdf, fonts)


@pytest.mark.parametrize("rule", RULES)
def test_a_page_that_breaks_a_rule_is_found(
    good_pdf: bytes, fonts: FontSet, rule: str
) -> None:
    how, words = RULES[rule]
    found = check(broken(good_pdf, how), fonts)
    assert any(words in finding for finding in found), found


def test_a_finding_is_said_once(good_pdf: bytes, fonts: FontSet) -> None:
    twice = broken(good_pdf, lambda pdf: pdf.pages.append(pdf.pages[0]))
    found = check(broken(twice, set_image("/Interpolate", True)), fonts)
    assert found == ["图像要求插值 (Interpolate)。"]


def test_lzw_is_found(good_pdf: bytes, fonts: FontSet) -> None:
    # qpdf would decode the stream while saving, so the file is written untouched.
    def add(pdf: Pdf) -> None:
        stream = Stream(pdf, b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01")
        stream.Filter = Name.LZWDecode
        pdf.pages[0].Resources.XObject["/Extra"] = stream

    lzw = broken(
        good_pdf,
        add,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=False,
    )
    assert "数据流用了不允许的过滤器 LZWDecode。" in check(lzw, fonts)


@pytest.mark.parametrize("user", ["", "secret"])
def test_encryption_is_found(good_pdf: bytes, fonts: FontSet, user: str) -> None:
    keys = pikepdf.Encryption(owner="owner", user=user)
    locked = broken(good_pdf, lambda _: None, encryption=keys)
    assert check(locked, fonts) == ["文件加了密。"]


def test_a_newer_version_is_found(good_pdf: bytes, fonts: FontSet) -> None:
    newer = broken(good_pdf, lambda _: None, force_version="2.0")
    assert check(newer, fonts) == ["PDF 版本 2.0 不是 1.4 至 1.7。"]


def test_a_missing_id_is_found(good_pdf: bytes, fonts: FontSet) -> None:
    with pikepdf.open(io.BytesIO(good_pdf)) as opened:
        out = io.BytesIO()
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    without = out.getvalue().replace(b"/ID [", b"/XX [")
    assert check(without, fonts) == ["文件尾没有 ID。"]


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"<html>", bytes(5000)])
def test_what_is_no_pdf_is_a_finding_not_a_crash(pdf: bytes, fonts: FontSet) -> None:
    (finding,) = check(pdf, fonts)
    assert "PDF 无法解析" in finding


def test_a_font_of_another_set_is_foreign(good_pdf: bytes, fonts: FontSet) -> None:
    only_kai = FontSet(
        fonts.folder,
        tuple(font for font in fonts.fonts if font.family == "LXGW WenKai"),
        {"kai": ("LXGW WenKai",)},
    )
    found = check(good_pdf, only_kai)
    assert "字体 Noto-Serif-CJK-SC 不在字体目录里。" in found
    assert not any("LXGW" in finding for finding in found)


def test_require_lists_all_findings(good_pdf: bytes, fonts: FontSet) -> None:
    both = broken(broken(good_pdf, del_root("/Lang")), set_image("/Interpolate", True))
    with pytest.raises(RenderError, match="没有填写语言。图像要求插值"):
        require(both, fonts)


def test_qpdf_finds_nothing_in_the_good_page(good_pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "good.pdf"
    path.write_bytes(good_pdf)
    done = subprocess.run(
        ["qpdf", "--check", str(path)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


# The independent validator: it must accept the good page and see real faults.


def wrong_widths(pdf: Pdf) -> None:
    for font in (*fonts_of(pdf, "/CIDFontType0"), *fonts_of(pdf, "/CIDFontType2")):
        for item in font.W:
            if isinstance(item, Array):
                for at in range(len(item)):
                    item[at] = 333


INDEPENDENT: dict[str, tuple[Break, str]] = {
    "not embedded": (drop_program, "3.1.3"),
    "standard 14": (
        lambda pdf: (
            add_courier(pdf),
            add_content(b" BT /Extra 9 Tf (x) Tj ET ")(pdf),
        ),
        "3.",
    ),
    "spoilt program": (spoil_program, "3."),
    "wrong widths": (wrong_widths, "3.1.6"),
    "interpolated": (set_image("/Interpolate", True), "2.3.2"),
    "no output intent": (del_root("/OutputIntents"), "2.4"),
    "CMYK ink": (add_content(b" 0 0 0 1 k 0 0 9 9 re f "), "2.4.2"),
    "no XMP": (del_root("/Metadata"), "7."),
    "other title": (set_info("/Title", "结业证书"), "7.2"),
    "script": (
        set_root("/OpenAction", Dictionary(S=Name.JavaScript, JS=String("1"))),
        "6.2.5",
    ),
}


@pytest.fixture(scope="module")
def verdicts(
    good_pdf: bytes,
    pdfa_validator: ModuleType,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[str]]:
    """The good page and all broken ones, in one start of Java."""
    assert pdfa_validator.available(), "apt-get install libpdfbox2-java …"
    pages = {"good": good_pdf, "no pdf": b"nothing"}
    pages |= {name: broken(good_pdf, how) for name, (how, _) in INDEPENDENT.items()}
    return pdfa_validator.findings(pages, tmp_path_factory.mktemp("preflight"))


def test_preflight_accepts_the_good_page(verdicts: dict[str, list[str]]) -> None:
    assert verdicts["good"] == []


def test_preflight_sees_what_is_no_pdf(verdicts: dict[str, list[str]]) -> None:
    assert verdicts["no pdf"][0].startswith("unreadable")


@pytest.mark.parametrize("fault", INDEPENDENT)
def test_preflight_sees_a_broken_page(
    verdicts: dict[str, list[str]], fault: str
) -> None:
    code = INDEPENDENT[fault][1]
    assert any(finding.startswith(code) for finding in verdicts[fault]), verdicts[fault]


def test_the_copy_for_preflight_draws_the_same_page(
    good_pdf: bytes, pdfa_validator: ModuleType
) -> None:
    import pypdfium2

    def picture(pdf: bytes) -> Image.Image:
        return pypdfium2.PdfDocument(pdf)[0].render(scale=1.5).to_pil()

    copy = pdfa_validator.with_part_1_container(good_pdf)
    differences = ImageChops.difference(picture(copy), picture(good_pdf))
    # FreeType rounds bare CFF and CFF in OpenType apart by a shade.
    assert max(top for _, top in differences.getextrema()) <= 16
