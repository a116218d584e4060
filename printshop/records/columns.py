"""The columns of all sheets: takes a header, gives the field it means.

One table for 学生, 审核, 成绩 and 异动. The first header of a column is the one that
exports and samples use; the others are what other offices and 学信网 files write.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from printshop.records.model import ClearanceItem


class SheetKind(Enum):
    """What a sheet holds; value = its canonical name."""

    STUDENTS = "学生"
    CLEARANCES = "审核"
    MARKS = "成绩"
    EVENTS = "异动"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        field: Name of the field it fills.
        header: Canonical Chinese header.
        aliases: Other headers that mean the same.
        required: Whether a sheet without it cannot be imported.
        sample: A value as one would type it.
        note: What a registrar should know.
    """

    field: str
    header: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    sample: str = ""
    note: str = ""


def _column(
    field: str, header: str, aliases: str = "", sample: str = "", note: str = ""
) -> Column:
    required = header.startswith("!")
    return Column(
        field, header.lstrip("!"), tuple(aliases.split()), required, sample, note
    )


_WHO = (
    _column("student_no", "!学号", "XH 学生学号 学生编号", "2021030101"),
    _column("name", "姓名", "XM 学生姓名 名字", "张伟"),
)
_END = (
    _column(
        "conclusion",
        "毕业结论",
        "BJYJL 毕结业结论 毕（结）业结论 毕业情况 结论",
        "毕业",
        "毕业、结业、肄业",
    ),
    _column(
        "graduated_on",
        "毕业日期",
        "BYRQ 毕（结）业日期 毕结业日期 毕业时间 毕业年月日",
        "2026-06-30",
        "证书上的日期, 要有日",
    ),
)

_STUDENTS = (
    _WHO[0],
    _column(
        "exam_no", "考生号", "KSH 高考考生号 准考证号 录取考生号", "21430104110011"
    ),
    _column("name", "!姓名", "XM 学生姓名 名字", "张伟"),
    _column(
        "name_en",
        "姓名拼音",
        "XMPY YWXM 英文姓名 英文名 拼音 拼音姓名 护照姓名",
        "ZHANG Wei",
    ),
    _column("sex", "性别", "XB", "男", "男、女; 空=由身份证号得出"),
    _column(
        "birth_date",
        "出生日期",
        "CSRQ 出生年月日 生日 出生年月",
        "2003-05-06",
        "空=由身份证号得出",
    ),
    _column(
        "id_type", "证件类型", "ZJLX 证件类别 证件种类", "居民身份证", "空=居民身份证"
    ),
    _column(
        "id_number",
        "!证件号码",
        "SFZH ZJHM SFZJH 证件号 身份证号 身份证号码 身份证 身份证件号 公民身份号码 "
        "居民身份证号 身份证件号码",
        "11010519491231002X",
        "必须是文本格式",
    ),
    _column("ethnicity", "民族", "MZ 族别", "汉族"),
    _column("politics", "政治面貌", "ZZMM 政治面目", "共青团员"),
    _column("programme_code", "!专业代码", "ZYDM 专业编号 国标专业代码", "510201"),
    _column("programme_name", "!专业名称", "ZYMC 专业 所学专业", "计算机应用技术"),
    _column(
        "programme_name_en",
        "专业英文名",
        "ZYYWMC 专业英文名称 英文专业名称",
        "Computer Application Technology",
    ),
    _column("catalog_year", "专业目录年份", "目录年份 专业目录", "2021"),
    _column("level", "!层次", "CC 培养层次 学历层次 办学层次", "专科"),
    _column("study_form", "!学习形式", "XXXS 学习方式 办学形式", "普通全日制"),
    _column("duration", "!学制", "XZ 学制年限", "3"),
    _column(
        "college",
        "!院系",
        "FY 学院 系部 分院 院系名称 院（系） 二级学院 所在院系 所属院系 系别 院部",
        "信息工程学院",
    ),
    _column("college_en", "院系英文名", "学院英文名 院系英文名称"),
    _column("department", "系（所）", "XSH 系所 系所函授站 系（所、函授站）"),
    _column(
        "class_name", "!班级", "BH BJ BJMC 行政班 班级名称 行政班级 班号", "计应2101"
    ),
    _column("grade", "年级", "DQSZJ NJ 当前所在级 所在年级 级别", "2021"),
    _column(
        "enrolled_on",
        "!入学日期",
        "RXRQ 入学年月 入学时间 入校日期",
        "2021-09-01",
        "可以只有年月",
    ),
    _column(
        "expected_on",
        "预计毕业日期",
        "YJBYRQ 预计毕业时间 预毕业日期 预计毕业年月",
        "2024-06-30",
        "可以只有年月",
    ),
    _column(
        "base_status", "学籍状态", "XJZT 学生状态 当前状态 状态", "在读", "空=在读"
    ),
    *_END,
    _column("phone", "联系电话", "LXDH SJH 手机 手机号 手机号码 电话 本人电话"),
    _column("address", "家庭住址", "JTZZ 家庭地址 通信地址 联系地址 住址"),
    _column("guardian", "家长姓名", "监护人 监护人姓名 家长 联系人"),
    _column("guardian_phone", "家长电话", "监护人电话 家长联系电话 联系人电话"),
)


def _clearance_columns(item: ClearanceItem) -> tuple[Column, ...]:
    name = item.value
    key = item.name.lower()
    other = {
        ClearanceItem.CONDUCT: "奖惩情况 奖惩审核 处分",
        ClearanceItem.MAKE_UP: "补考情况 补考审核 成绩审核",
        ClearanceItem.SKILL: "技能证书情况 技能证书审核 技能 职业技能证书",
        ClearanceItem.TUITION: "学费情况 学费审核 缴费 缴费情况",
    }[item]
    return (
        _column(key, name, other, "已清", "已清、未清; 空=未审"),
        _column(f"{key}_by", f"{name}审核人", f"{name}经办人", "李敏"),
        _column(f"{key}_on", f"{name}审核日期", f"{name}审核时间", "2026-05-20"),
        _column(f"{key}_note", f"{name}备注", f"{name}说明"),
    )


_CLEARANCES = (
    *_WHO,
    *(c for item in ClearanceItem for c in _clearance_columns(item)),
    _column("by", "审核人", "经办人 审核教师", "李敏", "各项没有单独写审核人时用它"),
    _column("on", "审核日期", "审核时间", "2026-05-20", "各项没有单独写日期时用它"),
    _column("credits_required", "应修学分", "要求学分 毕业学分 应修总学分", "140"),
    *_END,
)

_MARKS = (
    *_WHO,
    _column("course_code", "课程代码", "KCDM KCH 课程号 课程编号", "GB1001"),
    _column("course", "!课程名称", "KCMC KCM 课程 课程名 科目", "高等数学"),
    _column(
        "course_en",
        "课程英文名",
        "KCYWMC 课程英文名称 英文课程名",
        "Advanced Mathematics",
    ),
    _column("year", "!学年", "XN 开课学年", "2023-2024"),
    _column("term", "!学期", "XQ 开课学期", "1", "1、2; 也可写秋、春"),
    _column("nature", "课程性质", "KCXZ 性质 课程类别", "必修"),
    _column("assessment", "考核方式", "KHFS 考试方式 考核类型", "考试"),
    _column("credits", "!学分", "XF 课程学分", "4"),
    _column("score", "!成绩", "CJ 总评 总评成绩 总成绩 分数 最终成绩", "85"),
    _column("make_up", "补考成绩", "BKCJ 补考", ""),
    _column("retake", "重修成绩", "CXCJ 重修", ""),
    _column("in_gpa", "计入绩点", "计绩点 是否计入绩点", "是", "空=是"),
)

_EVENTS = (
    *_WHO,
    _column("type", "!异动类型", "YDLX ZXLX 异动类别 异动 注销类型 变动类型", "休学"),
    _column(
        "effective_on",
        "!异动日期",
        "PZRQ YDRQ 生效日期 批准日期 异动时间",
        "2024-03-01",
    ),
    _column(
        "document_no",
        "文号",
        "WH 批准文号 异动文号 发文号",
        "院教〔2024〕12号",
        "没有文号的异动不生效",
    ),
    _column("reason", "异动原因", "YY YDYY 原因", "疾病"),
    _column("until", "截止日期", "到期日期 结束日期 休学至 至", "2025-02-28"),
    _column("note", "异动说明", "SM YDSM 说明 备注 BZ"),
)

COLUMNS: dict[SheetKind, tuple[Column, ...]] = {
    SheetKind.STUDENTS: _STUDENTS,
    SheetKind.CLEARANCES: _CLEARANCES,
    SheetKind.MARKS: _MARKS,
    SheetKind.EVENTS: _EVENTS,
}

# Written by our own reports beside the refused rows; never part of the record.
REPORT_SHEET = "问题清单"
REPORT_HEADERS = ("导入问题", "原行号")
_IGNORED = frozenset({*REPORT_HEADERS, "序号", "行号", "NO", "ID"})

_REMARK = re.compile(r"\([^()]*\)")


def normal_header(text: str) -> str:
    """A header without case, width, spaces and punctuation."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in wide if c.isalnum())


def header_forms(text: str) -> tuple[str, ...]:
    """The normal form, then the one without ``（…）`` remarks such as （必填）."""
    wide = unicodedata.normalize("NFKC", text)
    forms = (normal_header(wide), normal_header(_REMARK.sub("", wide)))
    return tuple(form for form in dict.fromkeys(forms) if form)


def headers_of(kind: SheetKind) -> tuple[str, ...]:
    """The canonical headers of a sheet, in order."""
    return tuple(column.header for column in COLUMNS[kind])


def _index(columns: tuple[Column, ...]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in columns:
        for name in (column.header, *column.aliases):
            form = normal_header(name)
            if found.setdefault(form, column) is not column:
                raise ValueError(f"header {name!r} means two columns")
    return found


_BY_HEADER = {kind: _index(columns) for kind, columns in COLUMNS.items()}


def column_of(kind: SheetKind, header: str) -> Column | None:
    """The column that a header means in a sheet of that kind, or None."""
    known = _BY_HEADER[kind]
    return next((known[f] for f in header_forms(header) if f in known), None)


def is_ignored(header: str) -> bool:
    """Whether a header is bookkeeping (row numbers, our own remarks)."""
    return any(form in _IGNORED for form in header_forms(header))
