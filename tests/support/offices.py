"""Offices in temporary folders: takes a name, gives one that tests may use and break.

The sample college is imported and issued once per run; every test gets a copy of the
folder, which is allowed while no process works on it. ``OfficeFolder.run`` starts the
real command; ``OfficeFolder.walk`` is the same words in this process, for speed.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from printshop.app import initialise, open_shop
from printshop.cli import main
from printshop.issue.compose import Particulars
from printshop.kinds import KINDS
from printshop.render.press import Press
from printshop.settings import Settings, bundled, load
from printshop.shop import Shop
from printshop.shop.issuing import IssueReport, Wish
from printshop.shop.recording import ImportWish
from printshop.shop.selection import Selection
from printshop.shop.tools import Press as AnyPress

__all__ = [
    "ACTOR",
    "SAMPLES",
    "Clock",
    "OfficeFolder",
    "Ran",
    "correct",
    "correction",
    "elsewhere",
    "empty_office",
    "empty_seed",
    "imported_office",
    "imported_seed",
    "issue",
    "issued_office",
    "issued_seed",
    "new_office",
    "offices_root",
    "shared_press",
    "walk",
]

SAMPLES = bundled("samples")
ACTOR = "测试员"
WALKERS = ("acceptance", "app", "cli", "docs", "shop")
OPENING = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)  # 9 in the morning at the office


@dataclass
class Clock:
    """An office clock that tests turn; each look takes a second."""

    now: datetime = OPENING

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def turn(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


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
    variables: Mapping[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "printshop", "--home", str(self.home), *words]

    @property
    def environment(self) -> dict[str, str]:
        """This process's, with nothing of printshop's but what the test set."""
        mine = {k: v for k, v in os.environ.items() if not k.startswith("PRINTSHOP_")}
        return mine | dict(self.variables)

    def run(self, *words: str, expect: int | None = 0) -> Ran:
        """Run the real command."""
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )
        ran = Ran(done.returncode, done.stdout, done.stderr)
        return _expected(ran, words, expect)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start the real command in a session of its own, so that it can be killed."""
        return subprocess.Popen(
            self.command(*words),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=self.environment,
            start_new_session=True,
        )

    def walk(self, *words: str, expect: int | None = 0) -> Ran:
        """The command in this process."""
        ran = walk("--home", str(self.home), *words)
        return _expected(ran, words, expect)

    def take_keys_of(self, other: OfficeFolder) -> None:
        """Be the same office: its keyed shuffle then gives the same numbers."""
        for name in ("journal", "numbers"):
            key = (other.home / "secrets" / f"{name}.key").read_text()
            (self.home / "secrets" / f"{name}.key").write_text(key)

    def import_college(self) -> Ran:
        """Import the sample college with its photos."""
        return self.run(
            "records",
            "import",
            str(SAMPLES / "college.xlsx"),
            "--photos",
            str(SAMPLES / "photos"),
        )

    @property
    def settings(self) -> Settings:
        """Its settings, whatever this process's environment says."""
        return load(self.home, environ=self.variables)

    @contextmanager
    def shop(
        self, press: AnyPress | None = None, clock: Clock | None = None
    ) -> Iterator[Shop]:
        """The wired shop; with a warm press and a clock of the test's where given."""
        shop = open_shop(self.settings)
        changes: dict[str, Any] = {}
        if press is not None:
            changes["press"] = lambda: nullcontext(press)
        if clock is not None:
            changes["clock"] = clock
        try:
            yield Shop(replace(shop.tools, **changes))
        finally:
            shop.close()

    def copy_to(self, home: Path) -> OfficeFolder:
        """The same office elsewhere; legal while no process works on it."""
        shutil.copytree(self.home, home)
        return OfficeFolder(home)


def _expected(ran: Ran, words: tuple[str, ...], code: int | None) -> Ran:
    if code is not None:
        told = f"{ran.out[-2000:]}\n{ran.err[-4000:]}"
        assert ran.code == code, f"{words}: {ran.code}\n{told}"
    return ran


def walk(*words: str) -> Ran:
    """The command in this process, from words to exit code."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(lambda _verifier, _host, _port: None, words)
        except SystemExit as leave:
            code = int(leave.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def issue(
    shop: Shop, kind: str, *students: str, language: str | None = None, **wish: Any
) -> IssueReport:
    """Issue a kind to some students, or to everybody."""
    one = KINDS[kind]
    selection = wish.pop("selection", Selection(student_nos=students))
    return shop.issuing.issue(
        Wish(one, selection, language or one.languages[0], **wish), actor=ACTOR
    )


def correction(
    path: Path, sheet: str, where: Mapping[str, str], cells: Mapping[str, Any]
) -> Path:
    """A sample's first row that looks so, with other values in some cells."""
    source = load_workbook(SAMPLES / "college.xlsx", read_only=True)
    head, *rows = source[sheet].iter_rows(values_only=True)
    known = [dict(zip(head, row, strict=True)) for row in rows]
    source.close()
    row = next(one for one in known if all(str(one[k]) == v for k, v in where.items()))
    assert set(cells) <= set(head), cells
    book = Workbook()
    book.active.title = sheet
    book.active.append(list(head))
    book.active.append(list((row | dict(cells)).values()))
    book.save(path)
    return path


def correct(
    shop: Shop,
    sheet: str,
    student_no: str,
    *,
    where: Mapping[str, str] | None = None,
    **cells: Any,
) -> None:
    """Import a correction of one student's row."""
    wanted = {"学号": student_no} | dict(where or {})
    path = correction(Path("correction.xlsx"), sheet, wanted, cells)
    done = shop.recording.take_in(ImportWish(path), actor=ACTOR)
    assert done.flawless, [p.why for p in done.rows.problems] if done.rows else done


@pytest.fixture(autouse=True)
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands write their reports where one stands: not into the checkout."""
    if request.path.parent.name in WALKERS:
        place: Path = request.getfixturevalue("tmp_path") / "desk"
        place.mkdir()
        monkeypatch.chdir(place)


@pytest.fixture(scope="session")
def shared_press() -> Iterator[Press]:
    """Two warm processes that draw for the whole session."""
    with Press(bundled("fonts"), workers=2) as press:
        yield press


def _once(root: Path, name: str, make: Callable[[Path], None]) -> OfficeFolder:
    """A folder that whichever test process comes first makes for all of them."""
    root.mkdir(exist_ok=True)
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home, draft = root / name, root / f"{name}.draft"
        if not home.exists():
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(home)
    return OfficeFolder(home)


@pytest.fixture(scope="session")
def offices_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the seeds lie: shared by the processes of one run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return shared / "seed-offices"


@pytest.fixture(scope="session")
def empty_seed(offices_root: Path) -> OfficeFolder:
    """Initialised, with the settings of the samples."""

    def make(home: Path) -> None:
        text = (SAMPLES / "office.toml").read_text(encoding="utf-8")
        initialise(load(home, environ={}), text)

    return _once(offices_root, "empty", make)


@pytest.fixture(scope="session")
def imported_seed(offices_root: Path, empty_seed: OfficeFolder) -> OfficeFolder:
    """The sample college with its photos."""

    def make(home: Path) -> None:
        with empty_seed.copy_to(home).shop(clock=Clock()) as shop:
            wish = ImportWish(SAMPLES / "college.xlsx", SAMPLES / "photos")
            assert shop.recording.take_in(wish, actor=ACTOR).flawless

    return _once(offices_root, "imported", make)


@pytest.fixture(scope="session")
def issued_seed(
    offices_root: Path, imported_seed: OfficeFolder, shared_press: Press
) -> OfficeFolder:
    """All certificates of the sample college, and one of everything else."""

    def make(home: Path) -> None:
        with imported_seed.copy_to(home).shop(shared_press, Clock()) as shop:
            for kind in ("graduation", "completion", "attendance"):
                assert not issue(shop, kind).failed
            for kind, student in AT_THE_COUNTER:
                for language in KINDS[kind].languages:
                    report = issue(
                        shop,
                        kind,
                        student,
                        language=language,
                        particulars=Particulars(purpose="求职"),
                    )
                    assert len(report.issued) == 1, report

    return _once(offices_root, "issued", make)


AT_THE_COUNTER = (
    ("transcript", "2022010118"),
    ("education", "2023010101"),
    ("enrollment", "2024010104"),
    ("roll-status", "2023020106"),
    ("form-suspension", "2024010104"),
    ("form-resumption", "2023020107"),
    ("form-withdrawal", "2024010105"),
    ("form-major-change", "2024010106"),
    ("form-transfer", "2024010107"),
    ("form-retention", "2024010108"),
)


@pytest.fixture
def new_office(
    tmp_path: Path, empty_seed: OfficeFolder
) -> Callable[[str], OfficeFolder]:
    """Makes initialised, empty offices with keys of their own."""

    def make(name: str = "office") -> OfficeFolder:
        home = tmp_path / name
        text = (SAMPLES / "office.toml").read_text(encoding="utf-8")
        initialise(load(home, environ={}), text)
        return OfficeFolder(home)

    return make


@pytest.fixture
def empty_office(tmp_path: Path, empty_seed: OfficeFolder) -> OfficeFolder:
    """An initialised office without any student."""
    return empty_seed.copy_to(tmp_path / "office")


@pytest.fixture
def imported_office(tmp_path: Path, imported_seed: OfficeFolder) -> OfficeFolder:
    """An office that has imported the sample college."""
    return imported_seed.copy_to(tmp_path / "office")


@pytest.fixture
def issued_office(tmp_path: Path, issued_seed: OfficeFolder) -> OfficeFolder:
    """An office that has issued whatever can be issued."""
    return issued_seed.copy_to(tmp_path / "office")
