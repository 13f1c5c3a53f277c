-- Written by `python -m ghost_pipeline.storage.athena`; change the marts instead.
-- Put the address of your store (GHOST_STORE) in place of s3://BUCKET/PREFIX, then run the statements in Athena.
create database if not exists ghosts;

create external table if not exists ghosts.defended_passes (
    `season_week` string comment 'Season, season type and week, as 2019-REG-05; the partition key.',
    `season_type` string comment 'Pre-season, regular season or playoffs. One of PRE, REG, POST.',
    `game_id` bigint comment 'The league''s game number.',
    `play_id` bigint comment 'The league''s play number, unique within its game.',
    `team` string comment 'The defence''s abbreviation.',
    `nfl_id` bigint comment 'The defender''s player number.',
    `display_name` string comment 'Full name.',
    `position` string comment 'Position as the source writes it.',
    `is_held_out` int comment 'Whether the game was held out from training.',
    `nearness_rank` bigint comment '1 is the defensive back nearest to the target in the last frame.',
    `trajectory_score` double comment 'Trajectory score of the path really run; lower is better.',
    `ghost_trajectory_score` double comment 'The same of the ghost.',
    `score_over_expected` double comment 'The actual minus the ghost score; lower is better.',
    `final_distance_yd` double comment 'Distance to the target in the last frame. Unit: yd.',
    `ghost_final_distance_yd` double comment 'The same of the ghost. Unit: yd.',
    `ghost_ade_yd` double comment 'Mean distance of the ghost from the path really run. Unit: yd.',
    `ghost_fde_yd` double comment 'Distance of the ghost from the player in the last frame. Unit: yd.',
    `constant_velocity_ade_yd` double comment 'Mean distance of who keeps his velocity at the release. Unit: yd.',
    `constant_velocity_fde_yd` double comment 'His distance in the last frame. Unit: yd.'
)
comment 'One row per pass and defensive back whose path was scored, beside his ghost; what the leaderboards average.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/defended_passes/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/defended_passes/season=${season}/'
);

create external table if not exists ghosts.defensive_back_leaderboard (
    `season_type` string comment 'REG, POST or PRE, or ALL for the whole season.',
    `team` string comment 'The defence''s abbreviation.',
    `nfl_id` bigint comment 'The defender''s player number.',
    `display_name` string comment 'Full name.',
    `position` string comment 'Position as the source writes it.',
    `place` bigint comment 'Rank in the season or its type by score over expected, 1 is best, equals share a place; null with too few passes.',
    `is_ranked` int comment 'Whether the player has passes enough for a place.',
    `passes` bigint comment 'Passes defended and scored.',
    `held_out_passes` bigint comment 'Of these, in games that no model was trained on.',
    `nearest_passes` bigint comment 'Of these, with this player as the defensive back nearest to the target at the arrival.',
    `mean_trajectory_score` double comment 'Mean trajectory score of the paths really run; lower is better.',
    `mean_ghost_trajectory_score` double comment 'Mean trajectory score of the ghosts on the same passes.',
    `score_over_expected` double comment 'Mean of the actual minus the ghost score; lower is better.',
    `score_over_expected_low` double comment 'Lower end of its 95 % interval.',
    `score_over_expected_high` double comment 'Upper end of its 95 % interval.',
    `mean_final_distance_yd` double comment 'Mean distance to the target in the last frame. Unit: yd.',
    `mean_ghost_final_distance_yd` double comment 'The same of the ghosts. Unit: yd.'
)
comment 'One row per season, type of the season, team and defensive back, ranked by how much better than the ghost they played the same passes.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/defensive_back_leaderboard/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/defensive_back_leaderboard/season=${season}/'
);

create external table if not exists ghosts.defensive_back_weeks (
    `season_week` string comment 'Season, season type and week, as 2019-REG-05; the partition key.',
    `team` string comment 'The defence''s abbreviation.',
    `nfl_id` bigint comment 'The defender''s player number.',
    `display_name` string comment 'Full name.',
    `position` string comment 'Position as the source writes it.',
    `place` bigint comment 'Rank in the week by score over expected, 1 is best, equals share a place; null with too few passes.',
    `is_ranked` int comment 'Whether the player has passes enough for a place.',
    `passes` bigint comment 'Passes defended and scored.',
    `nearest_passes` bigint comment 'Of these, with this player as the defensive back nearest to the target at the arrival.',
    `mean_trajectory_score` double comment 'Mean trajectory score of the paths really run; lower is better.',
    `mean_ghost_trajectory_score` double comment 'Mean trajectory score of the ghosts on the same passes.',
    `score_over_expected` double comment 'Mean of the actual minus the ghost score; lower is better.',
    `score_over_expected_low` double comment 'Lower end of its 95 % interval.',
    `score_over_expected_high` double comment 'Upper end of its 95 % interval.'
)
comment 'One row per season-week, team and defensive back, ranked within the week like the leaderboard of the season.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/defensive_back_weeks/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/defensive_back_weeks/season=${season}/'
);

create external table if not exists ghosts.games (
    `season_week` string comment 'Season, season type and week, as 2019-REG-05; the partition key.',
    `season_type` string comment 'Pre-season, regular season or playoffs. One of PRE, REG, POST.',
    `week` int comment 'Week number as the source counts it. From 0 to 30.',
    `game_id` bigint comment 'The league''s game number.',
    `old_game_id` string comment 'The league''s game number as text, nflverse''s old_game_id; that of a simulated game joins with nothing.',
    `home_team` string comment 'Home team''s abbreviation.',
    `visitor_team` string comment 'Visiting team''s abbreviation.',
    `clean_plays` bigint comment 'Plays that passed the cardinal rules.',
    `passes` bigint comment 'Of these, with a throw and an arrival.',
    `source_family` string comment 'Format family the play came from.'
)
comment 'One row per game with a clean play.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/games/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/games/season=${season}/'
);

create external table if not exists ghosts.passer_decisions (
    `season_type` string comment 'REG, POST or PRE, or ALL for the whole season.',
    `team` string comment 'The offence''s abbreviation.',
    `passer_nfl_id` bigint comment 'Who threw; where the source does not say, the quarterback.',
    `passer_name` string comment 'The passer''s full name.',
    `place` bigint comment 'Rank in the season or its type by mean decision value, 1 is best, equals share a place; null with too few passes.',
    `is_ranked` int comment 'Whether the passer has passes enough for a place.',
    `passes` bigint comment 'Passes with a known target and a what-if.',
    `held_out_passes` bigint comment 'Of these, in games that no model was trained on.',
    `best_option_share` double comment 'Share of the passes to the receiver with the most expected yards.',
    `mean_expected_yards_yd` double comment 'Mean expected yards of the chosen receivers. Unit: yd.',
    `mean_decision_value_yd` double comment 'Mean of the expected yards of the chosen minus those of the best other receiver. Unit: yd.',
    `mean_decision_value_low_yd` double comment 'Lower end of its 95 % interval. Unit: yd.',
    `mean_decision_value_high_yd` double comment 'Upper end of its 95 % interval. Unit: yd.',
    `mean_decision_value_points` double comment 'Mean of the expected points of the chosen minus those of the best other receiver; null where no play tells down and distance. Unit: points.',
    `mean_decision_value_low_points` double comment 'Lower end of its 95 % interval. Unit: points.',
    `mean_decision_value_high_points` double comment 'Upper end of its 95 % interval. Unit: points.',
    `completion_share` double comment 'Share of the passes with a known result that were caught.',
    `completion_over_expected` double comment 'Mean of caught (1 or 0) minus the completion probability.'
)
comment 'One row per season, type of the season, team and passer, ranked by the value of the receivers they chose.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/passer_decisions/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/passer_decisions/season=${season}/'
);

create external table if not exists ghosts.play_index (
    `season_week` string comment 'Season, season type and week, as 2019-REG-05; the partition key.',
    `game_id` bigint comment 'The league''s game number.',
    `play_id` bigint comment 'The league''s play number, unique within its game.',
    `week` int comment 'Week number as the source counts it. From 0 to 30.',
    `offense_team` string comment 'Team with the ball.',
    `defense_team` string comment 'Team without the ball.',
    `quarter` int comment 'Quarter; 5 and more are overtime. From 1 to 8.',
    `game_clock_s` int comment 'Seconds left in the quarter. Unit: s. From 0 to 900.',
    `down` int comment 'Down; 0 on kicks and tries. From 0 to 4.',
    `yards_to_go` int comment 'Yards to a first down. Unit: yd. From 0 to 99.',
    `yards_to_goal_yd` double comment 'From the line of scrimmage to the goal line. Unit: yd.',
    `offense_score` int comment 'Points of the offence before the snap. From 0 to 120.',
    `defense_score` int comment 'Points of the defence before the snap. From 0 to 120.',
    `passer_nfl_id` bigint comment 'Who threw; where the source does not say, the quarterback.',
    `passer_name` string comment 'The passer''s full name.',
    `target_nfl_id` bigint comment 'Targeted receiver, where known or derived.',
    `target_name` string comment 'The targeted receiver''s full name.',
    `target_position` string comment 'The targeted receiver''s position.',
    `pass_result` string comment 'C completion, I incompletion, IN interception. One of C, I, IN.',
    `air_yards_yd` double comment 'From the line of scrimmage to the catch point. Unit: yd. From -30 to 110.',
    `yards_after_catch_yd` double comment 'Gained after the catch. Unit: yd. From -40 to 110.',
    `flight_frames` int comment 'Frames from the throw to the arrival.',
    `is_held_out` int comment 'Whether the game was held out from training.',
    `defensive_backs` bigint comment 'Defensive backs whose paths were scored.',
    `play_score` double comment 'Trajectory scores of the actual paths, weighted by nearness to the target; lower is better.',
    `ghost_play_score` double comment 'The same of the ghosts.',
    `option_count` bigint comment 'Eligible receivers of the pass.',
    `option_rank` int comment '1 is the receiver with the most expected yards.',
    `completion_probability` double comment 'Chance of a catch, mean over the samples. From 0 to 1.',
    `expected_yards_yd` double comment 'Completion probability times air yards and yards after catch. Unit: yd.',
    `decision_value_yd` double comment 'Expected yards minus those of the best other receiver. Unit: yd.',
    `best_option_nfl_id` bigint comment 'Receiver with the most expected yards.',
    `best_option_name` string comment 'Full name of that receiver.',
    `best_option_expected_yards_yd` double comment 'Expected yards of that receiver. Unit: yd.',
    `outcome_model_origin` string comment 'What the outcome models learned from. One of simulated, real.',
    `description` string comment 'The play in words, from the source.',
    `source` string comment 'Format family the play came from.'
)
comment 'One row per clean pass, what the reports list and link.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/play_index/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/play_index/season=${season}/'
);

create external table if not exists ghosts.players (
    `nfl_id` bigint comment 'The league''s player number.',
    `team` string comment 'The last team of the season.',
    `gsis_id` string comment 'The player''s id in the game statistics system, which nflverse joins on; null where the source has none.',
    `display_name` string comment 'Full name.',
    `position` string comment 'Position as the source writes it.',
    `jersey_number` int comment 'Number on the jersey. From 0 to 99.',
    `side` string comment 'With or without the ball. One of offense, defense.',
    `clean_plays` bigint comment 'Clean plays the player was on the field for.'
)
comment 'One row per season and player.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/players/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/players/season=${season}/'
);

create external table if not exists ghosts.receiver_leaderboard (
    `season_type` string comment 'REG, POST or PRE, or ALL for the whole season.',
    `team` string comment 'The offence''s abbreviation.',
    `receiver_nfl_id` bigint comment 'Who was targeted.',
    `receiver_name` string comment 'The receiver''s full name.',
    `position` string comment 'Position as the source writes it.',
    `place` bigint comment 'Rank in the season or its type by separation over expected, 1 is best, equals share a place; null with too few targets.',
    `is_ranked` int comment 'Whether the receiver has targets enough for a place.',
    `targets` bigint comment 'Passes to him with a known result and a what-if.',
    `held_out_targets` bigint comment 'Of these, in games that no model was trained on.',
    `mean_separation_yd` double comment 'Mean separation at the arrival. Unit: yd.',
    `separation_over_expected_yd` double comment 'Mean of the separation at the arrival minus the predicted one, relative to the season''s mean. Unit: yd.',
    `separation_over_expected_low_yd` double comment 'Lower end of its 95 % interval. Unit: yd.',
    `separation_over_expected_high_yd` double comment 'Upper end of its 95 % interval. Unit: yd.',
    `completion_over_expected` double comment 'Mean of caught (1 or 0) minus the completion probability at the throw.',
    `completion_over_expected_low` double comment 'Lower end of its 95 % interval.',
    `completion_over_expected_high` double comment 'Upper end of its 95 % interval.',
    `catches` bigint comment 'Catches with known yards after the catch.',
    `yards_after_catch_over_expected_yd` double comment 'Mean of the yards after the catch minus the expected ones. Unit: yd.',
    `yards_after_catch_over_expected_low_yd` double comment 'Lower end of its 95 % interval. Unit: yd.',
    `yards_after_catch_over_expected_high_yd` double comment 'Upper end of its 95 % interval. Unit: yd.',
    `outcome_model_origin` string comment 'What the outcome models learned from.'
)
comment 'One row per season, type of the season, team and receiver, ranked by the separation they win over what was predicted.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/receiver_leaderboard/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/receiver_leaderboard/season=${season}/'
);

create external table if not exists ghosts.season_summary (
    `weeks` bigint comment 'Season-weeks that landed.',
    `landed_plays` bigint comment 'Plays that arrived, clean or quarantined.',
    `clean_plays` bigint comment 'Plays that passed the cardinal rules.',
    `passes` bigint comment 'Clean plays with a throw and an arrival.',
    `passes_with_target` bigint comment 'Of these, with a known target.',
    `quarantined_plays` bigint comment 'Plays kept out for breaking a rule.',
    `warned_plays` bigint comment 'Plays kept that broke rules of severity warning only, or rules that a person released.',
    `checks` bigint comment 'Expectations that were checked.',
    `failed_checks` bigint comment 'Expectations of severity error that failed.',
    `failed_warnings` bigint comment 'Expectations of severity warning that failed.',
    `scored_passes` bigint comment 'Passes with a play score.',
    `mean_play_score` double comment 'Mean play score of the paths really run; lower is better.',
    `mean_ghost_play_score` double comment 'The same of the ghosts.',
    `examined_paths` bigint comment 'Paths of defensive backs in games that no model was trained on.',
    `ghost_ade_yd` double comment 'Mean over these of the ghost''s mean distance from the path really run, whole flight, at release. Unit: yd.',
    `ghost_fde_yd` double comment 'Mean over these of the ghost''s distance at the arrival. Unit: yd.',
    `constant_velocity_ade_yd` double comment 'The mean distance of who keeps his velocity at the release. Unit: yd.',
    `constant_velocity_fde_yd` double comment 'His distance at the arrival. Unit: yd.',
    `valued_passes` bigint comment 'Passes whose decision was valued.',
    `best_option_share` double comment 'Share of these to the receiver with the most expected yards.',
    `mean_decision_value_yd` double comment 'Mean of the expected yards of the chosen minus those of the best other receiver. Unit: yd.'
)
comment 'One row per season that landed; counts are sums and means are over all passes of its weeks.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/season_summary/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/season_summary/season=${season}/'
);

create external table if not exists ghosts.week_summary (
    `season_week` string comment 'Season, season type and week, as 2019-REG-05; the partition key.',
    `landed_plays` bigint comment 'Plays that arrived, clean or quarantined.',
    `clean_plays` bigint comment 'Plays that passed the cardinal rules.',
    `passes` bigint comment 'Clean plays with a throw and an arrival.',
    `passes_with_target` bigint comment 'Of these, with a known target.',
    `quarantined_plays` bigint comment 'Plays kept out for breaking a rule.',
    `warned_plays` bigint comment 'Plays kept that broke rules of severity warning only, or rules that a person released.',
    `checks` bigint comment 'Expectations that were checked.',
    `failed_checks` bigint comment 'Expectations of severity error that failed.',
    `failed_warnings` bigint comment 'Expectations of severity warning that failed.',
    `scored_passes` bigint comment 'Passes with a play score.',
    `mean_play_score` double comment 'Mean play score of the paths really run; lower is better.',
    `mean_ghost_play_score` double comment 'The same of the ghosts.',
    `examined_paths` bigint comment 'Paths of defensive backs in games that no model was trained on.',
    `ghost_ade_yd` double comment 'Mean over these of the ghost''s mean distance from the path really run, whole flight, at release. Unit: yd.',
    `ghost_fde_yd` double comment 'Mean over these of the ghost''s distance at the arrival. Unit: yd.',
    `constant_velocity_ade_yd` double comment 'The mean distance of who keeps his velocity at the release. Unit: yd.',
    `constant_velocity_fde_yd` double comment 'His distance at the arrival. Unit: yd.',
    `valued_passes` bigint comment 'Passes whose decision was valued.',
    `best_option_share` double comment 'Share of these to the receiver with the most expected yards.',
    `mean_decision_value_yd` double comment 'Mean of the expected yards of the chosen minus those of the best other receiver. Unit: yd.'
)
comment 'One row per season-week that landed.'
partitioned by (`season` int)
stored as parquet
location 's3://BUCKET/PREFIX/marts/week_summary/'
tblproperties (
    'projection.enabled' = 'true',
    'projection.season.type' = 'integer',
    'projection.season.range' = '2016,2040',
    'storage.location.template' = 's3://BUCKET/PREFIX/marts/week_summary/season=${season}/'
);
