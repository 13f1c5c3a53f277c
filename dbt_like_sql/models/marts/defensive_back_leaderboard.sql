-- one row per season, type of the season (or ALL), team and defensive back
with

players as (
    select
        season,
        {{ season_type_or_all() }} as season_type,
        team,
        nfl_id,
        max(display_name) as display_name,
        max(position) as position,
        count(*) as passes,
        count(case when is_held_out then 1 end) as held_out_passes,
        count(case when nearness_rank = 1 then 1 end) as nearest_passes,
        avg(trajectory_score) as mean_trajectory_score,
        avg(ghost_trajectory_score) as mean_ghost_trajectory_score,
        avg(score_over_expected) as score_over_expected,
        {{ half_interval('score_over_expected') }} as half_interval,
        avg(final_distance_yd) as mean_final_distance_yd,
        avg(ghost_final_distance_yd) as mean_ghost_final_distance_yd,
        count(*) >= {{ var('min_ranked_passes') }} as is_ranked
    from {{ ref('defended_passes') }}
    group by {{ by_season_type('team, nfl_id') }}
)

select
    season,
    season_type,
    team,
    nfl_id,
    display_name,
    position,
    case
        when is_ranked then rank() over (partition by season, season_type, is_ranked order by score_over_expected)
    end as place,
    is_ranked,
    passes,
    held_out_passes,
    nearest_passes,
    mean_trajectory_score,
    mean_ghost_trajectory_score,
    score_over_expected,
    score_over_expected - half_interval as score_over_expected_low,
    score_over_expected + half_interval as score_over_expected_high,
    mean_final_distance_yd,
    mean_ghost_final_distance_yd
from players
