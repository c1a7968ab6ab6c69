"""Cuts an utterance into clauses and reads off each clause what changes the meaning of its words.

Speech recognisers write no punctuation, so a long run without any is cut where the model of boundaries says
that a mark is missing. Everything works on `fold`ed text, whose positions are those of the original.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.recogniser.boundaries import boundaries

STOPS = ",，、。!?;；:~\n\t…—"
ENDS = "。!?;\n…"
LONG = 24
"""Characters without punctuation above which a run is looked at for missing marks."""

_QUESTION = re.compile(
    r"(吗|么|呢|没有|与否|[行好对是中成]不)$|是不是|能不能|可不可以|要不要|有没有|行不行|好不好|会不会|对不对|愿不愿|方不方便|"
    r"需不需要|想不想|该不该|是否|能否|可否|合不合适|成不成|满不满意|算不算|难道|凭什么"
)
_NOT_QUESTION = re.compile(
    r"(什么|怎么|那么|这么|多么)$|不管.*(是不是|有没有|能不能)|有没有.*都"
    r"|^(?!.*(?:什么|怎|啥|咋|哪|谁|几|多少|多久|为何|是不是|有没有|能不能|要不要)).*(?:着|正|在|还)[^,]*呢$"
)
"""到现在还拿那通录音学呢, 叉车等着呢 go on and ask nothing."""
_REPORTED = re.compile(
    r"(您们|您|你们|你|他们|他|她|客户|顾客|人家|师傅|客服|经理|领导|店员|销售|同事|别人|有人|那位|对方|工作人员|前台|"
    r"家长|用户|小[王李张陈刘])(刚才|刚刚|之前|上次|当时|一直|老|总|也|又|都|还|是不是|是|口口声声|电话里|心里)*"
    r"(是说|是指|说|讲的是|提到|提过|反映|觉得|认为|以为|答应|承诺|保证|声称|意思是|的意思是|的意思|骂|问|想让|想要|要|怕|让|叫)"
    r"|听[您你他她]|据说|传言|网上说|所谓|原话(?:就|说的?)?是?|(?:撂|甩|喊|扔|丢|冒出|放|留)(?:了|下|出|过)*(?:一?句|狠?话(?!筒|题|术|音|费|务))|扬言|嚷嚷着|教我们|回话了?,?说"
)
_NOT_REPORTED = re.compile(
    r"[您你]们?(说[这成中咋哪行]|说得|说的(都|很|太|挺|也|确实|完全|真|没错|对|是对|有道理|在理|极是)|说说|说一|说吧|说清|说话|说到底|讲讲|讲一|说完|说慢|说呢|"
    r"说重点|问一下|问问|问得|让一|要不|要求|要是|要么|要注意|要相信|要知道|要看|要搞|要明白|要小心|要闹|觉得(怎么|这|行|可以|如何|呢|哪|成|中|够|咋|还|合适|值|有没|能)|"
    r"认为(怎么|这|行|可以|如何|哪)|说怎么|保证金|要您|要你|叫(什么|我)|反映的问题|说多少)"
)
_PIVOT = re.compile(
    r"(但|不过|可是|然而|那我|我|对不起|抱歉|所以我|非常|真|实在|请|麻烦|咱|这|其实|好的|可以|其中)"
)
_IF = re.compile(
    r"如果|要是(?!您方便)|要真|真要|换成我[^,。!?]{0,8}早|要(?!是)[^,。!?]{1,8}?真(?:的)?是|真(?:的)?(?:查|验|审)(?:出|到|实|明)|等(?:哪天|什么时候|查[清实明]|弄清)|假如|倘若|若是|若(?=[您你我不要是])|万一|假设|只要|除非|换作|一旦|的话$|哪怕|就算|即使"
)
_NOT_IF = re.compile(
    r"(如果|要是)?(我)?(没|没有)(理解|听|记|弄|搞)错|(如果|要是)?([您你]们?)?(觉得)?(方便|不介意|同意|愿意|没意见|认可|没问题|觉得可以|可以|"
    r"没有(其他|别的|问题|异议|其它))[^,]{0,6}的话|(如果|要是)([您你]们?)?(方便|不介意|没有(其他|别的|什么|问题|异议|其它)|没(什么|别的))"
)
_IRONY = re.compile(
    r"[您你]可真|可真(会|行|有|能|够|是)|真有[你您]的|呵呵|(?<!不)好意思|[您你]倒(是)?(真|会|挺)|太阳.{0,3}西|行了吧$|谢谢[您你](嘞|全家|了嘞|啊,?(?=可|真|我))|可太[^,。!?]{1,4}了$|想得(真|倒)?美|"
    r"算[您你](厉害|狠|行)|大爷|大老爷|了不起|可真是|[您你]多(厉害|高贵|金贵|聪明)|少来|嘞|太能(干|耐)了.*(一天|三次|迟到)|真厉害.{0,2}(一|才|连|就)"
)
_IMAGE = re.compile(
    r"八抬大轿|敲锣打鼓|大人物|大明星|大功臣|大善人|活菩萨|老佛爷|太上皇|祖宗|皇上|娘娘|金枝玉叶|金口|高贵的|千里眼|顺风耳|"
    r"三头六臂|孙悟空|诸葛亮|福尔摩斯|半仙|神算|华佗|影帝|奥斯卡|诺贝尔|锦旗|奖状|发个?奖|颁个?奖|戴.{0,3}大红花|立个?碑|供起来|"
    r"烧高香|磕.{0,2}头|谢天谢地|老天爷|天都?塌|伺候不起|光伺候|专机|火箭|航母|航天|月球|火星|宇宙|登天|开天辟地|载入史册|"
    r"普天同庆|放.{0,3}鞭炮|铺红毯|红地毯|迎宾仪式|国宴|总统|联合国|央视|春晚|博物馆里"
)
"""Pictures that nobody paints in earnest at a counter: with one of them kind words are mockery."""
_QUOTES = re.compile(
    r"(?<!我)(?<!我们)(?:说|讲|喊|写|回|答|骂|念|吼|发|批|留)(?:的|了|着|道)?(?:是|一句|句|话|原话)*[:：,，]?[\"“”「『‘']"
)
_NEGATION = re.compile(
    r"(不(?!好意思|仅|但|光|只|管|论|要紧|过)|没(?!问题|关系|事)|别(?!的|人|说|管|担|着|急)|未|无法|难以|并非|休想|谈不上|用不着|"
    r"何必|哪有|哪能|哪会|怎么可能|怎么能|怎么会|凭什么|谁|拒绝|懒得|不可能|甭)"
    r"(能|会|敢|可以|可能|必|用|需要|需|再|太|是|想|想着|要|该|应该|应|打算|准备|办法|得|觉得|认为|给|让|跟|对|向|为|替|把|被|真|人|谁|说|有|法|来|"
    r"去|做|说|就是|就|什么(?:好|可)?|任何|您|你|我们|我|他|这|那|个|种|保证|承诺|答应|讲|许|夸|权力|权限|权|资格|胆|把握|底气|口子|轻易|随便|马上|直接|那么|这么|能够|百分百|百分之百|在|很|愿意|同意|出|到|"
    r"现在|立刻|一个人|绝对|肯定|一定|都|也|就|必须|公司|客服){0,6}$"
)
NO_DENIAL = re.compile(
    r"差不多|要不(?![是要])|不如(?![实何])|不止|不单|不妨|不客气|好不容易|动不动|时不时|冷不丁|不然|不愧|[是能会行好对]不[是能会行好对]|可不可以"
    r"|[特分级区类个告识]别|无论|无偿|无条件|无非|无缝|未来|没问题|没关系|不得不|不能不|不会不|不是不|不可能不|不该不|没有不|无不|忍不住|恨不得|不由得|别提|不知|不巧|不瞒|说不定"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of folded text, with what governs it. Offsets are into the utterance."""

    start: int
    end: int
    text: str
    sentence: int
    question: bool = False
    conditional: bool = False
    "It is the if-part."
    consequent: bool = False
    "It follows an if-part in the same sentence."
    ironic: bool = False
    quoted: bool = False
    "It quotes what somebody else said, wrote or shouted."
    reported_from: int = -1
    "From this offset on the words are somebody's being reported; -1 when none are."


def _runs(text: str) -> list[tuple[int, int, bool]]:
    """Stretches between punctuation as (start, end, does a sentence end here); points in numbers stay."""
    out, start = [], 0
    for i, char in enumerate(text):
        if char in STOPS or (
            char in ". " and not text[i - 1 : i + 2].replace(".", "").replace(" ", "x").isdigit()
        ):
            if char == "." and (i + 1 < len(text) and text[i + 1].isascii() and text[i + 1].isalnum()):
                continue
            if char == " " and text[max(0, i - 1) : i].isascii() and text[i + 1 : i + 2].isascii():
                continue
            if i > start:
                out.append((start, i, char in ENDS or char == "."))
            elif out and char in ENDS:
                out[-1] = (*out[-1][:2], True)
            start = i + 1
    if start < len(text):
        out.append((start, len(text), True))
    return out


def _cut(text: str, start: int, end: int, ends: bool) -> list[tuple[int, int, bool]]:
    """A run, a long one cut where marks are missing: (start, end, does a sentence end here) of each piece."""
    if end - start <= LONG:
        return [(start, end, ends)]
    places = boundaries().cut(text[start:end], marked=end - start < len(text.strip()) - 2)
    edges = [(start, False), *((start + place, stops) for place, stops in places), (end, ends)]
    return [(a, b, stops) for (a, _), (b, stops) in pairwise(edges)]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in "\"'“”‘’「」『』()（）-·*#"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\"'“”‘’「」『』()（）-·*#"):
        end -= 1
    return start, end


@lru_cache(maxsize=32)
def split(text: str) -> tuple[Clause, ...]:
    """Clauses of folded text in order, analysed. Empty when nothing is said. Linear in the length."""
    clauses: list[Clause] = []
    sentence = 0
    for run_start, run_end, ends in _runs(text):
        for piece_start, piece_end, stops in _cut(text, run_start, run_end, ends):
            start, end = _strip(text, piece_start, piece_end)
            if start < end:
                clauses.append(_analyse(Clause(start, end, text[start:end], sentence), text))
            sentence += stops
    return tuple(_governed(clauses))


def _analyse(clause: Clause, whole: str) -> Clause:
    """The features a clause shows by itself."""
    text = clause.text
    mark = whole[clause.end : clause.end + 2].lstrip("\"'”’」』 ")[:1]
    asked = mark == "?" or (bool(_QUESTION.search(text)) and not _NOT_QUESTION.search(text))
    cue = next((m for m in _REPORTED.finditer(text) if not _NOT_REPORTED.match(text, m.start())), None)
    return replace(
        clause,
        question=asked,
        conditional=bool(_IF.search(text)) and not _NOT_IF.search(text),
        ironic=bool(_IRONY.search(text)),
        quoted=bool(_QUOTES.search(text)),
        reported_from=clause.start + cue.end() if cue else -1,
    )


def _governed(clauses: list[Clause]) -> list[Clause]:
    """Carry an if-part, a report and mockery over to the other clauses of the same sentence."""
    mocking = {clause.sentence for clause in clauses if _IMAGE.search(clause.text)}
    out: list[Clause] = []
    for each in clauses:
        clause = replace(each, ironic=True) if each.sentence in mocking else each
        out.append(_carried(out[-1], clause) if out and out[-1].sentence == clause.sentence else clause)
    return out


def _carried(last: Clause, clause: Clause) -> Clause:
    consequent = (last.conditional or last.consequent) and not clause.conditional
    reported = last.reported_from >= 0 and clause.reported_from < 0 and not _PIVOT.match(clause.text)
    return replace(
        clause,
        consequent=clause.consequent or consequent,
        reported_from=clause.start if reported else clause.reported_from,
    )


def negated(text: str, clause: Clause, at: int) -> bool:
    """Whether a negation governs what begins at offset `at` of the folded text.

    It may stand a little before the clause: where no mark was written, a cut can part 不敢 from its verb.
    """
    before = NO_DENIAL.sub("", text[max(0, clause.start - 6, at - 14) : at])
    return bool(_NEGATION.search(before))
