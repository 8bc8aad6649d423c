"""Kind and urgency from the phrases of a text."""

import pytest

from petitions.proposals.tone import kind_of, urgency_of

TEXTS = [
    ("请问小微企业的残疾人保障金怎么算", "想了解一下申报条件，是否需要另外备案？", "consult", "normal"),
    ("建议在工业园增设公交站", "希望增加早晚高峰班次，员工出行会方便很多。", "suggestion", "normal"),
    ("举报物业强制收费", "没有依据，凭什么要我们交？请查处。", "complaint", "normal"),
    ("请求协调送货车辆通行", "恳请帮忙对接，我们办了几次都办不下来。", "help", "normal"),
    ("今早突然停电，全厂停产", "炉子里的料马上报废，请立即抢修，工人都等着。", "help", "urgent"),
    ("合同月底到期，款项仍未到", "再拖下去就要违约，请尽快协调。", "help", "pressing"),
]


@pytest.mark.parametrize(("title", "body", "kind", "urgency"), TEXTS)
def test_phrases_tell_the_kind_and_the_urgency(title: str, body: str, kind: str, urgency: str) -> None:
    assert (kind_of(title, body), urgency_of(title, body)) == (kind, urgency)


def test_a_text_that_says_nothing_asks_for_help_without_hurry() -> None:
    assert (kind_of("", ""), urgency_of("", "")) == ("help", "normal")
