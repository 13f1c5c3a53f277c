"""Arrays on disk: what is appended is what is mapped."""

import numpy as np
import pytest

from ghost_pipeline.storage.array_files import ArrayFiles, mapped


def test_parts_come_back_as_one_array_in_a_memory_map(tmp_path):
    parts = [np.random.default_rng(rows).normal(size=(rows, 3, 2)).astype(np.float32) for rows in (4, 0, 1000, 1)]
    with ArrayFiles(tmp_path / "arrays") as files:
        for part in parts:
            files.append("xy", part)
            files.append("row", np.arange(len(part)))
    xy = mapped(tmp_path / "arrays", "xy")
    assert isinstance(xy, np.memmap)
    assert not xy.flags.writeable
    np.testing.assert_array_equal(xy, np.concatenate(parts))
    np.testing.assert_array_equal(np.load(tmp_path / "arrays" / "xy.npy"), xy)  # an ordinary .npy file
    assert len(mapped(tmp_path / "arrays", "row")) == 1005


def test_strides_do_not_matter_and_arrays_may_be_empty(tmp_path):
    turned = np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2)
    with ArrayFiles(tmp_path) as files:
        files.append("turned", turned)
        files.append("nothing", np.empty((5, 22, 0), np.float32))
    np.testing.assert_array_equal(mapped(tmp_path, "turned"), turned)
    assert mapped(tmp_path, "nothing").shape == (5, 22, 0)


def test_rows_of_another_shape_are_refused(tmp_path):
    with ArrayFiles(tmp_path) as files:
        files.append("xy", np.zeros((2, 3)))
        with pytest.raises(ValueError, match="array xy: found rows of float64"):
            files.append("xy", np.zeros((2, 4)))
