"""What can be typed after `koushi`, and how a slip is answered. Light: `koushi --help` answers at once."""

import argparse
import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from retrieval.errors import UsageError

ROLES = ("customer", "supervisor", "subordinate", "colleague", "client", "examiner")
PLAYERS = (
    "strong", "borderline", "weak", "silent", "parrot", "stuffer", "over_promiser", "insulter", "injector",
    "off_topic", "repeater",
)  # fmt: skip
_SLIPS: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.+)", "缺少：{0}"),
    (r"unrecognized arguments: (.+)", "不认识：{0}"),
    (r"argument (.+): expected one argument", "{0} 后面要写一个值"),
    (r"argument (.+): expected at least one argument", "{0} 后面至少写一个值"),
    (r"argument (.+): invalid (?:int|whole) value: '(.*)'", "{0} 要写整数，写的是“{1}”"),
    (r"argument (.+): not allowed with argument (.+)", "{0} 和 {1} 不能一起用"),
    (r"one of the arguments (.+) is required", "要写其中一个：{0}"),
)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Chinese headings."""

    def add_usage(
        self, usage: str | None, actions: Iterable[Any], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` that speaks Chinese and raises instead of exiting."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", _Formatter)
        super().__init__(add_help=False, allow_abbrev=False, **kwargs)
        self._positionals.title, self._optionals.title = "要写的", "可选的"
        self.add_argument("-h", "--help", action="help", help="看这份说明")

    def error(self, message: str) -> NoReturn:
        """A slip of the hand, as a sentence.

        Raises:
            UsageError: always.
        """
        raise UsageError(_slip(message), mend=f"看用法：{self.prog} --help")


def _slip(message: str) -> str:
    if choice := re.match(r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.*)\)", message):
        name, given, listed = choice.groups()
        known = [each.strip("' ") for each in listed.split(",")]
        near = difflib.get_close_matches(given, known, n=1)
        hint = f"，是不是要写 {near[0]}" if near else f"，可以写：{'、'.join(known)}"
        return f"{name} 不能是“{given}”{hint}"
    for pattern, sentence in _SLIPS:
        if found := re.search(pattern, message):
            return sentence.format(*found.groups())
    return "命令写法不对"


def _natural(least: int, most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"invalid int value: '{text}'（{least} 到 {most}）")
        return value

    return whole


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="只输出 JSON")


def _batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", metavar="文件|-", help="逐行读入 JSON，逐行输出结果，顺序不变")


def _asking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--second", action="store_true", help="请另一个评分员也评一遍，相差 15 分以上的提请复核"
    )
    parser.add_argument("--no-cache", action="store_true", help="不用语言模型上次的回答，全部重新问")


def parser() -> Parser:
    """The whole command line."""
    top = Parser(
        prog="koushi",
        description="口试：《客户服务管理师》口试的标准化客户与评分员。",
        epilog="先试试：koushi serve，再用浏览器打开它说的地址。\n每个命令都有说明：koushi practice --help",
    )
    top.add_argument("--version", action="store_true", help="看版本号")
    commands = top.add_subparsers(dest="command", metavar="命令", title="命令", parser_class=Parser)

    def command(name: str, told: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=told, description=told)

    _talking(command)
    _marking(command)
    _agreeing(command)
    _knowing(command)
    _content(command)
    _health(command)
    return top


Command = Callable[[str, str], argparse.ArgumentParser]


def _talking(command: Command) -> None:
    serve = command("serve", "打开网页：练习、对话、看成绩")
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="地址", help="监听地址，默认 127.0.0.1，只供本机"
    )
    serve.add_argument("--port", type=_natural(0, 65535), default=7860, metavar="端口", help="默认 7860")
    practice = command("practice", "在终端里练一道题；带 --script 时照台词演一遍")
    practice.add_argument("station", nargs="?", metavar="题目", help="题目编号或 .yaml 文件；不写就抽一道")
    practice.add_argument("--script", metavar="文件|-", help="考生台词，一行一句，不再提问")
    practice.add_argument(
        "--seed",
        type=_natural(0, 2**53),
        metavar="数字",
        help="种子：同一题、同一种子、同样的话，结果逐字相同",
    )
    practice.add_argument("--mode", choices=("practice", "exam"), default="practice", help="练习或考试")
    practice.add_argument("--report", metavar="文件", help="报告另存为 .pdf 或 .html，写哪种后缀就是哪种")
    _common(practice)


def _marking(command: Command) -> None:
    score = command("score", "给一份对话记录评分")
    score.add_argument("file", nargs="?", metavar="文件", help=".json、.txt 或 .csv；- 是标准输入")
    score.add_argument("--station", metavar="题目", help="题目编号；不写就按记录里写的")
    score.add_argument("--rubric", metavar="评分标准", help="评分标准编号；不写就按题目的")
    score.add_argument("--judge", choices=("builtin", "llm"), help="评分员：内置，或语言模型")
    score.add_argument("--html", metavar="文件", help="报告另存为一页网页，不依赖别的文件，可以打印")
    score.add_argument("--pdf", metavar="文件", help="报告另存为 PDF")
    _asking(score)
    _common(score)
    _batch(score)
    prescreen = command("prescreen", "给一批对话评分：文件、文件夹、zip 都行，坏的一份不耽误别的")
    prescreen.add_argument("paths", nargs="+", metavar="路径", help="文件、文件夹或 .zip，可写多个")
    prescreen.add_argument("--out", required=True, metavar="文件夹", help="结果放在哪里")
    prescreen.add_argument(
        "--format", default="xlsx", metavar="格式", help="xlsx、csv、jsonl、html、pdf，用逗号隔开，"
        "默认 xlsx；reports.jsonl 总是有的",
    )  # fmt: skip
    prescreen.add_argument("--resume", action="store_true", help="接着上次的评，评好的不重评")
    prescreen.add_argument("--station", metavar="题目", help="题目编号；不写就按各份记录里写的")
    prescreen.add_argument("--rubric", metavar="评分标准", help="评分标准编号；不写就按题目的")
    prescreen.add_argument("--judge", choices=("builtin", "llm"), help="评分员：内置，或语言模型；整批一个")
    _asking(prescreen)
    _common(prescreen)


def _agreeing(command: Command) -> None:
    agreement = command("agreement", "机评和考评员对不对得上：一致性、合格线、校准；先盲评，再看这里")
    agreement.add_argument("--rubric", metavar="评分标准", help="只看这份评分标准的")
    agreement.add_argument("--station", metavar="题目", help="只看这道题的")
    agreement.add_argument("--marks", metavar="文件", help="填好的评分表，.xlsx 或 .csv；库里的分也算在内")
    agreement.add_argument(
        "--batch", metavar="批次|文件夹", help="机评结果在哪里：阅卷页的批次编号，或 prescreen 的结果文件夹"
    )
    agreement.add_argument("--template", metavar="文件", help="写一份空的评分表，里面没有机评的分")
    agreement.add_argument("--tenth", action="store_true", help="空表里只放盲评的那一成")
    agreement.add_argument("--calibrate", action="store_true", help="用盲评的分做一版校准，存进数据目录")
    _common(agreement)


def _knowing(command: Command) -> None:
    search = command("search", "在标准和讲解里查找")
    search.add_argument("query", nargs="?", metavar="问题", help="一个问题、几个词或标准的编码")
    search.add_argument("--level", type=int, choices=(1, 2, 3), help="只找这一级要考的（高级别包含低级别）")
    search.add_argument("-k", type=_natural(1, 100), default=5, metavar="条数", help="最多几条，默认 5")
    _common(search)
    _batch(search)
    ask = command("ask", "问导师：回答都注明出处，资料里没有的直说没有")
    ask.add_argument("question", nargs="?", metavar="问题", help="一句要问的话，或标准的编码")
    ask.add_argument("--level", type=int, choices=(1, 2, 3), help="按这一级来答（高级别包含低级别）")
    ask.add_argument(
        "--after", action="append", metavar="问题", help="前面问过的，可写多次；用来接着问“那二级呢”"
    )
    _common(ask)
    _batch(ask)
    drill = command("drill", "做一道小练习：默认练最弱的一项，当场说成没成、为什么")
    drill.add_argument("--item", metavar="编码", help="标准里的一项，如 L3.6.2.S5")
    drill.add_argument("--seed", type=_natural(0, 2**53), metavar="数字", help="同一项、同一种子，同一道练习")
    drill.add_argument("--answer", action="append", metavar="话", help="直接给出回答，可写多次，最多三次")
    _common(drill)
    recognise = command("recognise", "看一句考生的话里做了什么")
    recognise.add_argument("text", nargs="?", metavar="话", help="考生说的一句话")
    recognise.add_argument("--role", choices=ROLES, default="customer", help="对方是谁，默认 customer 客户")
    recognise.add_argument("--previous", default="", metavar="上一句", help="对方刚说的话")
    recognise.add_argument("--station", metavar="题目", help="在哪道题里说的")
    _common(recognise)
    _batch(recognise)
    corpus = command("corpus", "本机构自己的文档：添加、列表、删除；加入后马上能查到")
    corpus.add_argument("action", choices=("add", "list", "remove"), metavar="动作",
                        help="add 添加 list 列表 remove 删除")  # fmt: skip
    corpus.add_argument(
        "paths", nargs="*", metavar="文件", help="pdf、docx、pptx、xlsx、html、md 或 txt；删除时写文件名"
    )
    _common(corpus)
    standard = command("standard", "看职业标准，或其中一条")
    standard.add_argument("code", nargs="?", metavar="编码", help="如 L3.6.2 或 L3.6.2.S4")
    _common(standard)


def _content(command: Command) -> None:
    station = command("station", "题目：列表、查看、新建、查错、试演、保存")
    station.add_argument("action", choices=("list", "show", "new", "copy", "check", "play-test", "save"),
                         metavar="动作", help="list 列表 show 查看 new 新建 copy 照一道题新建 check 查错 "
                         "play-test 试演 save 存进本机构的题库")  # fmt: skip
    station.add_argument("name", nargs="?", metavar="题目|文件", help="题目编号或 .yaml 文件")
    station.add_argument("file", nargs="?", metavar="新文件", help="copy 时抄到哪里，文件名就是新编号")
    station.add_argument("--watch", action="store_true", help="check 时盯着文件，存一次查一次，Ctrl-C 结束")
    station.add_argument("--yes", action="store_true", help="save 时确认替换原有的，或代替自带的")
    station.add_argument("--player", choices=PLAYERS, help="只试演这一个考生")
    station.add_argument("--seed", type=_natural(0, 2**53), metavar="数字", help="试演的第一个种子，默认 1")
    station.add_argument("--seeds", type=_natural(1, 100), default=1, metavar="几个", help="连着试演几个种子")
    _common(station)
    rubric = command("rubric", "评分标准：列表、查看、查错")
    rubric.add_argument("action", choices=("list", "show", "check"), metavar="动作",
                        help="list 列表 show 查看 check 查错")  # fmt: skip
    rubric.add_argument("name", nargs="?", metavar="评分标准|文件", help="评分标准编号或 .yaml 文件")
    _common(rubric)


def _health(command: Command) -> None:
    doctor = command("doctor", "逐项检查各部分：谁在提供、能不能用、要做什么")
    doctor.add_argument("--settings", action="store_true", help="列出全部设置、默认值和现在的值")
    doctor.add_argument("--get-model", metavar="型号", help="下载一个语音识别模型（如 small），显示进度")
    _common(doctor)
    check = command("check", "检查随附的全部内容：题目、评分标准、标准是否有效、公平")
    _common(check)
