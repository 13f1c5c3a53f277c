"""Columns of the files of Big Data Bowl 2026: our names and, as the rename table, theirs."""

from ghost_pipeline.sources.delimited import COUNT, IDENTITY, NUMBER, TEXT, Layout

INPUT = Layout(
    required={
        "gameId": IDENTITY,
        "playId": IDENTITY,
        "nflId": IDENTITY,
        "frameId": COUNT,
        "playDirection": TEXT,
        "side": TEXT,
        "role": TEXT,
        "x": NUMBER,
        "y": NUMBER,
        "flightFrames": COUNT,
        "landingX": NUMBER,
        "landingY": NUMBER,
    },
    optional={
        "absoluteYardlineNumber": NUMBER,
        "displayName": TEXT,
        "position": TEXT,
        "s": NUMBER,
        "a": NUMBER,
        "dir": NUMBER,
        "o": NUMBER,
    },
    unused="player_to_predict player_height player_weight player_birth_date",
    renamed={
        "gameId": "game_id",
        "playId": "play_id",
        "nflId": "nfl_id",
        "frameId": "frame_id",
        "playDirection": "play_direction",
        "side": "player_side",
        "role": "player_role",
        "flightFrames": "num_frames_output",
        "landingX": "ball_land_x",
        "landingY": "ball_land_y",
        "absoluteYardlineNumber": "absolute_yardline_number",
        "displayName": "player_name",
        "position": "player_position",
    },
)
OUTPUT = Layout(
    required={name: INPUT.required[name] for name in ("gameId", "playId", "nflId", "frameId", "x", "y")},
    renamed={name: INPUT.renamed[name] for name in ("gameId", "playId", "nflId", "frameId")},
)
FACTS = Layout(
    required={"gameId": IDENTITY, "playId": IDENTITY, "passResult": TEXT},
    optional={
        "homeTeamAbbr": TEXT,
        "visitorTeamAbbr": TEXT,
        "week": COUNT,
        "playDescription": TEXT,
        "quarter": COUNT,
        "gameClock": TEXT,
        "down": COUNT,
        "yardsToGo": COUNT,
        "possessionTeam": TEXT,
        "defensiveTeam": TEXT,
        "preSnapHomeScore": COUNT,
        "preSnapVisitorScore": COUNT,
        "passLength": NUMBER,
        "routeRan": TEXT,
        "pff_manZone": TEXT,
    },
    unused=(
        "season game_date game_time_eastern yardline_side yardline_number play_nullified_by_penalty offense_formation "
        "receiver_alignment play_action dropback_type dropback_distance pass_location_type defenders_in_the_box "
        "team_coverage_type penalty_yards pre_penalty_yards_gained yards_gained expected_points "
        "expected_points_added pre_snap_home_team_win_probability pre_snap_visitor_team_win_probability "
        "home_team_win_probability_added visitor_team_win_probility_added"
    ),
    renamed={
        "gameId": "game_id",
        "playId": "play_id",
        "passResult": "pass_result",
        "homeTeamAbbr": "home_team_abbr",
        "visitorTeamAbbr": "visitor_team_abbr",
        "playDescription": "play_description",
        "gameClock": "game_clock",
        "yardsToGo": "yards_to_go",
        "possessionTeam": "possession_team",
        "defensiveTeam": "defensive_team",
        "preSnapHomeScore": "pre_snap_home_score",
        "preSnapVisitorScore": "pre_snap_visitor_score",
        "passLength": "pass_length",
        "routeRan": "route_of_targeted_receiver",
        "pff_manZone": "team_coverage_man_zone",
    },
)
