"""A whole evaluation, with a stand-in that goes by brightness: what is played, kept, counted and shown."""

import re

import cv2
import numpy as np
import pytest

from liveness.evaluate.manifest import ManifestWrong, read_manifest
from liveness.evaluate.report import write_report
from liveness.evaluate.results import Ledger
from liveness.evaluate.run import Evaluation, cases_of
from liveness.evaluate.summary import summarise
from tests.liveness.drawn import face
from tests.liveness.stand_in import library

RUN = {"policy": "00", "models": {}}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Two people's clips, a recorded attack, a printed still, and two pictures each of two people."""
    folder = tmp_path_factory.mktemp("faces")
    rows = ["file\tlabel\tidentity\tfps"]
    for name, label, skin in (
        ("ann", "bona_fide", 200),
        ("ben", "bona_fide", 150),
        ("film", "deepfake", 180),
    ):
        clip = cv2.VideoWriter(str(folder / f"{name}.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 15, (256, 256))
        for n in range(20):
            clip.write(face(turned=0.3 * np.sin(n), skin=skin)[0])
        clip.release()
        rows.append(f"{name}.mp4\t{label}\t{name}\t15")
    for name, identity, skin in (("a1", "a", 220), ("a2", "a", 215), ("b1", "b", 60), ("b2", "b", 70)):
        cv2.imwrite(str(folder / f"{name}.jpg"), face(skin=skin)[0])
        rows.append(f"{name}.jpg\tbona_fide\t{identity}\t-")
    cv2.imwrite(str(folder / "sheet.png"), face(skin=120)[0])
    rows.append("sheet.png\tprint\tann\t-")
    (folder / "MANIFEST.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "pairs.tsv").write_text("a\tb\tsame\na1.jpg\ta2.jpg\t1\na1.jpg\tb1.jpg\t0\nb1.jpg\tb2.jpg\t1\n")
    return folder / "MANIFEST.tsv"


@pytest.fixture(scope="module")
def run(table, tmp_path_factory):
    """One run over the whole table."""
    ledger = Ledger(tmp_path_factory.mktemp("out") / "results.jsonl", run=RUN)
    evaluation = Evaluation(read_manifest(table), library=library(), ledger=ledger, tries=2)
    told: list[str] = []
    evaluation.run(told.append)
    return evaluation, ledger, told


def test_every_way_to_play_is_played(table):
    groups = [case.group for case in cases_of(read_manifest(table), tries=2)]

    assert {group: groups.count(group) for group in set(groups)} == {
        "clip": 3,
        "still": 1,
        "co_operative": 6,
        "attack": 34,
        "tries": 4,
    }


def test_each_step_is_told_of(run):
    evaluation, _, told = run

    assert len(told) == evaluation.steps == 48 + 4
    assert told[0] == "clip/ann.mp4"


def test_what_was_played_is_not_played_again(run, table):
    _, ledger, _ = run
    again = library()
    taken_up = Ledger(ledger.path, run=RUN)

    evaluation = Evaluation(read_manifest(table), library=again, ledger=taken_up, tries=2)
    evaluation.run(lambda _: None)

    assert taken_up.taken_up
    assert again.observer.looked == 0
    assert taken_up.results == ledger.results
    assert taken_up.scores == ledger.scores


def test_a_run_that_was_cut_off_goes_on_where_it_was(run, tmp_path):
    _, ledger, _ = run
    cut = tmp_path / "results.jsonl"
    cut.write_text(ledger.path.read_text("utf-8")[:-200], "utf-8")

    taken_up = Ledger(cut, run=RUN)

    assert taken_up.taken_up
    assert len(taken_up.results) + len(taken_up.scores) == len(ledger.results) + len(ledger.scores) - 1


def test_another_policy_begins_anew(run, tmp_path):
    _, ledger, _ = run
    copy = tmp_path / "results.jsonl"
    copy.write_text(ledger.path.read_text("utf-8"), "utf-8")

    assert Ledger(copy, run={**RUN, "policy": "01"}).results == {}


def test_damaged_results_are_refused(tmp_path):
    damaged = tmp_path / "results.jsonl"
    Ledger(damaged, run=RUN)
    with damaged.open("a") as file:
        file.write('{"kind": "result", "key": 1}\n')

    with pytest.raises(ManifestWrong, match=r"results\.jsonl is damaged"):
        Ledger(damaged, run=RUN)


def test_no_picture_and_no_template_is_kept(run):
    _, ledger, _ = run

    kept = ledger.path.read_text("utf-8")

    assert not re.search(
        r"landmarks|embedding|(?<!without_)template\":|thumbnail|\[(?:-?\d+\.\d+, ){60,}", kept
    )


def test_rates_are_counted_over_what_was_played(run):
    _, ledger, _ = run

    summary = summarise(ledger, library().policy)

    rows = {row.name: row for row in summary.species}
    assert (summary.clips.n, summary.co_operative.n, summary.tries.n) == (2, 6, 4)
    assert rows["dark"].passive.errors == 0
    assert rows["injected_video"].passive.n == 2
    assert rows["deepfake (clip)"].active.n == 1
    assert rows["print (still)"].active.n == 1
    # The stand-in never sees an action: it refuses everybody who was asked for one.
    assert (summary.co_operative.errors, summary.tries.errors) == (6, 0)


def test_leaving_a_rule_out_tells_what_it_adds(run):
    _, ledger, _ = run

    without = {row.rule: row for row in summarise(ledger, library().policy).ablation}

    assert set(without) == {"", "actions", "depth", "quality", "texture"}
    assert without[""].attacks.errors == 0
    assert without["texture"].passive_attacks.errors > without[""].passive_attacks.errors


def test_all_pairs_are_compared(run):
    _, ledger, _ = run

    (matching,) = summarise(ledger, library().policy).matching

    assert (len(matching.scores.genuine), len(matching.scores.impostor)) == (2, 4)
    assert matching.own.threshold == 0.5


def test_the_report_asks_nothing_of_a_network(run):
    _, ledger, _ = run

    page = write_report(summarise(ledger, library().policy), about={"Table": "<MANIFEST>"})

    assert not re.search(r"""(?:src|href)=|url\(|@import|<script|https?://""", page)
    assert "&lt;MANIFEST&gt;" in page
    assert "default-src 'none'" in page


def test_a_report_of_nothing_is_a_page_too(tmp_path):
    page = write_report(summarise(Ledger(tmp_path / "none.jsonl", run=RUN), library().policy), about={})

    assert "nothing was tried" in page
