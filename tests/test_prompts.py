"""Prompts are prose files; a call that does not fit one says which prompt and which variable."""

from string import Template

import pytest

import prompts
from prompts import PromptError, load, names
from retrieval.dialogue.small_talk import SmallTalk
from retrieval.types import Answer


@pytest.fixture
def one_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "_prompts", lambda: {"note": Template("Dear $name, $$5 are due.")})


@pytest.mark.usefixtures("one_prompt")
def test_variables_are_inserted_once_and_as_they_are() -> None:
    assert load("note", name="$name {name}") == "Dear $name {name}, $5 are due."


@pytest.mark.usefixtures("one_prompt")
@pytest.mark.parametrize(
    ("name", "variables", "told"),
    [("note", {}, "“name”"), ("note", {"name": "A", "day": "B"}, "“day”"), ("letter", {}, "there are: note")],
)
def test_a_call_that_does_not_fit_names_the_prompt_and_what_is_wrong(
    name: str, variables: dict[str, str], told: str
) -> None:
    with pytest.raises(PromptError) as caught:
        load(name, **variables)
    assert f"“{name}”" in str(caught.value)
    assert told in str(caught.value)


def test_a_stray_dollar_sign_is_an_error_and_not_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "_prompts", lambda: {"note": Template("It costs $ 5.")})
    with pytest.raises(PromptError, match="write “\\$\\$”"):
        load("note")


@pytest.mark.parametrize("name", names())
def test_every_prompt_is_well_formed_and_says_something(name: str) -> None:
    variables = prompts._prompts()[name].get_identifiers()
    assert load(name, **dict.fromkeys(variables, "x")).strip()


def test_small_talk_has_its_prompts() -> None:
    listed = {SmallTalk.ABOUT, SmallTalk.NEWS}
    assert {kind.value for kind in SmallTalk if kind not in listed} | {"empty"} <= set(names())


def test_a_refusal_is_worded_the_same_everywhere() -> None:
    assert Answer("Why?", "Why?").text == load("refusal")
