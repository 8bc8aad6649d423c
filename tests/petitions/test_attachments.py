"""The files of a petition: whose they are, how many, and what a step that was refused leaves behind."""

import pytest

from files.models import StoredFile
from files.storing import FILES_MAX
from petitions.attachments import PETITION_MAX, can_read
from petitions.errors import SupportsPending
from petitions.following_up import supplement_petition
from petitions.models import Attachment, Petition
from petitions.resolution import resolve_petition
from tests.cast import Stage
from tests.files.storage import bytes_kept
from tests.files.uploads import PDF, upload
from verbs.refusals import InvalidInput, NotPermitted


def contract(name: str = "合同.pdf"):
    return upload(name, PDF)


def test_a_departments_file_is_marked_as_such(stage: Stage) -> None:
    petition = stage.checked_in(files=[contract()])
    answer = stage.answer(files=[contract("回单.pdf")])
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    found = petition.attachments.values_list("stored__name", "is_from_department")
    assert set(found) == {("合同.pdf", False), ("回单.pdf", True)}


def test_a_step_that_is_refused_claims_nothing(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    answer = stage.answer(files=[contract("回单.pdf")])
    with pytest.raises(SupportsPending):
        resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    files = stage.uploaded(contract(), by=stage.cast.mallory)
    with pytest.raises(NotPermitted):
        supplement_petition(petition=petition, by=stage.cast.mallory, text="补充", files=files, now=stage.tick())
    assert not Attachment.objects.exists()
    assert not StoredFile.objects.exclude(claimed_at=None).exists()


def test_another_persons_file_cannot_be_given(stage: Stage) -> None:
    petition = stage.reported()
    files = stage.uploaded(contract(), by=stage.cast.zhou)
    with pytest.raises(InvalidInput, match="请移除后重新上传"):
        supplement_petition(petition=petition, by=stage.cast.lin, text="补充", files=files, now=stage.tick())
    assert not Attachment.objects.exists()


def test_a_file_is_given_once(stage: Stage) -> None:
    petition, other = stage.reported(), stage.reported()
    files = stage.uploaded(contract())
    supplement_petition(petition=petition, by=stage.cast.lin, text="补充", files=files, now=stage.tick())
    with pytest.raises(InvalidInput, match="请移除后重新上传"):
        supplement_petition(petition=other, by=stage.cast.lin, text="补充", files=files, now=stage.tick())
    assert Attachment.objects.get().petition == petition


def test_the_second_click_leaves_no_second_file(stage: Stage) -> None:
    petition = stage.reported(submission_key="click-1", files=[contract()])
    stage.reported(submission_key="click-1", files=[contract()])
    files = stage.uploaded(contract("二.pdf"))
    for _ in range(2):
        supplement_petition(petition=petition, by=stage.cast.lin, text="补充", files=files, now=stage.now)
    assert petition.attachments.count() == 2


def test_who_reads_a_file_is_who_reads_it_at_its_petition(stage: Stage) -> None:
    cast, petition = stage.cast, stage.checked_in()
    answer = stage.answer(files=[contract("回单.pdf")])
    (stored,) = answer.files
    assert [can_read(stored, user) for user in (cast.lin, cast.zhou)] == [False, False]
    resolve_petition(petition=petition, by=cast.zhou, answer=answer, now=stage.tick())
    people = (cast.lin, cast.zhou, cast.chen, cast.mallory, cast.zheng)
    assert [can_read(stored, user) for user in people] == [True, True, True, False, False]


def test_each_step_of_each_side_has_nine_files_and_a_petition_sixty(stage: Stage) -> None:
    some = [contract(f"{number}.pdf") for number in range(FILES_MAX + 1)]

    def supplement(number: int) -> None:
        files = stage.uploaded(*some[:number])
        supplement_petition(petition=petition, by=stage.cast.lin, text="补充", files=files, now=stage.tick())

    with pytest.raises(InvalidInput, match="一次最多9个附件"):
        stage.reported(files=some)
    assert not Petition.objects.exists()
    petition = stage.checked_in(files=some[:9])
    with pytest.raises(InvalidInput, match="一次最多9个附件"):
        supplement(10)
    for _step in range(5):
        supplement(9)
    with pytest.raises(InvalidInput, match="一件诉求最多60个附件，还可以加6个。"):
        supplement(7)
    answer = stage.answer(files=some[:6])
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    assert petition.attachments.count() == PETITION_MAX
    assert len(bytes_kept()) == StoredFile.objects.count()
