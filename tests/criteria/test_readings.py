"""Four hundred deadlines, read by the house and by a second implementation that counts days from the epoch by hand."""

import random
from calendar import isleap
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from criteria.phases import VIETNAM, in_words
from criteria.phases.readings import Reading, Wording, instant, last_day, plain, read, words
from criteria.phases.workdays import Days, year_later

NO_DAYS = Days({})

# Every dated step of the five plans, in their words: the day that the phase is open for the last time.
PLANS = [
    ("Thời gian hoàn thành: trước ngày **25/12/2022**.", "24/12/2022", "thứ Bảy"),
    ("thành lập Hội đồng, hoàn thành trước ngày **11/11/2022**", "10/11/2022", "thứ Năm"),
    ("hoàn thành trước ngày **25/11/2022**", "24/11/2022", "thứ Năm"),
    ("gửi báo cáo tự kiểm tra về UBND huyện **trước ngày 15/6/2024.**", "14/06/2024", "thứ Sáu"),
    ("**hoàn thành trước ngày 30/7/2024.**", "29/07/2024", "thứ Hai"),
    ("Thành lập Hội đồng thẩm định trước ngày 15/11/2024;", "14/11/2024", "thứ Năm"),
    ("hoàn thành trước ngày 30/11/2024.", "29/11/2024", "thứ Sáu"),
    ("hoàn thành và gửi Sở Nội vụ trước ngày 22/12/2021", "21/12/2021", "thứ Ba"),
    ("từ tháng 10/2021 đến 30/12/2021", "30/12/2021", "thứ Năm"),
    ("trình UBND Thành phố ban hành trước ngày 15/10/2021", "14/10/2021", "thứ Năm"),
    ("xong trong tháng 10/2021", "31/10/2021", "Chủ nhật"),
    ("thẩm định kết quả tự đánh giá (tháng 01/2022)", "31/01/2022", "thứ Hai"),
    ("Tổng hợp kết quả thẩm định (tháng 02/2022)", "28/02/2022", "thứ Hai"),
    ("công bố kết quả (tháng 3/2022)", "31/03/2022", "thứ Năm"),
    ("Hoàn thành trước ngày 12/10/2020.", "11/10/2020", "Chủ nhật"),
    ("gửi UBND cấp huyện để thẩm định trước ngày 18/10/2020.", "17/10/2020", "thứ Bảy"),
    ("Hoàn thành trước 15/11/2020.", "14/11/2020", "thứ Bảy"),
    ("Hoàn thành trước ngày 25/10/2020.", "24/10/2020", "thứ Bảy"),
    ("kết quả thực hiện Chỉ số CCHC cấp huyện trước ngày 05/11/2020", "04/11/2020", "thứ Tư"),
]
NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


# ---- the second implementation: seconds since 1970 in UTC, the calendar counted by hand


def days_before(year: int, month: int, day: int) -> int:
    """Days from 1 January 1970 to the date, counted year by year and month by month."""
    lengths = [31, 29 if isleap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return sum(365 + isleap(each) for each in range(1970, year)) + sum(lengths[: month - 1]) + day - 1


def weekday(days: int) -> int:
    """0 for a Monday: 1 January 1970 was a Thursday."""
    return (days + 3) % 7


def expected(how: str, year: int, month: int, day: int, clock: tuple[int, int] | None, off: set[int]) -> int:
    """The closing second in UTC: midnight in Vietnam is 17:00 of the day before in UTC."""
    days = days_before(year, month, day)
    if how == "through":
        days += 1
    if how == "moved":
        while weekday(days) >= 5 or days in off:
            days += 1
        days += 1
    hours, minutes = clock or (0, 0)
    return days * 86400 + hours * 3600 + minutes * 60 - 7 * 3600


EDGES = [
    (2024, 2, 29),
    (2024, 2, 28),
    (2023, 2, 28),
    (2022, 12, 31),
    (2023, 1, 1),
    (2022, 4, 30),
    (2022, 5, 1),
    (2000, 2, 29),
    (2022, 12, 24),
    (2022, 12, 25),
    (2024, 6, 30),
    (2025, 7, 1),
]
OFF = {date(2022, 4, 30): "Ngày Chiến thắng", date(2022, 5, 1): "Quốc tế Lao động", date(2022, 5, 2): "Nghỉ bù"}


def cases() -> Iterator[tuple[str, int, int, int, tuple[int, int] | None]]:
    """The edges by every reading, then random days: 400 with the nineteen of the plans."""
    chance = random.Random(2022)
    days = list(EDGES)
    while len(days) < 96:
        days.append((chance.randint(2000, 2060), chance.randint(1, 12), chance.randint(1, 28)))
    for year, month, day in days:
        for how in ("before", "through", "moved"):
            yield how, year, month, day, None
        yield "instant", year, month, day, (chance.randint(0, 23), chance.randint(0, 59))


CASES = list(cases())


def test_there_are_four_hundred_cases_with_the_plans() -> None:
    assert len(set(CASES)) + len(PLANS) >= 400


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case[:4])))
def test_an_instant_is_what_the_second_implementation_says(
    case: tuple[str, int, int, int, tuple[int, int] | None],
) -> None:
    how, year, month, day, clock = case
    off = {days_before(each.year, each.month, each.day) for each in OFF}

    found = instant(Reading(how), date(year, month, day), time(*clock) if clock else None, Days(OFF))

    second = expected(how, year, month, day, clock, off)
    assert (found.timestamp(), found.utcoffset()) == (second, timedelta(hours=7))
    last = (second - 1 + 7 * 3600) // 86400
    shown = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=last)
    if found.timetz().replace(tzinfo=None) == time():
        assert in_words(found) == f"hết ngày {NAMES[weekday(last)]} {shown:%d/%m/%Y}"
    assert last_day(found) == shown.date()


@pytest.mark.parametrize(("text", "last", "name"), PLANS)
def test_the_plans_words_are_read_as_they_are_meant(text: str, last: str, name: str) -> None:
    wording = read(text)

    assert wording is not None
    assert in_words(instant(wording.reads, wording.day, wording.hour, NO_DAYS)) == f"hết ngày {name} {last}"


@pytest.mark.parametrize("case", CASES[:80], ids=lambda case: "-".join(map(str, case[:4])))
def test_the_plain_wording_is_read_back(case: tuple[str, int, int, int, tuple[int, int] | None]) -> None:
    how, year, month, day, clock = case
    hour = time(*clock) if clock else None
    back = {"moved": "through"}.get(how, how)

    assert read(plain(how, date(year, month, day), hour)) == Wording(Reading(back), date(year, month, day), hour)


@pytest.mark.parametrize(
    ("text", "reads", "until"),
    [
        ("đến 17:00 ngày 05/12/2022", "instant", "17:00 thứ Hai 05/12/2022"),
        ("trước 17 giờ 00 ngày 05/12/2022", "instant", "17:00 thứ Hai 05/12/2022"),
        ("chậm nhất 16h30, thứ Sáu, ngày 02/12/2022", "instant", "16:30 thứ Sáu 02/12/2022"),
        ("đến 9h ngày 1-6-2022", "instant", "09:00 thứ Tư 01/06/2022"),
        ("đến 24:00 ngày 30/11/2022", "instant", "hết ngày thứ Tư 30/11/2022"),
        ("đến hết ngày 30 tháng 11 năm 2022", "through", "hết ngày thứ Tư 30/11/2022"),
        ("muộn nhất ngày 29/02/2024", "through", "hết ngày thứ Năm 29/02/2024"),
        ("trước tháng 3/2024", "before", "hết ngày thứ Năm 29/02/2024"),
        ("TRƯỚC NGÀY 25/12/2022", "before", "hết ngày thứ Bảy 24/12/2022"),
    ],
)
def test_other_ways_to_say_it(text: str, reads: str, until: str) -> None:
    wording = read(text)

    assert wording is not None
    assert (wording.reads, in_words(instant(wording.reads, wording.day, wording.hour, NO_DAYS))) == (reads, until)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sớm nhất có thể",
        "Quyết định số 2125/QĐ-UBND ngày 17/10/2022",
        "trước ngày 30/02/2022",
        "trước ngày 31/13/2022",
        "đến 25:00 ngày 01/12/2022",
        "đến 10:75 ngày 01/12/2022",
        "trong tháng 13/2022",
    ],
)
def test_words_that_name_no_deadline(text: str) -> None:
    assert read(text) is None


def test_a_reading_by_the_hour_needs_the_hour() -> None:
    with pytest.raises(ValueError, match="giờ"):
        instant(Reading.INSTANT, date(2022, 12, 5), None, NO_DAYS)


def test_the_last_deadline_of_several_counts() -> None:
    wording = read("thành lập Hội đồng trước ngày 11/11/2022; thẩm định hoàn thành trước ngày 25/11/2022")

    assert wording == Wording(Reading.BEFORE, date(2022, 11, 25))


@pytest.mark.parametrize(
    ("reads", "day", "closes", "shown"),
    [
        (
            "before",
            date(2022, 12, 25),
            datetime(2022, 12, 25, tzinfo=VIETNAM),
            "hết ngày thứ Bảy 24/12/2022 (đọc “trước ngày 25/12/2022”)",
        ),
        (
            "through",
            date(2022, 11, 25),
            datetime(2022, 11, 25, 17, tzinfo=UTC),
            "hết ngày thứ Sáu 25/11/2022 (đọc “đến hết ngày 25/11/2022”)",
        ),
        (
            "moved",
            date(2022, 11, 25),
            datetime(2022, 11, 26, tzinfo=VIETNAM),
            "hết ngày thứ Sáu 25/11/2022 (đọc “đến hết ngày 25/11/2022”)",
        ),
        (
            "moved",
            date(2022, 12, 24),
            datetime(2022, 12, 27, tzinfo=VIETNAM),
            "hết ngày thứ Hai 26/12/2022 (đọc “đến hết ngày 24/12/2022”: thứ Bảy là ngày nghỉ, chuyển sang ngày làm"
            " việc kế tiếp)",
        ),
        ("instant", date(2022, 12, 5), datetime(2022, 12, 5, 17, tzinfo=VIETNAM), "17:00 thứ Hai 05/12/2022"),
        ("before", None, datetime(2022, 12, 5, 17, tzinfo=VIETNAM), "17:00 thứ Hai 05/12/2022"),
    ],
)
def test_words_beside_a_countdown_name_the_rule(reads: str, day: date | None, closes: datetime, shown: str) -> None:
    assert words(reads, day, closes) == shown


def test_working_days_know_holidays_and_days_worked_in_exchange() -> None:
    days = Days(OFF, frozenset({date(2022, 5, 7)}))

    assert [days.is_working(date(2022, 5, day)) for day in (1, 2, 3, 6, 7, 8)] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    assert (days.on_or_after(date(2022, 4, 30)), days.on_or_after(date(2022, 5, 3))) == (
        date(2022, 5, 3),
        date(2022, 5, 3),
    )
    assert (days.why_off(date(2022, 5, 2)), days.why_off(date(2022, 5, 8)), days.why_off(date(2022, 5, 3))) == (
        "Nghỉ bù",
        "",
        "",
    )
    assert (days.between(date(2022, 4, 29), date(2022, 5, 8)), days.between(date(2022, 5, 3), date(2022, 5, 2))) == (
        6,
        0,
    )
    assert (days.knows(2022), days.knows(2023)) == (True, False)


@pytest.mark.parametrize(
    ("day", "later"),
    [(date(2024, 2, 29), date(2025, 2, 28)), (date(2022, 12, 25), date(2023, 12, 25))],
)
def test_a_year_later(day: date, later: date) -> None:
    assert year_later(day) == later
