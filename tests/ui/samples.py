# ruff: noqa: E501  a table of data reads better in long lines
"""Realistic data for the views: the air conditioner that was repaired three times."""

from ui.views.models import Bubble, CardView, TalkView, Tile, Unfinished
from ui.views.radar import Share
from ui.views.report_view import CheckRow, CriterionView, Moment, Piece, ReportView, Said
from ui.views.tension import Course, Point

TILE = Tile(
    id="l3-aircon-third-visit",
    title="修了三次还不凉的空调",
    trade="家电售后",
    level=3,
    role="customer",
    temperament="hot",
    gender="male",
    age=42,
    minutes=8,
    difficulty=3,
    name="周先生",
    situation="同一台空调半个月内上门三次，还是不制冷。",
    best=68.5,
    tried=2,
)
UNFINISHED = Unfinished("a1b2c3", "修了三次还不凉的空调", 3)
TILES = (
    TILE,
    Tile("l3-refund-expired", "过了七天想退的净水器", "电商", 3, "customer", "know_all", "female", 35, 8, 2, "李女士"),
    Tile("l3-silent-elder", "不肯说话的老太太", "社区服务", 3, "customer", "silent", "female", 71, 6, 4, "王阿姨", best=82.0, tried=1),
    Tile("l2-ask-two-people", "向总监要两个人手", "呼叫中心", 2, "supervisor", "data_minded", "male", 48, 10, 4, "陈总"),
    Tile("l2-review-late", "老是迟到的业务骨干", "酒店", 2, "subordinate", "defensive", "female", 27, 10, 3, "小林"),
    Tile("l1-renewal-talk", "要压价三成的续约", "物流", 1, "client", "political", "male", 61, 12, 5, "郑总"),
    Tile("l3-lost-parcel", "等了九天的快递", "快递", 3, "customer", "anxious", "female", 30, 7, 1, "何女士"),
    Tile("l2-warehouse", "不肯加急的仓库同事", "电商", 2, "colleague", "impatient", "male", 38, 8, 3, "老吴"),
    Tile("l3-quality-question", "说说服务质量的五个方面", "通用", 3, "examiner", "cold", "female", 50, 5, 2, "考官"),
)  # fmt: skip
CARD = CardView(
    tile=TILE,
    channel="phone",
    you_are="您是“清风家电”的客户服务主管",
    situation="周先生家的空调半个月里修了三次，今天又不凉了。家里有八个月大的孩子，昨晚室内 33 度。他直接打进了您的电话。",
    known=(
        "保修期内，已上门三次，每次派的师傅不同",
        "工单只写了“加氟”，没有写漏点",
        "今天下午三点以后有一个加急名额",
    ),
    powers=("可派资深工程师当天上门", "可免费延保六个月，或补偿不超过 300 元"),
    limits=("没有检测结论前，不能答应换新机", "不能把其他客户的维修记录告诉他"),
    task="请与周先生通话：稳住情绪，弄清情况，给出他能接受的处理办法。",
    standard=(("L3.6.2.S3", "能受理并登记客户投诉"), ("L3.6.2.S5", "能安抚投诉客户的情绪")),
)
BUBBLES = (
    Bubble(0, False, "你们到底还要修几次？半个月来了三拨人，一拨比一拨能说，空调还是不凉！"),
    Bubble(1, True, "周先生，三次都没修好，换了我也会火大，实在对不起。这件事从现在起由我负责到底。", delta=-12, reasons=("说出了他为什么生气，而且落在三次没修好这件事上：火气降了", "担下了责任：信任升了"), rewind=True),
    Bubble(2, False, "你这话我听了三遍了。上回那个姓刘的也说负责到底，人呢？"),
    Bubble(3, True, "您先别急，这个我得看看系统才知道。", heard="您先别急这个我得看看西桶才知道", delta=6, reasons=("催他别急：火气升了",), rewind=True),
    Bubble(4, False, "我不急？我孩子才八个月，昨晚上一身痱子！你来试试？"),
    Bubble(5, True, "八个月的孩子，三十三度，一晚上没法睡，这太遭罪了。我想先问清楚：现在外机转不转？<script>alert(1)</script>", delta=-9, reasons=("接住了他真正担心的事：孩子", "问到了一项关键情况"), rewind=True),
)  # fmt: skip
TALK = TalkView(
    id="a1b2c3",
    card=CARD,
    bubbles=(*BUBBLES, Bubble(6, False, "外机转，就是不出冷风。上回师傅加的氟，说能管三年。")),
    turns=3,
    kind="roleplay",
    length=(0, 0),
    most=2000,
    elapsed_s=192,
    limit_s=480,
    tension=63,
    reason="接住了他真正担心的事：孩子",
    voice="server",
)
_ANCHORS = (
    "没有理会对方的情绪，或与之争辩",
    "只有一句套话，没有落到这件事上",
    "说出了对方的感受，但只有一次，随后就转去讲流程",
    "说出并接纳感受，落在具体事情上，全程不争辩",
    "抓住对方真正担心的事，情绪再起时仍能稳住",
)
CRITERIA = (
    CriterionView("empathy", "情绪安抚与自我控制", 20, "scored", 3, 3, 15.0, "两次说出并接纳了周先生的感受，都落在具体事情上；中间有一句“先别急”。", "“您先别急”换成：“孩子热成这样，您着急是应该的，我先把今天的上门定下来。”", _ANCHORS, (CheckRow("说出并接纳客户的感受", "met", ((1, "三次都没修好，换了我也会火大"), (5, "八个月的孩子，三十三度，一晚上没法睡，这太遭罪了"))), CheckRow("情绪再起时仍能稳住", "partly", ()), CheckRow("全程不争辩、不指责", "met", ())), (("L3.6.2.S5", "能安抚投诉客户的情绪"),)),
    CriterionView("facts", "核实情况", 15, "scored", 2, 2, 7.5, "问了外机，没有问故障时间和三次维修各做了什么。", "“三次上门，师傅各做了什么、留没留单子？我记下来，今天不让人从头再来。”", _ANCHORS, (CheckRow("问清故障现象", "met", ((5, "现在外机转不转"),)), CheckRow("问清维修经过", "not_met", ())), (("L3.6.2.S3", "能受理并登记客户投诉"),)),
    CriterionView("solution", "解决方案", 25, "scored", 1, 1, 6.3, "说了负责，没有说谁来、几点来。", "“今天下午三点到五点，资深工程师陈工带检漏仪上门，找到漏点再走。”", _ANCHORS, (CheckRow("提出权限内的具体办法", "not_met", ()),), (("L3.6.2.S6", "能提出投诉处理方案"),)),
    CriterionView("letter", "书面回复", 0, "not_applicable", None, None, None, "本题不考书面回复。", "", (), (), ()),
)  # fmt: skip
COURSE = Course(78, (
    Point(1, 66, BUBBLES[1].text, ("共情「换了我也会火大」：感受被说出来、被接住了（紧张 -8，信任 +5）", "担责「由我负责到底」：有人把责任认下来了（紧张 -4，信任 +3）")),
    Point(3, 72, BUBBLES[3].text, ("催促不耐烦「您先别急」：被催、被打断（紧张 +6，信任 -4）",)),
    Point(5, 63, BUBBLES[5].text, ("共情「这太遭罪了」：感受被说出来、被接住了（紧张 -7，信任 +4）", "「怕孩子热坏」露出了一点")),
))  # fmt: skip
SAID = tuple(
    Said(b.turn, b.mine, (Piece(b.text),), b.heard or "", dict(zip((1, 3, 5), COURSE.changes, strict=True)).get(b.turn), b.reasons)
    for b in TALK.bubbles
)  # fmt: skip
REPORT = ReportView(
    name="甲",
    title=TILE.title,
    about="三级 · 客户 · 家电售后 · 8 分钟",
    total=54.5,
    machine_total=54.5,
    passed=False,
    cut=60.0,
    verdict="离及格线差 5.5 分，先把“解决方案”补上。",
    reasons=(),
    needs_review=False,
    flags=(),
    moments=(
        Moment("解决方案", "只说负责，没有说谁来、几点来", 18.7, 5, BUBBLES[5].text, "今天下午三点到五点，资深工程师陈工带检漏仪上门，找到漏点再走。"),
        Moment("核实情况", "没有问三次维修各做了什么", 7.5, 1, BUBBLES[1].text, "三次上门，师傅各做了什么、留没留单子？我记下来，今天不让人从头再来。"),
        Moment("情绪安抚与自我控制", "对方正在气头上，叫人“先别急”", 5.0, 3, "您先别急", "孩子热成这样，您着急是应该的，我先把今天的上门定下来。"),
    ),
    said=SAID,
    criteria=CRITERIA,
    shares=(Share("客户服务沟通", 0.5, 30), Share("客户问题与投诉", 0.6, 70)),
    radar=False,
    red_lines=(),
    course=COURSE,
    provenance=(("试题", "l3-aircon-third-visit@1"), ("评分细则", "complaint-handling@1"), ("评分者", "内置评分 1"), ("对话编号", "a1b2c3")),
    confidence=0.83,
    standard_error=4.2,
)  # fmt: skip
