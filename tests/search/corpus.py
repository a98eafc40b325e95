"""A small corpus of lectures as the index sees them, without a database."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from search.documents import CaptionedLecture, CueText, documents
from search.engines.base import Document

PUBLIC = "public"
MEMBERS = "members"


def lecture(
    number: int,
    title: str,
    cues: Sequence[str],
    *,
    access: Sequence[str] = (PUBLIC,),
    courses: Sequence[str] = (),
    lecturer: str = "",
    version: int = 1,
    day: dt.date | None = None,
    kind: str = "video",
) -> list[Document]:
    """The documents of one lecture whose cues last four seconds each."""
    texts = [
        CueText(str(UUID(int=number * 1_000_000 + place)), version, place * 4000, place * 4000 + 4000, text)
        for place, text in enumerate(cues)
    ]
    return list(
        documents(
            CaptionedLecture(
                group=f"lecture:{UUID(int=number)}",
                title=title,
                around="",
                access=access,
                courses=courses,
                lecturer=lecturer,
                language="zh",
                cues=texts,
                published_on=day,
                kind=kind,
            )
        )
    )


def group(number: int) -> str:
    return f"lecture:{UUID(int=number)}"


CORPUS = [
    *lecture(
        1,
        "违约责任的承担方式",
        [
            "各位同仁大家好，今天讲违约责任。",
            "《民法典》第五百七十七条是违约责任的总规定。",
            "当事人一方不履行合同义务的，应当承担继续履行、",
            "采取补救措施或者赔偿损失等违约责任。",
            "再看第五百八十五条，约定的违约金过分高于造成的损失的，可以请求适当减少。",
        ],
        courses=["course-a"],
        lecturer="lecturer-1",
    ),
    *lecture(
        2,
        "民间借贷与借款合同",
        [
            "借条没有写还款日期怎么办？",
            "民法典第667条规定了借款合同的定义。",
            "出借人可以催告借款人在合理期限内返还。",
            "自然人之间的借款合同，自贷款人提供借款时成立。",
            "违约金与逾期利息可以一并主张，但有上限。",
        ],
        courses=["course-a", "course-b"],
        lecturer="lecturer-2",
    ),
    *lecture(
        3,
        "侵权责任编的归责原则",
        [
            "过错责任规定在民法典1165条。",
            "高空抛物的责任由谁承担？",
            "有一条路可以走，第三人也有责任。",
            "违约金和侵权赔偿不能混为一谈。",
        ],
        access=[MEMBERS],
        lecturer="lecturer-1",
    ),
    *lecture(
        4,
        "婚姻家庭中的彩礼返还",
        ["彩礼返还要看是否办理结婚登记。", "See also the Supreme People's Court's interpretation, GB 18030."],
        access=["audience:7"],
    ),
]
