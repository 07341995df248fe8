"""Markdown for Discord: text shows as it is, links lead only where they may, and pages hold everything."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_bot.markdown import LEAST_LIMIT, escape, link, marked, split, strong, timestamp, width
from bot.render import printable
from tests.discord_bot.display import display, pinged
from tests.discord_bot.hostile import HOSTILE, HOSTILE_LINES, texts

urls = st.sampled_from(["https://news.example/a", "HTTP://x.example?q=(1)", "ftp://x", "javascript:alert(1)"]) | texts


def seen(raw: str) -> str:
    """The text on the screen, without the invisible space that breaks a mention."""
    return display(raw).text.replace("@\u200b", "@")


def as_shown(text: str) -> str:
    return printable(text).replace("@\u200b", "@")


@given(texts)
def test_an_escaped_text_shows_as_it_is_and_nothing_of_it_is_alive(text: str) -> None:
    raw = escape(text)
    assert display(raw).live == []
    assert pinged(raw) == []
    assert seen(raw) == as_shown(text)


@pytest.mark.parametrize("text", [*HOSTILE, *HOSTILE_LINES, *(f"Word {h} word." for h in HOSTILE)])
def test_each_piece_of_markup_is_disarmed(text: str) -> None:
    raw = escape(text)
    assert (display(raw).live, pinged(raw)) == ([], [])
    assert seen(raw) == as_shown(text)


def test_the_display_of_these_tests_finds_markup_where_nothing_is_escaped() -> None:
    alive = {kind for text in (*HOSTILE, *HOSTILE_LINES, "# #") for kind, _ in display(text).live}
    assert alive == {
        *("small", "heading", "list", "quote", "fence", "code", "link", "token", "url", "invite", "emoji", "everyone"),
        *("underlined", "strong", "emphasis", "struck", "spoiler"),
    }
    assert display("[x \\](http://e.example)").of("link") == ["http://e.example"]


@pytest.mark.parametrize(
    "text",
    [
        "The well-known mayor’s plan cost $3.5 million, 40 % more (see [1]); she said: “No!”",
        "It’s #1 since 2023. They’d won 3-2 at 10:30, A/B & C + D = E - F.",
        "“[The deal] is done,” he wrote to info@news.example.",
    ],
)
def test_ordinary_news_text_is_left_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("https://a.example", r"https:\//a.example"),
        ("[a](b)", r"[a]\(b)"),
        ("<@1>", r"\<\@1>"),
        ("@everyone", "@\u200beveryone"),
        ("1. a\n- b\n> c\n# d\n-# e", "1\\. a\n\\- b\n\\> c\n\\# d\n\\-# e"),
        ("a_b ~ ~~c~~", r"a\_b ~ \~~c\~~"),
    ],
)
def test_only_what_is_needed_is_escaped(text: str, raw: str) -> None:
    assert escape(text) == raw


@given(texts, st.booleans())
def test_a_strong_text_shows_as_it_is_and_is_strong_throughout(text: str, underlined: bool) -> None:
    shown = display(strong(text, underlined=underlined))
    assert shown.text.replace("@\u200b", "@") == as_shown(text)
    assert {kind for kind, _ in shown.live} <= {"strong", "underlined"}
    assert "".join("".join(shown.of("strong")).split()) == "".join(shown.text.split())


@pytest.mark.parametrize("underlined", [True, False])
def test_the_longest_word_is_strong_throughout(underlined: bool) -> None:
    shown = display(strong("wordless_" * 500, underlined=underlined))
    assert "".join(shown.of("strong")) == shown.text.replace("\u200b", "") == "wordless_" * 500


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("between", ["", "\u202e", "-"])
def test_marking_a_stretch_revives_nothing(text: str, between: str) -> None:
    for at in range(len(text) + 1):
        raw = marked(text[:at] + between + text[at:], (at, at + len(between)))
        assert pinged(raw) == []
        assert {kind for kind, _ in display(raw).live} <= {"strong"}
        assert seen(raw) == as_shown(text[:at] + between + text[at:])


@given(texts, st.integers(0, 40), st.integers(0, 40))
def test_any_stretch_can_be_marked(text: str, start: int, length: int) -> None:
    raw = marked(text, (start, start + length), underlined=True)
    assert {kind for kind, _ in display(raw).live} <= {"strong", "underlined"}
    assert pinged(raw) == []
    assert seen(raw) == as_shown(text)


@given(texts, urls)
def test_a_link_leads_nowhere_but_to_its_address_and_shows_its_text(text: str, url: str) -> None:
    raw = link(text, url)
    shown = display(raw)
    assert as_shown(text).strip() in seen(raw)
    assert pinged(raw) == []
    assert [kind for kind, _ in shown.live] in ([], ["link"])
    assert all(target.lower().startswith(("http://", "https://")) for target in shown.of("link"))


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "news.example/a",
        "ftp://news.example/a",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://news.example@evil.example/",
        "https://[half",
        "ht\ntps://news.example/",
        "https://news.example/" + "a" * 2000,
    ],
)
def test_what_is_no_plain_address_of_the_web_is_not_linked(url: str | None) -> None:
    assert link("Title", url) == "Title"


def test_what_could_end_a_link_is_percent_encoded() -> None:
    assert link("T", "https://n.example/a b(c)<d>\"e'\\f*`g\x00\u202e@everyone") == (
        "[T](<https://n.example/a%20b%28c%29%3Cd%3E%22e%27%5Cf%2A%60g%00%E2%80%AE%40everyone>)"
    )


def test_a_text_that_cannot_be_a_label_stands_before_its_link() -> None:
    # Discord shows backslashes inside a label
    assert link("A *star*", "https://n.example") == r"A \*star\* ([link](<https://n.example>))"
    assert link("[Live] Rain", "https://n.example") == "[Live] Rain ([link](<https://n.example>))"
    assert link("rain " * 60, "https://n.example") == f"{'rain ' * 60} ([link](<https://n.example>))"
    assert link("", "https://n.example") == "[link](<https://n.example>)"


def test_a_date_shows_as_that_day_from_twelve_hours_west_to_eleven_east() -> None:
    token = timestamp("2031-05-02")
    assert token.endswith(":D>")
    moment = int(token.split(":")[1])
    for hours in range(-12, 12):
        zone = dt.timezone(dt.timedelta(hours=hours))
        assert dt.datetime.fromtimestamp(moment, zone).date() == dt.date(2031, 5, 2)


@pytest.mark.parametrize(
    ("published", "token"),
    [
        ("1970-01-01", "<t:43200:D>"),
        ("1970-01-01T00:01:00Z", "<t:60:f>"),
        ("1970-01-01T01:01:00+01:00", "<t:60:f>"),
        ("1970-01-01 00:01", "<t:60:f>"),
        ("1969-12-31T23:59:00Z", "<t:-60:f>"),
        ("last *Monday*", r"last \*Monday\*"),
        ("2031-02-30", "2031-02-30"),
        ("99999-01-01", "99999-01-01"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_time_is_told_in_the_readers_zone_or_as_it_is_written(published: str | None, token: str) -> None:
    assert timestamp(published) == token


@given(st.datetimes(timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=14))])))
def test_any_moment_can_be_told(moment: dt.datetime) -> None:
    assert timestamp(moment.isoformat()) == f"<t:{int(moment.timestamp())}:f>"


def test_width_counts_utf_16_code_units() -> None:
    assert [width(text) for text in ("", "é", "😀", "\ud800")] == [0, 1, 2, 1]


def is_subsequence(inner: str, outer: str) -> bool:
    rest = iter(outer)
    return all(character in rest for character in inner)


@given(st.lists(texts, max_size=6), st.integers(LEAST_LIMIT, 200), st.sampled_from(["\n", "\n\n"]))
def test_pages_are_within_the_limit_and_hold_every_character_in_order(
    paragraphs: list[str], limit: int, joint: str
) -> None:
    pages = split(paragraphs, limit, joint=joint)
    assert all(0 < width(page) <= limit for page in pages)
    assert is_subsequence("".join("".join(paragraphs).split()), "".join(pages))


@given(st.lists(texts, max_size=6), st.integers(64, 200))
def test_escaped_text_is_still_harmless_and_whole_on_every_page(paragraphs: list[str], limit: int) -> None:
    pages = split(map(escape, paragraphs), limit)
    assert [display(page).live for page in pages] == [[]] * len(pages)
    assert [pinged(page) for page in pages] == [[]] * len(pages)
    assert "".join("".join(map(seen, pages)).split()) == "".join(as_shown("".join(paragraphs)).split())


@pytest.mark.parametrize("whole", [r"\*", "[Title](<https://n.example/a>)", "<t:1234567890:D>", "**bold words**"])
def test_a_page_never_ends_inside_markup(whole: str) -> None:
    for before in range(70):
        pages = split(["x" * before + whole + "y" * 40], 64)
        assert sum(page.count(whole) for page in pages) == 1


def test_paragraphs_are_kept_together_where_they_fit() -> None:
    assert split(["a" * 20, "b" * 20, "c" * 20], 50) == ["a" * 20 + "\n\n" + "b" * 20, "c" * 20]
    assert split(["a", "b"], 50, joint="\n") == ["a\nb"]


def test_a_paragraph_that_is_too_long_parts_after_a_line_else_a_sentence_else_a_word_else_anywhere() -> None:
    sentences = "First one is here. Second goes on and on"
    assert split([f"{sentences}\nlast"], 42) == [sentences, "last"]
    assert split([f"{sentences} without an end"], 36) == ["First one is here.", "Second goes on and on without an end"]
    assert split(["one two three four five six seven eight"], 32) == ["one two three four five six", "seven eight"]
    assert split(["One. Two three four five six seven eight"], 36) == ["One. Two three four five six seven", "eight"]
    assert split(["x" * 40], 32) == ["x" * 32, "x" * 8]


def test_a_marker_stays_with_its_sentence() -> None:
    first, second = "It was said so at noon.", "Then it rained. [1][2]"
    assert split([f"{first} {second}"], 44) == [first, second]


def test_what_goes_on_is_quoted_or_small_as_it_began_and_starts_no_list() -> None:
    assert split(["> " + "word " * 12], 40) == ["> word word word word word word word", "> word word word word word"]
    assert split(["first\n-# " + "word " * 12], 40)[1].startswith("-# word")
    assert split(["word " * 7 + "- word " * 3], 36)[1].startswith("\\- word")
    assert split(["word " * 7 + "1. word " * 3], 36)[1].startswith("1\\. word")


def test_a_page_can_be_too_small() -> None:
    with pytest.raises(ValueError, match="too small"):
        split(["x"], LEAST_LIMIT - 1)
