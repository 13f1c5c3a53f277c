-- one row per pass and defensive back whose path was scored
with

passes as (
    select
        season_week,
        season,
        season_type,
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
        final_distance_yd,
        ade_yd,
        fde_yd
    from {{ ref('stg_trajectory_scores') }}
    where kind = 'model'
),

straight as (
    select
        game_id,
        play_id,
        nfl_id,
        ade_yd,
        fde_yd
    from {{ ref('stg_trajectory_scores') }}
    where kind = 'constant_velocity'
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
)

select
    passes.season_week,
    passes.season,
    passes.season_type,
    actual.game_id,
    actual.play_id,
    passes.defense_team as team,
    actual.nfl_id,
    participants.display_name,
    participants.position,
    actual.is_held_out,
    actual.nearness_rank,
    actual.trajectory_score,
    ghosts.trajectory_score as ghost_trajectory_score,
    actual.trajectory_score - ghosts.trajectory_score as score_over_expected,
    actual.final_distance_yd,
    ghosts.final_distance_yd as ghost_final_distance_yd,
    ghosts.ade_yd as ghost_ade_yd,
    ghosts.fde_yd as ghost_fde_yd,
    straight.ade_yd as constant_velocity_ade_yd,
    straight.fde_yd as constant_velocity_fde_yd
from actual
inner join passes
    on actual.game_id = passes.game_id and actual.play_id = passes.play_id
inner join ghosts
    on
        actual.game_id = ghosts.game_id
        and actual.play_id = ghosts.play_id
        and actual.nfl_id = ghosts.nfl_id
left join straight
    on
        actual.game_id = straight.game_id
        and actual.play_id = straight.play_id
        and actual.nfl_id = straight.nfl_id
left join participants
    on
        actual.game_id = participants.game_id
        and actual.play_id = participants.play_id
        and actual.nfl_id = participants.nfl_id
