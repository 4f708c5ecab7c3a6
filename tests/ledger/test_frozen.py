"""Frozen classes are what `dataclasses` would have made of them."""

from __future__ import annotations

import copy
import dataclasses

import pytest

from ledger.frozen import frozen, maker, replace


@frozen
class Paper:
    """A paper."""

    number: str
    pages: int = 1
    copies: list[int] = dataclasses.field(default_factory=list, compare=False)


@frozen(kw_only=True)
class Marked(Paper):
    """A paper with a mark on it."""

    mark: str

    def __repr__(self) -> str:
        return f"<{self.mark}>"


@frozen
class Counted:
    """A paper whose pages were counted."""

    pages: int

    def __post_init__(self) -> None:
        if self.pages < 1:
            raise ValueError("no page")


@dataclasses.dataclass(frozen=True, slots=True)
class Stock:
    """The same as `Paper`, by `dataclasses` alone."""

    number: str
    pages: int = 1
    copies: list[int] = dataclasses.field(default_factory=list, compare=False)


@pytest.mark.parametrize("cls", [Paper, Stock])
def test_values_are_equal_where_their_fields_are(cls):
    """Equality, hash and text are of the fields, of those that count for it."""
    one, same, other = cls("7", 2), cls("7", pages=2, copies=[3]), cls("8")

    assert (one == same, one == other, one == "7") == (True, False, False)
    assert hash(one) == hash(same)
    assert repr(other) == f"{cls.__name__}(number='8', pages=1, copies=[])"


@pytest.mark.parametrize("cls", [Paper, Stock])
def test_what_is_missing_or_too_much_is_refused(cls):
    """A field left out, or one that is none, is a mistake."""
    with pytest.raises(TypeError, match="number"):
        cls()
    with pytest.raises(TypeError, match="size"):
        cls("7", size=3)


def test_a_value_never_changes():
    """No field can be set, taken away or added."""
    paper = Paper("7")

    for change in (
        lambda: setattr(paper, "pages", 9),
        lambda: setattr(paper, "size", 9),
        lambda: delattr(paper, "pages"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot"):
            change()
    assert paper.pages == 1


def test_dataclasses_take_it_as_their_own():
    """`fields`, `replace`, `asdict` and slots are as of any dataclass."""
    paper = dataclasses.replace(Paper("7"), pages=4)

    assert dataclasses.asdict(paper) == {"number": "7", "pages": 4, "copies": []}
    assert [each.name for each in dataclasses.fields(Paper)] == ["number", "pages", "copies"]
    assert not hasattr(paper, "__dict__")


def test_one_derived_from_another_has_the_fields_of_both():
    """Whether or not the first has made a value before; what its body defines is its own."""
    Paper("7")
    marked = Marked("7", mark="急件")

    assert (marked.number, marked.pages, repr(marked)) == ("7", 1, "<急件>")
    assert marked == Marked("7", mark="急件")
    assert marked != Paper("7")
    with pytest.raises(TypeError, match="positional"):
        Marked("7", 1, [], "急件")


def test_one_derived_without_being_frozen_stays_what_it_is():
    """Whether or not the first has made a value before."""
    Paper("7")

    class Named(Paper):
        """A paper by another name."""

    assert type(Named("7", 2)) is Named
    assert (Named("7").copies, Named("7", pages=2).pages) == ([], 2)


def test_each_value_has_a_list_of_its_own():
    """What a field is where it is not told is made anew for each value, where it is made at all."""
    one, other = Paper("7"), Paper("7")

    one.copies.append(1)

    assert other.copies == []


def test_what_is_to_follow_follows():
    """A class that judges its values judges each of them."""
    assert Counted(2).pages == 2
    with pytest.raises(ValueError, match="no page"):
        Counted(0)


def test_a_value_travels_to_another_process():
    """Taken apart and put together again, it is equal and as unchangeable as before."""
    paper = copy.copy(Paper("7", 3))

    assert paper == Paper("7", 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        paper.pages = 1


@pytest.mark.parametrize(
    "paper", [Paper("7", 3), Marked("7", mark="急件"), Stock("7"), Counted(2)]
)
def test_a_copy_differs_in_what_was_changed(paper):
    """Whoever changes a field has what `dataclasses` would have made, as unchangeable as before."""
    copied = replace(paper, pages=9)

    assert (copied, type(copied)) == (dataclasses.replace(paper, pages=9), type(paper))
    assert replace(copied, pages=paper.pages) == paper
    with pytest.raises(dataclasses.FrozenInstanceError):
        copied.pages = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        del copied.pages
    with pytest.raises(TypeError, match="size"):
        replace(paper, size=3)


def test_a_copy_is_judged_as_a_new_one_is():
    """A class that judges its values judges those of a copy."""
    with pytest.raises(ValueError, match="no page"):
        replace(Counted(2), pages=0)


def test_one_is_made_of_its_values_in_order():
    """All of them, none more, none left out."""
    make = maker(Marked)

    assert make(["7", 2, [], "急件"]) == Marked("7", pages=2, mark="急件")
    assert type(make(["7", 2, [], "急件"])) is Marked
    with pytest.raises(TypeError, match="mark"):
        make(["7", 2, []])
