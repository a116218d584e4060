"""What a simulated printer does with paper: takes a document, keeps a copy of it.

``ippeveprinter`` runs this file by path (isolated, ``python -I``) for every job, so
it imports nothing of printshop. A file in the ``faults`` folder plays a fault:

* ``NAME`` of a printer state reason, e.g. ``media-empty``: says so and waits until
  somebody removes the file, as a printer waits for paper;
* ``fail``: eats the document and reports failure;
* ``slow``: takes as many seconds as the file says;
* ``quiet``: does not report impressions.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

ACTIONS = ("fail", "slow", "quiet")


def say(line: str) -> None:
    """Tell ippeveprinter something: it reads our standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def wait_for_refill(faults: Path) -> None:
    """Stop on every fault file that names a state reason until it is gone."""
    for fault in sorted(faults.iterdir()):
        if fault.name in ACTIONS:
            continue
        say(f"STATE: +{fault.name}-error")
        while fault.exists():
            time.sleep(0.02)
        say(f"STATE: -{fault.name}-error")


def keep(document: Path, received: Path) -> int:
    """Copy a document under the next free number; give its count of pages."""
    content = document.read_bytes()
    number = 1
    while True:
        target = received / f"{number:06d}.pdf"
        try:
            handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            break
        except FileExistsError:
            number += 1
    with os.fdopen(handle, "wb") as sink:
        sink.write(content)
    attributes = {k: v for k, v in os.environ.items() if k.startswith("IPP_")}
    note = {"sha256": hashlib.sha256(content).hexdigest(), "attributes": attributes}
    draft = target.with_suffix(".tmp")
    draft.write_text(json.dumps(note, ensure_ascii=False, sort_keys=True), "utf-8")
    draft.replace(target.with_suffix(".json"))
    return max(1, len(re.findall(rb"/Type\s*/Page\b", content)))


def main(folder: Path, document: Path) -> int:
    """Print one document of a simulated printer that lives in ``folder``."""
    faults = folder / "faults"
    wait_for_refill(faults)
    if (faults / "slow").exists():
        time.sleep(float((faults / "slow").read_text()))
    if (faults / "fail").exists():
        return 1
    pages = keep(document, folder / "received")
    if not (faults / "quiet").exists():
        copies = int(os.environ.get("IPP_COPIES", "1"))
        say(f"ATTR: job-impressions-completed={pages * copies}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
