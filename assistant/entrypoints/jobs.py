"""The changes that an operator asks for, in one form for the command line and for the server that runs beside it."""

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from assistant.errors import AssistantError
from assistant.hygiene.report import AuditReport
from assistant.indexing.embedding import Progress
from assistant.ingestion.crawler import CrawlLimits
from assistant.types import Approval, Value

if TYPE_CHECKING:
    from assistant.service import Assistant


AUDITED_PASSAGES = 10_000
"""A larger knowledge base is audited only when `assistant audit` asks for it: that takes a while."""


class Job(Value):
    """A job by name, with arguments that JSON takes. Paths are absolute: the server has another working directory."""

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


def run_job(bot: "Assistant", job: Job, progress: Progress | None) -> dict[str, Any]:
    """Do a job and return its report, ready for JSON.

    Raises:
        AssistantError: The job failed, or there is none of this name.
    """
    run = JOBS.get(job.name)
    if run is None:
        raise AssistantError(f"there is no job {job.name!r}; use one of {', '.join(sorted(JOBS))}")
    return run(bot, job.arguments, progress)


def _ingest(bot: "Assistant", arguments: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    sources, site = arguments["sources"], bool(arguments.get("whole_site"))
    limits = CrawlLimits(**arguments.get("limits", {}))
    if arguments.get("dry_run"):
        return bot.plan(*sources, whole_site=site, limits=limits).model_dump(mode="json")
    allowed = bool(arguments.get("allow_mass_removal"))
    report = bot.ingest(*sources, whole_site=site, limits=limits, allow_mass_removal=allowed, progress=progress)
    changed = report.added or report.changed or report.removed
    audited = changed and report.passages <= AUDITED_PASSAGES
    return report.model_dump(mode="json") | ({"hygiene": _counts(bot.audit())} if audited else {})


def _counts(report: AuditReport) -> dict[str, int]:
    groups = ("held", "contradictions", "validity", "near_duplicates", "sizes", "unowned")
    return {group: len(getattr(report, group)) for group in groups}


def _reindex(bot: "Assistant", arguments: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    return bot.reindex(arguments.get("embedder"), progress).model_dump(mode="json")


def _rollback(bot: "Assistant", _arguments: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    return bot.rollback(progress).model_dump(mode="json")


def _check(bot: "Assistant", _arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    report = bot.check()
    if report is None:
        raise AssistantError("nothing was ingested yet; run `assistant ingest PATH...`")
    return report.model_dump(mode="json")


def _forget(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return bot.forget(arguments.get("document"), source=arguments.get("source")).model_dump(mode="json")


def _release(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    released = bot.release(str(arguments["passage"]))
    if not released:
        raise AssistantError(
            f"no passage {arguments['passage']!r} is held back; `assistant audit` lists those that are"
        )
    return {"released": released}


def _tune(bot: "Assistant", arguments: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    if arguments.get("remove"):
        return bot.remove_tuning().model_dump(mode="json")
    fine_tune, dry_run = bool(arguments.get("fine_tune")), bool(arguments.get("dry_run"))
    return bot.tune(fine_tune=fine_tune, dry_run=dry_run, progress=progress).model_dump(mode="json")


def _show_customer(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    file = bot.customers.file(str(arguments["customer"]))
    return file.customer.model_dump(mode="json") | {"conversations": len(file.conversations)}


def _export_customer(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return bot.customers.file(str(arguments["customer"])).model_dump(mode="json")


def _forget_customer(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    customer, whole = str(arguments["customer"]), bool(arguments.get("conversations"))
    return bot.customers.forget(customer, conversations=whole).model_dump(mode="json")


def _gaps(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return {"gaps": [one.model_dump(mode="json") for one in bot.learning.gaps(arguments.get("days"))]}


def _draft_gap(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return bot.learning.draft(str(arguments["gap"]), rewrite=bool(arguments.get("rewrite"))).model_dump(mode="json")


def _approve_gap(bot: "Assistant", arguments: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    until = arguments.get("valid_until")
    report = bot.learning.approve(
        str(arguments["gap"]),
        arguments.get("text"),
        owner=str(arguments.get("owner") or ""),
        valid_until=date.fromisoformat(until) if until else None,
        progress=progress,
    )
    return report.model_dump(mode="json")


def _dismiss_gap(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return bot.learning.dismiss(str(arguments["gap"])).model_dump(mode="json")


def _reopen_gap(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return bot.learning.reopen(str(arguments["gap"])).model_dump(mode="json")


def _approved(bot: "Assistant", _arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return {"approved": [one.model_dump(mode="json") for one in bot.approvals.all()]}


def _approve(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    try:
        approval = Approval.model_validate(arguments)
    except ValidationError as error:
        raise AssistantError("; ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())) from error
    return bot.approvals.add(approval).model_dump(mode="json")


def _retire_approved(bot: "Assistant", arguments: dict[str, Any], _progress: Progress | None) -> dict[str, Any]:
    return bot.approvals.retire(str(arguments["name"])).model_dump(mode="json")


JOBS = {
    "approved": _approved,
    "approve": _approve,
    "retire_approved": _retire_approved,
    "ingest": _ingest,
    "reindex": _reindex,
    "rollback": _rollback,
    "check": _check,
    "forget": _forget,
    "release": _release,
    "tune": _tune,
    "show_customer": _show_customer,
    "export_customer": _export_customer,
    "forget_customer": _forget_customer,
    "gaps": _gaps,
    "draft_gap": _draft_gap,
    "approve_gap": _approve_gap,
    "dismiss_gap": _dismiss_gap,
    "reopen_gap": _reopen_gap,
}
