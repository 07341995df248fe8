"""The closed classes of English that a clause is read by: pronouns, determiners, prepositions, conjunctions."""

from __future__ import annotations

from retrieval.text.lexicon import table, words

SUBJECT_PRONOUNS = words("subject_pronouns")
OBJECT_PRONOUNS = words("object_pronouns")
POSSESSIVES = words("possessive_determiners")
DETERMINERS = words("determiners", "quantifiers")
ADVERBIAL_OPENERS = words("prepositions", "adverbial_openers")
COORDINATORS = words("coordinators")
SUBORDINATORS = words("subordinators")
CLAUSE_WORDS = words("subordinators", "clause_words")
CONNECTORS = words("connectors")
CONTRASTS = words("contrasting_words")
PLURAL_SUBJECTS = words("plural_subjects")
CLAUSE_SUBJECTS = words("clause_subjects")
CONTENT_OPENERS = words("content_openers")
TIME_UNITS = words("time_units")
IRREGULAR_PASTS = frozenset(forms[0] for forms in table("irregular_verbs").values())
CONTRACTED_BE = frozenset({"'s", "'re", "'m"})
DEGREE_ADVERBS = words("adverbs_of_degree")
PRONOUNS = {word: gender for word, (gender,) in table("pronouns_of_people").items()}
RELATIVES = frozenset({"who", "which", "that", "whom"})
