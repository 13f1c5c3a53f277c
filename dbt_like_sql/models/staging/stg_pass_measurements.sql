-- one row per pass with a known target, measured on what really happened
select
    season_week,
    game_id,
    play_id,
    target_nfl_id,
    air_distance_yd,
    air_yards_at_landing_yd,
    target_separation_yd,
    second_separation_yd,
    rush_separation_yd,
    passer_speed_yd_s,
    time_to_throw_s,
    target_sideline_yd,
    target_speed_to_landing_yd_s,
    target_to_landing_yd
from {{ source('features', 'pass_measurements') }}
