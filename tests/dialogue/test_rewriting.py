"""Follow-ups are made standalone; standalone questions are left alone."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dialogue.rewriting import asked_about, standalone
from retrieval.text.mentions import name_words
from retrieval.text.names import without_last_title
from retrieval.types import Article, Citation, Extract, Refusal, Statement, Turn

if TYPE_CHECKING:
    from pathlib import Path

HARBOUR = Article(
    "harbour",
    "Harbour town votes for a tunnel",
    "The council of Port Ellery voted on Tuesday to build a tunnel under the harbour. Mayor Ingrid Solheim said the "
    "tunnel would cost 40 million crowns. She called it “the largest project in the history of our town.”\n\n"
    "The spokesman of the fishermen, Tobias Renn, said: “Nobody has asked us, and nobody will fish here.” "
    "He threatened to sue the council.\n\n"
    "Marlow Engineering won the contract. President Adela Brandt visited Norway in May.",
)
COST = "Mayor Ingrid Solheim said the tunnel would cost 40 million crowns."
RENN = "The spokesman of the fishermen, Tobias Renn, said: “Nobody has asked us, and nobody will fish here.”"
VOTE = "The council of Port Ellery voted on Tuesday to build a tunnel under the harbour."
WON = "Marlow Engineering won the contract."
TRIP = "President Adela Brandt visited Norway in May."


def turn(question: str, stated: str = "", short: str | None = None) -> Turn:
    """A question that the article answers in the stated words; a refusal without them."""
    if not stated:
        return Turn(question, Refusal(question, question))
    start = HARBOUR.text.index(stated)
    cited = Citation(1, "public", HARBOUR, "text", start, start + len(stated))
    return Turn(question, Extract(question, question, (Statement(stated, (1,)),), (cited,), short=short, total=1))


SAID = turn("What did Renn say?", RENN)
MAYOR = turn("What did Solheim say about the tunnel?", COST)
VISITOR = turn("Who visited Norway?", TRIP, "Adela Brandt")
VISIT = turn("When did Brandt visit Norway?", TRIP, "May")
WINNER = turn("Who won the contract?", WON, "Marlow Engineering")
VOTED = turn("Did the council approve the tunnel?", VOTE)
OFFICE = turn("Who is the president of Iceland?")
SOMEONE = turn("Was someone heckled in Oslo?")
TEAM = turn("Did the Gulls win in Norway?")
RACE = turn("Who won the Sand Grand Prix?")
MEMBER = turn("Who is in the Union?", TRIP, "Norway")
BANNED = turn("Did Norway ban the sale of boats?")
BROAD = turn("What about in 2022 – what did Brandt say in Norway in 2021?")
DATED = turn("What did Brandt say in Norway in 2021?")

PRONOUNS = [
    (SAID, "What did he threaten?", "What did Renn threaten?"),
    (SAID, "When did he say it?", "When did Renn say “Nobody has asked us, and nobody will fish here”?"),
    (SAID, "Who said that?", "Who said “Nobody has asked us, and nobody will fish here”?"),
    (SAID, "What is his job?", "What is Renn's job?"),
    (MAYOR, "When did she say that?", "When did Solheim say “the tunnel would cost 40 million crowns”?"),
    (MAYOR, "Who opposes it?", "Who opposes the tunnel?"),
    (VISITOR, "What did she do there?", "What did Adela Brandt do there?"),
    (VISIT, "Why did she go there?", "Why did Brandt go there?"),
    (WINNER, "When will they start?", "When will Marlow Engineering start?"),
    (WINNER, "How much is it worth?", "How much is the contract worth?"),
    (OFFICE, "How old is she?", "How old is the president of Iceland?"),
    (TEAM, "Who beat them in June?", "Who beat the Gulls in June?"),
    (MEMBER, "When did it start?", "When did the Union start?"),
    (BANNED, "What does that cost?", "What does that cost?"),  # no country is "that"
    (turn("what is sea spray", VOTE, "the harbour"), "how much of it is there?", "How much of sea spray is there?"),
    (turn("Who hosts the trade debate?"), "what channel?", "What channel is the trade debate?"),
    (turn("What's new for Marlow?"), "and the tunnel?", "What's new for the tunnel?"),
    (turn("How much is it up?"), "what about Marlow?", "How much is Marlow up?"),
    (turn("How old is Bo Lind's son?"), "Is he in school?", "Is Bo Lind's son in school?"),
    (turn("What's the limit at Holm?"), "How long will it last?", "How long will the limit at Holm last?"),
    (turn("When did Norway declare war?"), "What did Wu say about it?", "What did Wu say about Norway declaring war?"),
    (turn("Which camp did Bo Lind visit?", TRIP, "Norway"), "Who went with him?", "Who went with Bo Lind?"),
    (turn("Who banned TikTok in Norway?"), "Why was it banned?", "Why was TikTok banned?"),
    (turn("Why are eggs so dear?"), "How much did they go up?", "How much did eggs go up?"),
    (turn("Which film won at the Gulls?", WON, "Marlow"), "Who made it?", "Who made Marlow?"),
    (turn("What's the mayor's name?", WON, "Bo Lind"), "What did Wu say of it?", "What did Wu say of it?"),
    (VISIT, "How long did it take her?", "How long did it take Brandt?"),
    (turn("Where were the boats from?"), "How many of them sank?", "How many of the boats sank?"),
    (turn("Is it true eggs went up?"), "When will they get cheaper?", "When will eggs get cheaper?"),
    (turn("Why are the bakers on strike?"), "How long was the last one?", "How long was the last strike?"),
    (turn("Who won Songfest?"), "Where is the next one held?", "Where is the next Songfest held?"),
    (turn("When does the concert start?"), "And where is the next one?", "Where is the next concert?"),
    (turn("Who is Ann Lee?"), "Who was the last one?", "Who was the last one?"),
    (turn("Who was on duty?", RENN, "TOBIAS RENN"), "What did they tell him?", "What did they tell TOBIAS RENN?"),
    (turn("Who stepped in for Wu?", TRIP, "Adela Brandt"), "How old is she?", "How old is Adela Brandt?"),
    (turn("Was anyone abroad?", TRIP, "Adela Brandt"), "What did she do there?", "What did Adela Brandt do there?"),
    (turn("Did the mayor set a price?", COST), "Is she new?", "Is the mayor new?"),
    (turn("Was a price set?", COST), "Who elected her?", "Who elected Ingrid Solheim?"),
    (turn("Couldn't Bo Lind find anyone?"), "Where is his boat?", "Where is Bo Lind's boat?"),
]
ELLIPSES = [
    (SAID, "and Solheim?", "What did Solheim say?"),
    (turn("Who won't go to Oslo?", TRIP, "Adela Brandt"), "why not", "Why won't Adela Brandt go to Oslo?"),
    (turn("Where did Bo Lind sail?"), "why there?", "Why did Bo Lind sail there?"),
    (turn("Who beat Wu?", TRIP, "Adela Brandt"), "how old?", "How old is Adela Brandt?"),
    (turn("What is Bo Lind's job?"), "how old", "How old is Bo Lind?"),
    (turn("Who said “We will be home”?"), "when", "When did they say “We will be home”?"),
    (turn("How many got laid off?"), "why", "Why did they get laid off?"),
    (turn("How many houses are empty?"), "why?", "Why are the houses empty?"),
    (turn("Who won the cup?", TRIP, "Adela Brandt"), "for who?", "For whom did Adela Brandt win the cup?"),
    (turn("How much is the fair?"), "where", "Where is the fair?"),
    (turn("Can I bring my dog?"), "i mean the pool", "What about the pool – can I bring my dog?"),
    (turn("For whom – how did it start?"), "and parking?", "What about parking – how did it start?"),
    (SAID, "What about the mayor?", "What did the mayor say?"),
    (SAID, "What about the tunnel?", "What did Renn say about the tunnel?"),
    (SAID, "To whom?", "To whom did Renn say “Nobody has asked us, and nobody will fish here”?"),
    (SAID, "what else?", "What else did Renn say?"),
    (SAID, "Tell me more", "What else did Renn say?"),
    (turn("Who taught Peter Renn?", TRIP, "Adela Brandt"), "and her?", "Who taught Adela Brandt?"),
    (MAYOR, "And Renn?", "What did Renn say about the tunnel?"),
    (MAYOR, "and the harbour?", "What did Solheim say about the harbour?"),
    (VISITOR, "Why?", "Why did Adela Brandt visit Norway?"),
    (turn("Who was heckled in Oslo?"), "When?", "When were they heckled in Oslo?"),
    (VISITOR, "Who else?", "Who else visited Norway?"),
    (VISIT, "why?", "Why did Brandt visit Norway?"),
    (VISIT, "How long?", "How long did Brandt visit Norway?"),
    (VISIT, "Why did she do that?", "Why did Brandt visit Norway?"),
    (VISIT, "And Solheim?", "When did Solheim visit Norway?"),
    (VISIT, "solheim too?", "When did Solheim visit Norway?"),
    (turn("whos the president of Iceland"), "howd she win", "How did the president of Iceland win"),
    (VISIT, "and when was that?", "When did Brandt visit Norway?"),
    (VISITOR, "why so late", "Why so late – who visited Norway?"),
    (VISIT, "And Sweden?", "When did Brandt visit Sweden?"),
    (VISIT, "Sweden?", "When did Brandt visit Sweden?"),
    (VISIT, "And is that still true?", "When did Brandt visit Norway?"),
    (TEAM, "and in Sweden?", "Did the Gulls win in Sweden?"),
    (TEAM, "and the Terns?", "Did the Terns win in Norway?"),
    (VISIT, "And in 2022?", "When did Brandt visit Norway in 2022?"),
    (DATED, "and in 2022?", "What did Brandt say in Norway in 2022?"),
    (BROAD, "and in Oslo?", "What did Brandt say in Oslo in 2021?"),
    (turn("How old was Bo Lind when he died?"), "what of?", "Of what did Bo Lind die?"),
    (turn("How fast was the train when it hit the barrier?"), "where?", "Where did the train hit the barrier?"),
    (VISIT, "Who with?", "With whom did Brandt visit Norway?"),
    (turn("What does the union leader say?"), "And the council?", "What does the council say?"),
    (VOTED, "Why not?", "Why didn't the council approve the tunnel?"),
    (VOTED, "Where?", "Where did the council approve the tunnel?"),
    (VOTED, "Since when?", "Since when did the council approve the tunnel?"),
    (SOMEONE, "Who?", "Who – was someone heckled in Oslo?"),
    (OFFICE, "And Norway?", "Who is the president of Norway?"),
    (turn("How many Oscars did Oppenheimer win?"), "and Barbie?", "How many Oscars did Barbie win?"),
    (turn("What did Lindt say about its chocolate?"), "about Ford's?", "What did Lindt say about Ford's chocolate?"),
    (turn("How much dearer did eggs get in May?"), "and butter?", "How much dearer did butter get in May?"),
    (turn("What does the star on Norway's flag mean?"), "and the stripes?", "What do the stripes mean?"),
    (turn("How did Brandt vote on the tunnel?"), "and Bo Lind?", "How did Bo Lind vote on the tunnel?"),
    (turn("Why are eggs so dear?"), "and butter?", "Why is butter so dear?"),
    (turn("Is it legal if I'm a visitor?"), "and if I'm not?", "Is it legal if I'm not?"),
    (turn("How many voted for the tunnel?"), "and against?", "How many voted against the tunnel?"),
    (turn("Who is for the tunnel?"), "And against it?", "Who is against the tunnel?"),
    (turn("What's the 30-year rate now?"), "the 15-year one?", "What's the 15-year rate now?"),
    (turn("What's the 30-year rate now?"), "and a year ago?", "What was the 30-year rate a year ago?"),
    (turn("Where is the 2026 World Cup?"), "1994?", "Where is the 1994 World Cup?"),
    (turn("Who won best rock song?"), "and pop song?", "Who won best pop song?"),
    (turn("Who's the oldest man in town?"), "and the oldest ever?", "Who's the oldest ever?"),
    (OFFICE, "No, I meant Norway", "Who is the president of Norway?"),
    (RACE, "by how many points?", "By how many points did they win the Sand Grand Prix?"),
    (
        turn("Who has the most boats?", TRIP, "Holm"),
        "how many?",
        "How many boats does the one with the most boats have?",
    ),
    (RACE, "and third?", "Who came third in the Sand Grand Prix?"),
    (turn("How many drivers are on strike in Holm?"), "Is it still going on?", "Is the strike in Holm still going on?"),
    (turn("When did the trial begin?"), "is it over yet?", "Is the trial over?"),
    (turn("What happened to Bo Lind?"), "where was that?", "Where did that happen to Bo Lind?"),
    (turn("What did Brandt ban in schools?", "", "phones"), "why?", "Why did Brandt ban that in schools?"),
]
STANDALONE = [
    "The Orva park opened again on Monday after a week. Why was it shut?",
    "A new mayor was chosen amid a row. Which party does she lead?",
    "The United Kingdom broke its record for heat. What was the new mark?",
    "What did Brandt say?",
    "What did Brandt say about her visit?",
    "Which country lost its seat?",
    "Did the council say it would build a tunnel?",
    "Is it true that the council voted?",
    "How many fishermen are there?",
    "How long does it take to build a tunnel?",
    "Who said “it is his fault”?",
    "Why did Solheim say Renn would lose his boat?",
    "And why did Brandt visit Norway?",
    "Blinken",
]


@pytest.mark.parametrize(("last", "asked", "expected"), PRONOUNS + ELLIPSES)
def test_a_follow_up_is_written_out(last: Turn, asked: str, expected: str) -> None:
    assert standalone(asked, [last]) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("What happened before that?", "What happened in Port Ellery before 9 May 2031?"),
        ("and after that?", "What happened in Port Ellery after 9 May 2031?"),
    ],
)
def test_what_happened_before_what_was_told_is_asked_by_its_day(asked: str, expected: str) -> None:
    dated = replace(HARBOUR, published="2031-05-09")
    cited = Citation(1, "public", dated, "text", 0, len(VOTE))
    text = "When did Port Ellery vote?"
    last = Turn(text, Extract(text, text, (Statement(VOTE, (1,)),), (cited,), short="on Tuesday", total=1))
    assert standalone(asked, [last]) == expected


@pytest.mark.parametrize("asked", STANDALONE)
@pytest.mark.parametrize("last", [SAID, VISITOR, WINNER, OFFICE])
def test_a_standalone_question_is_left_alone(asked: str, last: Turn) -> None:
    assert standalone(asked, [last]) == asked


def test_he_and_she_find_the_person_they_fit() -> None:
    history = [turn("Who threatened to sue?", RENN, "Tobias Renn"), turn("Who is Anna Solheim?", COST, "Mayor")]
    assert standalone("What did she say?", history) == "What did Anna Solheim say?"
    assert standalone("What did he say?", history) == "What did Tobias Renn say?"


def test_she_is_not_where_she_is_said_to_live() -> None:
    text = "The potter Ada Frost, 66, lives on Skarn. Her oven is old."
    cited = Citation(1, "public", Article("potter", "A visit", text), "text", 0, len(text))
    told = Extract("When is the fair?", "When is the fair?", (Statement(text, (1,)),), (cited,), total=1)
    assert standalone("How old is she?", [Turn("When is the fair?", told)]) == "How old is Ada Frost?"


def test_who_is_named_behind_a_role_is_somebody() -> None:
    text = "The owner, Lars Bekker, was calm. The harbour master, Edda Noor, was not."
    cited = Citation(1, "public", Article("keel", "A keel", text), "text", 0, 33)
    asked = "What does the owner say?"
    told = Extract(asked, asked, (Statement(text[:33], (1,)),), (cited,), total=1)
    assert standalone("and the harbour master?", [Turn(asked, told)]) == "What does the harbour master say?"


def test_a_title_typed_small_goes_with_its_name() -> None:
    assert without_last_title("what did dr ") == "what did "
    assert without_last_title("What did the mayor ") == "What did "
    assert without_last_title("What did Ann ") == "What did Ann "


def test_a_race_is_asked_of_those_who_run_in_it() -> None:
    race = turn("Who won the 100 m?")
    assert standalone("and the men?", [race]) == "Who won the men's 100 m?"
    assert standalone("and the women's?", [turn("Who won the men's 100 m?")]) == "Who won the women's 100 m?"


def test_a_title_is_spelled_whole_or_not_at_all() -> None:
    titled = ["In The Salt Road, Rose Lind and Ada Wu meet. She carried salt; a rose is shown."]
    assert name_words(titled, ["is lind of the salt road ada, rose or wu"]) == {
        "lind": "Lind",
        "ada": "Ada",
        "wu": "Wu",
    }


def test_nobody_is_she_whom_the_articles_call_he() -> None:
    threat = turn("Who threatened the council?", RENN, "Tobias Renn")  # "He threatened to sue"
    first = turn("Who spoke first?", COST, "Renn")
    assert standalone("What did she say?", [first]) == "What did Ingrid Solheim say?"
    assert standalone("What did he say?", [first]) == "What did Renn say?"
    assert standalone("What did she say?", [threat]) == "What did she say?"


def test_what_bears_a_number_is_no_name_without_it() -> None:
    texts, asked = ["Pupils of Year 7 met Peter Renn in Room 12, and Ann Lee."], ["year room peter renn ann lee"]
    assert name_words(texts, asked) == {"peter": "Peter", "renn": "Renn", "ann": "Ann", "lee": "Lee"}
    assert name_words(texts, ["who met them?"]) == {}


def test_she_is_never_a_place() -> None:
    history = [turn("Which new laws does Norway have?"), turn("Who is Anna Solheim?")]
    assert standalone("How much money does she want?", history) == "How much money does Anna Solheim want?"
    assert standalone("How much money does she want?", history[:1]) == "How much money does she want?"


@pytest.mark.parametrize(
    ("last", "asked"),
    [
        (RACE, "By how much did he win?"),  # no race is a man
        (SOMEONE, "How strong was it?"),  # not Oslo, where it was
        (turn("How many people were hurt?"), "How many of them were children?"),  # "people" tells no more than "them"
        (TEAM, "Why did Brandt do that?"),  # a deed
        (TEAM, "and who was second?"),
        (TEAM, "And when's the next match?"),
        (TEAM, "Who wrote that?"),
        (turn("Who signed the treaty?"), "Who said that?"),
    ],
)
def test_what_no_phrase_stands_for_is_left_to_the_focus(last: Turn, asked: str) -> None:
    assert standalone(asked, [last]) == asked


def test_it_is_of_the_last_question_and_a_person_of_an_older_one_too() -> None:
    history = [turn("Where did Solheim close the harbour?"), turn("How many people work in Holm?")]
    assert standalone("How deep is it?", history) == "How deep is it?"
    assert standalone("How deep is it?", history[:1]) == "How deep is the harbour?"
    assert standalone("How old is she?", history) == "How old is Solheim?"


def test_names_typed_in_small_letters_are_found() -> None:
    assert standalone("when did he say it?", [turn("what did renn say?", RENN)]).startswith("When did Renn say “Nobody")
    assert standalone("and brandt?", [turn("what did renn say?", RENN)]) == "What did Brandt say?"


def test_words_of_one_speaker_are_not_asked_of_another() -> None:
    asked = turn("When did Renn say “Nobody has asked us”?", RENN)
    assert standalone("and Brandt?", [SAID, asked]) == "What did Brandt say?"


def test_a_pronoun_goes_on_to_mean_what_it_meant() -> None:
    he = Turn("What did Wu say about him?", Refusal("What did Wu say about him?", "What did Wu say about Bo Lind?"))
    assert standalone("Did he work in Holm?", [turn("Did Bo Lind resign?"), he]) == "Did Bo Lind work in Holm?"
    sold = turn("How much does the store get for selling it?")
    assert standalone("Who won it?", [turn("Where was the ticket sold?"), sold]) == "Who won the ticket?"


def test_who_is_asked_for_by_name_is_known_by_what_they_are() -> None:
    fired = turn("Why did Brandt fire her minister?")
    asked = "What's Brandt's minister's name?"
    named = Turn("What's his name?", Refusal("What's his name?", asked))
    assert standalone("What's his name?", [fired]) == asked
    assert standalone("Who replaced him?", [fired, named]) == "Who replaced Brandt's minister?"


def test_it_goes_on_to_mean_what_is_called_like_a_person() -> None:
    which = turn("Which film won?", WON, "Marlow Lane")
    made = turn("Who made Marlow Lane?", TRIP, "Adela Brandt")
    typed = Turn("Who made it?", replace(made.answer, question="Who made it?"))
    assert standalone("What is it about?", [which, typed]) == "What is Marlow Lane about?"


def test_it_is_what_was_chosen_of_what_a_question_offered() -> None:
    chosen = turn("What did Norway's council choose, a bridge or a tunnel?", COST, "a tunnel")
    assert standalone("How much does it cost?", [chosen]) == "How much does the tunnel cost?"


def test_who_wrote_an_article_is_no_subject() -> None:
    history = [turn("How long was the speech?"), turn("Who wrote that?", WON, "Marlow Engineering")]
    assert standalone("How long was it exactly?", history) == "How long was the speech exactly?"


def test_small_talk_between_two_questions_is_skipped() -> None:
    assert standalone("and Solheim?", [SAID, turn("Thanks!")]) == "What did Solheim say?"


def test_a_question_in_another_language_is_skipped() -> None:
    assert standalone("How old is he?", [turn("Who is Bo Lind?"), turn("Wer ist das?")]) == "How old is Bo Lind?"


def test_what_was_done_is_spoken_of_for_longer() -> None:
    history = [turn("Why did Brandt fire her minister?"), turn("What's his name?")]
    assert standalone("What did Wu say about it?", history) == "What did Wu say about Brandt firing her minister?"


def test_turns_of_long_ago_are_forgotten() -> None:
    later = [turn("How deep is the harbour?")] * 6
    assert standalone("What did he threaten?", [SAID, *later]) == "What did he threaten?"


@pytest.mark.parametrize("asked", ["When did he say it?", "and Putin?", "why?", "tell me more"])
def test_without_a_conversation_nothing_changes(asked: str) -> None:
    assert standalone(asked, []) == asked


@pytest.mark.parametrize(
    ("text", "subject", "asked"),
    [
        ("", "The ferry sank on Monday.", "The ferry sank on Monday."),
        ("is that true?", "The ferry sank on Monday.", "The ferry sank on Monday."),
        ("source?", "The ferry sank on Monday.", "The ferry sank on Monday."),
        ("?", "The ferry sank on Monday.", "The ferry sank on Monday."),
        ("anybody know?", "What did Rona Blair say?", "What did Rona Blair say?"),
        ("thanks!", "What did Rona Blair say?", "What did Rona Blair say?"),
        ("What did she say?", "Rona Blair on tolls", "What did Rona Blair say?"),
        ("why?", "the harbour of Port Ellen is closed", "Why – the harbour of Port Ellen is closed"),
        ("tolls and fares", "Ferries in Port Ellen", "Ferries in Port Ellen tolls and fares"),
    ],
)
def test_what_is_asked_of_what_somebody_else_wrote(text: str, subject: str, asked: str) -> None:
    question, turns = asked_about(text, subject)
    assert standalone(question, turns) == asked


@given(st.text(), st.sampled_from([SAID, MAYOR, VISITOR, OFFICE]))
def test_any_text_gives_a_question(text: str, last: Turn) -> None:
    assert standalone(text, [last]) or not text.strip()


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_last_question_can_be_followed_up(question: str, stated: str) -> None:
    answer = Extract(question, question, (Statement(stated),), short=stated)
    for asked in ("why?", "and Putin?", "when did he say it?", "what about it?", "who else?", "to whom?"):
        assert isinstance(standalone(asked, [Turn("What?", answer)]), str)


@pytest.mark.parametrize("said", ["hi there!", "What's new?", "thanks"])
def test_small_talk_is_no_follow_up(said: str) -> None:
    assert standalone(said, [SAID]) == said


def _questions(folder: Path) -> list[str]:
    with gzip.open(folder / "news" / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in lines]


def test_hardly_a_question_of_the_news_quizzes_changes_after_another(public_data: Path) -> None:
    asked = _questions(public_data)
    changed = [question for question in asked if standalone(question, [VISITOR]) != question]
    assert len(changed) <= len(asked) / 200, changed


@pytest.mark.parametrize(
    ("history", "typed", "meant"),
    [
        (("When's the Holm gala?", "who is playing?"), "where is it?", "Where is the Holm gala?"),
        (("Who won the second debate?", "Why not Lind?"), "when?", "When is the second debate?"),
        (("When did the ferry sink?",), "where was it?", "Where did the ferry sink?"),  # what was asked last goes first
        (("Who is Ann Lee?",), "when?", "When – who is Ann Lee?"),  # no event
    ],
)
def test_when_and_where_are_asked_of_the_event_that_a_conversation_is_on(
    history: tuple[str, ...], typed: str, meant: str
) -> None:
    assert standalone(typed, list(map(turn, history))) == meant
