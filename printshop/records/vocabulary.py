"""The words of the register: takes what a sheet says, gives what is stored.

Domain brief §4 (GB/T 2261.1, GB/T 3304, 学制, 层次, 学习形式), §6.2, §7.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from printshop.records.cells import plain
from printshop.records.model import EventType, Status


def normal_word(text: str) -> str:
    """Half-width, upper case, without spaces and with one kind of brackets."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _words(table: Mapping[str, str]) -> dict[str, str]:
    """``{"专科": "大专 高职"}`` turned round: every spelling to its word."""
    found: dict[str, str] = {}
    for word, others in table.items():
        for spelling in (word, *others.split()):
            found[normal_word(spelling)] = word
    return found


SEX = _words({"男": "1 男性 男生", "女": "2 女性 女生"})

LEVEL = _words(
    {
        "专科": "大专 高职 专科(高职) 高职(专科) 高职高专 普通专科 高职专科 专科生",
        "本科": "大学本科 普通本科 本科生 职业本科 本科(职业)",
        "专升本": "专科起点本科 专起本",
        "高起本": "高中起点本科",
        "第二学士学位": "第二学士 二学位",
        "硕士研究生": "硕士",
        "博士研究生": "博士",
    }
)

STUDY_FORM = _words(
    {
        "普通全日制": "全日制 普通 普通高等教育",
        "业余": "半脱产",
        "函授": "",
        "脱产": "",
        "网络教育": "网络",
        "开放教育": "开放",
    }
)

STATUS = _words(
    {status.value: "" for status in Status}
    | {
        "在读": "在籍 在校 注册学籍 正常 在籍在读 有学籍 在校生",
        "转出": "转学(转出) 转学转出",
        "取消学籍": "注销 注销学籍",
    }
)

CONCLUSION = _words({"毕业": "准予毕业", "结业": "", "肄业": ""})

EVENT_TYPE = _words(
    {event.value: "" for event in EventType}
    | {
        "转入": "转学(转入) 转学转入",
        "转出": "转学(转出) 转学转出",
        "转专业": "变更专业 调整专业",
        "开除学籍": "开除",
        "死亡": "身故 去世",
        "保留学籍": "参军保留学籍 应征入伍",
    }
)

_YES_NO = _words(
    {
        "Y": "已清 清 通过 合格 是 √ ✓ ✔ 1 YES TRUE 已审 已缴清 缴清 无处分 已过",
        "N": "未清 未通过 不通过 不合格 否 × X ✗ 0 NO FALSE 欠费 未缴清 未过",
    }
)

DURATIONS = ("1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5", "5.5", "6", "7", "8")
_NUMERALS = dict(zip("一二三四五六七八两", "123456782", strict=True))

_NATIONALITIES = (
    "01汉 02蒙古 03回 04藏 05维吾尔 06苗 07彝 08壮 09布依 10朝鲜 11满 12侗 13瑶 14白 "
    "15土家 16哈尼 17哈萨克 18傣 19黎 20傈僳 21佤 22畲 23高山 24拉祜 25水 26东乡 "
    "27纳西 28景颇 29柯尔克孜 30土 31达斡尔 32仫佬 33羌 34布朗 35撒拉 36毛南 37仡佬 "
    "38锡伯 39阿昌 40普米 41塔吉克 42怒 43乌孜别克 44俄罗斯 45鄂温克 46德昂 47保安 "
    "48裕固 49京 50塔塔尔 51独龙 52鄂伦春 53赫哲 54门巴 55珞巴 56基诺"
)
_ETHNICITY: dict[str, str] = {}
for _entry in _NATIONALITIES.split():
    _word = f"{_entry[2:]}族"
    for _spelling in (_entry[:2], _entry[:2].lstrip("0"), _entry[2:], _word):
        _ETHNICITY[_spelling] = _word
_ETHNICITY |= {"毛难族": "毛南族", "崩龙族": "德昂族", "97": "其他", "其他": "其他"}
_ETHNICITY |= {"98": "外国血统中国籍", "外国血统中国籍": "外国血统中国籍"}
_ETHNICITY |= {"穿青人": "穿青人", "穿青人族": "穿青人", "革家人": "革家人"}

WORD_SCORES = _words(
    {
        "优": "优秀",
        "良": "良好",
        "中": "中等",
        "及格": "",
        "不及格": "",
        "合格": "通过",
        "不合格": "不通过",
        "免修": "免考",
        "缓考": "",
        "缺考": "旷考",
        "作弊": "",
        "无效": "",
    }
)

_TERMS = _words(
    {"1": "一 第一学期 上 上学期 秋 秋季 秋季学期 第1学期"}
    | {"2": "二 第二学期 下 下学期 春 春季 春季学期 第2学期"}
)


def yes_or_no(text: str) -> bool | None:
    """Whether a cell says 已清 (or 是, √ …) or 未清; None where neither."""
    word = _YES_NO.get(normal_word(text))
    return None if word is None else word == "Y"


def ethnicity_of(text: str) -> str | None:
    """``汉族`` from 汉, 汉族, 01 or 1; None where it is none of the table."""
    return _ETHNICITY.get(normal_word(text))


def duration_of(text: str) -> str | None:
    """``3`` from 3, 3.0, 三年, 三年制; None where it is not allowed."""
    word = normal_word(text).removesuffix("制").removesuffix("年")
    number = decimal_of(_NUMERALS.get(word, word))
    if number is None:
        return None
    return plain(number) if plain(number) in DURATIONS else None


def term_of(text: str) -> int | None:
    """1 or 2 from 1, 一, 第一学期, 秋; None for anything else."""
    word = _TERMS.get(normal_word(text).removesuffix(".0"))
    return int(word) if word else None


def school_year_of(text: str) -> str | None:
    """``2023-2024`` from the ways people write it; None where it is no year."""
    word = normal_word(text).removesuffix("学年").removesuffix("年")
    for dash in "—–～~至/－":
        word = word.replace(dash, "-")
    first, _, second = word.partition("-")
    ends = [part.removesuffix("年") for part in (first, second)]
    if not all(len(p) == 4 and p.isascii() and p.isdigit() for p in ends):
        return None
    good = int(ends[1]) == int(ends[0]) + 1 and 1950 <= int(ends[0]) <= 2100
    return "-".join(ends) if good else None


def decimal_of(text: str) -> Decimal | None:
    """A plain number, or None; never an exponent, never NaN."""
    word = normal_word(text)
    if not word or not set(word) <= set("0123456789.-") or len(word) > 15:
        return None
    try:
        return Decimal(word)
    except InvalidOperation:
        return None


def score_of(text: str) -> str | None:
    """The score as stored: ``85``, ``85.5``, ``优``; None where it is none."""
    word = WORD_SCORES.get(normal_word(text))
    if word:
        return word
    number = decimal_of(text)
    if number is None or not 0 <= number <= 100:
        return None
    return plain(number) if number == round(number, 1) else None


def _finder(table: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda text: table.get(normal_word(text))


SEX_OF = _finder(SEX)
LEVEL_OF = _finder(LEVEL)
STUDY_FORM_OF = _finder(STUDY_FORM)
STATUS_OF = _finder(STATUS)
CONCLUSION_OF = _finder(CONCLUSION)
EVENT_TYPE_OF = _finder(EVENT_TYPE)
