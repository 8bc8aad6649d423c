"""Drafts: kept for the writer alone, one a form, the later wins with a word, dropped when sent, cleaned when old."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.test import Client

from accounts.models import User
from drafts.keeping import DRAFTS_MAX, FIELDS_MAX, KEPT_DAYS, TEXT_MAX, drop_old, keep_draft
from drafts.models import FORM_MAX, Draft
from files.models import StoredFile
from files.storing import claim, drop_unclaimed
from tests.cast import Cast, Stage
from tests.files.uploads import PDF, upload
from tests.moments import TODAY
from tests.pages.conftest import SignIn
from verbs.refusals import InvalidInput

FORM = "/petitions/202611250000012/resolve/"
MINUTE = timedelta(minutes=1)


def keep(client: Client, text: str, seen: str = "", form: str = FORM) -> Any:
    typed = json.dumps([["public_answer", text], ["outcome", "solved"]])
    return client.post("/drafts/", {"form": form, "typed": typed, "seen": seen})


def read(client: Client, form: str = FORM) -> Any:
    answer = client.get("/drafts/", {"form": form})
    return answer.json() if answer.status_code == 200 else None


def test_what_is_typed_is_there_again_for_its_writer_and_for_nobody_else(cast: Cast, sign_in: SignIn) -> None:
    zhou = sign_in(cast.zhou)
    assert read(zhou) is None
    assert keep(zhou, "已联系付款方").status_code == 200
    found = read(zhou)
    assert found["typed"] == [["public_answer", "已联系付款方"], ["outcome", "solved"]]
    assert found["when"] == "今天 10:00"
    assert zhou.get("/drafts/", {"form": FORM}).headers["Cache-Control"] == "no-store"
    for user in cast.users.values():
        if user != cast.zhou and user.is_active:
            assert read(sign_in(user)) is None, user
    assert Client().get("/drafts/", {"form": FORM}).status_code == 302


def test_the_later_save_wins_and_says_that_another_window_wrote(cast: Cast, sign_in: SignIn) -> None:
    one, two = sign_in(cast.zhou), sign_in(cast.zhou)
    with time_machine.travel(TODAY, tick=False) as clock:
        first = keep(one, "一").json()
        clock.shift(MINUTE)
        second = keep(two, "二").json()
        clock.shift(MINUTE)
        third = keep(one, "一一", seen=first["saved_at"]).json()
        clock.shift(MINUTE)
        fourth = keep(one, "一一一", seen=third["saved_at"]).json()
    assert [one["took_place"] for one in (first, second, third, fourth)] == [False, True, True, False]
    assert read(two)["typed"][0] == ["public_answer", "一一一"]
    assert Draft.objects.count() == 1


def test_a_form_that_is_taken_drops_its_draft_and_a_refused_one_keeps_it(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    form = f"/petitions/{petition.number}/progress/"
    with time_machine.travel(stage.now, tick=False):
        client = sign_in(stage.cast.zhou)
        keep(client, "已联系", form=form)
        keep(client, "别的", form="/elsewhere/")
        sent = {"department": stage.cast.lead.pk, "text": "", "is_public": "on", "draft": form}
        assert client.post(form, sent).status_code == 422
        assert read(client, form)
        assert client.post(form, sent | {"text": "已约好付款方面谈"}).status_code == 302
        assert read(client, form) is None
        assert read(client, "/elsewhere/")


def test_nobody_drops_what_somebody_else_wrote(cast: Cast, sign_in: SignIn) -> None:
    zhou, wu = sign_in(cast.zhou), sign_in(cast.wu)
    keep(zhou, "已联系")
    assert wu.post("/drafts/drop/", {"form": FORM}).status_code == 204
    assert read(zhou)
    assert zhou.post("/drafts/drop/", {"form": FORM}).status_code == 204
    assert read(zhou) is None


def test_a_draft_nobody_came_back_to_is_dropped_after_thirty_days(cast: Cast) -> None:
    for days in (KEPT_DAYS - 1, KEPT_DAYS + 1):
        keep_draft(form=f"/{days}/", typed=[("text", "写")], by=cast.zhou, now=TODAY - timedelta(days=days))
    assert drop_old(now=TODAY) == 1
    assert drop_old(now=TODAY) == 0
    assert Draft.objects.get().form == f"/{KEPT_DAYS - 1}/"


def test_a_person_has_so_many_drafts_and_the_oldest_makes_room(cast: Cast) -> None:
    for place in range(DRAFTS_MAX + 2):
        keep_draft(form=f"/{place}/", typed=[("text", "写")], by=cast.zhou, now=TODAY + place * MINUTE)
    keep_draft(form="/others/", typed=[("text", "写")], by=cast.wu, now=TODAY)
    forms = set(Draft.objects.filter(writer=cast.zhou).values_list("form", flat=True))
    assert forms == {f"/{place}/" for place in range(2, DRAFTS_MAX + 2)}
    assert Draft.objects.filter(writer=cast.wu).exists()


@pytest.mark.parametrize(
    ("form", "typed", "field"),
    [
        ("", [("text", "写")], "form"),
        ("elsewhere", [("text", "写")], "form"),
        ("/a\x00/", [("text", "写")], "form"),
        ("/a\ud800/", [("text", "写")], "form"),
        ("/" * (FORM_MAX + 1), [("text", "写")], "form"),
        ("/a/", [], "typed"),
        ("/a/", [("text", "写" * (TEXT_MAX + 1))], "typed"),
        ("/a/", [("text", "写")] * (FIELDS_MAX + 1), "typed"),
    ],
)
def test_what_no_form_has_is_refused(form: str, typed: list[tuple[str, str]], field: str, cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        keep_draft(form=form, typed=typed, by=cast.zhou, now=TODAY)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(
    "typed",
    ["", "{", "{}", "[1]", '[["a"]]', '[["a", 1]]', '"x"', "[" * 100_000, '[["a", "\\u0000"]]', '[["a", "\\ud800"]]'],
)
def test_what_is_no_draft_is_refused(typed: str, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.zhou).post("/drafts/", {"form": FORM, "typed": typed})
    assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_drafts_are_in_no_administration_and_go_with_their_writer(cast: Cast) -> None:
    assert not [model for model in admin.site._registry if model._meta.app_label == "drafts"]
    assert [model.__name__ for model in apps.get_app_config("drafts").get_models()] == ["Draft"]
    gone = User.objects.create(username="gone", display_name="走了")
    keep_draft(form=FORM, typed=[("text", "写")], by=gone, now=TODAY)
    gone.delete()
    assert not Draft.objects.exists()


def test_what_a_page_asks_while_somebody_types_drops_no_draft(stage: Stage, sign_in: SignIn) -> None:
    """It brings along the fields of the form around it, and so the mark of the form's draft."""
    client, form = sign_in(stage.cast.lin), "/petitions/report/"
    keep_draft(form=form, typed=[("title", "货款")], by=stage.cast.lin, now=stage.now)
    answer = client.post("/petitions/report/already-asked/", {"title": "货款", "body": "", "draft": form})
    assert answer.status_code == 200
    assert Draft.objects.exists()


def test_a_draft_that_is_thrown_away_takes_its_files_along(stage: Stage, sign_in: SignIn) -> None:
    own, shared, claimed = stage.uploaded(*(upload(f"{name}.pdf", PDF) for name in "一二三"))
    claim([claimed], by=stage.cast.lin, now=stage.now)
    for form, files in (("/a/", (own, shared, claimed)), ("/b/", (shared,))):
        typed = [("files", one.key) for one in files]
        keep_draft(form=form, typed=typed, by=stage.cast.lin, now=stage.now)
    assert sign_in(stage.cast.zhou).post("/drafts/drop/", {"form": "/a/"}).status_code == 204
    assert StoredFile.objects.count() == 3
    assert sign_in(stage.cast.lin).post("/drafts/drop/", {"form": "/a/"}).status_code == 204
    assert set(StoredFile.objects.all()) == {shared, claimed}


def test_the_files_of_a_draft_wait_as_long_as_it_does(stage: Stage) -> None:
    held, other = stage.uploaded(upload("合同.pdf", PDF), upload("回单.pdf", PDF))
    keep_draft(
        form="/petitions/report/", typed=[("title", "货款"), ("files", held.key)], by=stage.cast.lin, now=stage.now
    )
    assert drop_unclaimed(now=stage.now + timedelta(days=20)) == 1
    assert list(StoredFile.objects.all()) == [held]
    assert drop_old(now=stage.now + timedelta(days=31)) == 1
    assert drop_unclaimed(now=stage.now + timedelta(days=31)) == 1
    assert not StoredFile.objects.filter(key=other.key).exists()
