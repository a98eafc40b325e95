"""The demonstration's regulation: invented, named so, of the usual shape, and published through the three reviews."""

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

from config.demo.content import People, reviewed
from courses import usual_shape
from courses.models import CreditRegulation
from courses.usual_shape import UsualShape
from people.days import today

TITLE = "湖南省律师继续教育学时规定（演示）"
SHAPE = UsualShape(
    id="hunan-demo",
    title=TITLE,
    issuer="湖南省律师协会（演示）",
    unit="学时",
    credits=Fraction(20),
    minutes=45,
    half_day=Fraction(4),
    minimums=(("ethics", Fraction(2)),),
    caps=(("reading", Fraction(4)), ("writing", Fraction(8)), ("service", Fraction(8))),
    ages=((65, Fraction(0)), (60, Fraction(10))),
    months=((2, Fraction(0)), (6, Fraction(10))),
    practice=(("part_time", Fraction(12)),),
    make_up=(3, 31),
    online_until_make_up=True,
    article_credits="第三条（演示）",
    article_conversion="第四条（演示）",
    article_minimums="第三条（演示）",
    article_caps="第五条（演示）",
    article_reductions="第六条（演示）",
    article_make_up="第七条（演示）",
)


def load_regulation(people: People, progress: Callable[[str], None]) -> CreditRegulation:
    """Put the demonstration's regulation in force for the whole province from the beginning of last year."""
    regulation = CreditRegulation.objects.create(
        owner=people.organisations["province"],
        title=TITLE,
        document=usual_shape.write(SHAPE),
        effective_from=dt.date(today().year - 1, 1, 1),
        change_note="演示用，内容为虚构",
        live=False,
    )
    reviewed(regulation, people)
    progress("1 invented regulation in force")
    return regulation
