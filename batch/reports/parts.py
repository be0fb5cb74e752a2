"""The measured parts of a run's report. The text beside a field is its description in the JSON Schema.

Shares are 0..1, durations seconds, sizes bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class ReportedInstant:
    utc: Annotated[str, "ISO 8601, UTC"]
    local: Annotated[str, "The same instant in the time zone of the host"]


@dataclass(frozen=True, slots=True)
class SparkFacts:
    version: Annotated[str, "Version of Spark"]
    app_id: Annotated[str, "Application id"]
    master: Annotated[str, "Master, such as local[2]"]
    ui_url: Annotated[str | None, "Address of the Spark UI; null where it is off"]
    stages: Annotated[int, "Spark stages that ran"]
    tasks: Annotated[int, "Tasks that ran"]
    failed_tasks: Annotated[int, "Tasks that failed; Spark tried them again"]
    shuffle_bytes: Annotated[int, "Bytes written for shuffles"]
    spill_bytes: Annotated[int, "Bytes spilled to disk"]
    peak_memory: Annotated[int | None, "Greatest JVM heap of an executor, in bytes"]
    longest_task: Annotated[
        str | None, "The stage that waited longest for a single task, in words; null where none did"
    ] = None


@dataclass(frozen=True, slots=True)
class ReportedDataset:
    dataset: Annotated[str, "Name"]
    version: Annotated[str | None, "Data version that it belongs to"]
    logical_date: Annotated[str, "The UTC day that it is for"]
    rows: Annotated[int | None, "Rows"]
    bytes: Annotated[int | None, "Size of its files"]
    fingerprint: Annotated[str | None, "Equal for equal content"]
    age_seconds: Annotated[float | None, "From its newest row to the start of the run"]


@dataclass(frozen=True, slots=True)
class ReportedStage:
    name: Annotated[str, "Name"]
    seconds: Annotated[float, "How long it took"]
    last_seconds: Annotated[float | None, "How long it took in the last successful run"]
    counts: Annotated[dict[str, int], "What it wrote"]


@dataclass(frozen=True, slots=True)
class ReportedGate:
    id: Annotated[str, "Name"]
    level: Annotated[str, "block or warn"]
    value: Annotated[float | None, "What was measured"]
    limit: Annotated[float | None, "The limit that the value must keep"]
    baseline: Annotated[float | None, "The same figure of the live version"]
    passed: Annotated[bool, "Whether the limit was kept"]
    waived_by: Annotated[str | None, "Who waived it, and why"] = None
    message: Annotated[str, "What it found, in words"] = ""


@dataclass(frozen=True, slots=True)
class ReportedScore:
    level: Annotated[str, "title (a ranked list) or page (the composed page)"]
    slice: Annotated[str, "Of whom: all, cold, heavy, kids, a region"]
    model: Annotated[str, "What was scored: candidate, the last version, a baseline"]
    metric: Annotated[str, "Such as ndcg@10"]
    value: Annotated[float, "Mean"]
    low: Annotated[float | None, "Lower bound of the 95 % interval"]
    high: Annotated[float | None, "Upper bound of the 95 % interval"]
    users: Annotated[int, "How many profiles were scored"]


@dataclass(frozen=True, slots=True)
class ReportedDifference:
    """Paired: of the same profiles."""

    level: Annotated[str, "title or page"]
    slice: Annotated[str, "Of whom: all, cold, heavy, kids, a region"]
    against: Annotated[str, "What the candidate is compared with"]
    metric: Annotated[str, "Such as ndcg@10"]
    value: Annotated[float, "Candidate minus the other"]
    low: Annotated[float, "Lower bound of the 95 % interval"]
    high: Annotated[float, "Upper bound of the 95 % interval"]

    @property
    def verdict(self) -> str:
        """ "better", "worse", or "no clear difference" when the interval includes 0."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "no clear difference"


@dataclass(frozen=True, slots=True)
class ReportedEvaluation:
    scores: Annotated[tuple[ReportedScore, ...], "All scores"]
    differences: Annotated[tuple[ReportedDifference, ...], "Paired differences"]
    note: Annotated[str, "How it was measured"] = ""


@dataclass(frozen=True, slots=True)
class ReportedDetection:
    detector: Annotated[str, "Name, such as played_but_ranked_low"]
    summary: Annotated[str, "What was found, in words"]
    found: Annotated[int, "How many"]
    examples: Annotated[tuple[str, ...], "A few of them"]
    command: Annotated[str | None, "What explains them"]
    checked: Annotated[int | None, "How many were looked at; null where it could not be measured"] = None


@dataclass(frozen=True, slots=True)
class MarketCoverage:
    region: Annotated[str, "Region"]
    profiles: Annotated[int, "Sampled profiles"]
    with_list: Annotated[int, "Of them with a list of recommendations"]


@dataclass(frozen=True, slots=True)
class Histogram:
    edges: Annotated[tuple[float, ...], "One more than there are counts"]
    candidate: Annotated[tuple[int, ...], "Counts of this version"]
    live: Annotated[tuple[int, ...] | None, "Counts of the version that it is compared with"]


@dataclass(frozen=True, slots=True)
class ListFigures:
    profiles: Annotated[int, "Sampled profiles"]
    coverage: Annotated[float, "Share of sampled profiles with a list"]
    personal_share: Annotated[float, "Share of lists with a title that taste brought"]
    items_per_profile: Annotated[float, "Median titles in a list"]
    catalogue_share: Annotated[float | None, "Share of the catalogue in the sampled lists"]
    top_title_share: Annotated[float, "Share of lists with the most frequent title in front"]
    gini: Annotated[float, "Inequality of titles in first tens: 0 equal, 1 one title"]
    novelty: Annotated[float, "Mean of -log2 of the share of profiles shown a title in their first ten"]
    mean_age_days: Annotated[float | None, "Mean days since launch of titles in first tens"]
    markets: Annotated[tuple[MarketCoverage, ...], "By region, largest first"]
    scores: Annotated[Histogram, "Distribution of the scores in first tens"]
    long_tail: Annotated[tuple[int, ...], "Lists that hold a title in their first ten, by title, most first"]


@dataclass(frozen=True, slots=True)
class Mover:
    title_id: Annotated[str, "Title"]
    name: Annotated[str, "Its name"]
    before: Annotated[float, "Share of profiles with it in their first ten, before"]
    after: Annotated[float, "The same, after"]


@dataclass(frozen=True, slots=True)
class DatasetSize:
    dataset: Annotated[str, "Dataset"]
    unit: Annotated[str, "lists, titles or bytes"]
    before: Annotated[int | None, "Before"]
    after: Annotated[int | None, "After"]


@dataclass(frozen=True, slots=True)
class VersionDiff:
    before: Annotated[str, "Version before"]
    after: Annotated[str, "Version after"]
    profiles: Annotated[int, "Sampled profiles with a list in both"]
    overlap_at_10: Annotated[float | None, "Mean share of the first ten that both have"]
    kendall: Annotated[float | None, "Mean Kendall tau of the titles that both lists have: 1 the same order"]
    share_changed_first_screen: Annotated[float | None, "Share of profiles with another first six"]
    only_before: Annotated[int, "Sampled profiles with a list before alone"]
    only_after: Annotated[int, "Sampled profiles with a list after alone"]
    new_titles: Annotated[int, "Titles in first tens after alone"]
    lost_titles: Annotated[int, "Titles in first tens before alone"]
    gained: Annotated[tuple[Mover, ...], "Titles that gained most exposure"]
    lost: Annotated[tuple[Mover, ...], "Titles that lost most exposure"]
    sizes: Annotated[tuple[DatasetSize, ...], "Sizes of both"]


@dataclass(frozen=True, slots=True)
class SampleTitle:
    title_id: Annotated[str, "Title"]
    name: Annotated[str, "Its name"]
    palette: Annotated[tuple[str, ...], "Its three colours"]
    fresh: Annotated[bool, "In this row of one version alone"]


@dataclass(frozen=True, slots=True)
class SampleRow:
    heading: Annotated[str, "Heading of the row"]
    titles: Annotated[tuple[SampleTitle, ...], "First titles"]


@dataclass(frozen=True, slots=True)
class SamplePage:
    """`profile` is a persona's name, or "Viewer" and a number: real profiles are not named."""

    profile: Annotated[str, "Digest of the profile, or the id of an invented persona"]
    about: Annotated[str, "Region and why it was chosen"]
    before: Annotated[tuple[SampleRow, ...], "Rows by the version before"]
    after: Annotated[tuple[SampleRow, ...], "Rows by this version"]
    command: Annotated[str | None, "What explains it; personas alone"]


@dataclass(frozen=True, slots=True)
class Publication:
    is_live: Annotated[bool, "Whether readers used this version when the report was written"]
    pointer_from: Annotated[str | None, "Version before"]
    pointer_to: Annotated[str | None, "Live version when the report was written"]
    at: Annotated[ReportedInstant | None, "When the pointer moved"]
    by: Annotated[str, "Run or person that moved it"]


@dataclass(frozen=True, slots=True)
class NextCommand:
    command: Annotated[str, "To be typed"]
    purpose: Annotated[str, "What it is for"]


@dataclass(frozen=True, slots=True)
class Night:
    """For the timeline of freshness."""

    version: Annotated[str, "Published version"]
    newest_event_at: Annotated[str, "The newest event that it knows, UTC"]
    published_at: Annotated[str, "UTC"]
