"""Stories: hero and place of a title, for its name and synopsis."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from batch.sample.vocabulary import LanguageNames, Microgenre

_PRONOUNS = {True: ("she", "her", "her"), False: ("he", "him", "his")}
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Story:
    """Sequels and episodes use the same slots."""

    microgenre: Microgenre
    role: str
    slots: dict[str, str]


def create_story(random: Random, microgenre: Microgenre, language: LanguageNames) -> Story:
    gender, _, role = random.choice(microgenre.roles).rpartition(":")
    female = {"f": True, "m": False}.get(gender, random.random() < 0.5)
    first, surname = language.given_name(random, female), random.choice(language.surnames)
    he, him, his = _PRONOUNS[female]
    slots = {
        "first": first,
        "surname": surname,
        "hero": first if microgenre.first_names_only else f"{first} {surname}",
        "given": _other_name(random, language.female + language.male, first),
        "other": language.full_name(random),
        "place": random.choice(language.places),
        "he": he,
        "him": him,
        "his": his,
    }
    return Story(microgenre, role, slots)


def title_name(random: Random, story: Story) -> str:
    microgenre = story.microgenre
    noun, noun2 = random.sample(microgenre.nouns, 2)
    words = {"noun": noun, "noun2": noun2, "nouns": plural(noun), "adj": random.choice(microgenre.adjectives)}
    return fix_grammar(random.choice(microgenre.names).format(**words, **story.slots))


def title_synopsis(random: Random, story: Story) -> str:
    microgenre, slots = story.microgenre, story.slots
    opening, turn = random.choice(microgenre.openings), random.choice(microgenre.turns)
    sentences = [_introduction(random, story, opening), turn, random.choice(microgenre.closes)]
    return " ".join(_sentence(sentence.format(**slots)) for sentence in sentences)


def sequel_synopsis(random: Random, story: Story, number: int) -> str:
    microgenre, slots = story.microgenre, story.slots
    years = random.choice(("A year", "Two years", "Three winters", "Ten years", "One summer"))
    lead = random.choice(
        (
            f"{years} on, {{first}} {random.choice(microgenre.openings)}.",
            f"{{hero}} is back, and this time {{he}} {random.choice(microgenre.openings)}.",
            f"In part {number_word(number)}, {{hero}} {random.choice(microgenre.openings)}.",
        )
    )
    rest = [random.choice(microgenre.turns), random.choice(microgenre.closes)]
    return " ".join(_sentence(sentence.format(**slots)) for sentence in (lead, *rest))


def episode_name(random: Random, story: Story, number: int) -> str:
    microgenre = story.microgenre
    noun, adjective = random.choice(microgenre.nouns), random.choice(microgenre.adjectives)
    forms = (f"The {noun}", f"The {noun}", f"{adjective} {noun}", f"The {adjective} {noun}", plural(noun))
    if number == 1 and random.random() < 0.3:
        return story.slots["place"]
    return random.choice(forms)


def episode_synopses(random: Random, story: Story, count: int) -> list[str]:
    """Neighbours differ."""
    microgenre = story.microgenre
    lines: list[str] = []
    for number in range(count):
        if number % len(microgenre.beats) == 0:
            beats = random.sample(microgenre.beats, len(microgenre.beats))
        beat = beats[number % len(beats)]
        sentences = (
            [beat, random.choice(microgenre.turns)] if number % 3 == 2 or number >= len(beats) else [beat]
        )
        lines.append(" ".join(_sentence(sentence.format(**story.slots)) for sentence in sentences))
    return lines


def _introduction(random: Random, story: Story, opening: str) -> str:
    role = story.role
    is_short = len(role.split()) <= 3 and not {"who", "with", "of", "in", "at"} & set(role.split())
    if story.microgenre.first_names_only or not is_short or random.random() < 0.35:
        return f"{{hero}}, {_article(role)} {role}, {opening}."
    if "{place}" not in opening and random.random() < 0.6:
        return f"In {{place}}, {role} {{hero}} {opening}."
    return f"{role[0].upper()}{role[1:]} {{hero}} {opening}."


def plural(noun: str) -> str:
    if noun.endswith("s"):
        return noun
    if noun.endswith(("x", "ch", "sh", "z")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2].lower() not in _VOWELS:
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def number_word(number: int) -> str:
    words = ("zero", "one", "two", "three", "four", "five", "six")
    return words[number] if number < len(words) else str(number)


def fix_grammar(name: str) -> str:
    """ "A Iron Badge" -> "An Iron Badge"; "Palmares's" -> "Palmares'"."""
    words = name.split(" ")
    for position, word in enumerate(words[:-1]):
        if word in ("A", "a") and words[position + 1][0].lower() in _VOWELS:
            words[position] = f"{word}n"
    return " ".join(words).replace("s's ", "s' ")


def _article(role: str) -> str:
    if role.startswith(("first ", "last ", "only ")):
        return "the"
    return "an" if role[0].lower() in _VOWELS else "a"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _other_name(random: Random, pool: tuple[str, ...], used: str) -> str:
    return random.choice([name for name in pool if name != used])
