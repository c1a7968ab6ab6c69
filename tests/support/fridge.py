"""A customer whose fridge leaks, with secrets to keep: a cue for any move."""

from typing import Any

from bot.director.state import Move, MoveKind, Stage, State
from bot.ports import Cue
from scenarios.station import RolePlay

STATION = RolePlay.model_validate({
    "id": "l3-fridge-leaks",
    "version": 1,
    "title": "冰箱漏水",
    "level": 3,
    "role": "customer",
    "temperament": "hot",
    "trade": "家电",
    "channel": "phone",
    "difficulty": 2,
    "minutes": 6,
    "standard": ["L3.6.2.S3"],
    "rubric": "complaint-handling",
    "card": {
        "you_are": "客服专员",
        "situation": "陈女士来电，冰箱漏水两周",
        "known": ["后台备注：客户脾气急"],
        "powers": ["补偿最高350元"],
        "limits": ["不能换新机"],
        "task": "处理投诉",
    },
    "persona": {
        "name": "陈慧",
        "address": "陈女士",
        "voice": {"gender": "female", "age": 38},
        "background": "三十八岁，小学老师。修理工收过她260元现金。女儿花生过敏，药要冷藏。她说话算话。",
        "manner": "语速快，爱反问。",
    },
    "mood": {"tension": [70, 80], "trust": [10, 20], "patience": [3, 4]},
    "opening": ["冰箱漏了两个星期，你们管不管？", "又漏了！地板都泡了！"],
    "facts": [
        {
            "id": "order",
            "label": "订单号",
            "value": "BX20260318",
            "asks": ["订单号"],
            "tells": ["BX20260318。"],
        },
        {
            "id": "fee",
            "label": "收费",
            "value": "修理工收了260元",
            "asks": ["收费"],
            "tells": ["收了我260。"],
        },
        {
            "id": "spot",
            "label": "漏水位置",
            "value": "冷藏室底下的接水盘一直往外渗",
            "asks": ["哪里漏"],
            "tells": ["冷藏室底下，接水盘那儿一直渗。"],
        },
    ],
    "concerns": [
        {
            "id": "medicine",
            "title": "女儿的药坏了",
            "phrases": ["女儿", "孩子", "药"],
            "hints": ["漏点水我忍了，有的东西坏不起。"],
            "tells": ["我女儿的过敏药放在里面，要冷藏的！"],
            "settled_by": {"any_of": ["reassure"]},
            "eased": ["药有地方放我就踏实了。"],
        }
    ],
    "demands": [
        {
            "id": "repair",
            "title": "派人修好",
            "presses": ["到底哪天来人？", "人呢？什么时候来？"],
            "met_by": {"any_of": ["offer_solution"]},
            "accepts": ["行，那我等着。"],
        }
    ],
    "players": {"strong": {"says": ["您好"]}, "borderline": {"says": ["您好"]}, "weak": {"says": ["喂"]}},
})
HISTORY = (("counterpart", "冰箱漏了两个星期，你们管不管？"), ("candidate", "您先别急，慢慢说。"))
SEALED = ("BX20260318", "260", "接水盘", "女儿", "过敏", "350", "不能换新机", "花生")


def cue(kind: MoveKind = MoveKind.VENT, *, tension: int = 75, told: tuple[str, ...] = (), **move: Any) -> Cue:
    stage = move.pop("stage", Stage.UNTOUCHED)
    candidate = move.pop("candidate", "您先别急，慢慢说。")
    state = State(seed=1, tension=tension, trust=15, patience=3, facts=told, concerns=(("medicine", stage),))
    history = (HISTORY[0], ("candidate", candidate))
    return Cue(STATION, Move(kind, **move), state, candidate, {}, history)
