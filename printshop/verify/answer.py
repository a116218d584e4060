"""The answers: takes nothing, gives every state with its words in two languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


@dataclass(frozen=True)
class Words:
    """One thing said in Chinese and in English.

    Attributes:
        title: The big word.
        sentence: What it means for whoever holds the paper.
    """

    title: str
    title_en: str
    sentence: str
    sentence_en: str


class State(Enum):
    """What the register says of a code today."""

    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REVOKED = "revoked"
    LOST = "lost"
    UNKNOWN = "unknown"

    @property
    def words(self) -> Words:
        """How it is said."""
        return _WORDS[self]


_WORDS = {
    State.VALID: Words(
        "有效",
        "Valid",
        "登记簿中有这份文书，现行有效。请把下列内容与手中的文书逐项核对。",
        "This document is in our register and in force. "
        "Compare what is shown below with the paper in your hands.",
    ),
    State.EXPIRED: Words(
        "已过期",
        "Expired",
        "这份文书确由本校出具，但有效期已过。请向持有人索取新的文书。",
        "We issued this document, but its period of validity is over. "
        "Ask the holder for a new one.",
    ),
    State.REPLACED: Words(
        "已换发",
        "Replaced",
        "这份文书确由本校出具，但已被新的文书取代，不再有效。",
        "We issued this document, but a newer one has taken its place; "
        "it is no longer valid.",
    ),
    State.REVOKED: Words(
        "已撤销",
        "Revoked",
        "这份文书已被本校撤销，不再有效。",
        "We have revoked this document; it is no longer valid.",
    ),
    State.LOST: Words(
        "已挂失",
        "Reported lost",
        "这份文书已登记遗失，不再有效；如已补办，以补办的证明书为准。",
        "This document has been reported lost and is no longer valid; "
        "only a replacement issued since then counts.",
    ),
    State.UNKNOWN: Words(
        "查无此文书",
        "Not found",
        "登记簿中没有这个核验码。请检查是否输错；如果是扫码得到的，"
        "这份文书不是本校出具的。",
        "There is no such code in our register. Check for typing mistakes; "
        "if it was scanned, this document was not issued by us.",
    ),
}

SPECIMEN = Words(
    "样张",
    "Specimen",
    "这是样张，用于测试或展示，不是正式文书，没有任何效力。",
    "This is a specimen made for testing or display. It is not a document "
    "and proves nothing.",
)


class Match(Enum):
    """How a file that somebody sent relates to the archived original."""

    EXACT = "exact"
    OTHER = "other"
    PICTURE = "picture"
    NO_CODE = "no-code"

    @property
    def words(self) -> Words:
        """How it is said."""
        return _MATCHES[self]


_MATCHES = {
    Match.EXACT: Words(
        "与存档原件一致",
        "Identical with the original",
        "这份 PDF 与本校存档的原件逐字节相同。",
        "This PDF is byte for byte the one in our archive.",
    ),
    Match.OTHER: Words(
        "不是存档原件",
        "Not the original file",
        "这份 PDF 与存档原件不同，内容可能被改动过；下面只是其中核验码所指的文书，"
        "请逐项核对，并向持有人索取原文件。",
        "This PDF is not the one in our archive and may have been altered. "
        "Below is only what its code stands for: compare every item, "
        "and ask the holder for the original file.",
    ),
    Match.PICTURE: Words(
        "按图片中的核验码查询",
        "Looked up by the code in the picture",
        "图片本身不能证明什么；下面是其中核验码所指的文书，请与纸面逐项核对。",
        "A picture proves nothing by itself. Below is what its code stands for: "
        "compare every item with the paper.",
    ),
    Match.NO_CODE: Words(
        "没有找到核验码",
        "No code found",
        "文件里没有可读的核验二维码。请换一张清楚的照片，或手工输入核验码。",
        "There is no readable code in this file. Try a sharper photo, "
        "or type the code by hand.",
    ),
}


@dataclass(frozen=True)
class Event:
    """Something that happened to a document, or to one it is tied to.

    Attributes:
        what: ``issued``, ``replaces``, ``replaced``, ``revoked``, ``lost`` or
            ``expired``.
        on: When, in China; None where the register does not say.
        kind: Code of the kind of the other document, for ``replaces`` and
            ``replaced``.
    """

    what: str
    on: date | None
    kind: str | None = None


@dataclass(frozen=True)
class Shown:
    """What may be shown of a document to whoever holds its code.

    No ID number, no photo, no marks, no full name (PIPL art. 5-7, 25).

    Attributes:
        kind: Code of the kind.
        name: Masked.
        number: 证书编号 with its serial masked, or the whole 文号.
    """

    kind: str
    title: str
    title_en: str
    school: str
    name: str
    number: str | None
    issued_on: date
    valid_until: date | None = None
    programme: str | None = None
    level: str | None = None


@dataclass(frozen=True)
class Answer:
    """What is said about one code.

    Attributes:
        state: What the register says.
        document: What may be shown; None when unknown.
        events: Oldest first.
        specimen: The document is a 样张 and must never be called valid.
        foreign_host: The host that the scanned link leads to, when that is not the
            office's own.
    """

    state: State
    document: Shown | None = None
    events: tuple[Event, ...] = field(default=())
    specimen: bool = False
    foreign_host: str | None = None

    @property
    def words(self) -> Words:
        """The words to be shown big: a specimen is a specimen whatever its state."""
        return SPECIMEN if self.specimen else self.state.words

    @property
    def in_force(self) -> bool:
        """Whether the paper counts today and its link leads to the office."""
        return (
            self.state is State.VALID
            and not self.specimen
            and self.foreign_host is None
        )
