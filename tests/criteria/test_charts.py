from datetime import UTC, datetime, timedelta

from criteria.charts import LEFT, RIGHT, Span, timeline
from criteria.phases import VIETNAM

FIRST = datetime(2022, 10, 1, tzinfo=VIETNAM)


def span(lane: str, opens: int, closes: int, kind: str = "survey") -> Span:
    return Span(lane, "Điều tra", kind, FIRST + timedelta(days=opens), FIRST + timedelta(days=closes))


def test_timeline_of_nothing_is_none() -> None:
    assert timeline([], FIRST, VIETNAM) is None


def test_timeline_places_bars_by_their_share_of_the_whole() -> None:
    drawn = timeline([span("Sở", 0, 50), span("Xã", 25, 100), span("Sở", 50, 100)], FIRST, VIETNAM)

    assert drawn is not None
    middle = (LEFT + RIGHT) / 2
    assert [(lane.name, [(bar.x, bar.width) for bar in lane.bars]) for lane in drawn.lanes] == [
        ("Sở", [(LEFT, middle - LEFT), (middle, RIGHT - middle)]),
        ("Xã", [(LEFT + (RIGHT - LEFT) / 4, (RIGHT - LEFT) * 3 / 4)]),
    ]


def test_timeline_lanes_do_not_overlap() -> None:
    drawn = timeline([span("Sở", 0, 50), span("Sở", 0, 50), span("Xã", 25, 100)], FIRST, VIETNAM)

    assert drawn is not None
    one, two = drawn.lanes
    assert one.y < one.text_y < one.bars[0].y < one.bars[0].text_y < one.bars[1].y < one.y + one.height < two.y
    assert two.y + two.height < drawn.height


def test_timeline_marks_today_only_inside() -> None:
    spans = [span("Sở", 0, 10)]
    today = [
        drawn.today
        for days in (-1, 0, 5, 10, 11)
        if (drawn := timeline(spans, FIRST + timedelta(days=days), VIETNAM)) is not None
    ]

    assert today == [None, LEFT, (LEFT + RIGHT) / 2, RIGHT, None]


def test_timeline_ticks_are_first_days_of_months_in_vietnam() -> None:
    drawn = timeline(
        [Span("Sở", "Điều tra", "survey", FIRST.astimezone(UTC), FIRST + timedelta(days=70))], FIRST, VIETNAM
    )

    assert drawn is not None
    assert [tick.word for tick in drawn.ticks] == ["10/2022", "11/2022", "12/2022"]
    assert drawn.ticks[0].x == LEFT


def test_timeline_leaves_out_ticks_when_they_would_not_fit() -> None:
    drawn = timeline([span("Sở", 1, 1100)], FIRST, VIETNAM)

    assert drawn is not None
    assert [tick.word for tick in drawn.ticks][:3] == ["11/2022", "02/2023", "05/2023"]
    assert len(drawn.ticks) <= 12


def test_timeline_of_a_short_step_is_still_seen() -> None:
    drawn = timeline([span("Sở", 0, 1000), Span("Sở", "Họp", "x", FIRST, FIRST + timedelta(hours=1))], FIRST, VIETNAM)

    assert drawn is not None
    assert drawn.lanes[0].bars[1].width == 2
