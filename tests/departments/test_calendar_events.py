"""Days in iCalendar files: days off and make-up days are read, everything else is left out by name or refused."""

from datetime import date

import pytest

from departments.announcing.files import read_calendar
from departments.announcing.statements import WrongCalendar
from tests.departments.days import events

OCTOBER = "DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261003"
SATURDAY = "DTSTART;VALUE=DATE:20261010"


def read(*texts: str) -> list[tuple[date, bool, str]]:
    return [(day.date, day.said.is_working, day.said.name) for day in read_calendar(events(*texts), "days.ics").days]


def left_out(*texts: str) -> tuple[str, ...]:
    reading = read_calendar(events(*texts), "days.ics")
    assert reading.days == ()
    return reading.left_out


def told(content: bytes) -> list[str]:
    with pytest.raises(WrongCalendar) as wrong:
        read_calendar(content, "days.ics")
    return wrong.value.problems


def test_an_event_is_read_a_day_each_without_its_end() -> None:
    assert read(f"{OCTOBER}|SUMMARY:国庆节") == [
        (date(2026, 10, 1), False, "国庆节"),
        (date(2026, 10, 2), False, "国庆节"),
    ]


@pytest.mark.parametrize(
    ("text", "is_working"),
    [
        ("SUMMARY:国庆节 假期 第1天/共7天", False),
        ("SUMMARY;LANGUAGE=zh_CN:国庆节（休）", False),
        ("SUMMARY:国庆放假", False),
        ("SUMMARY:国庆节 休", False),
        ("SUMMARY:休｜国庆节", False),
        ("SUMMARY:国庆节、中秋节", False),
        ("SUMMARY:国庆节 假期 第1天/共7天|DESCRIPTION:1日至7日放假调休，共7天。10月10日（周六）上班。", False),
        ("SUMMARY:放假调休", False),
        ("SUMMARY:春节|DESCRIPTION:公共假期", False),
        ("SUMMARY:某某日|X-APPLE-SPECIAL-DAY:WORK-HOLIDAY", False),
        ("SUMMARY:元旦|DESCRIPTION:1月1日放假\\, 1月4日上班", False),
        ("SUMMARY:国庆节 补班", True),
        ("SUMMARY:国庆节（班）", True),
        ("SUMMARY:班｜国庆节", True),
        ("SUMMARY:国庆节（调休上班）", True),
        ("SUMMARY:国庆节调休", True),
        ("SUMMARY:调休上班", True),
        ("SUMMARY:国庆节|X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", True),
    ],
)
def test_what_a_text_or_a_column_says(text: str, is_working: bool) -> None:
    assert [day[1] for day in read(f"{SATURDAY}|{text}")] == [is_working]


@pytest.mark.parametrize(
    "text",
    [
        "SUMMARY:妇女节", "SUMMARY:妇女节 放假半天", "SUMMARY:国家宪法日", "SUMMARY:五四青年节（休）", "SUMMARY:立春",
        "SUMMARY:退休人员座谈会", "SUMMARY:值班", "SUMMARY:培训班", "SUMMARY:教师节|DESCRIPTION:纪念日",
        "SUMMARY:植树节 不放假", "SUMMARY:小王年休假", "",
    ],
)  # fmt: skip
def test_observances_and_other_entries_make_no_day_off(text: str) -> None:
    (sentence,) = left_out(f"{SATURDAY}|{text}")
    assert sentence.startswith("第3行“")
    assert sentence.endswith("”：不是放假日，也不是调休上班日，不导入。")


def test_a_cancelled_event_does_not_count() -> None:
    assert left_out(f"{OCTOBER}|SUMMARY:国庆节放假|STATUS:CANCELLED") == ("第3行“国庆节放假”：已取消，不导入。",)
    assert len(read(f"{OCTOBER}|SUMMARY:国庆节放假|STATUS:CONFIRMED")) == 2


def test_an_event_that_repeats_is_left_out_and_listed() -> None:
    repeated = f"{OCTOBER}|SUMMARY:国庆节|RRULE:FREQ=YEARLY"
    assert left_out(repeated) == ("第3行“国庆节”：重复的事件请按年逐个写明，不导入。",)


@pytest.mark.parametrize(
    ("times", "days"),
    [
        ("DTSTART:20260930T160000Z|DTEND:20261002T160000Z", [1, 2]),  # midnights of Shanghai, said in UTC
        ("DTSTART:20260930T160000Z", [1]),
        ("DTSTART;TZID=Asia/Shanghai:20261001T000000|DTEND;TZID=Asia/Shanghai:20261002T000000", [1]),
        ('DTSTART;TZID="China Standard Time":20261001T000000|DURATION:P2D', [1, 2]),
        ("DTSTART;TZID=Asia/Tokyo:20261001T010000|DURATION:PT24H", [1]),
        ("DTSTART:20261001T000000|DURATION:P1W", [1, 2, 3, 4, 5, 6, 7]),
        ("DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261001", [1]),
        ("DTSTART;VALUE=DATE:20261001", [1]),
    ],
)
def test_whole_days_are_the_citys(times: str, days: list[int]) -> None:
    assert [day[0].day for day in read(f"{times}|SUMMARY:国庆节放假")] == days


@pytest.mark.parametrize(
    "times",
    [
        "DTSTART:20261001T090000|DTEND:20261001T120000",
        "DTSTART:20261001T090000|DTEND:20261001T180000",  # as shuyz.com writes make-up days
        "DTSTART:20261001T000000Z|DTEND:20261002T000000Z",
        "DTSTART;TZID=Asia/Tokyo:20261001T000000",
        "DTSTART;VALUE=DATE:20261001|DURATION:PT9H",
    ],
)
def test_a_part_of_a_day_does_not_count(times: str) -> None:
    assert left_out(f"{times}|SUMMARY:国庆节放假") == (
        "第3行“国庆节放假”：不是全天；确是整天放假或上班的，请写进表格，不导入。",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("DTSTART:20261301|SUMMARY:放假", "“20261301”不是日期"),
        ("DTSTART:1|SUMMARY:放假", "“1”不是日期"),
        ("DTSTART;TZID=Nowhere/At_All:20261001T000000|SUMMARY:放假", "“20261001T000000”不是日期"),
        ("DTSTART:20261001T250000|SUMMARY:放假", "“20261001T250000”不是日期"),
        ("DTSTART:20261001|DTEND:99999999|SUMMARY:放假", "“99999999”不是日期"),
        ("DTSTART:20261001|DTEND:20990101|SUMMARY:放假", "结束日期须在开始日期之后，最多31天"),
        ("DTSTART:20261001|DTEND:20260930|SUMMARY:放假", "结束日期须在开始日期之后，最多31天"),
        ("SUMMARY:放假", "没有开始日期"),
        ("DTSTART:20261001|SUMMARY:国庆放假，10日上班", "看不出是放假还是上班，请写明“放假”或“上班”"),
        ("DTSTART:20261009|SUMMARY:国庆节调休", "2026-10-09不在周末，“调休”看不出是放假还是上班，请写明"),
    ],
)
def test_what_is_wrong_or_unclear_is_refused_with_its_line(text: str, why: str) -> None:
    (problem,) = told(events(f"{OCTOBER}|SUMMARY:国庆节", text))
    assert problem.startswith("第7行“") or problem.startswith("第8行“")
    assert problem.endswith(f"”：{why}。")


def test_the_same_day_in_two_events_counts_once_and_two_meanings_are_refused() -> None:
    assert len(read(f"{OCTOBER}|SUMMARY:国庆节", f"{OCTOBER}|SUMMARY:中秋节")) == 2
    assert told(events(f"{OCTOBER}|SUMMARY:国庆节", f"{OCTOBER}|SUMMARY:补班")) == [
        "第8行“补班”：2026-10-01在第3行的事件里正相反。"
    ]


def test_an_alarm_inside_an_event_is_not_the_events() -> None:
    alarm = "BEGIN:VALARM|DESCRIPTION:上班|DURATION:PT5M|END:VALARM"
    assert [day[1] for day in read(f"DTSTART:20261001|{alarm}|SUMMARY:国庆节")] == [False]


def test_a_line_cut_inside_a_character_and_other_encodings() -> None:
    whole = events("DTSTART:20261001|SUMMARY:国庆节放假").replace(b"\r\n", b"\n")
    place = whole.index("国庆".encode()) + 1
    cut = whole[:place] + b"\n " + whole[place:]
    for content in (cut, whole.decode().encode("gb18030"), whole.decode().encode("utf-16"), b"\xef\xbb\xbf" + whole):
        assert [day.said.name for day in read_calendar(content, "a.ics").days] == ["国庆节放假"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"date,is_working\n2026-10-01,0\n", "第1行不符合iCalendar的规则。"),
        (events("DTSTART:20261001|SUMMARY:放假")[:-27], "文件不完整，最后一个事件没有结束。"),
        (b"BEGIN:VEVENT\nEND:VCALENDAR\n", "第2行不符合iCalendar的规则。"),
        (b"SUMMARY:\x81\x20\xff\n", "文件不是UTF-8、UTF-16或GB18030编码的文字。"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    assert told(content) == [sentence]
