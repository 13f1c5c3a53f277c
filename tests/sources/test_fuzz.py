"""Mutated files of every layout: only declared errors, and no play is lost in silence. benchmarks/fuzz.py does more."""

from dataclasses import replace

import pytest
from accounts import complaints
from fuzz_cases import case_of, faults_of, whole
from fuzz_samples import LAYOUTS, sample

SEEDS = range(12)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mutated_files_are_answered_for(layout, tmp_path):
    for seed in SEEDS:
        case = case_of(seed, layout)
        (folder := tmp_path / str(seed)).mkdir()
        assert faults_of(case, folder) == [], case


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reader_that_loses_a_play_or_a_sample_would_be_seen(layout, tmp_path):
    for name, content in sample(layout).items():
        (tmp_path / name).write_bytes(content)
    answer = whole(layout)
    assert complaints(tmp_path, sample(layout), answer) == []
    week, (plays, people, events, tracking) = next(iter(answer.tables.items()))
    one_play_less = {**answer.tables, week: (plays.slice(1), people, events, tracking)}
    assert any("neither read nor told of" in said for said in complaints_of(answer, one_play_less, layout, tmp_path))
    one_sample_less = {**answer.tables, week: (plays, people, events, tracking.slice(0, len(tracking) - 1))}
    assert any("nothing is told" in said for said in complaints_of(answer, one_sample_less, layout, tmp_path))


def complaints_of(answer, tables, layout, folder):
    return complaints(folder, sample(layout), replace(answer, tables=tables))
