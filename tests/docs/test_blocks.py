"""What `make docs` finds in the docs; running it is its own step."""

import pytest

from tests.docs import run


def test_every_block_of_the_docs_says_what_it_is():
    found = [block for page in run.pages() for block in run.blocks(page)]

    assert found[0].commands == ["git clone <this repository> mwork && cd mwork", "make run"]
    assert [block.place for block in found if not block.commands] == []


def test_the_readme_names_every_page():
    readme = (run.ROOT / "README.md").read_text()
    names = [page.relative_to(run.ROOT).as_posix() for page in run.pages() if page.parent.name != "adr"]

    assert [name for name in names if f"`{name}`" not in readme] == ["README.md"]


def test_blocks_are_read_with_their_reasons_and_joined_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\n# first\na \\\n  b  # c\n\nd\n```\n```json\n{}\n```\n<!-- not run: why -->\n```sh\ne\n```\n"
    )

    assert [(block.place, block.not_run, block.commands) for block in run.blocks(page)] == [
        ("page.md:1", None, ["a b  # c", "d"]),
        ("page.md:12", "why", ["e"]),
    ]


def test_a_block_that_does_not_say_what_it_is_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("text\n```\nmake\n```\n")

    with pytest.raises(run.Untagged, match=r"^page\.md:2: "):
        list(run.blocks(page))
