"""A set of font files goes in; a fontconfig that sees these and nothing else.

Pango asks fontconfig, and fontconfig by default offers every font of the machine.
So the process is given a configuration of our own, and what fontconfig really
sees is read back and compared: a font from elsewhere is an error, never a chance.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from printshop.errors import RenderError

#: The same file that Pango loads, so that its state is what is looked at.
_LIBRARY = "libfontconfig.so.1"
_FC_SET_SYSTEM = 0


class _FontSet(ctypes.Structure):
    _fields_ = (
        ("nfont", ctypes.c_int),
        ("sfont", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


def configuration(
    files: Iterable[Path],
    faces: Iterable[str],
    generic: Mapping[str, str],
    cache: Path,
) -> str:
    """The text of a ``fonts.conf``.

    Args:
        files: The font files, all in one folder.
        faces: PostScript names to let through; a TTC brings its JP, KR, TC and HK
            faces along, and they would draw the same names in other forms.
        generic: CSS generic family to the family that stands for it.
        cache: Folder for fontconfig's own cache.
    """
    paths = sorted(files)
    folders = sorted({path.parent for path in paths})
    globs = "".join(_tag("glob", str(path), 3) for path in (*folders, *paths))
    patterns = "".join(
        '   <pattern><patelt name="postscriptname">'
        f"<string>{escape(name)}</string></patelt></pattern>\n"
        for name in sorted(faces)
    )
    aliases = "".join(
        f' <alias binding="strong"><family>{escape(name)}</family>'
        f"<prefer><family>{escape(family)}</family></prefer></alias>\n"
        for name, family in sorted(generic.items())
    )
    # Hinting would move widths by the pixel grid of a screen that does not exist.
    return f"""\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{"".join(_tag("dir", str(folder), 1) for folder in folders)}\
{_tag("cachedir", str(cache), 1)}\
 <config><rescan><int>0</int></rescan></config>
 <selectfont>
  <rejectfont>
   <glob>*</glob>
   <pattern><patelt name="scalable"><bool>true</bool></patelt></pattern>
   <pattern><patelt name="scalable"><bool>false</bool></patelt></pattern>
  </rejectfont>
  <acceptfont>
{globs}{patterns}\
  </acceptfont>
 </selectfont>
 <match target="font">
  <edit name="hinting" mode="assign"><bool>false</bool></edit>
  <edit name="autohint" mode="assign"><bool>false</bool></edit>
  <edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
  <edit name="embeddedbitmap" mode="assign"><bool>false</bool></edit>
  <edit name="antialias" mode="assign"><bool>true</bool></edit>
 </match>
{aliases}\
</fontconfig>
"""


def _tag(name: str, text: str, indent: int) -> str:
    return f"{' ' * indent}<{name}>{escape(text)}</{name}>\n"


def point_at(conf: Path) -> None:
    """Make every later fontconfig start of this process read ``conf``."""
    os.environ["FONTCONFIG_FILE"] = str(conf)
    os.environ["FONTCONFIG_PATH"] = str(conf.parent)
    os.environ.pop("FONTCONFIG_SYSROOT", None)
    # Otherwise LANG would choose in which language a family is named in the PDF.
    os.environ["FC_LANG"] = "en"


def seen_files() -> frozenset[Path]:
    """The font files that fontconfig offers in this process.

    The first call starts fontconfig, if nothing in the process has done so yet.

    Raises:
        RenderError: There is no fontconfig on this machine.
    """
    library = _library()
    fonts = library.FcConfigGetFonts(library.FcConfigGetCurrent(), _FC_SET_SYSTEM)
    if not fonts:
        return frozenset()
    files: set[Path] = set()
    found = ctypes.c_char_p()
    for index in range(fonts.contents.nfont):
        pattern = fonts.contents.fonts[index]
        if library.FcPatternGetString(pattern, b"file", 0, ctypes.byref(found)) == 0:
            files.add(Path(os.fsdecode(found.value or b"")))
    return frozenset(files)


def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        raise RenderError(
            "系统里没有 fontconfig, 无法排版。", "请安装: apt-get install fontconfig。"
        ) from None
    library.FcConfigGetCurrent.restype = ctypes.c_void_p
    library.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    library.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.FcPatternGetString.argtypes = (
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_char_p),
    )
    return library
