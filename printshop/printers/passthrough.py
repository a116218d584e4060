"""The pass-through queue: gives its PPD, and the guard that hands over only once.

With this PPD a queue hands a PDF on byte for byte. It says what CUPS's own filters
would otherwise decide: the job's scaling and orientation reach the printer as sent.

CUPS 3 drops PPDs and raw queues; whatever replaces this choice then, replaces it
here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path

GUARD = Path(__file__).with_name("guard.sh")

PASSTHROUGH_PPD = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "PASSTHRU.PPD"
*Product: "(printshop pass-through)"
*Manufacturer: "printshop"
*ModelName: "printshop pass-through"
*ShortNickName: "printshop pass-through"
*NickName: "printshop pass-through"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*FileSystem: False
*Throughput: "1"
*TTRasterizer: Type42
*cupsVersion: 2.4
*cupsMandatory: "print-scaling orientation-requested"
*cupsFilter2: "application/pdf application/pdf 0 -"
*OpenUI *InputSlot: PickOne
*DefaultInputSlot: auto
*InputSlot auto: ""
*InputSlot tray-1: ""
*InputSlot tray-2: ""
*InputSlot tray-3: ""
*InputSlot tray-4: ""
*InputSlot by-pass-tray: ""
*CloseUI: *InputSlot
"""


def guarded(uri: str) -> str:
    """The URI of a device behind the guard; see ``guard.sh``."""
    return f"once:/{uri}"


def unguarded(uri: str) -> str:
    """The URI of the device itself."""
    return uri.removeprefix("once:/")
