"""An office in a temporary folder, used through the command line as people do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from printshop.app import open_shop
from printshop.settings import bundled, load
from printshop.shop import Shop

SAMPLES = bundled("samples")


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class OfficeFolder:
    """An office folder and the command that works on it."""

    home: Path

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "printshop", "--home", str(self.home), *words]

    @property
    def environment(self) -> dict[str, str]:
        return {k: v for k, v in os.environ.items() if not k.startswith("PRINTSHOP_")}

    def run(self, *words: str, expect: int | None = 0) -> Ran:
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )
        ran = Ran(done.returncode, done.stdout, done.stderr)
        if expect is not None:
            assert ran.code == expect, f"{words}: {ran.code}\n{ran.out}\n{ran.err}"
        return ran

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*words),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=self.environment,
            start_new_session=True,
        )

    def take_keys_of(self, other: OfficeFolder) -> None:
        """Be the same office: its keyed shuffle then gives the same numbers."""
        for name in ("journal", "numbers"):
            key = (other.home / "secrets" / f"{name}.key").read_text()
            (self.home / "secrets" / f"{name}.key").write_text(key)

    def import_college(self) -> Ran:
        return self.run(
            "records",
            "import",
            str(SAMPLES / "college.xlsx"),
            "--photos",
            str(SAMPLES / "photos"),
        )

    def shop(self) -> Shop:
        return open_shop(load(self.home, environ={}))


@pytest.fixture
def new_office(tmp_path: Path) -> Callable[[str], OfficeFolder]:
    """Makes initialised, empty offices with the samples' settings."""

    def make(name: str = "office") -> OfficeFolder:
        office = OfficeFolder(tmp_path / name)
        office.home.mkdir()
        text = (SAMPLES / "office.toml").read_text(encoding="utf-8")
        (office.home / "printshop.toml").write_text(text, encoding="utf-8")
        office.run("init")
        return office

    return make


@pytest.fixture
def office(new_office: Callable[[str], OfficeFolder]) -> OfficeFolder:
    """An office that has imported the sample college with its photos."""
    made = new_office("office")
    made.import_college()
    return made
