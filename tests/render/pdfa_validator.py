"""PDF files go in; what Apache PDFBox Preflight has against them comes out.

No validator of PDF/A-2 or -3 can be installed from the registries (veraPDF is on
none of them), so the file is shown to the only independent one that can: Debian's
PDFBox Preflight, which knows PDF/A-1b. Part 2 differs from part 1 in its container,
so a *copy* is made in which only the container is part 1: a classic cross-reference
table, plain metadata, bare CFF instead of CFF-in-OpenType, a CIDSet. Content, images,
glyphs, widths, colours and metadata values reach the validator unchanged. What is
then still part-1-only is filtered below, each with the clause that allows it.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
from defusedxml.ElementTree import fromstring
from fontTools.ttLib import TTFont

JAVA_FOLDER = Path("/usr/share/java")
JARS = (
    "preflight.jar",
    "pdfbox2.jar",
    "xmpbox.jar",
    "fontbox2.jar",
    "commons-logging.jar",
    "javax.activation.jar",
    "jaxb-api.jar",
)
PDFAID = "http://www.aiim.org/pdfa/ns/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

for prefix, namespace in (
    ("rdf", RDF),
    ("pdfaid", PDFAID),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("pdf", "http://ns.adobe.com/pdf/1.3/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
):
    ET.register_namespace(prefix, namespace)

#: (error code, text that must be in the message) that part 2 or 3 allows.
ALLOWED_SINCE_PART_2 = (
    # Transparency is part of PDF 1.7 and allowed: ISO 19005-2, 6.2.10.
    ("2.2.1", ""),  # a transparency group
    ("2.2.2", ""),  # a soft mask of an image
    ("4.1.1", ""),  # a soft mask in the graphics state
    ("4.1.2", ""),  # opacity (CA, ca) below 1
)


def available() -> bool:
    """Whether Java and Preflight are installed."""
    jars = all((JAVA_FOLDER / jar).exists() for jar in JARS)
    return jars and shutil.which("java") is not None


def findings(pdfs: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """Validate all files in one start of Java.

    Args:
        pdfs: Name to file; names are free of slashes.
        folder: An empty folder to work in.

    Returns:
        Name to ``code message`` of every error that part 2 and 3 forbid as well.
    """
    found: dict[str, list[str]] = {}
    paths: dict[str, Path] = {}
    for number, (name, pdf) in enumerate(pdfs.items()):
        try:
            copy = with_part_1_container(pdf)
        except pikepdf.PdfError as error:
            found[name] = [f"unreadable {error}"]
            continue
        paths[name] = folder / f"{number}.pdf"
        paths[name].write_bytes(copy)
    if paths:
        listing = folder / "list.txt"
        listing.write_text("".join(f"{path}\n" for path in paths.values()))
        _run(listing)
        written = (folder / "list.txt.preflight.xml").read_bytes()
        root = fromstring(written)
        for name, result in zip(paths, root.iter("preflight"), strict=True):
            found[name] = _errors(result)
    return found


def _run(listing: Path) -> None:
    subprocess.run(
        [
            "java",
            "-cp",
            ":".join(str(JAVA_FOLDER / jar) for jar in JARS),
            "-Djava.awt.headless=true",
            "org.apache.pdfbox.preflight.Validator_A1b",
            "xml",
            "group",
            str(listing),
        ],
        # Preflight exits with 1 when any file is invalid.
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
    )


def _errors(result: ET.Element) -> list[str]:
    valid = result.findtext("isValid")
    errors = []
    for error in result.iter("error"):
        code = (error.findtext("code") or "").strip()
        details = (error.findtext("details") or "").strip()
        allowed = any(
            code == known and text in details for known, text in ALLOWED_SINCE_PART_2
        )
        if not allowed:
            errors.append(f"{code} {details}")
    if valid is None:
        errors.append(f"no verdict: {ET.tostring(result, 'unicode')}")
    return errors


def with_part_1_container(pdf: bytes) -> bytes:
    """A copy whose container is PDF/A-1; nothing that is drawn is touched."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        metadata = opened.Root.get("/Metadata")
        if isinstance(metadata, pikepdf.Stream):
            plain = _part_1_metadata(metadata.read_bytes())
            opened.Root.Metadata = opened.make_indirect(pikepdf.Stream(opened, plain))
            opened.Root.Metadata.Type = pikepdf.Name.Metadata
            opened.Root.Metadata.Subtype = pikepdf.Name.XML
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Stream):
                if thing.get("/Subtype") == "/OpenType":
                    font = TTFont(io.BytesIO(thing.read_bytes()), lazy=True)
                    thing.write(font.reader["CFF "])
                    thing.Subtype = pikepdf.Name.CIDFontType0C
            elif isinstance(thing, pikepdf.Dictionary) and "/FontDescriptor" in thing:
                _add_cid_set(opened, thing)
        out = io.BytesIO()
        opened.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            force_version="1.4",
            deterministic_id=True,
        )
    return out.getvalue()


def _add_cid_set(pdf: pikepdf.Pdf, font: pikepdf.Dictionary) -> None:
    """Give a CID font the CIDSet that part 2 may leave out (6.2.11.4.2: "if present").

    Preflight takes a font without it for invalid and then skips its glyphs and
    widths, which are what this is all for.
    """
    if font.get("/Subtype") not in ("/CIDFontType0", "/CIDFontType2"):
        return
    cids = {0}
    first = 0
    for item in font.get("/W", []):
        if isinstance(item, pikepdf.Array):
            cids |= set(range(first, first + len(item)))
        else:
            first = int(item)
    bits = bytearray(max(cids) // 8 + 1)
    for cid in cids:
        bits[cid // 8] |= 0x80 >> cid % 8
    font.FontDescriptor.CIDSet = pdf.make_indirect(pikepdf.Stream(pdf, bytes(bits)))


def _part_1_metadata(xmp: bytes) -> bytes:
    """The same values, claiming part 1 level B, each with its own namespaces.

    Preflight misses a namespace that is declared on ``rdf:RDF`` instead of on
    ``rdf:Description``, which RDF allows.
    """
    try:
        tree = fromstring(xmp)
    except ET.ParseError:
        return xmp
    parts: list[str] = []
    for description in tree.iter(f"{{{RDF}}}Description"):
        for name, value in (("part", "1"), ("conformance", "B")):
            if description.get(f"{{{PDFAID}}}{name}") in ("2", "3", "U", "A"):
                description.set(f"{{{PDFAID}}}{name}", value)
        parts.append(ET.tostring(description, "unicode"))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{RDF}">{"".join(parts)}</rdf:RDF></x:xmpmeta>\n'
        '<?xpacket end="w"?>'
    ).encode()
