-- one row per play and player on the field
select
    season_week,
    game_id,
    play_id,
    nfl_id,
    side,
    team,
    position,
    jersey_number,
    display_name,
    gsis_id,
    route
from {{ source('clean', 'participants') }}
