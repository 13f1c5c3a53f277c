-- one row per game with a clean play
with

plays as (
    select
        season_week,
        season,
        season_type,
        week,
        game_id,
        home_team,
        visitor_team,
        source
    from {{ ref('stg_plays') }}
),

passes as (
    select
        game_id,
        count(*) as passes
    from {{ ref('pass_plays') }}
    group by game_id
)

select
    plays.season,
    plays.season_week,
    plays.season_type,
    plays.week,
    plays.game_id,
    cast(plays.game_id as varchar) as old_game_id,
    max(plays.home_team) as home_team,
    max(plays.visitor_team) as visitor_team,
    count(*) as clean_plays,
    coalesce(max(passes.passes), 0) as passes,
    max(plays.source) as source_family
from plays
left join passes on plays.game_id = passes.game_id
group by plays.season, plays.season_week, plays.season_type, plays.week, plays.game_id
