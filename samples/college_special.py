"""The special students: takes nothing, gives who they are and why each exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Special:
    """A student who is there for a reason.

    Attributes:
        place: Their class.
        why: The reason, as written into the sheet and the README.
        name: Empty for an ordinary name.
        name_en: Its pinyin by GB/T 28039, or the spelling its bearer uses.
        sex: 男 or 女.
        ethnicity: 民族; for a resident of Hong Kong the region.
        deeds: What sets them apart; see ``college_people.DEEDS``.
        region: Beginning of the ID number where it is not drawn.
    """

    place: str
    why: str
    name: str = ""
    name_en: str = ""
    sex: str = "男"
    ethnicity: str = "汉族"
    deeds: tuple[str, ...] = ()
    region: str = ""


_A, _B, _C, _D = "计应2301", "计应2302", "会计2301", "计应2401"

SPECIAL: tuple[Special, ...] = (
    # names
    Special(
        _A,
        "两个间隔号的少数民族姓名",
        "欧阳·买买提江·吐尔逊江",
        "OUYANG Maimaitijiang Tuerxunjiang",
        ethnicity="维吾尔族",
    ),
    Special(_A, "䶮 (U+4DAE 扩展A): 常被旧系统写成造字区字符或“龑”", "刘䶮", "LIU Yan"),
    Special(_A, "与“刘䶮”只差字形的另一个人: 不得混同", "刘龑", "LIU Yan"),
    Special(_A, "𬱖 (U+2CC56 扩展E, 通用规范汉字)", "陈𬱖", "CHEN Wei"),
    Special(_A, "𬭸 (U+2CB78 扩展E, GB 18030 四字节)", "彭𬭸", "PENG Lin"),
    Special(_A, "名只有一个字", "李想", "LI Xiang", "女"),
    Special(_A, "复姓", "诸葛明远", "ZHUGE Mingyuan"),
    Special(_A, "复姓单名", "司马青", "SIMA Qing", "女"),
    Special(
        _A,
        "25 个汉字加 3 个间隔号: 姓名栏最长的情形",
        "阿卜杜热合曼·买买提吐尔逊·艾合买提尼亚孜·阿不都克里木",
        "Abudureheman Maimaitituerxun Aihemaitiniyazi Abudukelimu",
        ethnicity="维吾尔族",
    ),
    Special(_A, "拼音含 Ü", "吕思源", "LÜ Siyuan", "女"),
    Special(_A, "与下一个学生同班同名", "张伟", "ZHANG Wei"),
    Special(_A, "与上一个学生同班同名", "张伟", "ZHANG Wei"),
    Special(
        _A,
        "2022 级, 休学一年后编入本班: 成绩跨四个学年, 成绩单要第二页",
        "赵远航",
        "ZHAO Yuanhang",
        deeds=("四年",),
    ),
    Special(_B, "𤩽 (U+24A7D 扩展B, 通用规范汉字)", "杨𤩽", "YANG Huan"),
    Special(_B, "𬀩 (U+2C029 扩展E, 通用规范汉字)", "孙𬀩", "SUN Wei"),
    Special(
        _B,
        "𪚥 (U+2A6A5 扩展B, 64 画): 只有花园字体有, 打印前要人看一眼字形",
        "龙𪚥",
        "LONG Zhe",
    ),
    Special(_B, "没有姓氏的藏族姓名", "旦增卓玛", "Danzengzhuoma", "女", "藏族"),
    Special(_B, "没有姓氏的蒙古族姓名", "乌日娜", "Wurina", "女", "蒙古族"),
    Special(_B, "拼音 Ü 按护照写作 YU", "吕绿", "LYU Lyu", "女"),
    Special(
        _B,
        "港澳台居民居住证; 民族栏是户籍所在区域",
        "陈嘉欣",
        "CHAN Ka Yan",
        "女",
        "香港",
        region="810000",
    ),
    Special(_B, "转过专业", deeds=("转专业",)),
    Special(_B, "免修、缓考后补考、缺考后重修各一门", deeds=("免修缓考",)),
    # not to be issued
    Special(_B, "不得发证: 学费未清", sex="女", deeds=("学费未清",)),
    Special(_B, "不得发证: 补考未通过", deeds=("补考未清",)),
    Special(_B, "不得发证: 没有照片", sex="女", deeds=("无照片",)),
    Special(_B, "不得发证: 四项都清, 但少一门课的学分", deeds=("学分不足",)),
    Special(_B, "不得发证: 审核全清, 但学籍状态是休学", sex="女", deeds=("休学",)),
    Special(_C, "结业: 毕业设计不及格", deeds=("结业",)),
    Special(_C, "结业: 两门课程重修仍不及格", sex="女", deeds=("结业欠课",)),
    Special(_C, "结业, 但学费未清: 结业证书也不得发", deeds=("结业", "学费未清")),
    Special(_C, "肄业: 学满两年后退学", sex="女", deeds=("肄业",)),
    Special(_C, "退学, 无结论: 什么证书都没有", deeds=("退学",)),
    Special(_C, "保留学籍: 应征入伍", deeds=("入伍",)),
    Special(_C, "休学, 未到毕业审核", sex="女", deeds=("休学未定",)),
    Special(_C, "开除学籍: 任何证书都不得发", deeds=("开除",)),
    Special(_C, "不得发证: 处分未解除; 一门课作弊后重修通过", deeds=("奖惩未清",)),
    Special(_C, "不得发证: 没有技能证书", sex="女", deeds=("技能证书未清",)),
    Special(_C, "不得发证: 一项也没有审", deeds=("未审",)),
    Special(_C, "不得发证: 只审了两项", sex="女", deeds=("只审两项",)),
    Special(_C, "没有姓名拼音: 不能出英文证明和中英文成绩单", deeds=("无拼音",)),
    # not graduating yet
    Special(_D, "休学创业后按期复学, 现在读", deeds=("休学期满复学",)),
    Special(_D, "转专业还没有文号: 异动尚未生效", sex="女", deeds=("异动无文号",)),
    Special(_D, "一门选修课没有英文名: 不能出中英文成绩单", deeds=("课程无英文名",)),
)
