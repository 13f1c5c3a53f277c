-- one row per season-week, team and defensive back
with

players as (
    select
        season_week,
        team,
        nfl_id,
        max(display_name) as display_name,
        max(position) as position,
        count(*) as passes,
        count(case when nearness_rank = 1 then 1 end) as nearest_passes,
        avg(trajectory_score) as mean_trajectory_score,
        avg(ghost_trajectory_score) as mean_ghost_trajectory_score,
        avg(score_over_expected) as score_over_expected,
        {{ half_interval('score_over_expected') }} as half_interval,
        count(*) >= {{ var('min_ranked_passes_of_a_week') }} as is_ranked
    from {{ ref('defended_passes') }}
    group by season_week, team, nfl_id
)

select
    season_week,
    team,
    nfl_id,
    display_name,
    position,
    case
        when is_ranked then rank() over (partition by season_week, is_ranked order by score_over_expected)
    end as place,
    is_ranked,
    passes,
    nearest_passes,
    mean_trajectory_score,
    mean_ghost_trajectory_score,
    score_over_expected,
    score_over_expected - half_interval as score_over_expected_low,
    score_over_expected + half_interval as score_over_expected_high
from players
