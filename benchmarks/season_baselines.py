"""Rules and frame features of one week as notebooks write them, in pandas and in polars: baselines of `season.py`.

Both read the same Parquet, judge the same plays by the four rules that look at samples, work out 70 of our 100 columns
and write them. They differ from the kernels in how, not in what: groups and shifts, joins, every pair of a frame's
players for the nearest ones.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.field import (
    FIELD_LENGTH_YD,
    FIELD_WIDTH_YD,
    FRAME_S,
    GOAL_LINE_X_YD,
    MAX_SPEED_YD_S,
    MAX_STEP_YD,
    MIDDLE_Y_YD,
)
from ghost_pipeline.domain.schema import BALL_ID, PARTICIPANTS, PLAYS, TRACKING, Table
from ghost_pipeline.pipeline.platform import Platform

PLAY = ["game_id", "play_id"]
FRAME = [*PLAY, "frame_id"]
ENTITY = [*PLAY, "nfl_id"]
MOMENTS = ["snap_frame", "throw_frame", "arrival_frame", "passer_nfl_id", "target_nfl_id", "scrimmage_x_yd", "down"]
SAMPLE = [*FRAME, "nfl_id", "x", "y", "s", "dir", "o"]
STATE = ["x", "y", "vx", "vy"]


def path_of(platform: Platform, table: Table, week: SeasonWeek) -> Path:
    return platform.store.local(platform.partitions.key(table, week))


def in_pandas(platform: Platform, week: SeasonWeek) -> None:
    """Group by, shift, merge."""
    plays = pd.read_parquet(path_of(platform, PLAYS, week), columns=[*PLAY, *MOMENTS])
    people = pd.read_parquet(path_of(platform, PARTICIPANTS, week), columns=[*ENTITY, "side", "position"])
    df = pd.read_parquet(path_of(platform, TRACKING, week), columns=SAMPLE)
    df = df.merge(plays, on=PLAY).merge(people, on=ENTITY, how="left").sort_values([*ENTITY, "frame_id"])

    by = df.groupby(ENTITY, sort=False)
    step = np.hypot(by["x"].diff(), by["y"].diff())
    air = df["frame_id"].between(df["throw_frame"], df["arrival_frame"])
    player = df["nfl_id"] != BALL_ID
    outside = ~(df["x"].between(0, FIELD_LENGTH_YD) & df["y"].between(0, FIELD_WIDTH_YD))
    df["bad"] = player & air & ((df["s"] > MAX_SPEED_YD_S) | (step > MAX_STEP_YD) | outside)
    df["bad"] |= by["frame_id"].diff() > 1
    df = df[~df.groupby(PLAY)["bad"].transform("any")].drop(columns="bad")
    df = df[df["frame_id"].between(df["snap_frame"], df["arrival_frame"])].copy()

    by = df.groupby(ENTITY, sort=False)
    radians = np.radians(df["dir"])
    df["vx"] = (df["s"] * np.sin(radians)).fillna(by["x"].diff() / FRAME_S)
    df["vy"] = (df["s"] * np.cos(radians)).fillna(by["y"].diff() / FRAME_S)
    by = df.groupby(ENTITY, sort=False)
    for lag in (1, 3, 5):
        for axis in ("x", "y"):
            df[f"a{axis}_{lag}"] = by[f"v{axis}"].diff(lag) / (lag * FRAME_S)
            if lag > 1:
                df[f"moved_{axis}_{lag}"] = by[axis].diff(lag)
        if lag > 1:
            before = np.hypot(by["vx"].shift(lag), by["vy"].shift(lag))
            df[f"gain_{lag}"] = np.hypot(df["vx"], df["vy"]) - before
    df["speed"] = np.hypot(df["vx"], df["vy"])
    df["depth"], df["from_middle"] = df["x"] - df["scrimmage_x_yd"], df["y"] - MIDDLE_Y_YD
    df["to_goal"], df["to_sideline"] = GOAL_LINE_X_YD - df["x"], np.minimum(df["y"], FIELD_WIDTH_YD - df["y"])
    df["facing_x"], df["facing_y"] = np.sin(np.radians(df["o"])), np.cos(np.radians(df["o"]))

    def relate(name: str, other: pd.DataFrame, on: list[str]) -> None:
        nonlocal df
        df = df.merge(other.rename(columns={c: f"{name}_{c}" for c in STATE}), on=on, how="left")
        dx, dy = df[f"{name}_x"] - df["x"], df[f"{name}_y"] - df["y"]
        distance = np.hypot(dx, dy)
        df[f"{name}_dx"], df[f"{name}_dy"], df[f"{name}_distance"] = dx, dy, distance
        df[f"{name}_bearing_x"], df[f"{name}_bearing_y"] = dx / distance, dy / distance
        closing = dx * (df["vx"] - df[f"{name}_vx"]) + dy * (df["vy"] - df[f"{name}_vy"])
        df[f"{name}_closing"] = closing / distance

    everyone = df[[*FRAME, "nfl_id", "side", "target_nfl_id", "passer_nfl_id", "arrival_frame", *STATE]]
    ball = everyone[everyone["nfl_id"] == BALL_ID]
    relate("target", everyone[everyone["nfl_id"] == everyone["target_nfl_id"]][[*FRAME, *STATE]], FRAME)
    relate("passer", everyone[everyone["nfl_id"] == everyone["passer_nfl_id"]][[*FRAME, *STATE]], FRAME)
    relate("ball", ball[[*FRAME, *STATE]], FRAME)
    landing = ball[ball["frame_id"] == ball["arrival_frame"]][[*PLAY, *STATE]].assign(vx=0.0, vy=0.0)
    relate("landing", landing, PLAY)
    df = df[df["nfl_id"] != BALL_ID]

    pairs = everyone[everyone["nfl_id"] != BALL_ID][[*FRAME, "nfl_id", "side", *STATE]]
    pairs = pairs.merge(pairs, on=FRAME, suffixes=("", "_other"))
    pairs = pairs[pairs["nfl_id"] != pairs["nfl_id_other"]]
    pairs["distance"] = np.hypot(pairs["x"] - pairs["x_other"], pairs["y"] - pairs["y_other"])
    pairs["mate"] = pairs["side"] == pairs["side_other"]
    pairs = pairs.sort_values("distance")
    pairs["rank"] = pairs.groupby([*FRAME, "nfl_id", "mate"], sort=False).cumcount()
    for name, mate, rank in (("teammate", True, 0), ("opponent", False, 0), ("opponent_2", False, 1)):
        chosen = pairs[(pairs["mate"] == mate) & (pairs["rank"] == rank)]
        other = chosen[[*FRAME, "nfl_id", *(f"{c}_other" for c in STATE)]]
        relate(name, other.rename(columns={f"{c}_other": c for c in STATE}), [*FRAME, "nfl_id"])
    df["since_snap"] = (df["frame_id"] - df["snap_frame"]) * FRAME_S
    df["since_throw"] = (df["frame_id"] - df["throw_frame"]) * FRAME_S
    df["to_land"] = (df["arrival_frame"] - df["frame_id"]) * FRAME_S
    df["is_target"], df["is_passer"] = df["nfl_id"] == df["target_nfl_id"], df["nfl_id"] == df["passer_nfl_id"]
    with tempfile.TemporaryDirectory() as folder:
        df.to_parquet(Path(folder) / "features.parquet", compression="zstd")


def in_polars(platform: Platform, week: SeasonWeek) -> None:
    """The same with expressions over groups of sorted data and joins."""
    plays = pl.read_parquet(path_of(platform, PLAYS, week), columns=[*PLAY, *MOMENTS])
    people = pl.read_parquet(path_of(platform, PARTICIPANTS, week), columns=[*ENTITY, "side", "position"])
    df = pl.read_parquet(path_of(platform, TRACKING, week), columns=SAMPLE)
    df = df.join(plays, on=PLAY).join(people, on=ENTITY, how="left").sort([*ENTITY, "frame_id"])

    def diff(name: str, lag: int = 1) -> pl.Expr:
        return pl.col(name).diff(lag).over(ENTITY)

    air = pl.col("frame_id").is_between(pl.col("throw_frame"), pl.col("arrival_frame"))
    inside = pl.col("x").is_between(0, FIELD_LENGTH_YD) & pl.col("y").is_between(0, FIELD_WIDTH_YD)
    step = (diff("x") ** 2 + diff("y") ** 2).sqrt()
    bad = (pl.col("nfl_id") != BALL_ID) & air & ((pl.col("s") > MAX_SPEED_YD_S) | (step > MAX_STEP_YD) | ~inside)
    df = df.with_columns((bad | (diff("frame_id") > 1)).fill_null(False).alias("bad"))
    df = df.filter(~pl.col("bad").any().over(PLAY)).drop("bad")
    df = df.filter(pl.col("frame_id").is_between(pl.col("snap_frame"), pl.col("arrival_frame")))

    radians = pl.col("dir").radians()
    df = df.with_columns(
        (pl.col("s") * radians.sin()).fill_null(diff("x") / FRAME_S).alias("vx"),
        (pl.col("s") * radians.cos()).fill_null(diff("y") / FRAME_S).alias("vy"),
    )
    speed = (pl.col("vx") ** 2 + pl.col("vy") ** 2).sqrt()
    df = df.with_columns(speed.alias("speed"))
    df = df.with_columns(
        *((diff(f"v{axis}", lag) / (lag * FRAME_S)).alias(f"a{axis}_{lag}") for lag in (1, 3, 5) for axis in "xy"),
        *(diff(axis, lag).alias(f"moved_{axis}_{lag}") for lag in (3, 5) for axis in "xy"),
        *(diff("speed", lag).alias(f"gain_{lag}") for lag in (3, 5)),
        (pl.col("x") - pl.col("scrimmage_x_yd")).alias("depth"),
        (pl.col("y") - MIDDLE_Y_YD).alias("from_middle"),
        (GOAL_LINE_X_YD - pl.col("x")).alias("to_goal"),
        pl.min_horizontal(pl.col("y"), FIELD_WIDTH_YD - pl.col("y")).alias("to_sideline"),
        pl.col("o").radians().sin().alias("facing_x"),
        pl.col("o").radians().cos().alias("facing_y"),
    )

    def relate(df: pl.DataFrame, name: str, other: pl.DataFrame, on: list[str]) -> pl.DataFrame:
        df = df.join(other.rename({c: f"{name}_{c}" for c in STATE}), on=on, how="left")
        dx, dy = pl.col(f"{name}_x") - pl.col("x"), pl.col(f"{name}_y") - pl.col("y")
        df = df.with_columns(dx.alias(f"{name}_dx"), dy.alias(f"{name}_dy"))
        df = df.with_columns((dx**2 + dy**2).sqrt().alias(f"{name}_distance"))
        distance = pl.col(f"{name}_distance")
        closing = dx * (pl.col("vx") - pl.col(f"{name}_vx")) + dy * (pl.col("vy") - pl.col(f"{name}_vy"))
        return df.with_columns(
            (dx / distance).alias(f"{name}_bearing_x"),
            (dy / distance).alias(f"{name}_bearing_y"),
            (closing / distance).alias(f"{name}_closing"),
        )

    everyone = df.select(*FRAME, "nfl_id", "side", "target_nfl_id", "passer_nfl_id", "arrival_frame", *STATE)
    ball = everyone.filter(pl.col("nfl_id") == BALL_ID)
    for name in ("target", "passer"):
        other = everyone.filter(pl.col("nfl_id") == pl.col(f"{name}_nfl_id")).select(*FRAME, *STATE)
        df = relate(df, name, other, FRAME)
    df = relate(df, "ball", ball.select(*FRAME, *STATE), FRAME)
    landing = ball.filter(pl.col("frame_id") == pl.col("arrival_frame")).select(*PLAY, *STATE)
    df = relate(df, "landing", landing.with_columns(vx=pl.lit(0.0), vy=pl.lit(0.0)), PLAY)
    df = df.filter(pl.col("nfl_id") != BALL_ID)

    players = everyone.filter(pl.col("nfl_id") != BALL_ID).select(*FRAME, "nfl_id", "side", *STATE)
    pairs = players.lazy().join(players.lazy(), on=FRAME, suffix="_other")
    dx, dy = pl.col("x") - pl.col("x_other"), pl.col("y") - pl.col("y_other")
    pairs = pairs.filter(pl.col("nfl_id") != pl.col("nfl_id_other")).with_columns(
        (dx**2 + dy**2).alias("square"), (pl.col("side") == pl.col("side_other")).alias("mate")
    )
    group = [*FRAME, "nfl_id", "mate"]
    nearest = pairs.sort("square").group_by(group).agg(pl.col(f"{c}_other").head(2) for c in STATE).collect()
    for name, mate, rank in (("teammate", True, 0), ("opponent", False, 0), ("opponent_2", False, 1)):
        chosen = nearest.filter(pl.col("mate") == mate)
        states = (pl.col(f"{c}_other").list.get(rank, null_on_oob=True).alias(c) for c in STATE)
        df = relate(df, name, chosen.select(*FRAME, "nfl_id", *states), [*FRAME, "nfl_id"])
    df = df.with_columns(
        ((pl.col("frame_id") - pl.col("snap_frame")) * FRAME_S).alias("since_snap"),
        ((pl.col("frame_id") - pl.col("throw_frame")) * FRAME_S).alias("since_throw"),
        ((pl.col("arrival_frame") - pl.col("frame_id")) * FRAME_S).alias("to_land"),
        (pl.col("nfl_id") == pl.col("target_nfl_id")).alias("is_target"),
        (pl.col("nfl_id") == pl.col("passer_nfl_id")).alias("is_passer"),
    )
    with tempfile.TemporaryDirectory() as folder:
        df.write_parquet(Path(folder) / "features.parquet", compression="zstd", compression_level=1)


PIPELINES: dict[str, Callable[[Platform, SeasonWeek], None]] = {"pandas": in_pandas, "polars": in_polars}
