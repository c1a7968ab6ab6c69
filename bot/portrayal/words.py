"""Words by which a reply is seen to fall out of its part; used by `bot/portrayal/checks.py` alone."""

import re

from bot.director.state import MoveKind
from scenarios.station import Role

_SERVES = re.compile(
    r"(抱歉|对不起|不好意思).{0,4}(给|让|为)[您你]|给[您你](带来|造成|添)|为[您你](服务|处理|解决|登记|安排|申请)"
    r"|(我|这边|我们)(这就|马上|先|来|会|可以|立即|现在)*(帮|给|为|替)[您你]们?(登记|查|安排|处理|核实|反馈|申请|转|记|办理|解决|跟进)"
    r"|感谢[您你]的(来电|反馈|理解|耐心|支持|配合)|请[您你](稍等|放心|谅解|耐心|息怒|消消气|理解|提供)"
    r"|(很高兴|竭诚).{0,4}服务|有什么(可以|能)(帮|为)|我们(会|将|一定)(尽快|为|给|全力|认真)"
    r"|[您你]的(心情|感受|问题|诉求|情况)我们?(非常|很|都|能|完全|已经)*(理解|了解|明白|记录)|我是.{0,12}(客服|专员|坐席)"
)
_REPORTS = re.compile(
    r"(向|跟|给)[您你]?(领导|您)?汇报|请(您|领导)(批示|指示|审批|放心)|(领导|老板)(好|，)|我(检讨|一定改)"
)
_MANAGES = re.compile(
    r"[你您](先)?(自评|自我评价)一下|我(给|对)[你您]的?(评价|评级|绩效)|作为[你您]的(上级|主管|领导)"
)
SWAPS = {
    Role.CUSTOMER: _SERVES,
    Role.CLIENT: _SERVES,
    Role.SUPERVISOR: _REPORTS,
    Role.SUBORDINATE: _MANAGES,
    Role.COLLEAGUE: _SERVES,
    Role.EXAMINER: _SERVES,
}
THANKS = re.compile(
    r"(?<![您你我们])没关系|(?<![不没别莫])怪你们?(?=不)|不怪[你您]|(?<![不没难])(能|很)?理解[你您]|(?<![不没])(体谅|原谅)"
    r"|(谢谢|感谢|辛苦)(?!.{0,2}[？?])|不生气了|没事了|(?<![不没])放心了|消气了|麻烦[你您]了|[你您](态度)?真好|对不起|不好意思"
)
YIELDS = re.compile(
    r"就?(按|照|依)[你您](们)?说的|(?<!不)听[你您]的(?!意思|口气)|(?<![不没])我(就)?(同意|接受|答应)|(?<![不没])可以接受"
    r"|那?就这(样|么)(吧|办|定)|不(追究|计较|投诉|要了)(了|$)|我(撤诉|撤销投诉)|成交|一言为定"
)
ASKS_BACK = re.compile(
    r"凭什么|凭么事|怎么|难道|哪里|叫我|让我|要我|还想|光|又不|有什么用|值几个钱|么用|不值钱|[？?]$"
)
REFUSES = re.compile(r"^(不行|没门|休想|免谈|不可能)|我(绝)?不(同意|接受|答应)")
GOODBYE = re.compile(r"再见|拜拜|(^|[，。！])(我?(先)?挂(了|电话了)|我(先)?走了)")
MARKS = re.compile(r"评分|得分|扣分|加分|满分|打分|及格|考官|考评员|考试|考生|评分标准|本题|模拟考")
MACHINE = re.compile(
    r"语言模型|大模型|人工智能|提示词|扮演|角色设定|我的设定|(?<![a-z])ai(?![a-z])|作为一?[个名位]?(助手|模型|程序)"
    r"|我是.{0,4}(机器人|助手|模型|程序|虚拟)|(忽略|以上|之前的|系统).{0,2}(指令|提示|设定)|剧本|台词|json|导演",
    re.IGNORECASE,
)
AGREES = re.compile(r"行|可以|好|成|同意|接受|就这么|要得|中|听你|认|领了|谢|信你|放心|没意见|没问题|定了|凉")
GIVING = {MoveKind.AGREE, MoveKind.ACCEPT_DEMAND, MoveKind.EASE_CONCERN, MoveKind.FAREWELL}
QUOTED = re.compile(r"[“「『\"‘][^”」』\"’]*[”」』\"’]")
