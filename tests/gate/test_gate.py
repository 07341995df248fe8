"""The gate: what passes with its support, what falls and why, over four short articles of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.gate import Draft, Dropped, Gate, Kept
from retrieval.gate.claims import Claim, evidence
from retrieval.gate.support import failed, features
from retrieval.index.passages import passages
from retrieval.text.document import sentences
from retrieval.types import Article, Hit, Span

ROWS = (Path(__file__).parents[1] / "data" / "support" / "articles.jsonl").read_text("utf-8").splitlines()
ARTICLES = [Article(row["id"], row["title"], row["text"], published=row["published"]) for row in map(json.loads, ROWS)]
WHOLE = [Hit("news", article, 0, len(article.text), 1.0) for article in ARTICLES]
FERRY, BRIDGE, VOTE, MUSEUM = 1, 2, 3, 4
PARTS = [
    Hit("news", article, part.start, part.end, 1.0)
    for article in ARTICLES
    for part in passages(article, lambda texts: [len(text.split()) for text in texts], 60)
]
VERBATIM = [
    (n, hit.article.text[span.start : span.end])
    for n, hit in enumerate(PARTS, 1)
    for span in sentences(hit.article.text, Span(hit.start, hit.end))
]


@pytest.fixture(scope="module")
def gate() -> Gate:
    """The gate as it is shipped."""
    return Gate()


TRUE = [
    (FERRY, "Nordline raised its fares by 12% on Monday."),
    (FERRY, "On 13 March 2023, Nordline raised its fares by twelve percent."),
    (FERRY, "According to Ada Brekke, the increase would pay for two new ships."),
    (FERRY, "The increase would pay for 2 new ships, chief executive Ada Brekke said."),
    (FERRY, "“We have no other choice if we want to keep sailing,” Brekke told reporters."),
    (FERRY, "Mayor Tom Reyes criticised the move, saying 4,500 commuters depend on the line."),
    (FERRY, "Reyes did not rule out a lawsuit."),
    (BRIDGE, "Caldor hasn’t commented on the accident."),
    (BRIDGE, "Harbour master Lena Strand said the signal lights did not work that night."),
    (VOTE, "Voters in Tamsin rejected the plan for a new airport by 58 percent to 42."),
    (VOTE, "Ben Halloran said that 900 hectares of land would be lost."),
    (VOTE, "Governor Quinn met Halloran on Monday."),
    (MUSEUM, "Rosa Lindt will receive a reward of 50,000 euros."),
]
FALSE = [
    (FERRY, "Nordline raised its fares by 13 percent on Monday.", "13 percent is not said"),
    (FERRY, "Nordline raised its fares by 12 dollars on Monday.", "12 dollars is not said"),
    (FERRY, "Nordline raised its fares by 12 percent on Tuesday.", "Tuesday is not said"),
    (FERRY, "Nordline raised its fares by 12 percent on 14 March 2023.", "14 March 2023 is not said"),
    (FERRY, "Nordline lowered its fares by 12 percent on Monday.", "the passage says the opposite of “lowered”"),
    (FERRY, "Nordline did not raise its fares by 12 percent on Monday.", "it denies what the passage says"),
    (FERRY, "Reyes ruled out a lawsuit.", "the passage denies it"),
    (FERRY, "According to Tom Reyes, the increase would pay for two new ships.", None),
    (FERRY, "“We have no other choice if we want to keep sailing,” Reyes said.", None),
    (FERRY, "“We have every choice if we want to keep sailing,” Brekke said.", "the passage has no such words"),
    (FERRY, "Nordline’s profits rose to $2.4 million in 2022.", None),
    (FERRY, "Angela Merkel criticised the move.", None),
    (FERRY, "Merkel resigned.", None),
    (BRIDGE, "The barge belonged to the shipping firm Nordline.", None),
    (BRIDGE, "Weber praised Strand for calling the rescue service.", "Weber and Strand are exchanged"),
    (BRIDGE, "Mira Santos found cracks in seven of the two pillars.", None),
    (BRIDGE, "“Cracks in two of the seven pillars,” said Paul Weber.", None),
    (VOTE, "Victor Amadi said that 900 hectares of land would be lost.", None),
    (VOTE, "Voters in Tamsin accepted the plan for an airport.", "the passage says the opposite of “accepted”"),
    (VOTE, "Amadi attended the meeting.", "the passage denies it"),
    (MUSEUM, "Karl Lindt will receive a reward of 50,000 euros.", None),
    (MUSEUM, "The painting is worth about 9 million euros.", "9 million euros is not said"),
    (MUSEUM, "The weather in Oster was mild, and cafés were full until midnight.", None),
]  # fmt: skip


@pytest.mark.parametrize(("cited", "text"), TRUE)
def test_a_true_sentence_is_kept_with_whole_sentences_of_its_article(gate: Gate, cited: int, text: str) -> None:
    found = gate.check(Draft(text, (cited,)), WHOLE)
    assert isinstance(found, Kept), found
    assert not found.recited
    for excerpt in found.excerpts:
        assert excerpt.article == ARTICLES[cited - 1]
        assert {excerpt.start, excerpt.end} <= _bounds(excerpt.article)


@pytest.mark.parametrize(("cited", "text", "reason"), FALSE)
def test_a_false_sentence_is_dropped_with_its_reason(gate: Gate, cited: int, text: str, reason: str | None) -> None:
    found = gate.check(Draft(text, (cited,)), WHOLE)
    assert isinstance(found, Dropped), found
    assert found.reason
    if reason:
        assert found.reason.removesuffix(" there") == reason


def on(text: str) -> list[Hit]:
    return [Hit("news", Article("a", "Title", text, published="2024-05-06"), 0, len(text), 1.0)]


@pytest.mark.parametrize("written", ["The answer is 9.", "The answer is: 9.", "9.", "Answer: 9."])
def test_a_bare_answer_is_judged_with_its_question(gate: Gate, written: str) -> None:
    passages = on("Fog closed the pass. At least 9 people were hurt in the pile-up on the pass near Orla.")
    game = on("The Orla Wolves scored 9 goals in their first game.")
    question = "How many people were hurt in the pile-up?"
    assert isinstance(gate.check(Draft(written, (1,)), passages, question), Kept)
    assert isinstance(gate.check(Draft(written, (1,)), game, question), Dropped)
    assert isinstance(gate.check(Draft(written, (1,)), passages), Dropped)


@pytest.mark.parametrize("written", ["They did so.", "The answer is:", "It was so, and it is.", "Yes, they have."])
def test_what_says_nothing_by_itself_falls(gate: Gate, written: str) -> None:
    found = gate.check(Draft(written, (1,)), on("They did so on Monday, and it was so."), "Did they do so?")
    assert isinstance(found, Dropped)


CHANGED = [
    ("Moreno called for an inquiry into the blaze.", "Moreno was called for an inquiry into the blaze."),
    ("The council has sued Harrow Mills over the spill.", "The council was sued by Harrow Mills over the spill."),
    ("She was praised by divers for her calm.", "She praised divers for her calm."),
    ("The minister called for calm in Ostby.", "The minister was called for calm in Ostby."),
    ("Ostby is one of the oldest ports on the coast.", "Ostby is the oldest port on the coast."),
    ("Some of the nurses at Ostby walked out at noon.", "The nurses at Ostby walked out at noon."),
    ("The mayor of Ostby may step down in June.", "The mayor of Ostby will step down in June."),
    ("The driver allegedly stole the van in Ostby.", "The driver stole the van in Ostby."),
    ("The driver denied stealing the van in Ostby.", "The driver stole the van in Ostby."),
    ("The firm is expected to close its mill in Ostby.", "The firm closed its mill in Ostby."),
    ("Many gulls fly at night, the study found.", "All gulls fly at night, the study found."),
    ("Not everybody in Ostby likes the bridge.", "Nobody in Ostby likes the bridge."),
    ("The bill would have banned nets in Ostby.", "The bill banned nets in Ostby."),
    ("The mill in Ostby is among the largest in the country.", "The mill in Ostby is the largest in the country."),
    ("The harbour follows the airport in the list.", "The airport follows the harbour in the list."),
    ("“The storm was brief and weak,” Lena Strand said.", "The mayor called the storm brief and weak."),
    (
        "Boats with two hulls are not eligible for the grant unless they dock in Ostby.",
        "Boats with two hulls are eligible.",
    ),
    ("Harrow Mills is still looking for the leak in Ostby.", "“We are still looking for the leak,” Harrow Mills said."),
    (
        "Harrow Mills is still looking for the leak in Ostby.",
        "“Harrow Mills is still looking for the leak in Ostby,” Harrow Mills said.",
    ),
    ("Not all of the money has been found in Ostby.", "All of the money has been found in Ostby."),
    (
        "Mayor Ivar Kolle said that she had been brave. “Anybody in Ostby would have done so,” Prent told reporters.",
        "Anybody in Ostby would have done so, the mayor said.",
    ),
    (
        "The Gulls of Ostby lost to the Rovers in the last match of a long season. They hope to win more next year.",
        "The Gulls of Ostby won to the Rovers in the last match of a long season.",
    ),
    ("The council eased the rules on nets in Ostby.", "The council tightened the rules on nets in Ostby."),
    (
        "The mill in Ostby is accused of breaking rules on noise, dust, smoke and waste.",
        "The mill in Ostby broke rules on noise, dust, smoke and waste.",
    ),
    (
        "The union called the offer “an insult to nurses”, and the ministry of health rejected that.",
        "The ministry of health called the offer “an insult to nurses”.",
    ),
    ("One of the oldest clubs, Ostby, may leave it, the coach said.", "Ostby will leave it."),
    ("33% of voters in Ostby stayed at home.", "A quarter of voters in Ostby stayed at home."),
    ("Half of voters in Ostby stayed at home.", "A third of voters in Ostby stayed at home."),
    ("The flood in Ostby killed 12 people.", "Thirteen people were killed by the flood in Ostby."),
    ("The Norvian Court of Audit is suing Lund over fees.", "The NCB is suing Lund over fees."),
    ("Lee beat Kim in the final in Ostby.", "Kim beat Lee in the final in Ostby."),
]
UNCHANGED = [
    ("Moreno called for an inquiry into the blaze.", "An inquiry into the blaze, called for by Moreno."),
    ("A man arrested on Sunday in Ostby was released.", "A man was arrested on Sunday in Ostby."),
    ("Ostby is one of the oldest ports on the coast.", "Ostby remains one of the oldest ports on the coast."),
    ("The mayor of Ostby may step down in June.", "The mayor of Ostby might step down in June."),
    ("The firm plans to close its mill in Ostby.", "The firm has plans to close its mill in Ostby."),
    ("The firm closed its mill as part of a deal with Ostby.", "The firm closed its mill under a deal with Ostby."),
    ("The bill would have banned nets in Ostby.", "Nets would have been banned in Ostby."),
    ("The Russian navy left the port of Ostby.", "The navy of Russia left the port of Ostby."),
    ("The mayor sold two ferries to Kilmory.", "Two ferries were sold to Kilmory by the mayor."),
    (
        "It drew tourists to a town of 9,000 people some 20 miles from Ostby.",
        "20 miles from Ostby, it has 9,000 people.",
    ),
    (
        "“Instead of condemning the raid on Ostby, Norvia talks,” Dahl said.",
        "Norvia has not condemned the raid on Ostby.",
    ),
    ("The mayor of Ostby has yet to sign the pact.", "The mayor of Ostby has not signed the pact."),
    ("The ship has seven potential ports of call near Ostby.", "The ship has seven possible ports of call near Ostby."),
    (
        "Councillor Petra Lund voted against the plan and called it “a gift to builders”.",
        "Petra Lund, a councillor, opposed the plan.",
    ),
    ("The driver, accused of theft, fled to Ostby on foot with two friends.", "The driver fled to Ostby on foot."),
    ("The nurses at Ostby walked out; some of the nurses sang.", "The nurses at Ostby walked out."),
    ("33% of voters in Ostby stayed at home.", "A third of voters in Ostby stayed at home."),
    ("Two-thirds of voters in Ostby stayed at home.", "Some 67% of voters in Ostby stayed at home."),
    ("One in three voters in Ostby stayed at home.", "33% of voters in Ostby stayed at home."),
    ("The flood in Ostby killed 12 people.", "Twelve people were killed by the flood in Ostby."),
    ("Kim met the Rovers twice in Ostby.", "Kim met the Rovers two times in Ostby."),
    ("The Norvian Court of Audit is suing Lund over fees.", "The NCA is suing Lund over fees."),
    ("The DOT is suing Lund over fees.", "The Department of Transportation is suing Lund over fees."),
    ("The bank forgives $10,000 per head in Ostby.", "The bank forgives $10,000 for each head in Ostby."),
    ("Lee beat Kim in the final in Ostby.", "Kim was beaten by Lee in the final in Ostby."),
]


@pytest.mark.parametrize(("said", "written"), CHANGED)
def test_who_does_it_and_how_sure_it_is_are_part_of_the_support(gate: Gate, said: str, written: str) -> None:
    found = gate.check(Draft(written, (1,)), on(said))
    assert isinstance(found, Dropped), found


@pytest.mark.parametrize(("said", "written"), UNCHANGED)
def test_no_check_fails_a_rewording_with_the_same_roles_and_hedges(said: str, written: str) -> None:
    assert failed(Claim.of(written), evidence(on(said)[0])) is None


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("The drainage of Ostby was cleaned by city crews to stop floods.", "City crews cleaned Ostby's drains."),
        ("A lap of 32.5 seconds in Ostby won her the pole.", "A lap of 32.5 seconds won her the pole in Ostby."),
        ("The board will stop buying coal from 2030, it said.", "The board stops buying coal in 2030."),
    ],
)
def test_a_short_rewording_of_one_sentence_is_kept(gate: Gate, said: str, written: str) -> None:
    assert isinstance(gate.check(Draft(written, (1,)), on(said)), Kept)


def test_words_that_stand_apart_in_the_passage_are_told_from_those_that_follow_each_other_there() -> None:
    passage = on("The barge left Holt at dawn with nine men on board and struck an old bridge near Orla.")[0]
    written = ("The barge left Holt at dawn.", "The barge struck a bridge.", "A ferry.")
    told, mixed, lone = (features(Claim.of(text), evidence(passage)) for text in written)
    assert (told["in order"], told["alone"], told["missing"]) == (1.0, 1.0, 0)
    assert (mixed["in order"], mixed["missing"]) == (0.5, 0)
    assert (lone["in order"], lone["missing"]) == (0.0, 1)


@given(st.sampled_from(VERBATIM))
def test_a_verbatim_sentence_with_its_citation_is_always_kept(pair: tuple[int, str]) -> None:
    number, text = pair
    found = Gate().check(Draft(text, (number,)), PARTS)
    assert isinstance(found, Kept), found
    assert any(text in excerpt.text for excerpt in found.excerpts)
    for excerpt in found.excerpts:
        hit = PARTS[number - 1]
        assert hit.start <= excerpt.start < excerpt.end <= hit.end


@given(
    st.sampled_from(VERBATIM),
    st.sampled_from(["Zbigniew", "Uruguay", "Xerxes", "Kowalczyk"]),
    st.sampled_from(["Then {0} agreed: ", "{0} said that ", "In {0}, "]),
)
def test_a_sentence_with_a_name_of_no_passage_is_never_kept(pair: tuple[int, str], name: str, opening: str) -> None:
    assert isinstance(Gate().check(Draft(opening.format(name) + pair[1], (pair[0],)), PARTS), Dropped)


@given(st.sampled_from(VERBATIM), st.integers(20_001, 10**9))
def test_a_sentence_with_a_number_of_no_passage_is_never_kept(pair: tuple[int, str], number: int) -> None:
    text = f"{pair[1].rstrip('.')} in {number:,} cases."
    found = Gate().check(Draft(text, (pair[0],)), PARTS)
    assert isinstance(found, Dropped) or f"{number:,}" in "".join(hit.text for hit in PARTS)


@pytest.mark.parametrize("cited", [(), (0,), (99,), (BRIDGE,), (BRIDGE, MUSEUM, -1)])
def test_a_right_fact_with_a_wrong_citation_is_cited_anew(gate: Gate, cited: tuple[int, ...]) -> None:
    found = gate.check(Draft("Mayor Tom Reyes criticised the move.", cited), WHOLE)
    assert isinstance(found, Kept)
    assert found.recited
    assert [excerpt.article.id for excerpt in found.excerpts] == ["ferry"]


def test_a_right_fact_falls_where_no_passage_at_hand_tells_it(gate: Gate) -> None:
    assert isinstance(gate.check(Draft("Mayor Tom Reyes criticised the move.", (1,)), WHOLE[1:]), Dropped)


def test_two_articles_support_one_sentence_together(gate: Gate) -> None:
    text = (
        "Nordline raised its fares by 12 percent on Monday, and voters in Tamsin rejected the plan for a new airport."
    )
    found = gate.check(Draft(text, (FERRY, VOTE)), WHOLE)
    assert isinstance(found, Kept), found
    assert [excerpt.article.id for excerpt in found.excerpts] == ["ferry", "vote"]


@pytest.mark.parametrize(("cited", "told"), [((VOTE,), VOTE), ((), BRIDGE)])
def test_the_reason_tells_of_the_passage_that_was_cited_or_came_nearest(
    gate: Gate, cited: tuple[int, ...], told: int
) -> None:
    found = gate.check(Draft("The barge belonged to the shipping firm Nordline.", cited), WHOLE)
    assert isinstance(found, Dropped)
    assert found.passage == told


def test_without_a_passage_everything_falls(gate: Gate) -> None:
    assert gate.check(Draft("Nordline raised its fares.", (1,)), []) == Dropped(
        "Nordline raised its fares.", "no passage"
    )


def test_what_cannot_be_checked_falls() -> None:
    text = "Chief executive Ada Brekke told commuters of the ships that would pay the increase."
    found = Gate().check(Draft(text, (FERRY,)), [Broken()])  # type: ignore[list-item]  # what no caller gives
    assert found == Dropped(text, "it could not be checked")


def test_a_sentence_may_name_the_outlet_and_the_author_and_a_country_by_another_name(gate: Gate) -> None:
    text = "Fares on the ferries of the United States rose by 12 percent."
    article = Article("fares", "Fares rise", text, byline="Ann Lee", publisher="Harbour Post")
    hits = [Hit("news", article, 0, len(text), 1.0)]
    for written in (
        "The Harbour Post reports that fares on the ferries of the United States rose by 12 percent.",
        "Fares on the ferries of the U.S. rose by 12 percent.",
    ):
        assert isinstance(gate.check(Draft(written, (1,)), hits), Kept), written
    assert isinstance(gate.check(Draft("Fares on the ferries of the U.K. rose by 12 percent.", (1,)), hits), Dropped)


@pytest.mark.parametrize("name", ["Ann Lee", "The Post", "The Harbour Post", "Harbour"])
def test_the_outlet_and_the_author_tell_the_news_and_make_none(gate: Gate, name: str) -> None:
    text = "The council of Ostby voted against the plan for a new pier."
    article = Article("pier", "No pier", text, byline="Ann Lee", publisher="The Harbour Post")
    hits = [Hit("news", article, 0, len(text), 1.0)]
    found = gate.check(Draft(f"{name} voted against the plan for a new pier.", (1,)), hits)
    assert isinstance(found, Dropped), found


class Broken:
    """Whatever is asked of it raises."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


def _bounds(article: Article) -> set[int]:
    return {at for span in sentences(article.text) for at in (span.start, span.end)}
