-- one row per clean play: what both teams knew before the snap
with

plays as (
    select
        season_week,
        game_id,
        play_id,
        offense_team,
        down,
        yards_to_go,
        quarter,
        game_clock_s,
        offense_score - defense_score as score_difference,
        offense_team = home_team as is_home_offense,
        {{ goal_line_x_yd() }} - scrimmage_x_yd as yards_to_goal_yd,
        -- an overtime quarter has only its own clock
        case when quarter < 4 then (4 - quarter) * 900 else 0 end + game_clock_s as game_seconds_left_s,
        case when quarter <= 2 then 1 when quarter <= 4 then 2 else quarter end as half,
        count(*) over (partition by game_id) >= {{ var('min_drive_plays') }} as has_drives
    from {{ ref('stg_plays') }}
    where {{ in_season_weeks() }}
),

ordered as (
    select
        game_id,
        play_id,
        offense_team,
        half,
        game_seconds_left_s,
        row_number() over (partition by game_id order by quarter asc, game_clock_s desc, play_id asc) as place
    from plays
    where has_drives and offense_team is not null
),

following as (
    select
        game_id,
        play_id,
        place,
        offense_team,
        half,
        game_seconds_left_s,
        lag(offense_team) over (partition by game_id order by place) as offense_before,
        lag(half) over (partition by game_id order by place) as half_before
    from ordered
),

-- a drive ends when the other team has the ball, and with the half
numbered as (
    select
        game_id,
        play_id,
        place,
        game_seconds_left_s,
        count(case when offense_team is distinct from offense_before or half is distinct from half_before then 1 end)
            over (partition by game_id order by place)
            as drive_number
    from following
),

drives as (
    select
        game_id,
        play_id,
        cast(drive_number as integer) as drive_number,
        cast(row_number() over (partition by game_id, drive_number order by place) as integer) as drive_play_number,
        first_value(game_seconds_left_s) over (partition by game_id, drive_number order by place)
        - game_seconds_left_s as drive_time_s
    from numbered
)

select
    plays.season_week,
    plays.game_id,
    plays.play_id,
    plays.down,
    plays.yards_to_go,
    plays.yards_to_goal_yd,
    plays.yards_to_go >= plays.yards_to_goal_yd as is_goal_to_go,
    plays.quarter,
    plays.game_clock_s,
    plays.game_seconds_left_s,
    plays.score_difference,
    plays.is_home_offense,
    drives.drive_number,
    drives.drive_play_number,
    drives.drive_time_s
from plays
left join drives
    on plays.game_id = drives.game_id and plays.play_id = drives.play_id
