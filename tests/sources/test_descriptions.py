import pytest

from ghost_pipeline.sources.descriptions import game_clock_s, result_in_words, targeted_player

OFFENSE = [
    (1, "Stefon Diggs"),
    (2, "Tyreek Hill"),
    (3, "Odell Beckham Jr."),
    (4, "Damien Williams"),
    (5, "Darrel Williams"),
    (6, "Amon-Ra St. Brown"),
    (7, "JuJu Smith-Schuster"),
    (8, "A.J. Green"),
    (9, "John Smith"),
    (10, "Tre'Quan Smith"),
    (11, "Eric Ebron"),
]


@pytest.mark.parametrize(
    ("description", "target"),
    [
        ("(3:44) C.Keenum pass deep right to S.Diggs for 61 yards, TOUCHDOWN.", 1),
        ("P.Mahomes pass deep middle intended for T.Hill INTERCEPTED by J.Doe at KC 4.", 2),
        ("B.Mayfield pass deep right to O.Beckham Jr. for 20 yards, TOUCHDOWN.", 3),
        ("P.Mahomes pass short left to Dam.Williams to KC 20 for 3 yards (J.Doe).", 4),
        ("P.Mahomes pass short left to D.Williams to KC 20 for 3 yards (J.Doe).", None),
        ("J.Goff pass short left to A.St. Brown to DET 20 for 3 yards.", 6),
        ("B.Roethlisberger pass incomplete short middle to J.Smith-Schuster.", 7),
        ("A.Dalton pass incomplete deep left to A.Green.", 8),
        ("M.Ryan pass short left to J.Smith.", 9),
        ("(4:44) Direct snap to M.Haack.  M.Haack pass short middle to S.Diggs for 1 yard, TOUCHDOWN.", 1),
        (
            "J.Brissett pass incomplete short left to T.Hill. The play was REVERSED. J.Brissett pass short left to "
            "E.Ebron for 4 yards, TOUCHDOWN.",
            11,
        ),
        ("D.Henry up the middle to TEN 20 for 3 yards (S.Diggs).", None),
        ("T.Brady pass incomplete deep left to R.Moss.", None),
        ("M.Ryan sacked at TB 15 for -5 yards.", None),
        ("", None),
    ],
)
def test_the_target_is_the_one_player_who_fits(description, target):
    assert targeted_player(description, OFFENSE) == target


@pytest.mark.parametrize(
    ("description", "result"),
    [
        ("C.Keenum pass deep right to S.Diggs for 61 yards, TOUCHDOWN.", "C"),
        ("P.Mahomes pass deep middle intended for T.Hill INTERCEPTED by J.Doe at KC 4.", "IN"),
        ("A.Dalton pass incomplete deep left to A.Green.", "I"),
        ("D.Prescott pass to J.Witten is incomplete. ATTEMPT FAILS.", "I"),
        ("J.Brissett pass incomplete to E.Ebron. The play was REVERSED. J.Brissett pass short left to E.Ebron.", "C"),
        ("D.Henry up the middle to TEN 20.", None),
    ],
)
def test_the_result_in_words(description, result):
    assert result_in_words(description) == result


@pytest.mark.parametrize(
    ("text", "seconds"), [("07:20", 440), (":51", 51), ("15:00:00", 900), ("0:00", 0), ("7h20", None), ("", None)]
)
def test_the_game_clock(text, seconds):
    assert game_clock_s(text) == seconds
