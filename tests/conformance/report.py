"""What came of the check, role by role, in words."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple


class Failure(NamedTuple):
    operation: str  # "GET /api/v1/castings"
    check: str
    title: str


@dataclass
class Report:
    """One role's: how many cases there were, and the first example of each failure."""

    role: str
    statuses: Counter = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)  # operations
    succeeded: set[str] = field(default_factory=set)  # those that also answered 2xx or 3xx
    failures: dict[Failure, str] = field(default_factory=dict)

    def count(self, operation: str, status: int) -> None:
        self.statuses[status] += 1
        self.asked.add(operation)
        if status < 400:
            self.succeeded.add(operation)


def tell(reports: list[Report]) -> int:
    """Print the reports; the exit status: 1 with a failure, or when a role had no case."""
    for report in reports:
        statuses = ", ".join(f"{count} × {status}" for status, count in sorted(report.statuses.items()))
        asked, succeeded = len(report.asked), len(report.succeeded)
        print(f"{report.role}: {report.statuses.total()} cases, {asked} operations, {succeeded} of them with success")
        print(f"    {statuses}")
    roles, examples = defaultdict(list), {}
    for report in reports:
        for failure, example in report.failures.items():
            roles[failure].append(report.role)
            examples.setdefault(failure, example)
    for failure in sorted(examples):
        print(f"\n{failure.operation} as {', '.join(roles[failure])}: {failure.check}: {failure.title}")
        print(examples[failure])
    never = set.intersection(*({*report.asked} - report.succeeded for report in reports))
    print(f"\nnever with success: {', '.join(sorted(never)) or 'none'}")
    print(f"{len(examples)} failures")
    return int(bool(examples) or not all(report.statuses for report in reports))
