"""Settings: takes a TOML file and the environment, gives one typed, frozen object.

Order of precedence: environment (``PRINTSHOP_…``, nested with ``__``) over
``printshop.toml`` in the office folder over the defaults. An unknown name is an
error that names the nearest known one; secrets never appear in a ``repr``.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from printshop.errors import SettingsError

CONFIG_NAME = "printshop.toml"
ENV_PREFIX = "PRINTSHOP_"
HOME_VARIABLE = "PRINTSHOP_HOME"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class School(_Section):
    """Who issues: printed on every document exactly as written here."""

    code: str = Field("00000", pattern=r"^\d{5}$", description="5 位院校代码")
    name: str = Field("示例职业技术学院", min_length=2, description="学校全称")
    name_en: str = Field("Sample Vocational College", description="学校英文名")
    principal: str = Field("", description="校（院）长姓名; 空=留白手签")
    principal_title: str = Field("校（院）长", description="证书上的职务称呼")
    office: str = Field("教务处", description="出具证明的部门")
    office_en: str = Field("Academic Affairs Office", description="部门英文名")
    address: str = Field("", description="通信地址, 印在证明页脚")
    phone: str = Field("", description="核实电话, 印在证明页脚")
    type_digit: str = Field("1", pattern=r"^[157]$", description="办学类型: 1 5 7")


class Numbers(_Section):
    """How numbers are allotted."""

    order: Literal["shuffle", "id-ascending", "student-no"] = Field(
        "shuffle", description="证书序号的排列: 密钥乱序、证件号升序、学号升序"
    )
    pattern: str = Field(
        "{title}〔{year}〕{serial:05d}号", description="文号的默认格式"
    )
    patterns: dict[str, str] = Field(
        default_factory=dict, description="按文书种类另定的文号格式"
    )

    @field_validator("pattern")
    @classmethod
    def _pattern_formats(cls, value: str) -> str:
        return _checked_pattern(value)

    @field_validator("patterns")
    @classmethod
    def _patterns_format(cls, value: dict[str, str]) -> dict[str, str]:
        return {kind: _checked_pattern(text) for kind, text in value.items()}


class Verify(_Section):
    """Where the QR code leads, and where the public page listens."""

    url: str = Field(
        "HTTPS://VERIFY.EXAMPLE.EDU.CN",
        pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9.:\-]+$",
        description="核验网址的协议与主机名",
    )
    host: str = Field("127.0.0.1", description="核验页面监听的地址")
    port: int = Field(8631, ge=0, le=65535, description="核验页面监听的端口")


class Cups(_Section):
    """The CUPS server that printers are looked up on."""

    host: str = Field("127.0.0.1", description="CUPS 服务器")
    port: int = Field(631, ge=1, le=65535, description="CUPS 端口")
    user: str = Field("printshop", description="提交任务所用的用户名")


class Settings(_Section):
    """All settings of one office.

    ``home`` is the office folder: it holds the configuration, the embedded
    database, the archive, the photos and the secrets.
    """

    home: Path = Field(description="办公室数据目录")
    database_url: SecretStr | None = Field(
        None, description="数据库 URL; 空=数据目录内的 SQLite"
    )
    archive: Path | None = Field(None, description="归档目录; 空=数据目录/archive")
    fonts: Path | None = Field(None, description="字体目录; 空=随软件的 fonts/")
    workers: int = Field(0, ge=0, le=256, description="排版进程数; 0=按 CPU 核数")
    specimen: bool = Field(False, description="所有输出加“样张”水印")
    gpa: Literal["linear5", "step5", "step4", "std4", "pku"] = Field(
        "step4", description="成绩单平均绩点算法"
    )
    school: School = Field(School(), description="学校信息")
    numbers: Numbers = Field(Numbers(), description="编号规则")
    verify: Verify = Field(Verify(), description="核验")
    cups: Cups = Field(Cups(), description="CUPS 打印服务")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'printshop.db'}"

    @property
    def archive_dir(self) -> Path:
        """Where PDFs are kept for ever."""
        return self.archive or self.home / "archive"

    @property
    def photos_dir(self) -> Path:
        """Where imported photos are kept, under their SHA-256."""
        return self.home / "photos"

    @property
    def secrets_dir(self) -> Path:
        """Where the office's random keys are kept (mode 0700)."""
        return self.home / "secrets"

    @property
    def fonts_dir(self) -> Path:
        """The only folder that rendering takes fonts from."""
        return self.fonts or bundled("fonts")


def bundled(name: str) -> Path:
    """Where ``fonts`` or ``samples`` lie, in a checkout or in an installed wheel.

    Raises:
        SettingsError: Neither place has the folder.
    """
    package = Path(__file__).resolve().parent
    for place in (package.parent / name, package / "_bundled" / name):
        if place.is_dir():
            return place
    raise SettingsError(f"找不到随软件的“{name}”目录。", "请重新安装 printshop。")


def default_home() -> Path:
    """The office folder: ``$PRINTSHOP_HOME``, else ``./office``."""
    return Path(os.environ.get(HOME_VARIABLE, "office")).expanduser().resolve()


def load(home: Path | None = None, environ: dict[str, str] | None = None) -> Settings:
    """Read the settings of an office.

    Args:
        home: The office folder; by default ``$PRINTSHOP_HOME`` or ``./office``.
        environ: The environment to read, by default the process's own.

    Raises:
        SettingsError: A setting is unknown, malformed or unreadable; the message
            names the setting, the remedy the nearest known name.
    """
    env = dict(os.environ) if environ is None else environ
    place = (home or default_home()).expanduser().resolve()
    values = _read_file(place / CONFIG_NAME)
    _overlay(values, _read_environment(env))
    values["home"] = place
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _explain(error) from None


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"配置文件 {path} 不是合法的 TOML: {error}。",
            "请按提示的行号改正; 文字要放在引号里。",
        ) from None


def _read_environment(env: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in env.items():
        if not name.startswith(ENV_PREFIX) or name == HOME_VARIABLE:
            continue
        keys = name.removeprefix(ENV_PREFIX).lower().split("__")
        target = values
        for key in keys[:-1]:
            target = target.setdefault(key, {})
        target[keys[-1]] = text
    return values


def _overlay(base: dict[str, Any], top: dict[str, Any]) -> None:
    for key, value in top.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _overlay(base[key], value)
        else:
            base[key] = value


def _checked_pattern(text: str) -> str:
    try:
        first = text.format(title="证明", year=2026, serial=1)
        second = text.format(title="证明", year=2026, serial=2)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"文号格式不能用: {error}") from None
    if first == second:
        raise ValueError("文号格式里没有 {serial}, 编号会重复")
    return text


def known_names(model: type[BaseModel] = Settings, prefix: str = "") -> dict[str, str]:
    """All settings with their help text, by dotted name."""
    names: dict[str, str] = {}
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            names |= known_names(inner, f"{prefix}{name}.")
        else:
            names[prefix + name] = field.description or ""
    return names


def _explain(error: ValidationError) -> SettingsError:
    lines: list[str] = []
    hints: list[str] = []
    for item in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"没有名为“{name}”的设置。")
            near = difflib.get_close_matches(name, known_names(), n=1, cutoff=0.5)
            if near:
                hints.append(f"是不是“{near[0]}”?")
        else:
            lines.append(f"设置“{name}”不能用: {item['msg']}。")
            meaning = known_names().get(name)
            if meaning:
                hints.append(f"{name}: {meaning}。")
    if not hints:
        hints.append("全部设置见 printshop doctor --settings。")
    return SettingsError("".join(lines), " ".join(hints))


def describe(settings: Settings) -> dict[str, str]:
    """Every setting with its present value; secrets are masked."""

    def flatten(model: BaseModel, prefix: str = "") -> dict[str, str]:
        shown: dict[str, str] = {}
        for name in type(model).model_fields:
            value = getattr(model, name)
            if isinstance(value, BaseModel):
                shown |= flatten(value, f"{prefix}{name}.")
            else:
                shown[prefix + name] = "" if value is None else str(value)
        return shown

    return flatten(settings)


def starter_text() -> str:
    """A configuration file that names every setting, commented out at its default."""
    lines = [
        "# printshop 的设置。去掉行首的 # 即生效; 环境变量 PRINTSHOP_… 优先。",
        "# 每一项的含义写在它上面。",
        "",
    ]
    lines += _starter_section(Settings)
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            lines += ["", f"[{name}]", *_starter_section(section)]
    return "\n".join(lines) + "\n"


def _starter_section(model: type[BaseModel]) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        default = field.default
        if name == "home" or isinstance(default, BaseModel):
            continue
        if isinstance(default, bool):
            shown = str(default).lower()
        elif isinstance(default, int):
            shown = str(default)
        elif isinstance(default, str) or default is None:
            shown = f'"{default or ""}"'
        else:
            shown = "{}"
        lines += [f"# {field.description}", f"#{name} = {shown}"]
    return lines
