-- one row per pass, defensive back and kind of trajectory
select
    season_week,
    game_id,
    play_id,
    target_nfl_id,
    nfl_id,
    kind,
    is_held_out,
    frames,
    convergence_yd_step,
    effort_ratio,
    superhuman_steps,
    trajectory_score,
    play_weight,
    depth_yd,
    ade_yd,
    fde_yd,
    final_distance_yd
from {{ source('what_if', 'trajectory_scores') }}
