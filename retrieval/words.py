"""Chinese text cut into what is searched for: words, and runs of characters where words disagree."""

import re
import warnings
from functools import cache
from itertools import groupby
from pathlib import Path
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


def topic(question: str, folder: Path) -> str:
    """What a question is about: without the words it is merely made of, blank-separated.

    A question made of nothing else (「怎么办」) stays as it is.
    """
    tokenizer = _tokenizer(folder)
    kept: list[str] = []
    for run in runs(question):
        kept += ["".join(each) for about, each in groupby(tokenizer.cut(run), _is_topic) if about]
    return " ".join(kept) or question


def _is_topic(word: str) -> bool:
    return word not in FUNCTION_WORDS
