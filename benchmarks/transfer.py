"""What a ghost model that learned from simulated plays only is worth on real ones, beside physics and a real one.

make demo && make real DATA=... && python benchmarks/transfer.py .ghost .ghost/real
"""

import argparse
from pathlib import Path

from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.evaluate import TEN_STEPS, WHOLE_FLIGHT, evaluate
from ghost_pipeline.models.forecast import Predictor
from ghost_pipeline.pipeline.champion import GHOST, load_ghost
from ghost_pipeline.pipeline.learning import parts_of
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings

PHYSICS = ("constant_velocity", "constant_acceleration", "damped_acceleration")


def main() -> None:
    """Print errors on the held-out real games, defensive backs, at_release."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("simulated", type=Path, help="state folder of the demo, as .ghost")
    parser.add_argument("real", type=Path, help="state folder with real plays, as .ghost/real")
    arguments = parser.parse_args()
    simulated, real = (Platform(Settings(home=home)) for home in (arguments.simulated, arguments.real))
    ghosts = {"trained on simulated plays": load_ghost(simulated.artifacts)}
    if real.artifacts.champion(GHOST):
        ghosts["trained on real plays"] = load_ghost(real.artifacts)
    print("| model | windows | ADE yd | FDE yd | RMSE yd | 95 % interval by game | n |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for title, ghost in ghosts.items():
        others: list[Predictor] = [BASELINES[name] for name in PHYSICS] if title == next(iter(ghosts)) else []
        held_out = parts_of(real, ghost.names, history=ghost.observed)
        errors = evaluate([*others, ghost], held_out, real.settings.seed).to_pandas()
        for row in errors[(errors["slice"] == "all") & (errors["step"] == 0)].to_dict("records"):
            name = f"ghost net, {title}" if row["model"] == ghost.name else row["model"]
            windows = {TEN_STEPS: "ten steps", WHOLE_FLIGHT: "whole flight"}[row["windows"]]
            numbers = " | ".join(f"{row[key]:.3f}" for key in ("ade_yd", "fde_yd", "rmse_yd"))
            interval = f"{row['rmse_low_yd']:.3f} to {row['rmse_high_yd']:.3f}"
            print(f"| {name} | {windows} | {numbers} | {interval} | {row['n']:,} |")


if __name__ == "__main__":
    main()
