-- one row per season that landed
select
    cast(left(season_week, 4) as integer) as season,
    count(*) as weeks,
    cast(sum(landed_plays) as bigint) as landed_plays,
    cast(sum(clean_plays) as bigint) as clean_plays,
    cast(sum(passes) as bigint) as passes,
    cast(sum(passes_with_target) as bigint) as passes_with_target,
    cast(sum(quarantined_plays) as bigint) as quarantined_plays,
    cast(sum(warned_plays) as bigint) as warned_plays,
    cast(sum(checks) as bigint) as checks,
    cast(sum(failed_checks) as bigint) as failed_checks,
    cast(sum(failed_warnings) as bigint) as failed_warnings,
    cast(sum(scored_passes) as bigint) as scored_passes,
    {{ weighted_mean('mean_play_score', 'scored_passes') }} as mean_play_score,
    {{ weighted_mean('mean_ghost_play_score', 'scored_passes') }} as mean_ghost_play_score,
    cast(sum(examined_paths) as bigint) as examined_paths,
    {{ weighted_mean('ghost_ade_yd', 'examined_paths') }} as ghost_ade_yd,
    {{ weighted_mean('ghost_fde_yd', 'examined_paths') }} as ghost_fde_yd,
    {{ weighted_mean('constant_velocity_ade_yd', 'examined_paths') }} as constant_velocity_ade_yd,
    {{ weighted_mean('constant_velocity_fde_yd', 'examined_paths') }} as constant_velocity_fde_yd,
    cast(sum(valued_passes) as bigint) as valued_passes,
    {{ weighted_mean('best_option_share', 'valued_passes') }} as best_option_share,
    {{ weighted_mean('mean_decision_value_yd', 'valued_passes') }} as mean_decision_value_yd
from {{ ref('week_summary') }}
group by cast(left(season_week, 4) as integer)
