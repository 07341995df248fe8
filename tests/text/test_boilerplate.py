"""What of a news page is no report, told by what it is; and what looks like it and is a sentence or an item."""

from __future__ import annotations

import pytest

from retrieval.index.passages import passages
from retrieval.quotes.extraction import quotes
from retrieval.reader.candidates import candidates
from retrieval.text.boilerplate import is_boilerplate, is_reported, not_reported
from retrieval.text.document import sentences
from retrieval.types import Article, Hit

PROSE = "The harbour board met on Tuesday and heard for two hours why the new crane had not been delivered."
OTHER = "It will meet again in the autumn, when the shipyard is to tell what it knows of the matter by then."


@pytest.mark.parametrize(
    "line",
    [
        "By Ida Lund",
        "By Staff Writer Ida Lund | Updated 4:05 p.m. ET, May 2, 2031",
        "Text: Ida Lund",
        "(ilu/dpa)",
        "/ritzau/",
        "Kindly share this story:",
        "ANNONS",
        "HPN sailing: https://hpn.example/hub/sailing",
        "Photo editing by Ida Lund.",
        "Accuracy and availability of HPR transcripts may vary.",
        "When we learn of a mistake, we acknowledge it with a correction.",
        "Did you spot an error in our report?",
        "Let us know in the comments below.",
        "(With PTI inputs)",
        "Stay updated with the latest - Click here to follow us on Instagram",
        "Ida Lund reported from Oslo.",
        "HPN’s Bo Aas and Una Sohl contributed to this report.",
        "A version of this article appears in print on March 11, 2031, Section A.",
        "Read 34 Comments",
        "3-Minute Listen",
        "© Harbour Weekly 2031",
        "Thanks for reading!",
        "This post is public so feel free to share it.",
        "Our Standards: The Harbour Trust Principles.",
        "This is a rush transcript.",
        "The following is a lightly edited transcript of the hearing.",
        "It may contain errors.",
        "HPR transcripts are created on a rush deadline by a contractor.",
        "This text may not be in its final form and may be updated in the future.",
        "Reach her at 555-0134.",
        "Updated 4:05 p.m.",
        "Published: 2 May 2031 at 16:05 BST",
        "16.05",
        "11:40 a.m. ET",
        "3h ago",
        "This story has been updated with new figures.",
        "This article was first published in March.",
        "Originally published on Harbour Weekly.",
        "Photo: Ida Lund/Reuters",
        "(Photo by Ida Lund/Getty Images)",
        "Ida Lund/AFP/Getty Images",
        "Sign up here.",
        "Sign up for our morning briefing",
        "Subscribe to Harbour Weekly",
        "Follow every race: Latest Sailing Results",
        "Follow Ida Lund on Twitter @idalund.",
        "Read more: Crane is late again",
        "MORE: Crane is late again",
        "Live updates: Storm nears the coast",
        "Contributing: The Associated Press",
        "ALSO READ | Crane is late again",
        "Also read: Who pays for the crane?",
        "(Reporting by Ida Lund in Oslo; Editing by Bo Aas)",
        "Additional reporting by Ida Lund and Bo Aas.",
        "(With inputs from agencies)",
        "Your browser does not support the video tag.",
        "Get the best of the coast delivered to your inbox.",
        "You can read what we do with your data in our Privacy Policy.",
        "If you buy through our links, we may earn a commission.",
        "All rights reserved.",
        "ADVERTISEMENT",
        "Oslo CNN —",
        "Thank you for reading.",
        "Thanks for signing up!",
        "E-mail this story | Print this story",
        "Image source, Ida Lund",
        "Image caption, The crane at noon",
        "(AFP)",
        "The post Crane is late again appeared first on Harbour Weekly.",
        "SOURCE Strand Shipyard",
        "Press contact: Bo Aas, press@shipyard.example, 555-0134",
        "Ida Lund can be reached at 555-0134",
        "To view this video please enable JavaScript, and consider another browser.",
        "NEW You can now listen to Harbour articles!",
        "For more stories like this, check our news page.",
        "Get in touch with our news team by writing to us.",
        "Become a member of Harbour Weekly today.",
        "[2] https://harbour.example/crane",
    ],
)
def test_what_belongs_to_a_page_is_told_by_what_it_is(line: str) -> None:
    assert is_boilerplate(line)
    text = f"{PROSE}\n\n{line}\n\n{OTHER}"
    assert [text[span.start : span.end] for span in sentences(text) if span.start in not_reported(text)] == [line]


def test_a_caption_is_told_by_the_credit_behind_it() -> None:
    assert is_boilerplate("The crane at noon on Tuesday. Photo by Ida Lund")
    assert not is_boilerplate("The crane fell at noon on Tuesday. Photos by Ida Lund were sold the same day.")


@pytest.mark.parametrize(
    "line",
    [
        PROSE,
        "The bill was updated in March.",
        "“Thanks for reading my letter,” she told the members.",
        "Lund covers a period of ten years. Critics call her book too long.",
        "With its inputs the plan grew longer.",
        "A button that says “click here to pay” led to the wrong page.",
        "Shooting was reported from the harbour.",
        "Bo Aas contributed 300 crowns to the campaign.",
        "A version of this article of the law was rejected in May.",
        "The transcript was read to the court on Monday.",
        "Reach him at the harbour before the ferry leaves.",
        "Reporting by the harbour office was late again.",
        "With inputs from both towns the plan grew longer.",
        "The novel, originally published in 1925, is sold again.",
        "Lund subscribes to another view.",
        "The newsletter of the bank reached a million readers.",
        "The company changed its privacy policy in May.",
        "“Read our privacy policy,” she told the members.",
        "The photo by Lund won the prize.",
        "Best film: The Long Crane",
        "WINNER: Ida Lund, Strand",
        "Ida Lund: We shall wait for the crane.",
        "1. Strand",
        "Strand",
        "Ida Lund",
        "May 2, 2031",
        "Follow the money, the prosecutor said.",
        "Registration opens at 9 a.m. at the gate.",
        "To view this crane, people came from far away.",
        "The source of the leak was a valve.",
        "The crane can be reached by boat from Strand.",
        "Help us, they cried, until the ferry came.",
    ],
)
def test_what_answers_stays(line: str) -> None:
    text = f"{PROSE}\n\n{line}\n\n{OTHER}"
    assert not is_boilerplate(line)
    assert not not_reported(text)


@pytest.mark.parametrize(
    "line",
    ["What to expect from the crane", "Storms and fishing", "SAILING: Federation to broadcast all races in autumn"],
)
def test_a_heading_or_a_labelled_link_between_paragraphs_is_no_sentence(line: str) -> None:
    text = f"{PROSE}\n\n{line}\n\n{OTHER}"
    assert not_reported(text) == {text.index(line)}
    assert [is_reported(text, at) for at in (0, text.index(line), text.index(OTHER), len(text))] == [
        True,
        False,
        True,
        True,
    ]
    assert not not_reported(f"{line}\n{line}\n{line}"), "a list is none"


@pytest.mark.parametrize(
    "line", ["Crane sinks off Strand harbour", "Four workers rescued from crane", "Wash the crane"]
)
def test_a_heading_that_may_tell_something_stays(line: str) -> None:
    assert not not_reported(f"{PROSE}\n\n{line}\n\n{OTHER}")


def test_it_is_no_candidate_no_passage_and_no_speaker() -> None:
    link = "SAILING: Ida Lund says “it is over” for the old crane"
    text = f"Updated 4:05 p.m.\n\n{PROSE}\n\n{link}\n\n{OTHER}\n\nSign up here."
    article = Article("a", "Crane", text)
    (passage,) = passages(article, lambda texts: [len(text) for text in texts], 1_000)
    assert (passage.text.startswith(PROSE), passage.text.endswith(OTHER)) == (True, True)
    pool = candidates([Hit("public", article, 0, len(text), 1.0)])
    assert [candidate.text for candidate in pool] == [PROSE, OTHER, article.title]
    assert not quotes(article)
