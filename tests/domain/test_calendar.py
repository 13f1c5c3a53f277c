from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.calendar import SEASON_TYPES, SeasonWeek

WEEKS = st.builds(SeasonWeek, st.integers(1999, 2099), st.sampled_from(SEASON_TYPES), st.integers(0, 30))


@given(WEEKS)
def test_what_is_written_is_read_back(week):
    assert SeasonWeek.parse(str(week)) == week


def test_the_form():
    assert str(SeasonWeek(2019, "REG", 5)) == "2019-REG-05"


@pytest.mark.parametrize(
    "text", ["2019-REG-5", "2019-reg-05", "2019_REG_05", "19-REG-05", "2019-XXX-05", "", "2019-REG-05 "]
)
def test_other_forms_are_refused_with_the_right_one(text):
    with pytest.raises(ValueError, match="2019-REG-05"):
        SeasonWeek.parse(text)


@pytest.mark.parametrize("parts", [(2019, "REG", 31), (2019, "REG", -1), (1019, "REG", 1), (2019, "reg", 1)])
def test_impossible_weeks_are_refused(parts):
    with pytest.raises(ValueError, match="no season-week"):
        SeasonWeek(*parts)


@given(st.lists(WEEKS))
def test_weeks_of_one_season_and_type_sort_as_their_texts_do(weeks):
    assert [str(week) for week in sorted(weeks, key=str)] == sorted(str(week) for week in weeks)
    same = [week for week in weeks if (week.season, week.season_type) == (2019, "REG")]
    assert [str(week) for week in sorted(same)] == sorted(str(week) for week in same)


def test_weeks_are_ordered_as_they_are_played():
    played = ["2019-PRE-03", "2019-REG-01", "2019-REG-17", "2019-POST-18", "2020-PRE-01"]
    assert list(map(str, sorted(map(SeasonWeek.parse, reversed(played))))) == played


def test_a_season_goes_on_into_the_next_year():
    days = [date(2022, 8, 1), date(2022, 12, 31), date(2023, 2, 12), date(2023, 7, 31)]
    assert {SeasonWeek.season_on(day) for day in days} == {2022}
