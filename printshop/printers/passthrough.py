"""The pass-through queue: gives the one PPD that hands a PDF on byte for byte.

CUPS 3 drops PPDs and raw queues; whatever replaces this choice then, replaces it
here and nowhere else.
"""

from __future__ import annotations

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
