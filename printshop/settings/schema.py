"""What can be set: takes nothing, gives a typed class with a help text per setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from printshop.settings.patterns import checked_pattern, kind_code
from printshop.settings.places import bundled


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class School(_Section):
    """Who issues: printed on every document exactly as written here."""

    code: str = Field("00000", pattern=r"^[0-9]{5}$", description="5 位院校代码")
    name: str = Field("示例职业技术学院", min_length=2, description="学校全称")
    name_en: str = Field("Sample Vocational College", description="学校英文名")
    principal: str = Field("", description="校（院）长姓名; 空=留白手签")
    principal_title: str = Field("校（院）长", description="证书上的职务称呼")
    office: str = Field("教务处", description="出具证明的部门")
    office_en: str = Field("Academic Affairs Office", description="部门英文名")
    address: str = Field("", description="通信地址, 印在证明页脚")
    address_en: str = Field("", description="通信地址的英文, 印在英文证明页脚")
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
        return checked_pattern(value)

    @field_validator("patterns")
    @classmethod
    def _patterns_format(cls, value: dict[str, str]) -> dict[str, str]:
        return {kind_code(kind): checked_pattern(text) for kind, text in value.items()}


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

    @field_validator("database_url", "archive", "fonts", mode="before")
    @classmethod
    def _empty_means_default(cls, value: Any) -> Any:
        return None if value == "" else value

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'printshop.db'}"

    @property
    def archive_dir(self) -> Path:
        """Where PDFs are kept for ever."""
        return self._placed(self.archive or Path("archive"))

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
        return self._placed(self.fonts) if self.fonts else bundled("fonts")

    def _placed(self, path: Path) -> Path:
        """A relative path is meant from the office folder, wherever one stands."""
        return self.home / path.expanduser()
