"""The enterprise's rating: per department that answered, five levels, a reason for the low ones."""

from typing import Any

import pytest

from enterprises.models import Liaison
from petitions.errors import WrongState
from petitions.models import Petition, Rating, ReasonTag
from petitions.ratings.links import token_for
from petitions.ratings.rating import Judgement, change_rating, rate_petition
from tests.cast import Stage, person
from tests.petitions.verbs import kinds, stored
from verbs.refusals import InvalidInput, NotPermitted

CHOOSE = "请选择一项。"
NEEDS_REASON = "不满意时请选择原因或写一句话，便于整改。"


def rate(stage: Stage, petition: Petition, **changes: Any) -> Petition:
    judgements = stage.judgements(petition, **changes)
    return rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())


def test_every_department_that_answered_has_its_own_rating(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = petition.assignments.order_by("pk")
    judgements = {
        lead.pk: Judgement(level=2, is_solved="no", reason_tags=["slow"], text=" 拖了太久 "),
        support.pk: Judgement(level=5, is_solved="yes"),
    }
    rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())
    after = stored(petition)
    assert (after.state, after.cycle) == ("assigned", 2)  # what was rated low is put right
    ratings = Rating.objects.order_by("assignment").values_list(
        "assignment", "level", "is_solved", "reason_tags", "text"
    )
    assert list(ratings) == [(lead.pk, 2, "no", ["slow"], "拖了太久"), (support.pk, 5, "yes", [], "")]
    assert {(rating.by, rating.rated_at) for rating in Rating.objects.all()} == {(stage.cast.lin, stage.now)}
    event = petition.events.get(kind="rate")
    lead_key, support_key = str(stage.cast.lead.pk), str(stage.cast.support.pk)
    assert (event.to_state, event.data) == (
        "rated",
        {"cycle": 1, "levels": {lead_key: 2, support_key: 5}, "solved": {lead_key: "no", support_key: "yes"}},
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("given", [{}, {"text": "没有联系我们"}, {"reason_tags": ["no_contact"]}])
def test_the_two_low_levels_need_a_reason_the_others_do_not(stage: Stage, level: int, given: dict[str, Any]) -> None:
    petition = stage.resolved()
    (key,) = stage.judgements(petition)
    if level <= 2 and not given:
        with pytest.raises(InvalidInput) as refusal:
            rate(stage, petition, level=level, **given)
        assert refusal.value.fields == {f"{key}-text": NEEDS_REASON}
        assert stored(petition).state == "resolved"
    else:
        after = rate(stage, petition, level=level, **given)
        assert (after.state, Rating.objects.get().level) == ("assigned" if level <= 2 else "rated", level)


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"level": None}, {"level": "请选择满意度。"}),
        ({"level": 0}, {"level": "请选择满意度。"}),
        ({"level": 6}, {"level": "请选择满意度。"}),
        ({"level": "5"}, {"level": "请选择满意度。"}),
        ({"is_solved": ""}, {"is_solved": CHOOSE}),
        ({"reason_tags": ["lazy"]}, {"reason_tags": "请从列表中选择原因。"}),
        ({"text": "长" * 2001}, {"text": "最多2000个字，现在是2001个。"}),
        ({"level": 1, "text": "  "}, {"text": NEEDS_REASON}),
        (
            {"level": None, "is_solved": "", "reason_tags": ["lazy"]},
            {"level": "请选择满意度。", "is_solved": CHOOSE, "reason_tags": "请从列表中选择原因。"},
        ),
    ],
)
def test_a_bad_judgement_gets_a_sentence_per_field_and_department(
    stage: Stage, changes: dict[str, Any], sentences: dict[str, str]
) -> None:
    petition = stage.resolved(with_support=True)
    keys = list(stage.judgements(petition))
    with pytest.raises(InvalidInput) as refusal:
        rate(stage, petition, **changes)
    assert refusal.value.fields == {f"{key}-{field}": text for key in keys for field, text in sentences.items()}
    assert (stored(petition).state, Rating.objects.count()) == ("resolved", 0)


def test_departments_are_neither_left_out_nor_added(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    good = Judgement(level=5, is_solved="yes")
    lead, support = (row.pk for row in petition.assignments.order_by("pk"))
    other = stage.resolved().assignments.get().pk
    for keys in ([], [lead], [lead, support, other], [other]):
        with pytest.raises(InvalidInput) as refusal:
            rate_petition(petition=petition, by=stage.cast.lin, judgements=dict.fromkeys(keys, good), now=stage.tick())
        assert refusal.value.fields == {"ratings": "请对每个答复的部门分别评价。"}
    assert Rating.objects.count() == 0


def test_every_reason_on_the_list_may_be_chosen(stage: Stage) -> None:
    petition = stage.resolved()
    rate(stage, petition, level=1, reason_tags=ReasonTag.values, text="拖延\x00")
    assert Rating.objects.get().reason_tags == ReasonTag.values
    assert Rating.objects.get().text == "拖延"


def test_the_second_click_is_refused(stage: Stage) -> None:
    petition = stage.rated()
    with pytest.raises(WrongState, match="已评价"):
        rate(stage, petition, level=1, text="改主意了")
    assert (Rating.objects.get().level, kinds(petition).count("rate")) == (5, 1)


def test_nobody_rates_in_the_enterprises_place(stage: Stage) -> None:
    petition = stage.resolved(by=stage.cast.qian)
    judgements = stage.judgements(petition)
    for by in (
        stage.cast.qian,
        stage.cast.zhou,
        stage.cast.sun,
        stage.cast.chen,
        stage.cast.mallory,
        stage.cast.system,
    ):
        with pytest.raises(NotPermitted):
            rate_petition(petition=petition, by=by, judgements=judgements, now=stage.tick())
    assert rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick()).state == "rated"


def test_who_filed_on_behalf_does_not_rate_even_as_a_liaison_later(stage: Stage) -> None:
    petition = stage.resolved(by=stage.cast.qian)
    stage.cast.qian.roles = ["assistant", "liaison"]
    stage.cast.qian.save()
    Liaison.objects.create(user=stage.cast.qian, enterprise=stage.cast.enterprise)
    with pytest.raises(NotPermitted):
        rate_petition(petition=petition, by=stage.cast.qian, judgements=stage.judgements(petition), now=stage.tick())


def test_nobody_of_a_department_that_ever_had_a_part_rates_or_changes_it(stage: Stage) -> None:
    """Whatever their role: a membership is enough, also of a support that takes no part in the rectification."""
    petition = stage.resolved(with_support=True)
    lead, support = (row.pk for row in petition.assignments.order_by("pk"))
    two_hats = person("two", "两顶帽子", "liaison", department=stage.cast.support)
    Liaison.objects.create(user=two_hats, enterprise=stage.cast.enterprise)
    judgements = {
        lead: Judgement(level=2, is_solved="no", text="拖了太久"),
        support: Judgement(level=3, is_solved="yes"),
    }
    with pytest.raises(NotPermitted):
        rate_petition(petition=petition, by=two_hats, judgements=judgements, now=stage.tick())
    assert token_for(stored(petition), two_hats) is None
    petition = rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())
    assert not petition.assignments.filter(cycle=2, department=stage.cast.support).exists()
    with pytest.raises(NotPermitted):
        change_rating(petition=petition, by=two_hats, judgements=judgements, now=stage.tick())
