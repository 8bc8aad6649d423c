"""Texts without a visible sign are no texts, by whichever verb, page or file; direction marks are not stored."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.exceptions import ValidationError as FieldError

from petitions.api.fields import Text
from petitions.api.verbs import VerbEndpoint
from petitions.models import Clock, Petition, ReplyTemplate, SavedFilter
from petitions.office.reply_templates import Draft, keep_template
from petitions.office.saved_filters import save_filter
from petitions.ratings.rating import Judgement, rate_petition
from petitions.reporting import report_petition
from petitions.resolution import resolve_petition
from tests.cast import Stage
from tests.occasions import occasion
from tests.petitions.letter_files import TABLE_ROW, run_over, table
from tests.petitions.verbs import stored
from verbs.refusals import InvalidInput

UNSEEN = [
    "\u200b\u200c\u200d\ufeff",
    "\u3164" * 4,
    "\u2800" * 4,
    "\u00ad" * 4,
    "\u2060" * 4,
    "\u0301" * 4,
    "\u202e\u202c" * 2,
]
NEEDED = "请填写这一项。"


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_petition_needs_what_a_reader_sees(unseen: str, stage: Stage) -> None:
    form = stage.report_form(title=unseen, body=unseen * 3, contact_name=unseen)
    with pytest.raises(InvalidInput) as refusal:
        report_petition(report=form, by=stage.cast.lin, now=stage.now)
    assert refusal.value.fields == dict.fromkeys(("title", "body", "contact_name"), NEEDED)


@pytest.mark.parametrize("unseen", UNSEEN)
def test_an_answer_that_shows_nothing_stops_no_clock(unseen: str, stage: Stage) -> None:
    petition = stage.checked_in()
    running = Clock.objects.running().filter(petition=petition).count()
    answer = stage.answer(public_answer=unseen, internal_note=unseen)
    with pytest.raises(InvalidInput) as refusal:
        resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    assert refusal.value.fields == {"public_answer": NEEDED}
    assert (stored(petition).state, Clock.objects.running().filter(petition=petition).count()) == ("assigned", running)


def test_a_low_rating_needs_a_reason_that_is_seen(stage: Stage) -> None:
    petition = stage.resolved()
    (part,) = petition.assignments.live()
    said = Judgement(level=1, is_solved="no", text="\u3164\u200b")
    with pytest.raises(InvalidInput):
        rate_petition(petition=petition, by=stage.cast.lin, judgements={part.pk: said}, now=stage.tick())


def test_a_title_turns_nothing_around_it(stage: Stage) -> None:
    petition = stage.reported(title="\u202e款货欠拖\u2066 👨‍👩‍👧 𠮷\u200b林\u061c")
    assert stored(petition).title == "款货欠拖 👨‍👩‍👧 𠮷林"


def _all(kind: type) -> set[type]:
    return {kind} | {one for child in kind.__subclasses__() for one in _all(child)}


@pytest.mark.django_db
def test_every_text_of_the_api_is_read_so(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200  # every endpoint is imported
    fields = [
        field
        for shape in {one.shape for one in _all(VerbEndpoint) if hasattr(one, "shape")}
        for field in shape().fields.values()
        if isinstance(field, Text)
    ]
    assert len(fields) > 20
    for field in fields:
        if field.allow_blank:
            assert field.run_validation("\u200b\u3164") == ""
            continue
        with pytest.raises(FieldError) as refusal:
            field.run_validation("\u200b\u3164" * 4)
        assert refusal.value.detail == [NEEDED]


def test_names_of_filters_templates_and_occasions(stage: Stage) -> None:
    zhou, wu, lead = stage.cast.zhou, stage.cast.wu, stage.cast.lead
    for by, unseen in ((zhou, UNSEEN[0]), (zhou, UNSEEN[1])):
        with pytest.raises(InvalidInput, match=NEEDED):
            save_filter(by=by, page="queue", query="show=mine", parameters=("show",), name=unseen)
    with pytest.raises(InvalidInput) as refusal:
        keep_template(draft=Draft(department=lead, title="\u2060", text="\u3164" * 9), by=wu)
    assert refusal.value.fields == {"title": NEEDED, "text": NEEDED}
    with pytest.raises(ValidationError) as wrong:
        occasion(stage, name="\u200b", place="\u2800", host="\u3164")
    assert wrong.value.message_dict == {"name": [NEEDED], "place": [NEEDED]}
    assert (SavedFilter.objects.count(), ReplyTemplate.objects.count()) == (0, 0)


def test_on_a_page_it_is_said_beside_the_field(stage: Stage, client: Client) -> None:
    petition = stage.checked_in()
    client.force_login(stage.cast.zhou)
    typed = {"outcome": "solved", "public_answer": "\u200b" * 4}
    answer = client.post(f"/petitions/{petition.number}/resolve/", typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"public_answer": [NEEDED]}


@pytest.mark.usefixtures("cast")
def test_letters_of_a_file_are_read_so(tmp_path: Path) -> None:
    seen = TABLE_ROW | {"标题": "\u202e路灯\u200b不亮", "办理部门": "经信\u200b局"}
    unseen = TABLE_ROW | {"编号": "2025-2", "内容": "\u3164" * 20}
    counts = run_over(table(tmp_path / "t.csv", seen, unseen), "csv")
    assert (counts.read, sum(counts.imported.values()), dict(counts.rejected)) == (2, 1, {"empty_body": 1})
    assert Petition.objects.get(source_id="2025-1").title == "路灯不亮"
