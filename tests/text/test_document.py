"""A document: its sentences hold its quotations, and no run of repeats hides what stands behind it."""

from __future__ import annotations

import pytest

from retrieval.text.document import Document, document, is_run, sentences


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    "run", ["na na hey, " * 900, "* " * 2_000, "=" * 5_000, "0 0 0 0\t" * 700, "|:---:" * 800, "hear, hear; " * 800]
)
def test_what_stands_around_a_run_of_repeats_is_found(run: str) -> None:
    found = split(f"The choir of Vell began with {run}and then the lights went out at 9 p.m.\nIt was late.")
    assert found[0].startswith("The choir of Vell began with")
    assert len(found[0]) < 100
    assert found[-2:] == ["and then the lights went out at 9 p.m.", "It was late."]
    assert [is_run(each) for each in found] == [False, True, False, False]


def test_a_dotted_leader_or_a_chorus_of_ordinary_length_belongs_to_its_line() -> None:
    assert split("Harbour dues . . . . . . . . . . . . . 12") == ["Harbour dues . . . . . . . . . . . . . 12"]
    assert not is_run("No, no, no, no, no, no, no, no, no, no!")


def test_a_text_without_any_sentence_end_is_cut_at_a_blank() -> None:
    text = " ".join(f"word{n}" for n in range(20_000))
    found = sentences(text)
    assert max(span.end - span.start for span in found) <= 10_000
    assert " ".join(split(text)) == text


def test_the_sentence_of_a_quotation_is_the_sentence_that_is_cited() -> None:
    text = "“We lost. We lost again,” said Vera Holm at 9 p.m. Friday. “Why?” asked Gov. Lee. He left."
    found = Document(text)
    assert found.sentences == found.excerpts == sentences(text)
    for quotation in found.quotations:
        assert sum(span.start <= quotation.start and quotation.end <= span.end for span in found.sentences) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The dyke sinks approx. 2.5 cm. per year. | It is old.",
        "See vol. 3 and fig. 12. | No. 7 is lost.",
        "The fair opened late (as it did before. And it rained). | Nobody minded.",
        "She lived in the U.S. | They never met. | It left the U.S. | No ship stayed.",
        "LOWMOOR, N.M. — A mural by Ann Lee is gone. | Orva Inc. | The firm paints.",
        "Orva Inc. President Ann Lee left Hickory Blvd. #20 for Mt. Skarv. | Drs. Lee and Roe stay west of Rt. 65.",
        "It holds. | … And it is old. | So the dyke stays … and is paid for.",
        "Mail ORVA.Marketing@vell.example at once. | Nobody does.",
        "He took a Ph.D. | She did not.",
        "The U.S. Navy and J. B. Holm agreed. | It came on Jan. 5. | She left.",
        "„Der Deich hält.“ | Dann ging Anke Lauer.",
        "It cost $3.5 million. | www.vell.example is up.",
        "He shouted at him! | “Go,” he said. | We went!",
        "The group met in 1978.[2] | The teams were drawn (late.)[3][4] | It rained.",
    ],
)
def test_a_stop_ends_a_sentence_only_where_nothing_goes_on(text: str) -> None:
    assert split(text.replace(" | ", " ")) == text.split(" | ")


def test_a_bullet_may_follow_a_stop_without_a_blank() -> None:
    assert split("Who plays whom?* Orva meets Tarn.* Strand rests.") == [
        "Who plays whom?",
        "* Orva meets Tarn.",
        "* Strand rests.",
    ]


def test_a_wrapped_quotation_is_one_sentence() -> None:
    text = (
        "The ferry will not sail before the ice has gone, she said, adding: “No\n"
        "captain of ours has ever lost a boat, and none will as long as I am in\n"
        "charge of this harbour and of those who work in it.” The mayor of Vell\n"
        "was not asked."
    )
    assert [each[-11:] for each in split(text)] == ["work in it.”"[-11:], " not asked."]


def test_readers_of_one_text_share_its_document() -> None:
    assert document("The ferry ran. It was late.") is document("The ferry ran. " + "It was late.")
