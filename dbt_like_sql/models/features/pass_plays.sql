-- one row per clean pass: a play with a throw and an arrival
with

plays as (
    select
        season_week,
        game_id,
        play_id,
        season,
        season_type,
        week,
        offense_team,
        defense_team,
        passer_nfl_id,
        target_nfl_id,
        target_method,
        target_confidence,
        snap_frame,
        throw_frame,
        arrival_frame,
        pass_result,
        air_yards_yd,
        yards_after_catch_yd,
        man_zone
    from {{ ref('stg_plays') }}
    where throw_frame >= 0 and arrival_frame > throw_frame and {{ in_season_weeks() }}
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
    where side = 'offense' and {{ in_season_weeks() }}
),

quarterbacks as (
    select
        game_id,
        play_id,
        min(nfl_id) as nfl_id
    from participants
    where position = {{ quarterback() }}
    group by game_id, play_id
),

play_actions as (
    select distinct
        game_id,
        play_id
    from {{ ref('stg_events') }}
    where event = 'play_action' and {{ in_season_weeks() }}
),

-- where the source does not name the passer, the quarterback threw
passes as (
    select
        plays.season_week,
        plays.game_id,
        plays.play_id,
        plays.season,
        plays.season_type,
        plays.week,
        plays.offense_team,
        plays.defense_team,
        plays.target_nfl_id,
        plays.target_method,
        plays.target_confidence,
        plays.snap_frame,
        plays.throw_frame,
        plays.arrival_frame,
        plays.pass_result,
        plays.air_yards_yd,
        plays.yards_after_catch_yd,
        plays.man_zone,
        coalesce(plays.passer_nfl_id, quarterbacks.nfl_id) as passer_nfl_id,
        play_actions.play_id is not null as is_play_action
    from plays
    left join quarterbacks
        on plays.game_id = quarterbacks.game_id and plays.play_id = quarterbacks.play_id
    left join play_actions
        on plays.game_id = play_actions.game_id and plays.play_id = play_actions.play_id
)

select
    passes.season_week,
    passes.game_id,
    passes.play_id,
    passes.season,
    passes.season_type,
    passes.week,
    passes.offense_team,
    passes.defense_team,
    passes.passer_nfl_id,
    passers.display_name as passer_name,
    passes.target_nfl_id,
    targets.display_name as target_name,
    targets.position as target_position,
    targets.route as target_route,
    passes.target_method,
    passes.target_confidence,
    passes.snap_frame,
    passes.throw_frame,
    passes.arrival_frame,
    passes.arrival_frame - passes.throw_frame as flight_frames,
    passes.is_play_action,
    passes.man_zone,
    passes.pass_result,
    passes.pass_result = 'C' as is_complete,
    passes.air_yards_yd,
    passes.yards_after_catch_yd
from passes
left join participants as passers
    on
        passes.game_id = passers.game_id
        and passes.play_id = passers.play_id
        and passes.passer_nfl_id = passers.nfl_id
left join participants as targets
    on
        passes.game_id = targets.game_id
        and passes.play_id = targets.play_id
        and passes.target_nfl_id = targets.nfl_id
