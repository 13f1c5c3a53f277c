-- one row per clean pass
with

passes as (
    select
        season_week,
        game_id,
        play_id,
        season,
        week,
        offense_team,
        defense_team,
        passer_nfl_id,
        passer_name,
        target_nfl_id,
        target_name,
        target_position,
        pass_result,
        air_yards_yd,
        yards_after_catch_yd,
        flight_frames
    from {{ ref('pass_plays') }}
),

plays as (
    select
        game_id,
        play_id,
        offense_score,
        defense_score,
        description,
        source
    from {{ ref('stg_plays') }}
),

context as (
    select
        game_id,
        play_id,
        quarter,
        game_clock_s,
        down,
        yards_to_go,
        yards_to_goal_yd
    from {{ ref('game_context') }}
),

play_scores as (
    select
        game_id,
        play_id,
        count(case when kind = 'actual' then 1 end) as defensive_backs,
        sum(case when kind = 'actual' then play_weight * trajectory_score end) as play_score,
        sum(case when kind = 'model' then play_weight * trajectory_score end) as ghost_play_score
    from {{ ref('stg_trajectory_scores') }}
    group by game_id, play_id
),

options as (
    select
        game_id,
        play_id,
        target_nfl_id,
        is_actual_target,
        is_held_out,
        option_rank,
        completion_probability,
        expected_yards_yd,
        decision_value_yd,
        outcome_model_origin,
        row_number() over (partition by game_id, play_id order by option_rank, target_nfl_id) as place,
        count(*) over (partition by game_id, play_id) as option_count
    from {{ ref('stg_what_if_options') }}
),

receivers as (
    select
        game_id,
        play_id,
        receiver_nfl_id,
        receiver_name
    from {{ ref('receiver_options') }}
)

select
    passes.season_week,
    passes.game_id,
    passes.play_id,
    passes.season,
    passes.week,
    passes.offense_team,
    passes.defense_team,
    context.quarter,
    context.game_clock_s,
    context.down,
    context.yards_to_go,
    context.yards_to_goal_yd,
    plays.offense_score,
    plays.defense_score,
    passes.passer_nfl_id,
    passes.passer_name,
    passes.target_nfl_id,
    passes.target_name,
    passes.target_position,
    passes.pass_result,
    passes.air_yards_yd,
    passes.yards_after_catch_yd,
    passes.flight_frames,
    chosen.is_held_out,
    play_scores.defensive_backs,
    play_scores.play_score,
    play_scores.ghost_play_score,
    chosen.option_count,
    chosen.option_rank,
    chosen.completion_probability,
    chosen.expected_yards_yd,
    chosen.decision_value_yd,
    best.target_nfl_id as best_option_nfl_id,
    receivers.receiver_name as best_option_name,
    best.expected_yards_yd as best_option_expected_yards_yd,
    chosen.outcome_model_origin,
    plays.description,
    plays.source
from passes
inner join plays
    on passes.game_id = plays.game_id and passes.play_id = plays.play_id
inner join context
    on passes.game_id = context.game_id and passes.play_id = context.play_id
left join play_scores
    on passes.game_id = play_scores.game_id and passes.play_id = play_scores.play_id
left join options as chosen
    on passes.game_id = chosen.game_id and passes.play_id = chosen.play_id and chosen.is_actual_target
left join options as best
    on passes.game_id = best.game_id and passes.play_id = best.play_id and best.place = 1
left join receivers
    on
        best.game_id = receivers.game_id
        and best.play_id = receivers.play_id
        and best.target_nfl_id = receivers.receiver_nfl_id
