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
    coalesce(checks.failed_warnings, 0) as failed_warnings
from weeks
left join clean on weeks.season_week = clean.season_week
left join passes on weeks.season_week = passes.season_week
left join quarantine on weeks.season_week = quarantine.season_week
left join checks on weeks.season_week = checks.season_week
