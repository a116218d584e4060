"""Courses and marks: takes a programme and a random generator, gives six terms.

A course line: term, code, name, English name, credits, nature, assessment, scale.
Scales: ``p`` percent, ``g`` five grades, ``h`` 合格; the last two are 考查 courses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random


@dataclass(frozen=True)
class Course:
    """One course of a programme's plan."""

    term: int
    code: str
    name: str
    name_en: str
    credits: float
    nature: str
    scale: str

    @property
    def assessment(self) -> str:
        """考试 where there is a percentage, else 考查."""
        return "考试" if self.scale == "p" else "考查"

    @property
    def in_gpa(self) -> bool:
        """体育 and courses without a grade do not count."""
        return self.scale != "h" and not self.name.startswith("体育")


@dataclass(frozen=True)
class Result:
    """One line of the 成绩 sheet."""

    course: Course
    year: str
    term: int
    score: str
    make_up: str = ""
    retake: str = ""


_COMMON = """
1 GB1001 思想道德与法治 | Ideology, Morality and the Rule of Law | 3 必修 p
1 GB1002 大学英语（一） | College English I | 4 必修 p
1 GB1003 体育（一） | Physical Education I | 2 必修 g
1 GB1004 军事理论 | Military Theory | 2 必修 p
1 GB1005 军事技能训练 | Military Skills Training | 2 必修 h
1 GB1006 形势与政策（一） | Situation and Policy I | 0.5 必修 g
2 GB2001 毛泽东思想和中国特色社会主义理论体系概论 | Introduction to Mao Zedong Thought \
and the Theoretical System of Socialism with Chinese Characteristics | 2 必修 p
2 GB2002 大学英语（二） | College English II | 4 必修 p
2 GB2003 体育（二） | Physical Education II | 2 必修 g
2 GB2004 大学生心理健康教育 | Mental Health Education for College Students | 2 必修 g
2 GB2006 形势与政策（二） | Situation and Policy II | 0.5 必修 g
3 GB3001 习近平新时代中国特色社会主义思想概论 | Introduction to Xi Jinping Thought on \
Socialism with Chinese Characteristics for a New Era | 3 必修 p
3 GB3003 体育（三） | Physical Education III | 2 必修 g
3 GB3004 应用文写作 | Practical Writing | 2 必修 p
4 GB4001 劳动教育 | Labour Education | 1 必修 h
4 GB4002 大学生创新创业基础 | Foundations of Innovation and Entrepreneurship | 2 必修 g
4 GB4003 美育与艺术鉴赏 | Aesthetic Education and Art Appreciation | 1 任选 g
5 GB5001 大学生职业发展与就业指导 | Career Development and Employment Guidance | 2 必修 g
6 GB6001 劳动实践 | Labour Practice | 1 必修 h
6 GB6002 国家安全教育 | National Security Education | 1 必修 g
6 GB6003 形势与政策（三） | Situation and Policy III | 1 必修 g
6 GB6004 职业素养与工匠精神 | Professional Ethics and Craftsmanship | 1 任选 g
"""  # noqa: E501
_COMPUTING = """
1 JY1101 高等数学 | Advanced Mathematics | 4 必修 p
1 JY1102 计算机应用基础 | Fundamentals of Computer Applications | 4 必修 p
1 JY1103 C语言程序设计 | C Programming | 4 必修 p
2 JY2101 数据结构 | Data Structures | 4 必修 p
2 JY2102 Python程序设计 | Python Programming | 4 必修 p
2 JY2103 网页设计与制作（HTML5+CSS3） | Web Page Design (HTML5 and CSS3) | 4 必修 p
2 JY2104 计算机网络技术 | Computer Network Technology | 3 必修 p
3 JY3101 Java面向对象程序设计 | Object-Oriented Programming in Java | 5 必修 p
3 JY3102 MySQL数据库应用 | MySQL Database Applications | 4 必修 p
3 JY3103 Linux操作系统 | Linux Operating System | 3 必修 p
3 JY3104 JavaScript前端交互开发 | Front-end Development with JavaScript | 4 必修 p
3 JY3105 程序设计综合实训 | Comprehensive Programming Practice | 2 必修 g
4 JY4101 JavaEE企业级应用开发 | Enterprise Application Development with JavaEE | 5 必修 p
4 JY4102 移动应用开发 | Mobile Application Development | 4 必修 p
4 JY4103 软件测试技术 | Software Testing | 3 必修 p
4 JY4104 云计算与虚拟化技术 | Cloud Computing and Virtualization | 3 限选 p
4 JY4105 基于工作过程的企业级Web应用系统设计、开发、测试与部署综合项目实训（校企合作） \
| Process-Oriented Comprehensive Project: Design, Development, Testing and Deployment of \
Enterprise Web Application Systems (School-Enterprise Cooperation) | 4 必修 g
5 JY5101 人工智能应用导论 | Introduction to Artificial Intelligence Applications | 3 必修 p
5 JY5102 大数据处理技术 | Big Data Processing | 4 必修 p
5 JY5103 信息安全技术 | Information Security | 3 限选 p
5 JY5104 IT项目管理 | IT Project Management | 2 限选 p
5 JY5105 UI设计 | User Interface Design | 2 任选 g
5 JY5106 Web前端开发职业技能等级证书（1+X）考核强化训练 \
| Intensive Training for the 1+X Vocational Skill Certificate in Web Front-end | 2 必修 g
5 JY5107 网络设备配置与管理 | Network Device Configuration | 3 限选 p
6 JY6101 岗位实习 | Internship | 12 必修 g
6 JY6102 毕业设计（论文） | Graduation Project (Thesis) | 6 必修 g
6 JY6103 毕业教育 | Graduation Education | 0.5 必修 h
6 JY6104 技术文档写作 | Technical Documentation | 1 任选 g
"""  # noqa: E501
_ACCOUNTING = """
1 KJ1201 经济数学 | Mathematics for Economics | 4 必修 p
1 KJ1202 基础会计 | Basic Accounting | 5 必修 p
1 KJ1203 信息技术基础 | Fundamentals of Information Technology | 3 必修 p
2 KJ2201 财务会计（一） | Financial Accounting I | 5 必修 p
2 KJ2202 经济法基础 | Fundamentals of Economic Law | 4 必修 p
2 KJ2203 Excel在财务中的应用 | Excel in Finance | 3 必修 p
2 KJ2204 出纳业务操作 | Cashier Practice | 2 必修 g
3 KJ3201 财务会计（二） | Financial Accounting II | 5 必修 p
3 KJ3202 成本核算与管理 | Cost Accounting and Management | 4 必修 p
3 KJ3203 税费计算与申报 | Tax Calculation and Filing | 4 必修 p
3 KJ3204 统计学基础 | Fundamentals of Statistics | 3 必修 p
3 KJ3205 企业管理基础 | Fundamentals of Business Management | 2 限选 p
4 KJ4201 财务管理 | Financial Management | 5 必修 p
4 KJ4202 会计信息化（ERP） | Accounting Information Systems (ERP) | 4 必修 p
4 KJ4203 审计基础与实务 | Auditing: Principles and Practice | 4 必修 p
4 KJ4204 Python财务数据分析 | Financial Data Analysis with Python | 3 必修 p
4 KJ4205 小微企业财务大数据采集、清洗、分析与可视化综合实训（含1+X证书考核与成果汇报答辩） \
| Comprehensive Practice in Collecting, Cleaning, Analysing and Visualizing Financial Big \
Data of Small and Micro Enterprises (with 1+X Certificate Assessment) | 4 必修 g
5 KJ5201 管理会计实务 | Management Accounting Practice | 4 必修 p
5 KJ5202 财务报表分析 | Financial Statement Analysis | 4 必修 p
5 KJ5203 智能财税 | Intelligent Finance and Taxation | 3 必修 p
5 KJ5204 纳税筹划 | Tax Planning | 3 限选 p
5 KJ5205 内部控制与风险管理 | Internal Control and Risk Management | 3 限选 p
5 KJ5206 商务礼仪 | Business Etiquette | 1 任选 g
5 KJ5207 会计综合模拟实训 | Comprehensive Accounting Simulation | 2 必修 g
6 KJ6201 岗位实习 | Internship | 12 必修 g
6 KJ6202 毕业设计（论文） | Graduation Project (Thesis) | 6 必修 g
6 KJ6203 毕业教育 | Graduation Education | 0.5 必修 h
6 KJ6204 会计职业道德 | Ethics of the Accounting Profession | 1 任选 g
"""  # noqa: E501


def _courses(text: str) -> list[Course]:
    found = []
    for line in filter(None, text.splitlines()):
        head, english, tail = (part.strip() for part in line.split("|"))
        term, code, name = head.split(" ", 2)
        credits, nature, scale = tail.split()
        found.append(
            Course(int(term), code, name, english, float(credits), nature, scale)
        )
    return found


PLANS: dict[str, list[Course]] = {
    code: sorted(_courses(_COMMON + own), key=lambda course: (course.term, course.code))
    for code, own in (("510201", _COMPUTING), ("530302", _ACCOUNTING))
}


def required(programme: str) -> float:
    """应修学分: all courses of the plan."""
    return sum(course.credits for course in PLANS[programme])


def results(
    random: Random, programme: str, terms: list[tuple[str, int]]
) -> list[Result]:
    """Results of somebody who passed everything, now and then at the second try.

    Args:
        random: Where the scores come from.
        programme: 专业代码.
        terms: School year and term in which each term of the plan was taken.
    """
    level = random.gauss(78, 6)
    found = []
    for course in PLANS[programme]:
        if course.term <= len(terms):
            year, term = terms[course.term - 1]
            found.append(_result(random, course, year, term, level))
    return found


def _result(
    random: Random, course: Course, year: str, term: int, level: float
) -> Result:
    value = round(max(60, min(99, random.gauss(level, 8))))
    if course.scale == "h":
        return Result(course, year, term, "合格")
    if course.scale == "g":
        return Result(course, year, term, _grade(value))
    luck = random.random()
    if luck < 0.03:
        return Result(
            course, year, term, str(random.randint(38, 59)), str(random.randint(60, 78))
        )
    if luck < 0.04:
        return Result(course, year, term, "55", "48", str(random.randint(60, 80)))
    return Result(course, year, term, str(value))


def _grade(value: int) -> str:
    steps = ((90, "优"), (80, "良"), (70, "中"))
    return next((word for floor, word in steps if value >= floor), "及格")


def changed(found: list[Result], code: str, **values: str) -> list[Result]:
    """The same results with one course's scores replaced.

    Raises:
        KeyError: The student has no such course.
    """
    if all(result.course.code != code for result in found):
        raise KeyError(code)
    plain = {"make_up": "", "retake": ""} | values
    return [replace(r, **plain) if r.course.code == code else r for r in found]
