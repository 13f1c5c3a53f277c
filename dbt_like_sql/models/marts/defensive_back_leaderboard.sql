-- one row per season, team and defensive back
with

passes as (
    select
        season,
        game_id,
        play_id,
        defense_team
    from {{ ref('pass_plays') }}
),

actual as (
    select
        game_id,
        play_id,
        nfl_id,
        is_held_out,
        trajectory_score,
        final_distance_yd,
        row_number() over (partition by game_id, play_id order by final_distance_yd, nfl_id) as nearness_rank
    from {{ ref('stg_trajectory_scores') }}
    where kind = 'actual'
),

ghosts as (
    select
        game_id,
        play_id,
        nfl_id,
        trajectory_score,
        final_distance_yd
    from {{ ref('stg_trajectory_scores') }}
    where kind = 'model'
),

participants as (
    select
        game_id,
        play_id,
        nfl_id,
        display_name,
        position
    from {{ ref('stg_participants') }}
    where side = 'defense'
),

defended as (
    select
        passes.season,
        passes.defense_team as team,
        actual.nfl_id,
        participants.display_name,
        participants.position,
        actual.is_held_out,
        actual.nearness_rank,
        actual.trajectory_score,
        actual.final_distance_yd,
        ghosts.trajectory_score as ghost_trajectory_score,
        ghosts.final_distance_yd as ghost_final_distance_yd,
        actual.trajectory_score - ghosts.trajectory_score as score_over_expected
    from actual
    inner join passes
        on actual.game_id = passes.game_id and actual.play_id = passes.play_id
    inner join ghosts
        on
            actual.game_id = ghosts.game_id
            and actual.play_id = ghosts.play_id
            and actual.nfl_id = ghosts.nfl_id
    left join participants
        on
            actual.game_id = participants.game_id
            and actual.play_id = participants.play_id
            and actual.nfl_id = participants.nfl_id
),

players as (
    select
        season,
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
    from defended
    group by season, team, nfl_id
)

select
    season,
    team,
    nfl_id,
    display_name,
    position,
    case
        when is_ranked then rank() over (partition by season, is_ranked order by score_over_expected)
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
