"""What a clause is about and what it grants: the vocabulary of rules for customers, theirs and ours."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from retrieval.documents.quantities import Quantity, quantities
from retrieval.text import fold

Payer = Literal["customer", "us"]

ACTIONS: Mapping[str, str] = {
    "退": r"退货|退款|退换|退掉|退回|退给|退钱|全额退|[能可给不予包]退|退(?:[的了吧，。一这那]|$)",
    "换": r"换货|更换|换新|换机|退换|换(?:一|台|个新|同)|[能可给不予包]换",
    "修": r"维修|返修|修理|修好|检修",
    "保修": r"保修|质保|三包|包修|免费返修",
    "赔": r"赔|补偿|违约金",
    "送": r"发货|配送|送货|送达|寄出|发出|送到",
    "上门": r"上门",
    "回复": r"回复|答复|回电|反馈|回访|回话|联系您|给您(?:个|一个)?(?:消息|结果|说法)|办结|处理完",
    "到账": r"到账|打款|原路返回|退到(?:您|原)",
    "取消": r"取消|撤单|解约|退订|解除",
    "改": r"改期|改签|变更|更改|修改",
    "优惠": r"优惠|打折|减免|返现|券|赠送|[一二三四五六七八九\d]折",
    "发票": r"发票|开票",
    "安装": r"安装(?!后)",
    "保管": r"保管|存放|寄存",
    "通知": r"通知|告知",
    "查": r"查看|查询|调取|提供录像|监控",
}
FEES: Mapping[str, str] = {
    "运费": r"运费|邮费|快递费|物流费|包邮",
    "手续费": r"手续费|违约金",
    "上门费": r"上门费|上门.{0,4}(?:费|免费)|服务费",
    "检测费": r"检测费|检测.{0,3}免费",
    "维修费": r"维修费|修理费|配件费|工时费|(?:维修|修).{0,4}(?:免费|不收)|免费.{0,4}修",
    "押金": r"押金|定金|订金|保证金",
    "安装费": r"安装费|免费.{0,4}安装|安装.{0,4}免费",
}
QUALIFIERS: Mapping[str, str] = {
    "无理由": r"无理由|不喜欢|不想要|随便退",
    "质量": r"质量|故障|毛病|坏了|瑕疵|破损",
    "拆封": r"拆封|开封|拆了|拆开|打开过|用过|影响二次销售",
    "定制": r"定制|定做|订做",
    "特价": r"特价|清仓|促销|打折商品",
    "食品": r"生鲜|易腐|食品|水果|鲜活",
    "贴身": r"贴身|内衣|泳装",
    "人为": r"人为|摔|进水|私自|使用不当",
    "大件": r"空调|热水器|冰箱|洗衣机|大件|安装后|装好|装上",
    "过期": r"过期|超期|过保|保修期外|保修期满|逾期",
    "会员": r"会员|贵宾|vip",
    "旧": r"二手|翻新|样机",
}
_EVERY = {**ACTIONS, **FEES, **QUALIFIERS}
_TAGS = {tag: re.compile(pattern) for tag, pattern in _EVERY.items()}
_NO = re.compile(
    r"不可以|不能|不支持|不予|不得|不给|不允许|不准|不接受|不提供|不享受|不适用|不属于|不行|无法|没法|没办法|不可|"
    r"概不|谢绝|恕不|禁止|严禁|拒绝|不退|不换|不赔|不修|不包|不开|不送"
)
_YES = re.compile(
    r"可以|可(?!能)|能(?!力|源|效)|支持|允许|接受|提供|享受|予以|应当|给您|帮您|为您|替您|没问题|免费"
)
_CUSTOMER = re.compile(
    r"(?:客户|买家|顾客|用户|消费者|买方|您(?:这边|自己|本人)?)(?:来|要|需要?|须|应)?(?:自行|自己|本人)?(?:承担|支付|付|出|负担|掏)|"
    r"自理|自付|自费|自己出|收费|另收|需付费|不退(?:还|押|定|订)"
)
_US = re.compile(
    r"(?:我们|商家|公司|卖家|卖方|我方|我司|厂家|平台|本店|店里|我这边|我们这边)(?:这边)?(?:来|会|全部|全额)?(?:承担|支付|付|出|负担|报销)|"
    r"免费|不收|免收|包邮|不用(?:您)?(?:出|付|掏)|不另收|不花钱"
)
_TWICE_NO = re.compile(r"(?:不是|并非|没有|不会)(?:说)?(?:不能|不可以|不给|不予|不支持)")
_CLAUSE = re.compile(r"[^，,；;。！？!?\n]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two commas."""

    start: int
    end: int
    """text[start:end] of the whole text."""
    tags: frozenset[str]
    """Of it, or of its sentence when it has no action or fee of its own."""
    sentence: tuple[int, int]
    amounts: tuple[Quantity, ...]
    """Positions in the whole text."""
    granted: bool | None
    """True: may, does; False: may not; None: says neither."""
    payer: Payer | None


def clauses(text: str) -> Iterator[Clause]:
    """Every clause, in order."""
    plain = fold(text)
    for sentence in _SENTENCE.finditer(plain):
        whole = _tags(sentence[0])
        row = sentence[0].count("：") + sentence[0].count(":") >= 2  # a table's row is one statement
        parts = [sentence] if row else list(_CLAUSE.finditer(plain, sentence.start(), sentence.end()))
        for part in parts:
            yield _clause(plain, part.start(), part.end(), sentence.span(), whole)


def _clause(text: str, start: int, end: int, sentence: tuple[int, int], whole: frozenset[str]) -> Clause:
    said = text[start:end]
    tags = own = _tags(said)
    if not own & (ACTIONS.keys() | FEES.keys()):
        tags |= whole
    if not own & QUALIFIERS.keys():  # 有质量问题的，… 运费由商家承担: the condition is named once
        tags |= whole & QUALIFIERS.keys()
    found = tuple(
        Quantity(q.dimension, q.low, q.high, q.bound, q.start + start, q.end + start)
        for q in quantities(said)
    )
    return Clause(start, end, tags, sentence, found, _granted(said), _payer(said))


def _tags(text: str) -> frozenset[str]:
    found = {tag for tag, pattern in _TAGS.items() if pattern.search(text)}
    return frozenset(found - {"退"} if "到账" in found else found)


def _granted(text: str) -> bool | None:
    if _TWICE_NO.search(text) or re.search(r"除外|能不能|可不可以|是否", text):
        return None
    if _NO.search(text):
        return False
    return True if _YES.search(text) else None


def _payer(text: str) -> Payer | None:
    customer, us = bool(_CUSTOMER.search(text)), bool(_US.search(text))
    if customer == us:
        return None
    return "customer" if customer else "us"
