"""What the candidate's words do to the talk itself, beside the deeds in them.

They may hand the floor back (嗯，您说), ask what no fact of the station answers, or take back what was said
before (我说错了，不是八点，是七点). Whoever hears that answers it, whatever else is on their mind.
"""

import re

from bot.director.state import State
from retrieval.text import fold

_FILLER = re.compile(
    r"^(?:嗯|唔|哎|诶|噢|哦|喔|好的?|行|对|是的?|明白|那|[\s,，、。.!~…])+|[\s,，、。.!~…]+$"
)
_FLOOR = re.compile(
    r"(?:[您你](?:请|先|慢慢|接着|继续|尽管|只管|往下)*|请(?:您|你)?(?:先|接着|继续)?|(?:接着|继续|慢慢|尽管))"
    r"(?:讲|说)(?:说|讲|吧|看|下去|完|呗|嘛|着|呢)*(?:[,，]?我(?:都|在|就|这儿)*(?:听|记)(?:着|呢)*)?"
    r"|(?:请|您)?继续(?:吧)?|我(?:都|在|就)*听(?:着|您[说讲]|呢)+"
)
_SENTENCE = re.compile(r"[^。!?;\n…]+[。!?;\n…]*")
_ASKED = re.compile(
    r"(?:吗|么|呢)[?!。]*$|\?|什么|啥|怎么|咋|哪|谁|几[点个时天号位]|多少|多[大久远长]|为何"
    r"|是不是|能不能|要不要|有没有|会不会|[行好对成中]不[行好对成中]|方不方便|愿不愿|知不知|晓不晓|可不可以|可否|能否|[是要][^,。!?]{1,12}还是[^,。!?]{1,12}$"
)
_TAGGED = re.compile(r"(?:吗|么|呢|[是对行好成中]不[是对行好成中])[。.!]*$")
_FINDING = re.compile(r"(?:我|咱)们?[^,。!?您你]{0,8}(?:查|问|看|核|打听|了解|弄清|搞清|告诉|讲|说|写)")
_CONSENT = re.compile(
    r"(?:行|好|可以|成|中|对|没问题|满意|还有[^,。!?]{0,8}|别的[^,。!?]{0,6})(?:吗|吧|不|么|呗|嘛|啊)?[?。!]*$"
    r"|(?:[是对](?:的|这样|这么[^,。!?]{0,4}|这个[^,。!?]{0,3})?|没[^,。!?]{0,6}[错歪偏漏差]了?)(?:吗|吧|不|么|嘛|伐)[?。!]*$|[是对]不[是对][^,。!?]{0,6}[?。!]*$"
)
_OPEN = re.compile(r"什么(?!问题|意见)|啥(?!问题|意见)|怎么|咋|哪(?!里的话)|谁|几[点个时天号位]|多少")
_OR = re.compile(r"[^,。!?]{1,24}[,?]?还是(?!很|挺|有点|不|没|只|就|都|也)[^,。!?]{1,24}[?!。]*$")
_DECISION = re.compile(
    r"(?:签|批|定|点头|同意|答应|认可)(?:个?字)?(?:下来|了)?(?:不|吗|么|没有?|嘛)[?。!]*$"
    r"|签不签|批不批|定不定|[同答]不[同答]|能不能[^,。!?]{0,6}(?:签|批|定|点头|答应|同意)|就这么定了?[^,。!?]{0,4}\?"
)
_MINE = r"我(?!们)(?:刚才|刚刚|刚|前面|前头|上句|那句|这边|可能)?[^,。!?我您你]{0,6}"
_BACK = re.compile(
    _MINE + r"(?:说|讲|看|记|报|算|念)(?:错|多|少|反)(?:了|啦|喽|咧)"
    r"|我?刚?(?:才|刚)?[^,。!?我您你]{0,4}说(?:快|高|满|低)了|口误|(?:更正|纠正)一下|(?:刚才|刚刚|刚|前面)[^,。!?]{0,10}(?:说错|不对|不算|不作数|作废|收回|改一改|改一下)"
    r"|(?:时间|日子|数|金额|钱数?)(?:我)?(?:说|讲|记|报)错了|我(?:得|要|想)?改(?:一下|个)?口|我收回"
)
_MEASURED = re.compile(
    r"[0-9]|[一二两三四五六七八九十百千万半][点天个小号周月年块元百千万成]|今[天晚]|明[天早]|后天|[上下]午|晚上|周[一二三四五六日天]"
)


def hands_over(text: str) -> bool:
    """Whether the words do nothing but leave the floor to the other: 嗯，您说 / 您接着讲，我听着呢."""
    return bool(_FLOOR.fullmatch(_FILLER.sub("", fold(text))))


def _last(text: str) -> str:
    sentences = [each for each in _SENTENCE.findall(fold(text)) if each.strip()]
    return sentences[-1].strip() if sentences else ""


def asks(text: str) -> bool:
    """Whether the last sentence is a question: 花了多少，写清楚。 is none, nor is 我去问是谁。"""
    last = _last(text)
    if "?" in last:
        return True
    clause = re.split(r"[,，、]", last)[-1]
    told = last.endswith((".", "。", "!")) or _FINDING.search(clause)
    return bool((_TAGGED if told else _ASKED).search(clause))


def asks_consent(text: str) -> bool:
    """Whether the last sentence only asks for a yes: 您看行吗, 还有别的吗."""
    last = _last(text)
    return bool(_CONSENT.search(last)) and not _OPEN.search(last)


def offers_two(text: str) -> bool:
    """Whether the words end by asking to choose: 今天还是明天？ 您过来？还是我过去？"""
    return asks(text) and bool(_OR.search(fold(text)))


def asks_decision(text: str) -> bool:
    """Whether the other is asked to decide now: 您签不签, 那就这么定了？, 今天能批吗."""
    return bool(_DECISION.search(_last(text)))


def takes_back(text: str) -> bool:
    """Whether a time, sum or number said before is taken back: 我说错了，不是八点，是七点."""
    folded = fold(text)
    return bool(_BACK.search(folded)) and bool(_MEASURED.search(folded))


def changes_word(state: State, text: str) -> bool:
    """Whether something the counterpart was told to count on is taken back; `state` before this turn."""
    return takes_back(text) and bool(state.promises or "amount" in dict(state.slots))
