"""Transcripts and interviews: each turn is a quotation of whom its label means."""

from __future__ import annotations

import pytest

from retrieval.quotes.extraction import quotes
from retrieval.text.transcripts import turns
from retrieval.types import Article


def heard(text: str, title: str = "Title", byline: str | None = None) -> list[tuple[str, str]]:
    """Name and words of what is quoted in an article's text, paragraphs parted by a slash."""
    article = Article(id="a", title=title, text=text, byline=byline)
    found = [quote for quote in quotes(article) if quote.field == "text"]
    assert all(quote.kind == "direct" for quote in found)
    return [(q.name, " / ".join(text[part.start : part.end] for part in q.content)) for q in found]


def test_a_surname_in_a_label_is_the_full_name_of_an_earlier_one() -> None:
    text = (
        "CAPT. NORA VOLD, HARBOUR PILOT: The tug was late.\n\nEGIL STRAND, COUNCILMAN: By how much?\n\n"
        "VOLD: Nine minutes. We waited.\n\n(CROSSTALK)\n\nSTRAND: I see."
    )
    assert heard(text) == [
        ("Nora Vold", "The tug was late."),
        ("Egil Strand", "By how much?"),
        ("Nora Vold", "Nine minutes. We waited."),
        ("Egil Strand", "I see."),
    ]
    first = quotes(Article(id="a", title="T", text=text))[0]
    assert (text[first.speaker.start : first.speaker.end], first.description) == ("CAPT. NORA VOLD", "Harbour Pilot")


def test_mr_in_a_label_is_whoever_of_that_surname_the_text_names() -> None:
    text = (
        "MR. DAHL: I signed it, Senator.\n\nSEN. PIA MOE (D-OH): Who read it?\n\nMR. DAHL: Nobody.\n\n"
        "Henrik Dahl has led the bank since May."
    )
    assert heard(text) == [
        ("Henrik Dahl", "I signed it, Senator."),
        ("Pia Moe", "Who read it?"),
        ("Henrik Dahl", "Nobody."),
    ]


def test_a_report_behind_the_last_turn_is_no_part_of_it() -> None:
    text = (
        "PIA HOLT: Who set the course?\n\nJON RASK: The mate did. I did not check it.\n\n"
        "PIA HOLT: Thank you.\n\nJON RASK: I am sorry.\n\n"
        "Outside, the owner of the boat, Lars Bekker, told reporters: “We shall repair her.”"
    )
    assert heard(text)[-2:] == [("Jon Rask", "I am sorry."), ("Lars Bekker", "“We shall repair her.”")]


def test_q_is_the_author_and_a_whom_the_title_names() -> None:
    text = "She bakes in Tarn.\n\nQ: When do you rise?\n\nA: At three.\n\nLB: And on Sundays?\n\nVR: I sleep."
    assert heard(text, "A morning with baker Vera Roos", "Lars Bo") == [
        ("Lars Bo", "When do you rise?"),
        ("Vera Roos", "At three."),
        ("Lars Bo", "And on Sundays?"),
        ("Vera Roos", "I sleep."),
    ]


def test_a_is_whom_the_introduction_names_and_q_nobody_known() -> None:
    text = "Tom Aker mends clocks.\n\nQ. Which is your oldest?\nA. One of 1740. I found it in a barn."
    assert heard(text, "Time") == [
        ("interviewer", "Which is your oldest?"),
        ("Tom Aker", "One of 1740. I found it in a barn."),
    ]


def test_a_witness_who_tells_a_name_is_called_so() -> None:
    text = "Q. Please state your name.\n\nA. Walter Dunn.\n\nQ. When did you see it?\n\nA. In June."
    assert [name for name, _ in heard(text)] == ["interviewer", "Walter Dunn", "interviewer", "Walter Dunn"]


@pytest.mark.parametrize(
    "label", ["**{}:**", "**{}**:", "[00:01:12] {}:", "{} (00:14):", "> {}:", "- {}:"], ids=lambda label: label
)
def test_a_label_may_be_bold_timed_or_in_a_list(label: str) -> None:
    said = [("Ida Brandt", "How bad was it?"), ("Ola Prinz", "Bad. We lost a crane."), ("Ida Brandt", "Who pays?")]
    assert heard("\n\n".join(f"{label.format(name)} {words}" for name, words in said)) == said


def test_a_turn_goes_on_in_paragraphs_without_a_label() -> None:
    text = (
        "IVAR HALL, HOST:\n\nLawmakers passed a budget. Good morning, Amy.\n\nAMY QUIST, BYLINE: Good morning.\n\n"
        "There is nothing for schools.\n\n(SOUNDBITE OF MUSIC)\n\nHALL: Thank you.\n\nThe show is made in Tarn."
    )
    assert heard(text) == [
        ("Ivar Hall", "Lawmakers passed a budget. Good morning, Amy."),
        ("Amy Quist", "Good morning. / There is nothing for schools."),
        ("Ivar Hall", "Thank you."),
    ]


def test_a_part_is_its_holder_where_the_text_names_one() -> None:
    text = (
        "THE PRIME MINISTER: We close the border.\n\nREPORTER: For how long?\n\nTHE PRIME MINISTER: I cannot say.\n\n"
        "Prime Minister Edda Holt spoke in Strand."
    )
    assert [name for name, _ in heard(text)] == ["Edda Holt", "reporter", "Edda Holt"]


def test_an_outlet_that_asks_is_a_voice() -> None:
    pairs = [("Can I swim?", "You can."), ("And sail?", "Yes, with us."), ("When?", "In May, I hope.")]
    text = "\n\n".join(f"BTN: {question}\n\nMoe: {answer}" for question, answer in pairs)
    names = {name for name, _ in heard(f"Dr. Pia Moe answers.\n\n{text}")}
    assert names == {"BTN", "Pia Moe"}


def test_what_a_speaker_quotes_is_found_within_the_turn() -> None:
    text = "ANN LEE: My father told us, “Never sell.” We did not.\n\nBO WU: And you?\n\nANN LEE: I said, “Never.”"
    assert [name for name, _ in heard(text)] == ["Ann Lee", "My father", "Bo Wu", "Ann Lee", "Ann Lee"]


@pytest.mark.parametrize(
    "text",
    [
        "Address: 12 Quay Street\nHours: You can come from 9 to 5.\nAddress: 4 Mill Road\nHours: You can come at noon.",
        "Date: 5 May\nLocation: Tarn\nDate: 6 May\nLocation: Strand",
        "In one tweet: I will win.\n\nThe good news: We are late.\n\nIn one tweet: You lost.\n\nThe good news: I left.",
        "Germany: Ann Lee, Bo Wu\n\nNorway: Eva Lind, Tor Moe\n\nGermany: Ida Vik",
        "Ann Lee: Rates will rise in May.",
    ],
    ids=["a guide", "a table", "headings", "squads", "one line"],
)
def test_other_lines_with_labels_are_no_conversation(text: str) -> None:
    assert turns(text) == ()


def test_who_is_asked_for_a_name_answers_and_no_party_of_the_title() -> None:
    text = (
        "Q. Please state your name.\nA. Tamsin Ruel.\n\nQ. Did you see him?\nA. I did. He carried a can.\n\n"
        "Q. It was dark, was it not?\nA. It was, but I saw him."
    )
    told = heard(text, "State v. Ennis Groot")
    assert {name for name, _ in told[1::2]} == {"Tamsin Ruel"}


def test_a_bold_paragraph_is_without_its_marks() -> None:
    text = (
        "**Ada Venn: Why do you close?**\n\n**Ludo Marchetti:** My knees. I am old.\n\n"
        "**Venn: Will you cook?**\n\n**Marchetti:** I never do."
    )
    assert heard(text)[0] == ("Ada Venn", "Why do you close?")


def test_no_given_name_behind_a_title_is_a_particle() -> None:
    text = "MAYOR IDA TRASK: We cut the fares.\n\nCOUNCILMEMBER BEN OLU: You did, I know.\n\nTRASK: We will."
    assert heard(text)[1] == ("Ben Olu", "You did, I know.")


def test_what_stands_in_brackets_behind_a_label_is_a_role_where_it_names_an_office() -> None:
    text = (
        "Ms. Ada Frost (Minister of Fisheries): I thank you all.\n\nMr. Otto Brand (Tarn West): Why now?\n\n"
        "Ms. Frost: We had no choice."
    )
    found = quotes(Article(id="a", title="T", text=text))
    assert [(quote.name, quote.description) for quote in found] == [
        ("Ada Frost", "Minister of Fisheries"),
        ("Otto Brand", None),
        ("Ada Frost", "Minister of Fisheries"),
    ]


BAKER = (
    "Vera Roos bakes for all of Tarn. We met her at night.\n\n**When do you rise?**\n\nAt three. I like the dark.\n\n"
    "**What do you bake first?**\n\nRye. It takes me four hours.\n\nThen I make the rolls.\n\n"
    "**Do you ever sleep in?**\n\nOn Mondays, if my cat lets me."
)


def test_answers_to_questions_that_stand_between_them_are_of_whom_the_introduction_names() -> None:
    assert heard(BAKER, "Flour at night") == [
        ("Vera Roos", "At three. I like the dark."),
        ("Vera Roos", "Rye. It takes me four hours. / Then I make the rolls."),
        ("Vera Roos", "On Mondays, if my cat lets me."),
    ]


def test_headings_that_ask_are_no_interview() -> None:
    text = "Lee Ward explains.\n\n" + "\n\n".join(
        f"**How do you {verb} a boat?**\n\nThe harbour office has a form for that." for verb in ("rent", "sell", "moor")
    )
    assert heard(text) == []
