-- one row per pass with a known target: the ten measurements, the context and the outcome
with

measurements as (
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
    from {{ ref('stg_pass_measurements') }}
    where {{ in_season_weeks() }}
),

passes as (
    select
        game_id,
        play_id,
        pass_result,
        is_complete,
        yards_after_catch_yd
    from {{ ref('pass_plays') }}
    where {{ in_season_weeks() }}
),

context as (
    select
        game_id,
        play_id,
        down,
        yards_to_go,
        yards_to_goal_yd,
        quarter,
        game_seconds_left_s,
        score_difference,
        is_home_offense
    from {{ ref('game_context') }}
    where {{ in_season_weeks() }}
)

select
    measurements.season_week,
    measurements.game_id,
    measurements.play_id,
    measurements.target_nfl_id,
    measurements.air_distance_yd,
    measurements.air_yards_at_landing_yd,
    measurements.target_separation_yd,
    measurements.second_separation_yd,
    measurements.rush_separation_yd,
    measurements.passer_speed_yd_s,
    measurements.time_to_throw_s,
    measurements.target_sideline_yd,
    measurements.target_speed_to_landing_yd_s,
    measurements.target_to_landing_yd,
    context.down,
    context.yards_to_go,
    context.yards_to_goal_yd,
    context.quarter,
    context.game_seconds_left_s,
    context.score_difference,
    context.is_home_offense,
    passes.pass_result,
    passes.is_complete,
    passes.yards_after_catch_yd
from measurements
inner join passes
    on measurements.game_id = passes.game_id and measurements.play_id = passes.play_id
inner join context
    on measurements.game_id = context.game_id and measurements.play_id = context.play_id
