"""What kind of petition a text is, and how urgent: proposals from the phrases in it, never decisions.

Each phrase has a weight. The kind whose phrases weigh most is proposed; for a text with no such phrase it is help
(求助). All weights are assumptions, tried on the seeds.
Left out: irony, and urgency that only a map or a calendar would show.
"""

import re

from petitions.models import Kind, Urgency

_Table = list[tuple[str, float]]

# A phrase in the title counts double.
KINDS: dict[str, _Table] = {
    Kind.CONSULT: [
        (r"请问|咨询|想了解|想问|想知道|能不能告知", 2.0),
        (r"(怎么|如何|怎样)(办|申请|申报|计算|算|认定|处理|缴|交|备案|填|理解|分|走|提)", 0.7),
        (r"是否|算不算|要不要|可不可以|能否|能不能|有没有|是不是|还要", 0.3),
        (r"哪些|哪个|哪里|多久|多少|什么(条件|材料|标准|时候|流程|手续|要求)|几天", 0.3),
        (r"？|\?", 0.2),
        (r"(条件|标准|流程|政策|资质|许可|备案)(是什么|咨询)?$", 0.5),
    ],
    Kind.COMPLAINT: [
        (r"投诉|举报|不合理|违规|凭什么|乱收费|强制|被逼|逼|推诿|踢皮球|敷衍|垄断|霸王", 2.0),
        (r"(请|要求).{0,6}(查处|核查|查清|严查|制止|监督|追究|说法|问责)", 1.5),
        (r"一拖再拖|没人管|不给|拒绝|拒不|拒保|拒赔|拖着|拖欠|扣着|未兑现|没兑现|不兑现|不退|不认|没人受理|反复", 1.0),
        (r"为什么|为何|哪有|合理吗|有什么用|公平|区别对待|太慢|时间(太|过)?长|慢", 0.7),
        (
            r"每次|一次(一|又)|(两|三|四|五|几|多|数)(次|趟|回|遍)|却|明明|居然|竟|迟迟|随意|不断|搭|加价|翻(倍|一番)",
            0.6,
        ),
        (r"偷排|噪声|异味|堵|挤占|侵权|冒用|指定|一刀切|重复(检查|处罚|采样)|罚", 0.5),
    ],
    Kind.SUGGESTION: [
        (r"^.{0,12}建议", 3.0),
        (r"建议", 1.2),
        (r"希望(建立|出台|增加|增开|延长|推出|设立|统一|开放|恢复|优化)|呼吁|应当完善|可以考虑", 1.5),
    ],
    Kind.HELP: [
        (r"求助|请求|恳请|急需|急招|帮忙|帮助|协调|救|对接", 1.0),
        (r"请(尽快|派|安排|协助|帮|指导|支持|组织|主持|后台|按|解除|恢复)|希望(指导|协调|帮|尽快|能)", 1.0),
        (
            r"办不下来|办不了|卡(在|住|了)|报错|失败|不通过|退回|退不回|找不到|招不到|等(着|了)|没有(进度|消息|回音|回复)",
            0.7,
        ),
    ],
}
URGENT: _Table = [
    (r"今天|今晚|明天|后天|马上|立即|立刻|紧急|火速|十万火急|抢险|救命", 1.5),
    (r"急等|急用|急需|着急|很急|等着(发|开|用|付)|救急", 1.0),
    (r"停产|断供|停水|停电|停气|断气|全停|停线|产线.{0,4}停|停摆|熄火|报废", 1.0),
    (r"围堵|堵(了|住|门|死|在)|拉横幅|上访|闹事|打架|斗殴|起火|着火|火灾|爆炸|泄漏|渗漏|漏气|中毒|塌|滚石", 1.5),
    (r"淹|倒灌|泡水|进水|洪|台风|疫|猝死|受伤|伤亡|隐患", 1.0),
    (r"发不(了|出)工资|放不了款|领不(了|到)票|无法开票|开不(了|出)票|资金链|偷排|冻结|锁门|断水断电", 1.0),
]
PRESSING: _Table = [
    (r"月底|年底前|本周|下周|下月|截止|到期|过期|临近|交期|赶|之前(必须|要)|前必须", 0.8),
    (r"尽快|催|拖了|逾期|等不起|扛不住|撑不住|损失|误工|停工|违约|索赔|赔偿|退货|流失", 0.6),
    (r"拖欠|欠款|货款|工资|贷款|周转|查封|冻结|处罚|罚款|被罚|扣分|影响.{0,4}(投标|经营|生产|发货)", 0.5),
    (r"\d+万|[一二三四五六七八九十百千]+万", 0.3),
]
URGENT_FROM, PRESSING_FROM = 2.0, 1.0


def kind_of(title: str, body: str) -> str:
    """Return the kind whose phrases weigh most in the text; help where there are none."""
    scores = {kind: _weight(table, title, body) for kind, table in KINDS.items()}
    best = max(scores, key=lambda kind: scores[kind])
    return str(best) if scores[best] else str(Kind.HELP)


def urgency_of(title: str, body: str) -> str:
    """Return how urgent the phrases in the text make it; normal when they weigh too little."""
    urgent = _weight(URGENT, title, body)
    if urgent >= URGENT_FROM:
        return str(Urgency.URGENT)
    return str(Urgency.PRESSING if urgent + _weight(PRESSING, title, body) >= PRESSING_FROM else Urgency.NORMAL)


def _weight(table: _Table, title: str, body: str) -> float:
    return sum(
        weight * (2 * bool(re.search(phrase, title)) + bool(re.search(phrase, body))) for phrase, weight in table
    )
