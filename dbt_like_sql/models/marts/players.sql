-- one row per season and player
with

appearances as (
    select
        cast(left(season_week, 4) as integer) as season,
        season_week,
        team,
        nfl_id,
        gsis_id,
        display_name,
        position,
        jersey_number,
        side
    from {{ ref('stg_participants') }}
)

select
    season,
    nfl_id,
    {{ newest('team') }} as team,
    max(gsis_id) as gsis_id,
    {{ newest('display_name') }} as display_name,
    {{ newest('position') }} as position,
    {{ newest('jersey_number') }} as jersey_number,
    max(side) as side,
    count(*) as clean_plays
from appearances
group by season, nfl_id
