-- one row per thrown pass with a known target: its chances by models that have not seen its game
select
    season_week,
    game_id,
    play_id,
    target_nfl_id,
    completion_at_throw,
    interception_at_throw,
    completion_at_arrival,
    interception_at_arrival,
    expected_yards_after_catch_yd,
    separation_at_throw_yd,
    separation_at_arrival_yd,
    outcome_model_origin
from {{ source('what_if', 'pass_outcomes') }}
