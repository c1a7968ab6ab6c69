"""A strong talk on the air conditioner, tagged by hand: marking is tested apart from the recogniser."""

from bot.ports import Behaviour, Context
from bot.transcript import Transcript, Turn
from rubrics.builtin_judge import BuiltinJudge
from rubrics.loading import library
from rubrics.marking import mark
from rubrics.ports import Judge
from rubrics.report import Report
from scenarios.behaviours import BehaviourId
from scenarios.loading import library as stations
from scenarios.station import Station

RUBRIC = library()["complaint-handling"]
Tag = tuple[str, str] | tuple[str, str, dict[str, str]]

STRONG: tuple[tuple[str, tuple[Tag, ...]], ...] = (
    (
        "彭先生您好，我是宁风投诉专员小林，工号0326。三十九度的天修了三趟还吹热风，搁谁都得发火，修了三趟没修好真对不起您。",
        (
            ("greet", "彭先生您好"),
            ("introduce", "我是宁风投诉专员小林"),
            ("acknowledge_emotion", "三十九度的天修了三趟还吹热风，搁谁都得发火"),
            ("apologise", "真对不起您"),
        ),
    ),
    (
        "您请了三次假在家干等，最后还是没修好，这个责任在我们，不在您。您慢慢说，现在机器到底是个什么情况？",
        (("own", "这个责任在我们"), ("ask_open", "现在机器到底是个什么情况")),
    ),
    (
        "好，我边听边记。最近那张维修单的单号您报我一下，还有机器是什么型号？",
        (
            ("ask_fact", "维修单的单号您报我一下", {"fact": "order_no"}),
            ("ask_fact", "机器是什么型号", {"fact": "model"}),
        ),
    ),
    (
        "前面三位师傅上门分别做了什么？中间收过费没有，给您开票了吗？",
        (
            ("ask_fact", "前面三位师傅上门分别做了什么", {"fact": "visits"}),
            ("ask_fact", "中间收过费没有", {"fact": "fee"}),
        ),
    ),
    (
        "还有个事我得问一句，这么热，家里现在谁在？有没有老人孩子，身体受得了吗？",
        (("ask_open", "有没有老人孩子，身体受得了吗", {"target": "family"}),),
    ),
    (
        "我复述一下您看对不对：开机一会儿就变热风，前后来了三趟、动过氟也换过件。您要的是个真能修好的师傅、一个准时间，是这样吧？",
        (("paraphrase", "开机一会儿就变热风，前后来了三趟、动过氟也换过件"),),
    ),
    (
        "原因我跟您说实话：三次派的是三个不同的师傅，从头到尾没做过整机检测，所以一样一样地试。换新机我现在不能答应您，要等检测报告出来。",
        (
            ("analyse_cause", "三次派的是三个不同的师傅，从头到尾没做过整机检测"),
            ("explain", "换新机我现在不能答应您，要等检测报告出来"),
        ),
    ),
    (
        "我这么安排：今晚七点到八点半，派一位高级技师带原厂配件上门，换下来的旧件当面给您看。",
        (
            (
                "offer_solution",
                "派一位高级技师带原厂配件上门",
                {"option": "senior_visit", "deadline": "今晚七点到八点半"},
            ),
            ("commit_deadline", "今晚七点到八点半", {"deadline": "今晚七点到八点半"}),
        ),
    ),
    (
        "老人不能这么热着，今天下午六点之前我先送一台移动空调过去。三次误工，我在权限内补偿您两百元。",
        (
            ("offer_solution", "送一台移动空调过去", {"option": "loan_unit", "deadline": "今天下午六点之前"}),
            (
                "compensate",
                "三次误工，我在权限内补偿您两百元",
                {"option": "compensation", "amount": "两百元"},
            ),
        ),
    ),
    (
        "这件事从头到尾我负责，您直接打转8326找我，今晚九点前我给您打电话回访。同事说话不好听的地方，我替他向您道歉，派单以后也改成同一个师傅跟到底。",
        (
            ("own", "这件事从头到尾我负责", {"target": "person"}),
            ("promise_follow_up", "今晚九点前我给您打电话回访", {"deadline": "今晚九点前"}),
            ("apologise", "我替他向您道歉", {"target": "mocked"}),
            ("prevent", "派单以后也改成同一个师傅跟到底"),
        ),
    ),
    (
        "您看这样处理行不行，还有哪里不放心的？没有的话我现在就派单。谢谢您还肯把话跟我说清楚，再见。",
        (
            ("check_agreement", "您看这样处理行不行"),
            ("thank", "谢谢您还肯把话跟我说清楚"),
            ("close", "再见"),
        ),
    ),
)
REPLIES = (
    "三次了！空调你们来修三次了，现在还在吹热风，你们到底会不会修？",
    "你这话还算实在。",
    "刚开有点凉风，十几分钟外机咔一声停了，后头全是热风。",
    "WX07092731，短信里的。一匹半的挂机。",
    "头一个来加氟，第二个换电容，第三个没带件，走了！收了！180，没开票。",
    "那是我妈屋里的空调！七十八了，高血压。",
    "嗯，就是这样。",
    "好，起码有个人肯跟我讲实话。",
    "高级的？前三个难道是低级的？",
    "行，是个意思，我领了。",
    "好，你说你管的啊。",
    "行，就照你说的办。",
)


def behaviour(text: str, tag: Tag, confidence: float = 0.9) -> Behaviour:
    """A tag as the recogniser would have given it."""
    start = text.index(tag[1])
    args = tag[2] if len(tag) > 2 else {}
    return Behaviour(BehaviourId(tag[0]), tag[1], start, start + len(tag[1]), confidence, args)


def candidate(index: int, text: str, tags: tuple[Tag, ...] = (), confidence: float = 0.9) -> Turn:
    """A tagged candidate turn."""
    found = tuple(sorted((behaviour(text, tag, confidence) for tag in tags), key=lambda b: b.start))
    return Turn(index, "candidate", text, behaviours=found)


def talk(said: tuple[tuple[str, tuple[Tag, ...]], ...], talk_id: str = "t") -> Transcript:
    """Opening, then the tagged utterances with a reply to each."""
    turns = [Turn(0, "counterpart", REPLIES[0])]
    for n, (text, tags) in enumerate(said):
        turns.append(candidate(len(turns), text, tags))
        turns.append(Turn(len(turns), "counterpart", REPLIES[min(n + 1, len(REPLIES) - 1)]))
    return Transcript(talk_id, tuple(turns), station="l3-aircon-third-visit")


class NoRecogniser:
    """For tagged talks: finds nothing."""

    version = "none"

    def recognise(self, text: str, context: Context) -> tuple[Behaviour, ...]:
        """Nothing."""
        return ()


def station() -> Station:
    """The one the talk is of."""
    return stations()["l3-aircon-third-visit"]


async def marked(transcript: Transcript, judge: Judge | None = None, where: Station | None = None) -> Report:
    """The report on a talk whose behaviours are tagged, by the built-in judge unless another is given."""
    nobody = NoRecogniser()
    return await mark(
        transcript,
        station=where or station(),
        rubric=RUBRIC,
        judge=judge or BuiltinJudge(nobody),
        recogniser=nobody,
    )
