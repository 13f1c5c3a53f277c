-- one row per play and rule it broke
select
    season_week,
    game_id,
    play_id,
    rule_id,
    severity,
    observed,
    expected,
    sample,
    source_object,
    offense_team,
    defense_team,
    is_released
from {{ source('clean', 'quarantine') }}
