-- one row per season, type of the season (or ALL), team and receiver
with

passes as (
    select
        season,
        season_type,
        game_id,
        play_id,
        offense_team,
        target_nfl_id,
        target_name,
        target_position,
        is_complete,
        yards_after_catch_yd
    from {{ ref('pass_plays') }}
    where target_nfl_id is not null
),

outcomes as (
    select
        game_id,
        play_id,
        completion_at_throw,
        expected_yards_after_catch_yd,
        separation_at_arrival_yd,
        outcome_model_origin
    from {{ ref('stg_pass_outcomes') }}
),

options as (
    select
        game_id,
        play_id,
        is_held_out,
        target_separation_yd
    from {{ ref('stg_what_if_options') }}
    where is_actual_target
),

targeted as (
    select
        passes.season,
        passes.season_type,
        passes.offense_team as team,
        passes.target_nfl_id as receiver_nfl_id,
        passes.target_name,
        passes.target_position,
        options.is_held_out,
        outcomes.outcome_model_origin,
        outcomes.separation_at_arrival_yd,
        outcomes.separation_at_arrival_yd - options.target_separation_yd as separation_gain_yd,
        case when passes.is_complete then 1e0 when not passes.is_complete then 0e0 end
        - outcomes.completion_at_throw as completion_gain,
        case
            when passes.is_complete then passes.yards_after_catch_yd - outcomes.expected_yards_after_catch_yd
        end as after_catch_gain_yd
    from passes
    inner join outcomes
        on passes.game_id = outcomes.game_id and passes.play_id = outcomes.play_id
    inner join options
        on passes.game_id = options.game_id and passes.play_id = options.play_id
),

compared as (
    select
        season,
        season_type,
        team,
        receiver_nfl_id,
        target_name,
        target_position,
        is_held_out,
        outcome_model_origin,
        separation_at_arrival_yd,
        completion_gain,
        after_catch_gain_yd,
        separation_gain_yd - avg(separation_gain_yd) over (partition by season) as separation_gain_yd
    from targeted
),

receivers as (
    select
        season,
        {{ season_type_or_all() }} as season_type,
        team,
        receiver_nfl_id,
        max(target_name) as receiver_name,
        max(target_position) as position,
        count(*) as targets,
        count(case when is_held_out then 1 end) as held_out_targets,
        avg(separation_at_arrival_yd) as mean_separation_yd,
        avg(separation_gain_yd) as separation_over_expected_yd,
        {{ half_interval('separation_gain_yd') }} as separation_half_yd,
        avg(completion_gain) as completion_over_expected,
        {{ half_interval('completion_gain') }} as completion_half,
        count(after_catch_gain_yd) as catches,
        avg(after_catch_gain_yd) as yards_after_catch_over_expected_yd,
        {{ half_interval('after_catch_gain_yd') }} as after_catch_half_yd,
        max(outcome_model_origin) as outcome_model_origin,
        count(separation_gain_yd) >= {{ var('min_ranked_passes') }} as is_ranked
    from compared
    group by {{ by_season_type('team, receiver_nfl_id') }}
)

select
    season,
    season_type,
    team,
    receiver_nfl_id,
    receiver_name,
    position,
    case
        when is_ranked
            then rank() over (partition by season, season_type, is_ranked order by separation_over_expected_yd desc)
    end as place,
    is_ranked,
    targets,
    held_out_targets,
    mean_separation_yd,
    separation_over_expected_yd,
    separation_over_expected_yd - separation_half_yd as separation_over_expected_low_yd,
    separation_over_expected_yd + separation_half_yd as separation_over_expected_high_yd,
    completion_over_expected,
    completion_over_expected - completion_half as completion_over_expected_low,
    completion_over_expected + completion_half as completion_over_expected_high,
    catches,
    yards_after_catch_over_expected_yd,
    yards_after_catch_over_expected_yd - after_catch_half_yd as yards_after_catch_over_expected_low_yd,
    yards_after_catch_over_expected_yd + after_catch_half_yd as yards_after_catch_over_expected_high_yd,
    outcome_model_origin
from receivers
