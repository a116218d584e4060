"""Every kind in every language, with plain and with the longest facts, is archival."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from printshop.kinds import KINDS
from printshop.render.conformance import check
from printshop.render.fonts import FontSet
from printshop.render.preview import preview

CASES = [
    (kind.code, language, worst)
    for kind in KINDS.values()
    for language in kind.languages
    for worst in (False, True)
]


@pytest.fixture(scope="module")
def pages(active_fonts: FontSet) -> dict[str, bytes]:
    """One PDF per case."""
    return {
        f"{code} {language} {'worst' if worst else 'plain'}": preview(
            code, language=language, fonts=active_fonts, worst=worst
        ).pdf
        for code, language, worst in CASES
    }


def test_no_rule_is_broken(pages: dict[str, bytes], fonts: FontSet) -> None:
    findings = {name: check(pdf, fonts) for name, pdf in pages.items()}
    assert {name: found for name, found in findings.items() if found} == {}
    assert len(pages) == len(CASES)


def test_preflight_accepts_them_all(
    pages: dict[str, bytes], pdfa_validator: ModuleType, tmp_path: Path
) -> None:
    verdicts = pdfa_validator.findings(pages, tmp_path)
    assert {name: found for name, found in verdicts.items() if found} == {}
    assert len(verdicts) == len(CASES)


def test_qpdf_accepts_them_all(pages: dict[str, bytes], tmp_path: Path) -> None:
    complaints = {}
    for name, pdf in pages.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(
            ["qpdf", "--check", str(path)], capture_output=True, check=False, text=True
        )
        if done.returncode:
            complaints[name] = done.stdout + done.stderr
    assert complaints == {}
