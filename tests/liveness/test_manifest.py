"""The tables of an evaluation are read, or refused with the line and the reason."""

import pytest

from liveness.evaluate.manifest import ManifestWrong, read_manifest

HEAD = "file\tsource\tlabel\tidentity\tshows\tfps\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("clip.mp4", "one.jpg", "two.jpg", "other.jpg", "print.png"):
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def write(folder, rows, pairs=None, head=HEAD):
    (folder / "MANIFEST.tsv").write_text(head + rows, "utf-8")
    if pairs is not None:
        (folder / "pairs.tsv").write_text(pairs, "utf-8")
    return folder / "MANIFEST.tsv"


STILLS = (
    "one.jpg\tus\tbona_fide\tann\t\t-\ntwo.jpg\tus\tbona_fide\tann\t\t-\nother.jpg\tus\tbona_fide\tben\t\t-\n"
)


def test_clips_stills_and_pairs_are_told_apart(folder):
    rows = "clip.mp4\tus\tbona_fide\tcat\tnods\t25\nprint.png\tus\tprint\tcat\t\t-\n" + STILLS
    table = write(folder, rows, "a\tb\tsame\none.jpg\ttwo.jpg\t1\none.jpg\tother.jpg\t0\n")

    manifest = read_manifest(table)

    assert [(item.name, item.rate, item.shows) for item in manifest.clips] == [("clip.mp4", 25.0, "nods")]
    assert [(item.name, item.is_bona_fide) for item in manifest.stills] == [("print.png", False)]
    assert [item.name for item in manifest.for_matching] == ["one.jpg", "two.jpg", "other.jpg"]
    assert [pair.same for pair in manifest.pairs] == [True, False]


def test_without_pairs_every_still_is_shown_to_the_rules(folder):
    manifest = read_manifest(write(folder, STILLS))

    assert manifest.pairs == ()
    assert [item.name for item in manifest.stills] == ["one.jpg", "two.jpg", "other.jpg"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("", "MANIFEST.tsv has no rows."),
        ("none.mp4\tus\tbona_fide\tcat\t\t15\n", "line 2: there is no file none.mp4."),
        ("../clip.mp4\tus\tbona_fide\tcat\t\t15\n", "line 2: the file must lie beside or below the table."),
        ("/clip.mp4\tus\tbona_fide\tcat\t\t15\n", "line 2: the file must lie beside or below the table."),
        (
            "notes.txt\tus\tbona_fide\tcat\t\t15\n",
            "notes.txt is neither a clip nor a still that can be read.",
        ),
        ("clip.mp4\tus\tbona_fide\t\t\t15\n", "clip.mp4 needs a label and an identity."),
        ("clip.mp4\tus\tbona_fide\tcat\t\tfast\n", "fps must be a number from 1 to 240, or a dash."),
        ("clip.mp4\tus\tbona_fide\tcat\t\tnan\n", "fps must be a number from 1 to 240, or a dash."),
        ("clip.mp4\tus\tbona_fide\n", "line 2: 3 columns, the first line has 6."),
        (STILLS + STILLS, "one.jpg stands there twice."),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_line(folder, rows, sentence):
    with pytest.raises(ManifestWrong) as refused:
        read_manifest(write(folder, rows))

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("one.jpg\tthree.jpg\t0", "pairs.tsv, line 2: the manifest has no three.jpg."),
        ("one.jpg\tother.jpg\tno", "same must be 1 or 0."),
        ("one.jpg\tother.jpg\t1", "the identities in the manifest say otherwise."),
        ("one.jpg\tclip.mp4\t0", "clip.mp4 is a clip, pairs are of stills."),
    ],
)
def test_a_pair_that_cannot_be_is_refused_with_its_line(folder, pair, sentence):
    rows = STILLS + "clip.mp4\tus\tbona_fide\tcat\t\t15\n"

    with pytest.raises(ManifestWrong) as refused:
        read_manifest(write(folder, rows, f"a\tb\tsame\n{pair}\n"))

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "MANIFEST.tsv is empty."),
        (b"\xff\xd8\xff", "MANIFEST.tsv is not UTF-8."),
        (b"file\tlabel\nx\ty\n", "the first line names no column identity."),
        (b"file\tlabel\tidentity\tfile\n", "the first line names a column twice."),
    ],
)
def test_what_is_no_table_is_refused(folder, content, sentence):
    (folder / "MANIFEST.tsv").write_bytes(content)

    with pytest.raises(ManifestWrong) as refused:
        read_manifest(folder / "MANIFEST.tsv")

    assert sentence in str(refused.value)


def test_a_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ManifestWrong, match=r"MANIFEST\.tsv cannot be read"):
        read_manifest(tmp_path / "MANIFEST.tsv")
