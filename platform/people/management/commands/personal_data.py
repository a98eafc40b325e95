"""`manage.py personal_data table` prints docs/personal-data.md; `reduce [--yes]` reduces those who have left."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import translation

from people import leaving
from people.personal_data import holdings

HEAD = """# 个人信息处理清单

本表由 `manage.py personal_data table` 生成，与程序中登记的完全一致；新增的个人信息未在此登记的，测试不予通过。
依据《中华人民共和国个人信息保护法》第六条、第十七条、第十九条、第四十五条至第四十七条。
本人可在“我的个人信息”查看、下载全部内容，申请更正，并查看何人查看过。

离开行业（全部执业关系终止）满 {days} 天的，由系统于每日凌晨自动处理，处理方式见末列；
其余内容为履行培训记录保存义务所必需，予以保留。期间重新执业的不处理。

| 内容 | 字段 | 处理目的 | 保存期限 | 离开后 |
| --- | --- | --- | --- | --- |
"""


class Command(BaseCommand):
    help = "Prints the table of personal data, or reduces those who have left the profession."

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        deeds.add_parser("table", help="print docs/personal-data.md")
        reduce = deeds.add_parser("reduce", help="say how many are due, and with --yes reduce them")
        reduce.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        if deed == "table":
            self.stdout.write(table(), ending="")
            return
        self.stdout.write(f"{leaving.reducible().count()} persons are due")
        if options["yes"]:
            count = 0
            while done := leaving.reduce_all():
                count += done
            self.stdout.write(f"{count} persons reduced")


def table() -> str:
    """docs/personal-data.md, in Chinese whatever the reader's language."""
    with translation.override("zh-hans"):
        lines = [
            f"| {each.title} | {'、'.join(str(label) for label in each.columns.values())} | {each.purpose} "
            f"| {each.keeping} | {'删除或缩减' if each.forget else '保留'} |"
            for each in holdings()
        ]
    return HEAD.format(days=leaving.WAITING_DAYS) + "\n".join(lines) + "\n"
