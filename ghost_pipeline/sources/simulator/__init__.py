"""The season simulator: pass plays with known truth, written as raw files in a real format, some with planted faults.

    league, schedule        teams, players and who plays whom
    lineup, routes, coverage_calls, playbook, draws     what is called, and the luck of a play, drawn up front
    motion, track, abilities    how bodies move, and what is remembered of them
    offense, defense        what they want to do
    dropback, aim, flight, outcome, after_catch, play       a play from the line set to the whistle
    drives, game            passes one after another, and replays
    raw_tracking, raw_tables, truth, season     files
    raw_play, rule_faults, sensor_faults, faults    what may be wrong with them

`season.write_season` and `season.replay_play` are the ways in.
"""
