-- one row per season, type of the season (or ALL), team and passer
with

passes as (
    select
        season,
        season_type,
        game_id,
        play_id,
        offense_team,
        passer_nfl_id,
        passer_name,
        is_complete
    from {{ ref('pass_plays') }}
    where passer_nfl_id is not null
),

chosen_options as (
    select
        game_id,
        play_id,
        is_held_out,
        option_rank,
        completion_probability,
        expected_yards_yd,
        decision_value_yd,
        decision_value_points
    from {{ ref('stg_what_if_options') }}
    where is_actual_target
),

decisions as (
    select
        passes.season,
        passes.season_type,
        passes.offense_team as team,
        passes.passer_nfl_id,
        passes.passer_name,
        chosen_options.is_held_out,
        chosen_options.option_rank,
        chosen_options.completion_probability,
        chosen_options.expected_yards_yd,
        chosen_options.decision_value_yd,
        chosen_options.decision_value_points,
        case when passes.is_complete then 1e0 when not passes.is_complete then 0e0 end as caught
    from passes
    inner join chosen_options
        on passes.game_id = chosen_options.game_id and passes.play_id = chosen_options.play_id
),

passers as (
    select
        season,
        {{ season_type_or_all() }} as season_type,
        team,
        passer_nfl_id,
        max(passer_name) as passer_name,
        count(*) as passes,
        count(case when is_held_out then 1 end) as held_out_passes,
        avg(case when option_rank = 1 then 1e0 else 0e0 end) as best_option_share,
        avg(expected_yards_yd) as mean_expected_yards_yd,
        avg(decision_value_yd) as mean_decision_value_yd,
        {{ half_interval('decision_value_yd') }} as half_interval,
        avg(decision_value_points) as mean_decision_value_points,
        {{ half_interval('decision_value_points') }} as half_interval_points,
        avg(caught) as completion_share,
        avg(caught - completion_probability) as completion_over_expected,
        count(decision_value_yd) >= {{ var('min_ranked_passes') }} as is_ranked
    from decisions
    group by {{ by_season_type('team, passer_nfl_id') }}
)

select
    season,
    season_type,
    team,
    passer_nfl_id,
    passer_name,
    case
        when is_ranked
            then rank() over (partition by season, season_type, is_ranked order by mean_decision_value_yd desc)
    end as place,
    is_ranked,
    passes,
    held_out_passes,
    best_option_share,
    mean_expected_yards_yd,
    mean_decision_value_yd,
    mean_decision_value_yd - half_interval as mean_decision_value_low_yd,
    mean_decision_value_yd + half_interval as mean_decision_value_high_yd,
    mean_decision_value_points,
    mean_decision_value_points - half_interval_points as mean_decision_value_low_points,
    mean_decision_value_points + half_interval_points as mean_decision_value_high_points,
    completion_share,
    completion_over_expected
from passers
