"""Who is one speaker across articles, and whom a typed name means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.name_matching import NameUse, Person, is_name, meant, name_key, people, tidy
from retrieval.text.names import named_holder, surname


def known(*names: str, **short_forms: str) -> list[Person]:
    """People of names, each quoted once less than the one before; `short_forms` by name, blanks written as _."""
    called = {name.replace("_", " "): frozenset(given.split(",")) for name, given in short_forms.items()}
    uses = [NameUse(name, len(names) - at, called.get(name, frozenset())) for at, name in enumerate(names)]
    return people(uses)


def names(found: list[Person]) -> list[str]:
    return [person.name for person in found]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Ann Lee", "ann lee"),
        ("Mayor Ann Lee", "ann lee"),
        ("US Secretary of State Ann Lee", "ann lee"),
        ("LEE’s", "lee"),
        ("the Kremlin", "kremlin"),
        ("Ann Lee Jr.", "ann lee jr"),
        ("J. K. Lind", "jk lind"),
        ("J.K. Lind", "jk lind"),
        ("Maeve O’Dell", "maeve o'dell"),
        ("the president", "president"),
        ("a spokesman for Lind", "spokesman for lind"),
        ("US", "us"),
        ("he", ""),
        ("They", ""),
        ("who", ""),
        ("“…”", ""),
        ("", ""),
    ],
)
def test_writings_of_one_name_share_a_key_and_a_pronoun_has_none(written: str, key: str) -> None:
    assert name_key(written) == key


@pytest.mark.parametrize("mention", ["Ann Lee", "Mayor Lee", "the Kremlin", "Ursula van der Berg", "U.S.", "Mr. Lee"])
def test_a_name_is_known_from_its_capitals(mention: str) -> None:
    assert is_name(mention)


def test_a_mention_is_tidied_and_keeps_its_letters() -> None:
    assert [tidy(mention) for mention in ("– Maeve  O’Dell’s,", "“Lee”", "the Kremlin")] == [
        *("Maeve O’Dell", "Lee", "the Kremlin"),
    ]


@pytest.mark.parametrize("mention", ["he", "They", "a voter", "the company", "Putin’s spokesman", "President", ""])
def test_a_pronoun_a_role_and_a_description_are_no_names(mention: str) -> None:
    assert not is_name(mention)


@pytest.mark.parametrize(("key", "last"), [("ann lee", "lee"), ("ann lee jr", "lee"), ("jr", "jr"), ("lee", "lee")])
def test_a_suffix_is_no_surname(key: str, last: str) -> None:
    assert surname(key.split()) == last


def test_a_shorter_form_is_the_one_speaker_whose_name_it_shortens() -> None:
    [person] = known("Lind", "Ada Lind", "ADA LIND", "Ada B. Lind", "A. Lind")
    assert person.name == "Ada Lind"
    assert person.quotes == 15


def test_people_who_share_a_surname_are_kept_apart_and_so_is_who_could_be_either() -> None:
    assert names(known("Ann Lee", "Bo Lee", "Lee")) == ["Ann Lee", "Bo Lee", "Lee"]
    assert names(known("George Lind", "George H.W. Lind", "George W. Lind")) == [
        "George Lind",
        "George H.W. Lind",
        "George W. Lind",
    ]


def test_a_spelling_one_letter_off_that_is_far_rarer_is_a_slip_and_else_somebody_else() -> None:
    usual = NameUse("Antony Lind", 30)
    assert names(people([usual, NameUse("Anthony Lind", 3), NameUse("Lind", 1)])) == ["Antony Lind"]
    assert names(people([usual, NameUse("Anthony Lind", 4)])) == ["Antony Lind", "Anthony Lind"]
    assert names(people([NameUse("Maria Lind", 30), NameUse("Mario Lind", 1)])) == ["Maria Lind", "Mario Lind"]
    assert names(people([NameUse("Ann Lind", 30), NameUse("Anne Lind", 1)])) == ["Ann Lind", "Anne Lind"]


def test_father_and_son_are_two() -> None:
    assert names(known("Ann Lee", "Ann Lee Jr.")) == ["Ann Lee", "Ann Lee Jr."]


def test_a_place_or_body_is_nobodys_surname() -> None:
    assert names(known("London", "Jack London")) == ["London", "Jack London"]
    assert names(known("officials", "US officials")) == ["officials", "US officials"]


def test_a_family_name_that_stands_first_is_known_from_the_articles_that_use_it() -> None:
    assert names(known("Wu Haoran", "Wu")) == ["Wu Haoran", "Wu"]
    assert names(known("Wu Haoran", "Wu", Wu_Haoran="wu")) == ["Wu Haoran"]
    assert names(known("Hannah Berg", "Hannah", Hannah_Berg="hannah")) == ["Hannah Berg", "Hannah"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Ada Lind", ["Ada Lind"]),
        ("ada lind", ["Ada Lind"]),
        ("lind", ["Ada Lind"]),
        ("Secretary Lind’s", ["Ada Lind"]),
        ("secretary of state lind", ["Ada Lind"]),
        ("A. Lind", ["Ada Lind"]),
        ("Ada Maria Lind", ["Ada Lind"]),
        ("Kremlin", ["Kremlin"]),
        ("the kremlin", ["Kremlin"]),
        ("wu", ["Wu Haoran"]),
        ("Haoran", ["Wu Haoran"]),
        ("Addler", ["Tom Adler"]),
        ("lee", ["Ann Lee", "Bo Lee"]),
        ("bo lee", ["Bo Lee"]),
        ("police", ["police"]),
        ("Zed", []),
        ("he", []),
        ("", []),
    ],
)
def test_people_are_asked_for_as_one_types(asked: str, found: list[str]) -> None:
    everybody = (
        "Ada Lind",
        "the Kremlin",
        "Wu Haoran",
        "Tom Adler",
        "Ann Lee",
        "Bo Lee",
        "police",
        "state police",
        "Lee",
    )
    given = [NameUse(n, 20 - at, frozenset({"wu"} if "Wu" in n else ())) for at, n in enumerate(everybody)]
    assert [name.removeprefix("the ") for name in names(meant(asked, people(given)))] == found


def test_a_name_that_is_anothers_surname_too_is_found_when_it_is_a_body() -> None:
    assert names(meant("London", known("London", "Jack London", "Ann London"))) == ["London"]


_WORDS = st.sampled_from(["Ann", "Bo", "A.", "Lee", "Wu", "Jr.", "the", "Mayor", "Oslo", "he", "police", "O’Dell"])
_NAMES = st.lists(_WORDS, min_size=1, max_size=4).map(" ".join)


@given(st.lists(st.one_of(_NAMES, st.text(max_size=12)), max_size=12))
def test_every_name_means_exactly_one_speaker(written: list[str]) -> None:
    found = people([NameUse(name, 1, frozenset({name_key(name)} - {""})) for name in dict.fromkeys(written)])
    keys = [key for person in found for key in person.keys]
    assert sorted(keys) == sorted({name_key(name) for name in written} - {""})
    assert sum(person.quotes for person in found) == sum(bool(name_key(name)) for name in dict.fromkeys(written))


@given(st.lists(_NAMES, min_size=1, max_size=8), st.one_of(_NAMES, st.text(max_size=12)))
def test_whoever_is_meant_is_known_and_a_full_name_means_its_speaker(written: list[str], asked: str) -> None:
    everybody = people([NameUse(name, 1) for name in dict.fromkeys(written)])
    assert all(person in everybody for person in meant(asked, everybody))
    for person in everybody:
        if " " in name_key(person.name):
            assert meant(person.name, everybody) == [person]


def test_an_accent_makes_no_other_name() -> None:
    assert name_key("Zoltán Köves") == name_key("Zoltan Koves") == "zoltan koves"
    assert names(meant("Koves", known("Zoltán Köves", "Ann Lee"))) == ["Zoltán Köves"]
    assert len(known("Zoltán Köves", "Zoltan Koves")) == 1


def test_letters_exchanged_in_a_first_name_are_a_slip_of_the_more_usual_name() -> None:
    assert names(known("Keil Marsh", "Kiel Marsh", "Ann Lee")) == ["Keil Marsh", "Ann Lee"]
    assert len(known("Amy Marsh", "May Marsh", "Dora Marsh", "Nora Marsh")) == 4


@pytest.mark.parametrize(
    ("question", "holder"),
    [
        ("What's the mayor's name?", "Hugo Palm"),
        ("who is the mayor", "Hugo Palm"),
        ("Who is the mayor of Selby?", None),
        ("Who is the head?", "Sven Aark"),
        ("Who is the baker?", None),
        ("Who was hurt?", None),
    ],
)
def test_who_is_named_behind_a_role_holds_it(question: str, holder: str | None) -> None:
    sentence = "Mayor Hugo Palm said so after meeting its head, Sven Aark."
    span = named_holder(question, sentence)
    assert (sentence[span.start : span.end] if span else None) == holder
