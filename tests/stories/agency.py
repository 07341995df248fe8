"""A report of an agency, as different desks print it. All of it is invented."""

from __future__ import annotations

from retrieval.types import Article

LEAD = (
    "The harbour of Strand was closed on Tuesday after a crane fell across the only channel, the port authority said, "
    "and eleven ships that were to leave with grain lay waiting outside."
)
CAUSE = (
    "Nobody was hurt. A gust of 31 metres a second had struck the crane while it was being turned, and the brake that "
    "should have held it was found broken, according to the harbour master, Ida Krog."
)
QUOTE = (
    "“We had asked for a new brake in March,” Krog told reporters at the quay. “It has been on order since then, and "
    "the maker says that it comes in June.”"
)
NEXT = (
    "Divers were to look at the wreck on Wednesday morning. A floating crane from Ellby, the largest on the coast, is "
    "expected within three days, and the channel may be open again by the weekend."
)
LOSS = (
    "The grain traders of Strand put what they lose at 200,000 a day. Two of them have sent their trains to Gorm, "
    "where the harbour works day and night, the railway said."
)
PUT_IN = (
    "In Ellby, the mayor offered the town's own pilots, who know the eastern channel, and said that the fishing "
    "harbour would take smaller ships for as long as that was needed."
)
PARAGRAPHS = (LEAD, CAUSE, QUOTE, NEXT, LOSS)

WIRE = Article(
    "wire",
    "Fallen crane closes harbour of Strand",
    "\n\n".join(PARAGRAPHS),
    publisher="Coast Wire",
    published="2024-05-07",
)
CUT = Article(
    "cut", "Eleven ships wait off Strand", "\n\n".join(PARAGRAPHS[:3]), publisher="Ellby Post", published="2024-05-07"
)
LONGER = Article(
    "longer",
    "Crane blocks Strand, Ellby offers pilots",
    "\n\n".join((*PARAGRAPHS[:2], PUT_IN, *PARAGRAPHS[2:])),
    publisher="Gorm Daily",
    published="2024-05-08",
)
OTHER_WORDS = Article(
    "own",
    "Strand port shut by crane collapse",
    "A crane that came down in a storm has shut the port of Strand. Ida Krog, who runs it, blames a brake that she had "
    "wanted replaced months ago. Ships with grain queue outside, and traders count their losses while they wait for a "
    "floating crane that has to come from Ellby.",
    publisher="The Strand Mirror",
    published="2024-05-08",
)
ELSEWHERE = Article(
    "ferry",
    "Ferry to Holm late again",
    "The ferry to Holm left forty minutes late on Tuesday, for the third time within a week, since its engine had to "
    "be started by hand. The company has promised a second ferry from July on, and half the fare to who has waited.",
    publisher="Ellby Post",
    published="2024-05-07",
)
