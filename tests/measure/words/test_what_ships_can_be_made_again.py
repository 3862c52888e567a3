import hashlib

import numpy as np

from livingroom.measure.words.weights import FOLDER, load, provenance
from scripts.train_words import used_files

MOST_BYTES = 3_000_000


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_weights_are_those_that_were_judged():
    about = provenance()["weights"]

    assert {path.name for path in FOLDER.glob("*.npz")} == set(about)
    for name, said in about.items():
        assert checksum(FOLDER / name) == said["sha256"], name
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_the_data_are_those_that_were_learned_from(data):
    found = {str(path.relative_to(data)): checksum(path) for path in used_files(data)}

    assert found == provenance()["learned_from"]


def test_weights_hold_numbers_and_nothing_else():
    for path in FOLDER.glob("*.npz"):
        for name, numbers in load(path.stem).items():
            assert np.issubdtype(numbers.dtype, np.number), (path.name, name)
