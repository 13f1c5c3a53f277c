-- one row per play, frame and event
select
    season_week,
    game_id,
    play_id,
    frame_id,
    event
from {{ source('clean', 'events') }}
