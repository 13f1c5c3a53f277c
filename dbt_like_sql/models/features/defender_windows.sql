-- one row per pass with a known target and defender: the defender's way while the ball is in the air
with

frames as (
    select
        season_week,
        game_id,
        play_id,
        frame_id,
        nfl_id,
        is_defensive_back,
        target_distance_yd,
        landing_distance_yd,
        speed_yd_s,
        time_since_throw_s
    from {{ ref('stg_frame_features') }}
    where is_defense = 1 and time_since_throw_s >= 0 and time_to_land_s >= 0 and {{ in_season_weeks() }}
),

ordered as (
    select
        season_week,
        game_id,
        play_id,
        nfl_id,
        is_defensive_back,
        target_distance_yd,
        landing_distance_yd,
        speed_yd_s,
        time_since_throw_s,
        row_number() over (partition by game_id, play_id, nfl_id order by frame_id) as frame_from_throw,
        row_number() over (partition by game_id, play_id, nfl_id order by frame_id desc) as frame_from_arrival
    from frames
),

windows as (
    select
        season_week,
        game_id,
        play_id,
        nfl_id,
        max(is_defensive_back) = 1 as is_defensive_back,
        count(*) as frames,
        max(case when frame_from_throw = 1 then target_distance_yd end) as target_distance_at_throw_yd,
        max(case when frame_from_arrival = 1 then target_distance_yd end) as target_distance_at_arrival_yd,
        max(case when frame_from_arrival = 1 then landing_distance_yd end) as landing_distance_at_arrival_yd,
        min(target_distance_yd) as nearest_target_distance_yd,
        avg(cast(speed_yd_s as double)) as mean_speed_yd_s,
        max(speed_yd_s) as top_speed_yd_s
    from ordered
    group by season_week, game_id, play_id, nfl_id
)

select
    season_week,
    game_id,
    play_id,
    nfl_id,
    is_defensive_back,
    frames,
    target_distance_at_throw_yd,
    target_distance_at_arrival_yd,
    target_distance_at_throw_yd - target_distance_at_arrival_yd as closed_distance_yd,
    landing_distance_at_arrival_yd,
    nearest_target_distance_yd,
    mean_speed_yd_s,
    top_speed_yd_s,
    rank() over (partition by game_id, play_id order by target_distance_at_arrival_yd, nfl_id) as nearness_rank
from windows
