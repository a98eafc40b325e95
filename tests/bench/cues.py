"""A million cues in both engines: how long an index takes and how large it is, and what a question costs.

A thousand lectures of a thousand cues, recombined from the sentences of the laws in ../shared/data/law by a fixed lot.
Every question goes through the whole plan, grouped by lecture with its best moments, an exact total and an access
filter, as a lawyer's does. Pure of Django: the engines know no database.
"""

import json
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

from elastic_transport import NodeConfig, Urllib3HttpNode

from search import query
from search.analysis import stream
from search.documents import CaptionedLecture, CueText, documents
from search.engines.base import Document, Engine, Page, Request
from search.engines.elasticsearch_engine import ElasticsearchEngine, body_of
from search.engines.tantivy_engine import TantivyEngine
from tests import environment
from tests.bench.report import Row
from tests.servers import elasticsearch

LECTURES = int(os.environ.get("BENCH_LECTURES", "1000"))
CUES = 1000
ROUNDS = 5
SEED = 20261126
ACCESS = ("public", "members", "audience:1", "audience:2")
READER = frozenset({"public", "members", "audience:1"})
MOST_WORD_MS, MOST_QUESTION_MS = 10.0, 20.0
MOST_BUILD_SECONDS, MOST_BUILD_BYTES = 60.0, 150_000_000
MOST_TIMES_RAW = 1.3
ANALYSED = 20_000

COMMON = ("合同", "责任", "当事人", "规定", "人民法院", "请求", "财产", "赔偿", "权利", "约定")
RARE = ("居住权", "添附", "埋藏物", "让与担保", "悬赏广告", "保理", "海难", "遗赠扶养", "占有人", "胎儿")
THREE_WORDS = (
    "合同 解除 赔偿", "抵押 登记 善意", "继承 遗嘱 无效", "婚姻 财产 分割", "侵权 过错 损害", "保证 期间 债务",
    "租赁 装修 返还", "违约金 过高 减少", "诉讼时效 中断 请求", "监护 撤销 申请",
)  # fmt: skip
QUESTIONS = (
    "房东不退押金怎么办", "合同约定的违约金太高可以少付吗", "离婚以后孩子的抚养费谁来出", "借钱不还过了三年还能起诉吗",
    "楼上掉东西砸伤了人谁负责", "父母生前写了两份遗嘱以哪一份为准", "买的房子被卖了两次归谁", "公司替别人担保有没有效",
    "邻居装修漏水应该赔多少", "被狗咬伤主人不肯承担医药费",
)  # fmt: skip


def laws() -> Path | None:
    """The folder of statutes, or None where the shared inputs are absent."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("SHARED_DIR", root.parent / "shared")).resolve() / "data" / "law"
    return folder if folder.is_dir() else None


def sentences(folder: Path) -> list[str]:
    """The clauses of all texts, six to thirty-two characters each."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md")))
    parts = (part.strip() for part in re.split(r"[。；：，\n]", texts))
    return sorted({part for part in parts if 6 <= len(part) <= 32 and not part.startswith(("#", "**"))})


def lectures(parts: Sequence[str], count: int) -> Iterator[CaptionedLecture]:
    """Lectures of 1,000 cues, a clause each, the same ones at every call."""
    lot = random.Random(SEED)
    for number in range(count):
        cues = []
        for place in range(CUES):
            # Keys as random as those of real rows: they are a good part of an index.
            key = str(UUID(int=lot.getrandbits(128)))
            cues.append(CueText(key, 1, place * 4000, place * 4000 + 4000, lot.choice(parts)))
        yield CaptionedLecture(
            group=f"lecture:{UUID(int=number + 1)}",
            title=f"第{number + 1}讲 {lot.choice(parts)}",
            around=lot.choice(parts),
            access=(lot.choice(ACCESS),),
            courses=(f"course-{number % 100}",),
            lecturer=f"lecturer-{number % 60}",
            language="zh-Hans",
            cues=cues,
        )


def all_documents(parts: Sequence[str]) -> Iterator[Document]:
    for lecture in lectures(parts, LECTURES):
        yield from documents(lecture)


def phrases(parts: Sequence[str], count: int) -> list[str]:
    lot = random.Random(SEED + 1)
    return [part[:12] for part in lot.sample([part for part in parts if len(part) >= 12], count)]


def measure() -> Iterator[Row]:
    folder = laws()
    if folder is None:
        yield Row("a million cues", "not measured: ../shared/data/law is absent")
        return
    parts = sentences(folder)
    yield analysis_row(parts)
    kinds: list[tuple[str, Sequence[str], float]] = [
        ("a common word", COMMON, MOST_WORD_MS),
        ("a rare word", RARE, MOST_WORD_MS),
        ("three words", THREE_WORDS, MOST_WORD_MS),
        ("a phrase", phrases(parts, 10), MOST_WORD_MS),
        ("a whole question", QUESTIONS, MOST_QUESTION_MS),
    ]
    scratch = environment.FOLDER / "bench" / "cues"
    tantivy = TantivyEngine(scratch / "tantivy")
    yield from build_rows(tantivy, parts, scratch / "tantivy")
    for name, texts, bar in kinds:
        spent = [ask(tantivy.find, text) for _ in range(ROUNDS) for text in texts]
        worst = percentile(spent, 95)
        yield Row(
            f"{name} in {LECTURES * CUES:,} cues, Tantivy",
            f"median {statistics.median(spent):.1f} ms, p95 {worst:.1f} ms",
            f"p95 ≤ {bar:.0f} ms",
            worst <= bar,
        )
    with elasticsearch.serving(scratch / "server", environment.ELASTICSEARCH_PORT) as url:
        engine = ElasticsearchEngine(url, "bench-cues")
        before = time.monotonic()
        engine.rebuild(all_documents(parts), lambda count: None)
        yield Row("building the same index, Elasticsearch", f"{time.monotonic() - before:.0f} s")
        for name, texts, _bar in kinds:
            yield from against_raw(engine, url, name, texts)


def analysis_row(parts: Sequence[str]) -> Row:
    lot = random.Random(SEED + 2)
    chosen = [lot.choice(parts) for _ in range(ANALYSED)]
    before = time.process_time()
    for text in chosen:
        stream(text)
    micros = (time.process_time() - before) / ANALYSED * 1e6
    return Row("analysing a cue", f"{micros:.1f} µs CPU, mean of {ANALYSED:,}")


def build_rows(engine: Engine, parts: Sequence[str], folder: Path) -> Iterator[Row]:
    before, before_cpu = time.monotonic(), time.process_time()
    count = engine.rebuild(all_documents(parts), lambda done: None)
    seconds, cpu = time.monotonic() - before, time.process_time() - before_cpu
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield Row(
        f"building an index of {count:,} cues, Tantivy",
        f"{seconds:.0f} s ({cpu:.0f} s CPU), the making of the cues with it",
        f"≤ {MOST_BUILD_SECONDS:.0f} s",
        seconds <= MOST_BUILD_SECONDS,
    )
    yield Row(
        "its size on disk",
        f"{size / 1e6:.0f} MB",
        f"≤ {MOST_BUILD_BYTES / 1e6:.0f} MB",
        size <= MOST_BUILD_BYTES,
    )


def ask(find: Callable[[Request], Page], text: str) -> float:
    """Milliseconds until the first attempt that finds something has answered."""
    before = time.perf_counter()
    for attempt in query.plan(text).attempts:
        if find(Request(attempt, READER, moments=3)).total:
            break
    return (time.perf_counter() - before) * 1000


def against_raw(engine: ElasticsearchEngine, url: str, name: str, texts: Iterable[str]) -> Iterator[Row]:
    """The engine's own cost beside the same bodies sent as bytes over the same kind of connection, in turn."""
    host, port = url.removeprefix("http://").split(":")
    node = Urllib3HttpNode(NodeConfig("http", host, int(port)))
    headers = {"content-type": "application/json", "accept": "application/json"}
    ours: list[float] = []
    raw: list[float] = []
    for text in texts:
        asked = []
        for attempt in query.plan(text).attempts:
            request = Request(attempt, READER, moments=3)
            asked.append(request)
            if engine.find(request).total:
                break
        bodies = [json.dumps(body_of(request)).encode() for request in asked]
        for _ in range(ROUNDS):
            before = time.perf_counter()
            for body in bodies:
                answer = node.perform_request("POST", f"/{engine.alias}/_search", body=body, headers=headers)
                if not json.loads(answer.body)["_shards"]["successful"]:
                    raise RuntimeError("a raw question was not answered")
            raw.append((time.perf_counter() - before) * 1000)
            before = time.perf_counter()
            for request in asked:
                engine.find(request)
            ours.append((time.perf_counter() - before) * 1000)
    node.close()
    times = statistics.median(ours) / statistics.median(raw)
    yield Row(
        f"{name} in {LECTURES * CUES:,} cues, Elasticsearch",
        f"median {statistics.median(ours):.1f} ms, sent raw {statistics.median(raw):.1f} ms: {times:.2f} times",
        f"≤ {MOST_TIMES_RAW} times",
        times <= MOST_TIMES_RAW,
    )


def percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
