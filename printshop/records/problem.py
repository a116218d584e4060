"""A problem of one row: takes nothing, gives where it is, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """An error keeps its row out; a warning lets it in."""

    ERROR = "错误"
    WARNING = "提醒"


class ProblemCode(Enum):
    """Every reason, by a stable name; value = its title in reports."""

    # the file and its sheets
    NO_SHEET = "没有可导入的工作表"
    SHEET_UNKNOWN = "认不出的工作表"
    SHEET_HIDDEN = "隐藏的工作表"
    ROWS_HIDDEN = "隐藏行"
    ROWS_DELETED = "已打删除标记的记录"
    HEADER_MISSING = "缺少必需的列"
    HEADER_DUPLICATE = "两列表示同一项"
    COLUMN_UNKNOWN = "不认识的列"
    # any cell
    REQUIRED = "必填项为空"
    CELL_ERROR = "单元格是错误值"
    FORMULA_UNCACHED = "公式没有结果"
    CELL_IS_DATE = "被变成了日期"
    CELL_IS_BOOL = "被变成了真假值"
    UNDECODABLE = "文字编码损坏"
    NUMBER_DAMAGED = "长数字被 Excel 损坏"
    LEADING_ZERO_LOST = "开头的 0 丢失"
    TOO_LONG = "内容过长"
    PRIVATE_USE = "造字区字符"
    REPLACEMENT = "乱码字符"
    CONTROL = "控制字符"
    # names
    NAME_DOT = "间隔号不规范"
    NAME_DOT_PLACE = "间隔号位置不对"
    NAME_MISSING_CHARACTER = "姓名缺字"
    NAME_INVISIBLE = "姓名含看不见的字符"
    NAME_VARIATION = "姓名含异体选择符"
    NAME_COMPATIBILITY = "姓名含兼容汉字"
    NAME_RADICAL = "姓名含部首字符"
    NAME_MIXED = "姓名混有字母或数字"
    NAME_SPACE = "姓名中间有空格"
    NAME_SYMBOL = "姓名含符号"
    NAME_SHORT = "姓名只有一个字"
    NAME_EN = "姓名拼音不规范"
    # numbers that identify a person
    STUDENT_NO = "学号格式不对"
    EXAM_NO = "考生号格式不对"
    ID_TYPE = "证件类型不认识"
    ID_FORMAT = "证件号码格式不对"
    ID_FIFTEEN = "15 位旧身份证号"
    ID_DATE = "证件号码中的日期不存在"
    ID_CHECK_DIGIT = "身份证号校验码不符"
    ID_REGION = "身份证号地区码不认识"
    ID_SEX = "性别与证件号码不符"
    ID_BIRTH = "出生日期与证件号码不符"
    # words and dates of the record
    SEX = "性别不对"
    DATE_FORMAT = "日期看不懂"
    DATE_IMPOSSIBLE = "日期不存在"
    DATE_NEEDS_DAY = "日期缺少日"
    DATE_FUTURE = "日期在将来"
    DATE_ORDER = "日期前后颠倒"
    AGE = "年龄不合理"
    LEVEL = "层次不认识"
    STUDY_FORM = "学习形式不认识"
    DURATION = "学制不认识"
    STATUS = "学籍状态不认识"
    STATUS_EVENTS = "学籍状态与异动不符"
    CONCLUSION = "毕业结论不认识"
    ETHNICITY = "民族不认识"
    GRADE = "年级不对"
    PROGRAMME_CODE = "专业代码格式不对"
    PROGRAMME_NAME_EN = "专业英文名不一致"
    # marks, clearances, events
    SCORE = "成绩不对"
    CREDITS = "学分不对"
    YEAR = "学年不对"
    TERM = "学期不对"
    YES_NO = "是否看不懂"
    CLEARANCE_UNSIGNED = "已清但没有审核人或日期"
    EVENT_TYPE = "异动类型不认识"
    EVENT_NOT_FINAL = "异动没有文号"
    # rows against each other and against the register
    DUPLICATE_ROW = "重复的行"
    DUPLICATE_STUDENT_NO = "学号重复"
    DUPLICATE_ID = "证件号码重复"
    DUPLICATE_EXAM_NO = "考生号重复"
    DUPLICATE_KEY = "同一项有两种说法"
    CONFLICT = "两张表说法不一"
    OTHER_PERSON = "学号已属于另一人"
    ID_IN_REGISTER = "证件号码已在另一学号下"
    EXAM_NO_IN_REGISTER = "考生号已在另一学号下"
    STUDENT_UNKNOWN = "没有这个学号"
    STUDENT_REFUSED = "该生的学生行未通过"
    NAME_MISMATCH = "姓名与学号不符"


@dataclass(frozen=True)
class Problem:
    """One problem, in the words of the office.

    Attributes:
        sheet: The sheet's own name in the file.
        row: Row number as the spreadsheet shows it, or None for the whole sheet.
        column: Column letter, or None for the whole row.
        header: Header as written in the file.
        value: What is in the cell, as the registrar sees it.
        why: What is wrong with it.
        remedy: What to do.
        student_no: Whom it is about, where that is known.
    """

    code: ProblemCode
    severity: Severity
    sheet: str
    why: str
    remedy: str
    row: int | None = None
    column: str | None = None
    header: str | None = None
    value: str = ""
    student_no: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether it keeps the row out."""
        return self.severity is Severity.ERROR

    @property
    def where(self) -> str:
        """``学生!C5（姓名）``: what to type into the spreadsheet's name box."""
        cell = f"{self.column or ''}{self.row or ''}"
        if self.column is None and self.row is not None:
            cell = f"第{self.row}行"
        place = f"{self.sheet}!{cell}" if cell else self.sheet
        return f"{place}（{self.header}）" if self.header else place

    def as_dict(self) -> dict[str, str | int | None]:
        """For ``--json``."""
        return {
            "code": self.code.name,
            "title": self.code.value,
            "severity": self.severity.name.lower(),
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "value": self.value,
            "why": self.why,
            "remedy": self.remedy,
            "student_no": self.student_no,
        }
