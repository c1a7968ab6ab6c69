"""Chinese text cut into what is searched for: words, and runs of characters where words disagree."""

import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from retrieval.text import fold

_FUNCTION = """
的 了 吗 呢 吧 啊 呀 嘛 着 过 得 地 是 有 在 和 与 及 或 把 被 让 给 对 从 到 跟 向 为 以 于 就 都 也
还 又 很 太
我 你 他 她 它 您 我们 你们 他们 咱们 自己 这 那 这个 那个 这些 那些 一个 一下 一些 一点
怎么 怎样 如何 什么 哪些 哪个 哪里 为什么 为何 多少 几 谁 怎么办 怎么样 怎么做 是不是 有没有 能不能
要 会 能 可以 应该 应 该 需要 必须 想 请 请问 告诉 讲 说 说说 讲讲 做 办 时 时候 之 所 等 其
注意 方面 东西 事情 关于 如果 但是 因为 所以 还是 或者 以及
"""
FUNCTION_WORDS = frozenset(_FUNCTION.split())
"""Words a question is made of, not what it is about."""
_SETTING = """
超市 商场 酒店 宾馆 民宿 餐厅 饭店 饭馆 药店 药房 医院 诊所 门诊 银行 物业 地铁 地铁站 机场 航空 车站 高铁
景区 公园 影院 电影院 健身房 美容院 理发店 幼儿园 学校 培训班 快递 快递站 外卖 奶茶店 奶茶 咖啡店 咖啡馆
面包房 蛋糕店 花店 书店 琴行 服装店 鞋店 母婴店 眼镜店 珠宝 家具 家电 家装 装修 电器 手机店 汽车 修车 洗车
加油站 燃气 水务 供水 电力 供电 电信 宽带 保险 证券 旅行社 租车 便利店 菜场 火锅店 洗衣店 宠物店 家政 月嫂
工厂 车间 裙子 衣服 洗衣机 冰箱 空调 热水器 手机 电脑 沙发 床垫 今天 昨天 明天 上周 下周 上个月 这个月 去年
今年 年底 月底 半夜 早上 下午 晚上 周末
"""
SETTING = frozenset(_SETTING.split())
"""Trades, goods and times: where a question happens, and every trade is somewhere in our examples."""
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")


@cache
def _tokenizer(folder: Path) -> Any:
    with warnings.catch_warnings():  # old code: invalid escapes, and setuptools where that is installed
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(60)  # it logs its start-up to the screen
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = jieba.Tokenizer()
    # Its dictionary cache is a fixed name in the shared temporary folder otherwise: anybody's, and a race.
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    return tokenizer


def runs(text: str) -> list[str]:
    """Unbroken runs of Han characters, or of Latin letters and digits, of the folded text."""
    return _RUN.findall(fold(text))


def words(text: str, folder: Path) -> list[str]:
    """Words of the text, long words also in their parts (客户服务 → 客户, 服务, 客户服务).

    Args:
        text: anything; nothing but letters, digits and Han characters counts.
        folder: where the dictionary is cached; made when missing.
    """
    tokenizer = _tokenizer(folder)
    return [word for run in runs(text) for word in tokenizer.cut_for_search(run)]


def grams(text: str, low: int, high: int) -> list[str]:
    """Runs of `low` to `high` Han characters, overlapping; other runs stay whole."""
    out: list[str] = []
    for run in runs(text):
        if not "\u4e00" <= run[0] <= "\u9fff":
            out.append(run)
            continue
        out += [run[i : i + n] for n in range(low, high + 1) for i in range(len(run) - n + 1)]
    return out


def features(text: str, folder: Path) -> Counter[str]:
    """What the learned parts see of a text, with counts: words, concepts, runs of one to three characters."""
    return Counter(["w:" + word for word in words(text, folder)] + concepts(text) + grams(text, 1, 3))


def topic(question: str, folder: Path) -> str:
    """What a question is about: without the words it is merely made of, and its setting; blank-separated.

    A question made of nothing else (「怎么办」) stays as it is.
    """
    tokenizer = _tokenizer(folder)
    cut = [list(tokenizer.cut(run)) for run in runs(question)]
    return _without(cut, FUNCTION_WORDS | SETTING) or _without(cut, FUNCTION_WORDS) or question


def _without(cut: Sequence[Sequence[str]], left_out: frozenset[str]) -> str:
    pieces: list[str] = []
    for run in cut:
        pieces += ["".join(each) for kept, each in groupby(run, lambda word: word not in left_out) if kept]
    return " ".join(pieces)


@cache
def _thesaurus() -> tuple[Mapping[str, tuple[str, ...]], int]:
    """Folded word → names of its groups, and the length of the longest word."""
    groups: dict[str, list[str]] = {}
    text = files("retrieval").joinpath("corpus/thesaurus.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in lines:
        first, *_ = together = line.split()
        for word in together:
            groups.setdefault(fold(word), []).append(f"@{first}")
    frozen = {word: tuple(dict.fromkeys(names)) for word, names in groups.items()}
    return MappingProxyType(frozen), max(map(len, frozen))


def concepts(text: str) -> list[str]:
    """Groups of the thesaurus whose words the text uses, `@` and the group's first word; one entry a use."""
    known, longest = _thesaurus()
    found: list[str] = []
    for run in runs(text):
        for start in range(len(run)):
            for end in range(start + 1, min(len(run), start + longest) + 1):
                found += known.get(run[start:end], ())
    return found
