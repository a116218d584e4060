"""Wiring: takes settings, gives a shop. The only place that chooses anything.

Which database, which archive folder, how many render processes, which clock: all
of it is decided here and handed down, so that no stage reads a setting.
"""

from __future__ import annotations

import secrets
import time
import uuid
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from printshop.archive import Archive
from printshop.database import (
    Database,
    connect,
    current_revision,
    head_revision,
    upgrade,
)
from printshop.errors import DatabaseError, PrintshopError, SettingsError
from printshop.issue.office import Office
from printshop.journal import Journal
from printshop.printers.registry import open_printer
from printshop.render.fonts import FontSet
from printshop.render.model import Page, PageRequest
from printshop.render.press import Press
from printshop.settings import CONFIG_NAME, Settings
from printshop.shop import Shop
from printshop.shop.tools import Tools

KEYS = ("journal", "numbers")
KEY_BYTES = 32


def office_of(settings: Settings) -> Office:
    """The issuing office as the stages see it."""
    school, numbers = settings.school, settings.numbers
    return Office(
        code=school.code,
        name=school.name,
        name_en=school.name_en,
        principal=school.principal or None,
        principal_title=school.principal_title,
        office=school.office,
        office_en=school.office_en,
        address=school.address or None,
        address_en=school.address_en or None,
        phone=school.phone or None,
        type_digit=school.type_digit,
        number_order=numbers.order,
        number_patterns={"": numbers.pattern} | numbers.patterns,
        verify_url=settings.verify.url,
        gpa=settings.gpa,
        specimen=settings.specimen,
    )


def initialise(settings: Settings, config: str = "") -> list[str]:
    """Make an office: folders, keys, database; what is there already is kept.

    Args:
        settings: Where everything goes.
        config: Text of ``printshop.toml``, written only where none exists.

    Returns:
        A sentence for everything that was made.

    Raises:
        SettingsError: The keys are gone although the database has entries.
        DatabaseError: The database cannot be reached.
    """
    done: list[str] = []
    for folder in (settings.home, settings.archive_dir, settings.photos_dir):
        if not folder.is_dir():
            folder.mkdir(parents=True, mode=0o750)
            done.append(f"建立目录 {folder}")
    path = settings.home / CONFIG_NAME
    if config and not path.exists():
        path.write_text(config, encoding="utf-8")
        done.append(f"写入配置 {path}")
    database = connect(settings.database)
    try:
        before = current_revision(database)
        done += _make_keys(settings, fresh=before is None)
        if before != head_revision():
            upgrade(database)
            done.append("建立数据库" if before is None else "升级数据库")
    finally:
        database.close()
    return done


def _make_keys(settings: Settings, *, fresh: bool) -> list[str]:
    """Make missing keys, but never beside a database that was sealed with lost ones."""
    done = []
    for name in KEYS:
        path = _key_path(settings, name)
        if path.exists():
            continue
        if not fresh:
            raise _lost_key(path)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
        done.append(f"生成密钥 {path}")
    return done


def _key_path(settings: Settings, name: str) -> Path:
    return settings.secrets_dir / f"{name}.key"


def _lost_key(path: Path) -> SettingsError:
    return SettingsError(
        f"密钥 {path} 不见了。",
        "请从备份恢复; 不要另造一个, 否则日志和编号顺序就无法核对。",
    )


def read_keys(settings: Settings) -> dict[str, bytes]:
    """The office's keys.

    Raises:
        SettingsError: A key is missing or malformed.
    """
    keys = {}
    for name in KEYS:
        path = _key_path(settings, name)
        try:
            keys[name] = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            raise _lost_key(path) from None
        except ValueError:
            raise SettingsError(f"密钥 {path} 已损坏。", "请从备份恢复。") from None
        if len(keys[name]) != KEY_BYTES:
            raise SettingsError(f"密钥 {path} 长度不对。", "请从备份恢复。")
    return keys


def open_database(settings: Settings) -> Database:
    """The database, at the revision this version expects.

    Raises:
        DatabaseError: Not initialised, or of another version.
    """
    if settings.database_url is None and not (settings.home / "printshop.db").exists():
        raise DatabaseError(
            f"{settings.home} 还不是一个办公室目录。", "请先运行 printshop init。"
        )
    database = connect(settings.database)
    found = current_revision(database)
    if found != head_revision():
        database.close()
        raise DatabaseError(
            f"数据库版本是 {found or '空'}, 软件需要 {head_revision()}。",
            "请先备份, 然后运行 printshop init 升级。",
        )
    return database


def preview_page(settings: Settings, request: PageRequest) -> Page:
    """Draw one page that is neither numbered nor kept; needs no database.

    Raises:
        RenderError: The page cannot be drawn as it must be.
    """
    with Press(settings.fonts_dir, workers=1) as press:
        _, page = next(iter(press.map([request])))
    if isinstance(page, PrintshopError):
        raise page
    return page


def open_shop(settings: Settings) -> Shop:
    """Everything wired together.

    Raises:
        SettingsError: A key is missing.
        DatabaseError: The database is not there or of another version.
    """
    database = open_database(settings)
    keys = read_keys(settings)

    @cache
    def fonts() -> FontSet:
        return FontSet.load(settings.fonts_dir)

    def press() -> AbstractContextManager[Press]:
        return Press(settings.fonts_dir, settings.workers)

    return Shop(
        Tools(
            office=office_of(settings),
            database=database,
            journal=Journal(keys["journal"]),
            archive=Archive(settings.archive_dir),
            photos=settings.photos_dir,
            fonts=fonts,
            press=press,
            driver=lambda spec: open_printer(spec, settings.cups.user),
            secrets=keys,
            clock=lambda: datetime.now(UTC),
            new_id=lambda: uuid.uuid4().hex,
            token_bytes=secrets.token_bytes,
            pause=time.sleep,
        )
    )
