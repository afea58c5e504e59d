"""Findings: failures with the same cause, on all targets, put together.

The cause is the key that the results carry: rule, kind of operation, and what kind of answer was
observed. A case without one is a finding of its own, on all targets on which it fails.
"""

from dataclasses import dataclass, field

from .program import size_of
from .results import Case

TIERS = ("contract", "linux", "exact")  # breaking a rule of a looser tier is worse


@dataclass
class Member:
    """A case that failed on a target."""

    run: str
    case: Case


@dataclass
class Finding:
    cause: str
    members: list = field(default_factory=list)  # the one with the smallest program first

    @property
    def case(self) -> Case:
        return self.members[0].case

    @property
    def run(self) -> str:
        return self.members[0].run

    @property
    def outcome(self) -> str:
        """The worst of the members: `crashed`, `failed` or `known`."""
        outcomes = {member.case.outcome for member in self.members}
        return next(outcome for outcome in ("crashed", "failed", "known") if outcome in outcomes)

    @property
    def tier(self) -> str:
        """The loosest tier that any member breaks; empty if no tier has to do with it."""
        tiers = [member.case.deviation["tier"] for member in self.members if member.case.deviation]
        return min(tiers, key=TIERS.index, default="")

    @property
    def rules(self) -> list:
        """(id, sentence) of the rules that any tier names for the smallest case."""
        deviation = self.case.deviation
        return [(rule["id"], rule["text"]) for rule in deviation["rules"]] if deviation else []

    def case_ids(self) -> list:
        return sorted({member.case.id for member in self.members})

    def severity(self) -> tuple:
        """Sorts the worst first."""
        outcome = ("crashed", "failed", "known").index(self.outcome)
        tier = TIERS.index(self.tier) if self.tier else -1
        return outcome == 2, tier, outcome, -len(self.members), self.cause, self.case.id


def findings_of(runs: list) -> list:
    """The findings of all runs, the worst first."""
    findings: dict = {}
    for run in runs:
        for case in run.cases:
            if case.is_finding:
                key = ("cause", case.cause) if case.cause else ("case", case.id)
                findings.setdefault(key, Finding(case.cause)).members.append(Member(run.name, case))
    for finding in findings.values():
        # Of equal programs, one that nobody expected to fail comes first; then the first target.
        finding.members.sort(key=lambda member: (
            bool(member.case.expected), size_of(member.case.program), member.case.id))
    return sorted(findings.values(), key=Finding.severity)


def sentence_of(case: Case) -> str:
    """One sentence about what went wrong (as failure_sentence in findings.cc)."""
    if case.deviation:
        for finding in case.deviation["findings"]:
            if not finding["permits"]:
                others = "" if finding["allowed_complete"] else " or others"
                return (f"step {finding['step']}: {case.deviation['operation']} answers "
                        f"{finding['observed']}, tier {finding['tier']} allows "
                        f"{' or '.join(finding['allowed'])}{others}")
    if case.disagreements:
        last = case.disagreements[-1]  # that with the target
        return f"step {last['step']}: {last['between']} disagree: {last['text']}"
    return case.reason
