-- one row per season-week that landed
with

passes as (
    select
        season_week,
        count(*) as passes,
        count(target_nfl_id) as passes_with_target
    from {{ ref('pass_plays') }}
    group by season_week
),

clean as (
    select
        season_week,
        count(*) as clean_plays
    from {{ ref('stg_plays') }}
    group by season_week
),

broken as (
    select
        season_week,
        game_id,
        play_id,
        max(case when severity = 'error' and not is_released then 1 else 0 end) as is_quarantined
    from {{ ref('stg_quarantine') }}
    group by season_week, game_id, play_id
),

quarantine as (
    select
        season_week,
        count(case when is_quarantined = 1 then 1 end) as quarantined_plays,
        count(case when is_quarantined = 0 then 1 end) as warned_plays
    from broken
    group by season_week
),

checks as (
    select
        season_week,
        count(*) as checks,
        count(case when not success and severity = 'error' then 1 end) as failed_checks,
        count(case when not success and severity = 'warning' then 1 end) as failed_warnings
    from {{ ref('stg_check_results') }}
    group by season_week
),

decisions as (
    select
        season_week,
        count(play_score) as scored_passes,
        avg(play_score) as mean_play_score,
        avg(case when play_score is not null then ghost_play_score end) as mean_ghost_play_score,
        count(decision_value_yd) as valued_passes,
        avg(case when decision_value_yd is null then null when option_rank = 1 then 1e0 else 0e0 end)
            as best_option_share,
        avg(decision_value_yd) as mean_decision_value_yd
    from {{ ref('play_index') }}
    group by season_week
),

examined as (
    select
        season_week,
        count(*) as examined_paths,
        avg(ghost_ade_yd) as ghost_ade_yd,
        avg(ghost_fde_yd) as ghost_fde_yd,
        avg(constant_velocity_ade_yd) as constant_velocity_ade_yd,
        avg(constant_velocity_fde_yd) as constant_velocity_fde_yd
    from {{ ref('defended_passes') }}
    where is_held_out
    group by season_week
),

weeks as (
    select season_week from clean
    union distinct
    select season_week from quarantine
    union distinct
    select season_week from checks
)

select
    weeks.season_week,
    coalesce(clean.clean_plays, 0) + coalesce(quarantine.quarantined_plays, 0) as landed_plays,
    coalesce(clean.clean_plays, 0) as clean_plays,
    coalesce(passes.passes, 0) as passes,
    coalesce(passes.passes_with_target, 0) as passes_with_target,
    coalesce(quarantine.quarantined_plays, 0) as quarantined_plays,
    coalesce(quarantine.warned_plays, 0) as warned_plays,
    coalesce(checks.checks, 0) as checks,
    coalesce(checks.failed_checks, 0) as failed_checks,
    coalesce(checks.failed_warnings, 0) as failed_warnings,
    coalesce(decisions.scored_passes, 0) as scored_passes,
    decisions.mean_play_score,
    decisions.mean_ghost_play_score,
    coalesce(examined.examined_paths, 0) as examined_paths,
    examined.ghost_ade_yd,
    examined.ghost_fde_yd,
    examined.constant_velocity_ade_yd,
    examined.constant_velocity_fde_yd,
    coalesce(decisions.valued_passes, 0) as valued_passes,
    decisions.best_option_share,
    decisions.mean_decision_value_yd
from weeks
left join clean on weeks.season_week = clean.season_week
left join passes on weeks.season_week = passes.season_week
left join quarantine on weeks.season_week = quarantine.season_week
left join checks on weeks.season_week = checks.season_week
left join decisions on weeks.season_week = decisions.season_week
left join examined on weeks.season_week = examined.season_week
