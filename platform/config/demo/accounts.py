"""Who can sign in to the demonstration: one account for each kind of user, and what he should look at first."""

from dataclasses import asdict, dataclass

from config.demo import people
from people.models import User


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """One account as it is printed; `start` is the page on which it lands, `look_at` a sentence."""

    kind: str
    username: str
    password: str
    name: str
    start: str
    look_at: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


# By user name: the kind of user, the page on which he lands, and what to try there.
_SHOWN = {
    "lawyer": ("律师", "/my/", "接着上次停下的地方继续看，再看本年度学时记录"),
    "behind": ("律师（未达标）", "/my/record/", "还差多少、什么时候之前补、哪门课可以补"),
    "firm": ("律所培训专员", "/coverage/", "谁还缺什么，把提醒复制到工作群"),
    "changsha": ("长沙市协会委员", "/coverage/", "从全市看到律所、律师，导出 XLSX"),
    "hengyang": ("衡阳市协会委员", "/coverage/", "只看得到衡阳，看不到长沙"),
    "province": ("省协会委员", "/coverage/", "各市州覆盖率，逐级往下看；投影模式"),
    "editor": ("编辑", "/admin/", "上传讲座、配字幕、编课程、送审"),
    "reviewer": ("复审", "/admin/", "复审等待处理的内容"),
    "final": ("终审", "/admin/", "终审并发布"),
    "auditor": ("审计员", "/coverage/", "审计日志：谁查看、修改、导出了什么"),
    "support": ("客服", "/my/", "客服台：查来电人、重置登录、以其视角查看"),
}


def shown() -> list[ShownAccount]:
    """The accounts of this demonstration's database, in the order of `_SHOWN`; empty where none is loaded."""
    users = {
        user.username: user for user in User.objects.filter(username__in=_SHOWN).select_related("person")
    }
    return [
        ShownAccount(kind, username, people.PASSWORD, users[username].get_full_name(), start, look_at)
        for username, (kind, start, look_at) in _SHOWN.items()
        if username in users
    ]
