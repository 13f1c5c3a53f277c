-- one row per pass and eligible receiver: an offensive player who is neither the passer nor a lineman
with

passes as (
    select
        season_week,
        game_id,
        play_id,
        passer_nfl_id,
        target_nfl_id
    from {{ ref('pass_plays') }}
    where {{ in_season_weeks() }}
),

participants as (
    select
        game_id,
        play_id,
        nfl_id,
        position,
        display_name,
        route
    from {{ ref('stg_participants') }}
    where
        side = 'offense'
        and coalesce(position, '') not in {{ ineligible_positions() }}
        and {{ in_season_weeks() }}
)

select
    passes.season_week,
    passes.game_id,
    passes.play_id,
    participants.nfl_id as receiver_nfl_id,
    participants.display_name as receiver_name,
    participants.position as receiver_position,
    participants.route,
    participants.nfl_id = coalesce(passes.target_nfl_id, 0) as is_target
from passes
inner join participants
    on passes.game_id = participants.game_id and passes.play_id = participants.play_id
where participants.nfl_id <> coalesce(passes.passer_nfl_id, 0)
