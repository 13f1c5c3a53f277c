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
    max_by(team, season_week) as team,
    max(gsis_id) as gsis_id,
    max_by(display_name, season_week) as display_name,
    max_by(position, season_week) as position,
    max_by(jersey_number, season_week) as jersey_number,
    max(side) as side,
    count(*) as clean_plays
from appearances
group by season, nfl_id
