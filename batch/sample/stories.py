"""One story per title: its hero, its place, and from them its name and its synopsis, which so agree."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from batch.sample.words import Strand, Tongue

_PRONOUNS = {True: ("she", "her", "her"), False: ("he", "him", "his")}
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Story:
    """The filled-in slots of one title; sequels and episodes go on with the same ones."""

    strand: Strand
    role: str
    slots: dict[str, str]


def new_story(random: Random, strand: Strand, tongue: Tongue) -> Story:
    marked, _, role = random.choice(strand.roles).rpartition(":")
    female = {"f": True, "m": False}.get(marked, random.random() < 0.5)
    first, surname = tongue.given(random, female), random.choice(tongue.surnames)
    he, him, his = _PRONOUNS[female]
    slots = {
        "first": first,
        "surname": surname,
        "hero": first if strand.first_names_only else f"{first} {surname}",
        "given": _another(random, tongue.female + tongue.male, first),
        "other": tongue.person(random),
        "place": random.choice(tongue.places),
        "he": he,
        "him": him,
        "his": his,
    }
    return Story(strand, role, slots)


def name_of(random: Random, story: Story) -> str:
    """A name for the story's title; another one each time."""
    strand = story.strand
    noun, noun2 = random.sample(strand.nouns, 2)
    words = {"noun": noun, "noun2": noun2, "nouns": plural(noun), "adj": random.choice(strand.adjectives)}
    return tidy(random.choice(strand.names).format(**words, **story.slots))


def synopsis_of(random: Random, story: Story) -> str:
    """Three sentences: who and what, what goes wrong, what it comes to."""
    strand, slots = story.strand, story.slots
    opening, turn = random.choice(strand.openings), random.choice(strand.turns)
    sentences = [_introduction(random, story, opening), turn, random.choice(strand.closes)]
    return " ".join(_sentence(sentence.format(**slots)) for sentence in sentences)


def sequel_synopsis_of(random: Random, story: Story, number: int) -> str:
    strand, slots = story.strand, story.slots
    years = random.choice(("A year", "Two years", "Three winters", "Ten years", "One summer"))
    lead = random.choice(
        (
            f"{years} on, {{first}} {random.choice(strand.openings)}.",
            f"{{hero}} is back, and this time {{he}} {random.choice(strand.openings)}.",
            f"In part {number_word(number)}, {{hero}} {random.choice(strand.openings)}.",
        )
    )
    rest = [random.choice(strand.turns), random.choice(strand.closes)]
    return " ".join(_sentence(sentence.format(**slots)) for sentence in (lead, *rest))


def episode_name(random: Random, story: Story, number: int) -> str:
    strand = story.strand
    noun, adjective = random.choice(strand.nouns), random.choice(strand.adjectives)
    forms = (f"The {noun}", f"The {noun}", f"{adjective} {noun}", f"The {adjective} {noun}", plural(noun))
    if number == 1 and random.random() < 0.3:
        return story.slots["place"]
    return random.choice(forms)


def episode_synopses(random: Random, story: Story, count: int) -> list[str]:
    """One or two sentences each; no two in a row tell the same."""
    strand = story.strand
    lines: list[str] = []
    for number in range(count):
        if number % len(strand.beats) == 0:
            beats = random.sample(strand.beats, len(strand.beats))
        beat = beats[number % len(beats)]
        told = [beat, random.choice(strand.turns)] if number % 3 == 2 or number >= len(beats) else [beat]
        lines.append(" ".join(_sentence(sentence.format(**story.slots)) for sentence in told))
    return lines


def _introduction(random: Random, story: Story, opening: str) -> str:
    role = story.role
    short = len(role.split()) <= 3 and not {"who", "with", "of", "in", "at"} & set(role.split())
    if story.strand.first_names_only or not short or random.random() < 0.35:
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


def tidy(name: str) -> str:
    """ "A Honest Vault" -> "An Honest Vault"; possessives of names in -s lose their second s."""
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


def _another(random: Random, pool: tuple[str, ...], taken: str) -> str:
    return random.choice([name for name in pool if name != taken])
