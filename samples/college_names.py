"""Invented people: takes a random generator, gives names, pinyin and numbers.

Regions carry the prefecture code 88, which no Chinese prefecture has ever had: the
numbers pass every check, and no living person can have one of them.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

_SURNAMES = (
    "王 WANG 李 LI 张 ZHANG 刘 LIU 陈 CHEN 杨 YANG 赵 ZHAO 黄 HUANG 周 ZHOU "
    "吴 WU 徐 XU 孙 SUN 胡 HU 朱 ZHU 高 GAO 林 LIN 何 HE 郭 GUO 马 MA 罗 LUO "
    "梁 LIANG 宋 SONG 郑 ZHENG 谢 XIE 韩 HAN 唐 TANG 冯 FENG 于 YU 董 DONG "
    "萧 XIAO 程 CHENG 曹 CAO 袁 YUAN 邓 DENG 许 XU 傅 FU 沈 SHEN 曾 ZENG 彭 PENG "
    "苏 SU 卢 LU 蒋 JIANG 蔡 CAI 贾 JIA 丁 DING 魏 WEI 薛 XUE 叶 YE 阎 YAN"
)
_BOTH = (
    "文 wen 嘉 jia 思 si 子 zi 一 yi 晓 xiao 宇 yu 安 an 明 ming 佳 jia 若 ruo "
    "辰 chen 清 qing 远 yuan 知 zhi 乐 le 书 shu 景 jing 亦 yi 言 yan 希 xi "
    "睿 rui 新 xin 宁 ning"
)
_MEN = (
    "伟 wei 强 qiang 磊 lei 军 jun 洋 yang 勇 yong 杰 jie 涛 tao 超 chao 鹏 peng "
    "浩 hao 亮 liang 斌 bin 凯 kai 峰 feng 博 bo 翔 xiang 航 hang 旭 xu 泽 ze "
    "轩 xuan 阳 yang 俊 jun 鑫 xin 毅 yi 昊 hao 炜 wei 煜 yu"
)
_WOMEN = (
    "芳 fang 娜 na 敏 min 静 jing 丽 li 艳 yan 娟 juan 霞 xia 婷 ting 雪 xue "
    "琳 lin 慧 hui 莹 ying 洁 jie 颖 ying 萍 ping 玲 ling 悦 yue 欣 xin 瑶 yao "
    "蕾 lei 妍 yan 梦 meng 怡 yi 涵 han 菲 fei 薇 wei 倩 qian"
)
PROVINCES = ("33", "32", "34", "41", "42", "43", "36", "51", "52", "45", "61", "62")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _pairs(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


_FAMILIES = _pairs(_SURNAMES)
_GIVEN = {"男": _pairs(_BOTH + " " + _MEN), "女": _pairs(_BOTH + " " + _WOMEN)}


def ordinary_name(random: Random, sex: str) -> tuple[str, str]:
    """A common name and its pinyin by GB/T 28039: ``ZHANG Wei``."""
    surname, latin = random.choice(_FAMILIES)
    given = [random.choice(_GIVEN[sex]) for _ in range(random.choice((1, 2, 2, 2)))]
    spelled = _one_word([pinyin for _, pinyin in given])
    return surname + "".join(character for character, _ in given), f"{latin} {spelled}"


def _one_word(syllables: list[str]) -> str:
    """Syllables together, with the apostrophe that keeps them apart: Xi'an."""
    word = syllables[0]
    for syllable in syllables[1:]:
        word += f"'{syllable}" if syllable[0] in "aeo" else syllable
    return word.capitalize()


def check_digit(first17: str) -> str:
    """The last character of a number by GB 11643."""
    total = sum(w * int(d) for w, d in zip(WEIGHTS, first17, strict=True))
    return "10X98765432"[total % 11]


class Numbers:
    """Gives every person an ID number, and nobody the same one twice."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.taken: set[str] = set()

    def region(self) -> str:
        """A region that does not exist, in a province that does."""
        return f"{self.random.choice(PROVINCES)}88{self.random.randint(1, 9):02d}"

    def birth_date(self, grade: int) -> date:
        """A birthday of somebody who is eighteen or nineteen in a year."""
        first = date(grade - 19, 9, 1)
        return first + timedelta(days=self.random.randrange(365))

    def id_number(self, region: str, born: date, sex: str) -> str:
        """A free number of 18 characters."""
        while True:
            order = self.random.randrange(100) * 10 + self.random.randrange(5) * 2
            order += sex == "男"
            first = f"{region}{born:%Y%m%d}{order:03d}"
            number = first + check_digit(first)
            if number not in self.taken:
                self.taken.add(number)
                return number


def exam_no(grade: int, region: str, order: int) -> str:
    """A 考生号 of 14 digits: year, region, kind of applicant, order."""
    return f"{grade % 100:02d}{region[:4]}11{order:06d}"
