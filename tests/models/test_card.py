"""The card says what the facts say, in the sections of Mitchell et al. 2019."""

from ghost_pipeline.models.card import model_card

FACTS = {
    "made_at": "2026-01-02T03:04:05+00:00",
    "code_version": "0.1.0+abc",
    "seed": 7,
    "recipe": {"members": 2, "width": 64, "layers": 3},
    "plan": {"steps": 2000, "batch": 64},
    "inner_rmse_yd": [0.251, 0.262],
    "frames": 91_015,
    "data": {"clean/plays": "1234"},
    "ranked_features": "feed",
}
CONFIG = {"names": ["speed_yd_s", "turn_yd_s2"], "config": {"observed": 10, "steps": 40}}
ROW = {
    "n": 286,
    "rmse_yd": 0.2501,
    "rmse_low_yd": 0.234,
    "rmse_high_yd": 0.266,
    "ade_yd": 0.16,
    "fde_yd": 0.42,
    "miss_rate": 0.011,
    "coverage_50": 0.55,
    "coverage_90": 0.905,
}
EVALUATION = {
    "games": "fold 0",
    "made_at": "2026-01-03",
    "code_version": "0.1.0+abd",
    "data": {"clean/plays": "5678"},
    "passed": False,
    "conditions": [{"name": "beats physics", "holds": False, "found": "no"}],
    "errors": {"ten_steps/at_release/all": ROW},
}
SECTIONS = (
    "Model details, Intended use, Factors, Metrics, Evaluation data, Training data, Quantitative analyses, "
    "Ethical considerations, Caveats and recommendations"
)


def test_sections_and_facts():
    card = model_card("c0ffee", FACTS, CONFIG, EVALUATION)
    assert [line.removeprefix("## ") for line in card.splitlines() if line.startswith("## ")] == SECTIONS.split(", ")
    for said in ("c0ffee", "91,015", "clean/plays 1234", "clean/plays 5678", "speed_yd_s, turn_yd_s2", "0.251, 0.262"):
        assert said in card
    assert (
        "| ten_steps, at_release, all | 286 | 0.250 | 0.234 to 0.266 | 0.160 | 0.420 | 1.1% | 55.0% | 90.5% |" in card
    )
    assert "- FAILS: beats physics: no" in card
