"""Which column of a sheet holds what: the synonyms of rosters, in any order, found in the first rows."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

HEADING_ROWS = 12

# The better word first: where a sheet has two columns for one thing, the first word named here wins.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "律师姓名", "人员姓名", "执业人员姓名", "名字", "name"),
    "licence": (
        "律师执业证号",
        "执业证号",
        "律师执业证号码",
        "执业证号码",
        "律师执业证书号",
        "执业证书号",
        "执业证书编号",
        "律师执业证编号",
        "执业证编号",
        "律师证号",
        "证号",
        "licenseno",
        "lawyerlicenseno",
        "lawyerlicensenumber",
    ),
    "organisation": (
        "律师事务所名称",
        "所在律师事务所名称",
        "律师事务所",
        "所在律师事务所",
        "执业机构名称",
        "执业机构",
        "律所名称",
        "所在律所",
        "所属律所",
        "律所",
        "事务所名称",
        "事务所",
        "单位名称",
        "所在单位",
        "工作单位",
        "单位",
        "机构名称",
        "lawfirm",
    ),
    "organisation_code": ("统一社会信用代码", "社会信用代码", "律师事务所唯一编码", "机构代码"),
    "practice_type": ("执业类别", "执业类型", "执业种类", "律师类别", "律师类型", "人员类别", "类别"),
    "admitted_on": (
        "首次执业日期",
        "首次执业时间",
        "首次取得执业证日期",
        "取得执业证日期",
        "执业日期",
        "执业时间",
        "开始执业时间",
        "领证日期",
        "发证日期",
    ),
    "birth_date": ("出生日期", "出生年月日", "生日"),
    "phone": ("手机号码", "手机号", "手机", "移动电话", "联系电话", "通讯电话", "电话"),
    "position": ("人员身份", "身份", "岗位", "职位"),
    "joined_on": ("转入日期", "入所日期", "入所时间", "到所日期", "加入日期", "转所日期", "变动日期"),
    "left_on": ("离所日期", "转出日期", "注销日期", "离职日期"),
    "status": ("执业状态", "人员状态", "状态"),
    "sex": ("性别",),
}
_RANKED = {word: (field, rank) for field, words in SYNONYMS.items() for rank, word in enumerate(words)}
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")
_NOISE = re.compile(r"[\s*:：_\-]+")


def plain(heading: str) -> str:
    """A heading without spaces, brackets, stars and colons, in half width and lower case."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return _NOISE.sub("", _BRACKETED.sub("", text))


def columns_of(row: Sequence[str]) -> dict[str, int]:
    """Field → column of a row of headings; empty when it is none.

    A row is one of headings when it names the person and, beside that, a number or a place.
    """
    found: dict[str, tuple[int, int]] = {}
    for column, cell in enumerate(row):
        known = _RANKED.get(plain(cell)) if cell else None
        if known is not None:
            field, rank = known
            if field not in found or rank < found[field][0]:
                found[field] = (rank, column)
    if "name" not in found or not found.keys() & {"licence", "organisation", "organisation_code", "phone"}:
        return {}
    return {field: column for field, (_rank, column) in found.items()}


def find(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """(index of the row of headings, its columns) within the first rows, or None."""
    for index, row in enumerate(rows[:HEADING_ROWS]):
        columns = columns_of(row)
        if columns:
            return index, columns
    return None
