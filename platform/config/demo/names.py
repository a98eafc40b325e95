"""Invented names of persons, firms and companies; drawn, so that two persons of one name happen as in life.

Surnames and given-name characters are common ones. A firm's name is two characters that no Hunan firm known to
us uses together, in the shape 湖南……律师事务所.
"""

import random
from collections.abc import Iterator

# The commoner a surname the more often it stands here; the order is the usual one, Hunan's 刘 李 陈 周 first.
SURNAMES = (
    "刘" * 10
    + "李" * 9
    + "陈" * 8
    + "周" * 7
    + "王" * 6
    + "张" * 6
    + "黄" * 5
    + "彭" * 5
    + "杨" * 4
    + "罗" * 4
    + "谭" * 4
    + "胡" * 3
    + "肖" * 3
    + "曾" * 3
    + "唐" * 3
    + "谢" * 3
    + "邓" * 3
    + "何" * 3
    + "欧段易龙贺莫"
    + "吴吴徐徐朱朱郭郭曹曹邹邹蒋蒋廖廖袁袁向向戴戴尹尹文贺姚夏田石郑宋汤熊范方孙赵钟任柳余苏彭颜成丁孟"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官")
GIVEN_OF_MEN = "伟强军勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帆志建国文立新永海峰林毅博轩睿泽晨宏旭东亮松柏"
GIVEN_OF_WOMEN = "芳娜敏静丽艳娟霞燕玲婷慧红梅颖琳洁萍雪丹莉倩雯佳怡欣悦瑶思雨晴兰菊英华玉秀珍珊薇蓉"

FIRM_FIRST = "澜砚衡棠笃瀚岫峤沅澧浏潆芷蘅筠筱珩瑢瑀璟珣琨昶晟昭暄旻煦熠烨弘毓懿恪愨慥谨谧谡谌讷訚诰"
FIRM_SECOND = "岑岱崧嵘巍峻屿屹渊泓洵涣淳湛溪潭澄澍濂畴甫畿皋皓睦砥硕祺禾秉稷穆竹筑笙箴简纬纶缜罡"
COMPANY_FIRST = "岚屿泓湛筑璟珣昶暄煦熠烨毓穆秉畴"
COMPANY_SECOND = "峰原川禾谷岩森冶航彩纺"
COMPANY_TRADES = (
    "装备制造",
    "建设集团",
    "农业发展",
    "医药",
    "新材料",
    "物流",
    "文化传媒",
    "能源",
    "食品",
    "信息技术",
)


def person(draw: random.Random, *, is_woman: bool) -> str:
    """One name: a surname and one or two characters."""
    surname = draw.choice(DOUBLE_SURNAMES) if draw.random() < 0.006 else draw.choice(SURNAMES)
    pool = GIVEN_OF_WOMEN if is_woman else GIVEN_OF_MEN
    length = 1 if draw.random() < 0.14 else 2
    given = "".join(draw.choice(pool) for _character in range(length))
    return surname + given


def firms(draw: random.Random) -> Iterator[str]:
    """Firms' names without end of patience: each pair of characters once, in drawn order."""
    pairs = [first + second for first in FIRM_FIRST for second in FIRM_SECOND]
    draw.shuffle(pairs)
    return (f"湖南{pair}律师事务所" for pair in pairs)


def companies(draw: random.Random) -> Iterator[str]:
    """Companies' names, each once, in drawn order."""
    pairs = [first + second for first in COMPANY_FIRST for second in COMPANY_SECOND]
    draw.shuffle(pairs)
    return (f"湖南{pair}{draw.choice(COMPANY_TRADES)}有限公司" for pair in pairs)
