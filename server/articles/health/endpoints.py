"""The knowledge base's health over HTTP: what was found, what is done about it, and how workflows are covered."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from server.access import repository as access
from server.access.guard import Needs, Principal
from server.articles import repository, tasks
from server.articles.contributions.due import due
from server.articles.health import findings
from server.articles.health.coverage import coverage
from server.articles.health.findings import Kind, State
from server.articles.pages import Cursor, Limit, cursor_of, opened
from server.articles.tasks import Task, task_out
from server.house import Wired
from server.kit.errors import Conflict
from server.store.base import Row

router = APIRouter(prefix="/api/v1/knowledge-health", tags=["knowledge health"])
Editing = Annotated[Principal, Depends(Needs("knowledge.edit"))]
Reader = Annotated[Principal, Depends(Needs("knowledge.search"))]
TASK_DAYS = 5
Listed = Literal["open", "tasked", "ignored", "gone"]


class Check(BaseModel):
    """A measurement: how far it is, or what it found. `error` names looks that could not see."""

    id: UUID
    state: Literal["running", "done", "failed"]
    step: str
    done: int
    total: int
    counts: dict[str, int]
    error: str | None
    by: str
    started_at: datetime
    finished_at: datetime | None


class Health(BaseModel):
    """How many findings there are by kind and state, when they were measured last, and the newest measurement."""

    counts: dict[str, dict[str, int]]
    measured_at: datetime | None
    check: Check | None


class ArticleOfFinding(BaseModel):
    """The article that a finding is about."""

    id: str
    locale: str
    title: str


class Finding(BaseModel):
    """Something to look at; `data` says more by kind, `weight` is what the list is ordered by."""

    key: str
    kind: Kind
    weight: float
    title: str
    data: dict[str, Any]
    first_at: datetime
    last_at: datetime
    state: State
    decided_by: str | None
    reason: str | None
    article: ArticleOfFinding | None


class FindingPage(BaseModel):
    """Findings, heaviest first."""

    items: list[Finding]
    next_cursor: str | None
    total: int


class TaskIn(BaseModel):
    """Make a finding somebody's task; without an owner the article's owner gets it."""

    key: str = Field(max_length=findings.KEY_LENGTH)
    owner_id: UUID | None = None
    due_at: AwareDatetime | None = None


class IgnoreIn(BaseModel):
    """Take a finding off the list until it says something else, and say why."""

    key: str = Field(max_length=findings.KEY_LENGTH)
    reason: str = Field(min_length=1, max_length=2_000)


class WorkflowOut(BaseModel):
    """One workflow: questions of the last ninety days, the share answered, articles about it, gaps in it."""

    intent: str
    title: str
    questions: int
    answered: int
    share: float | None
    articles: int
    types: dict[str, int]
    gaps: int


class Coverage(BaseModel):
    """Every workflow, most asked first, and how many published articles of each type there are."""

    workflows: list[WorkflowOut]
    types: dict[str, int]


class AlreadyTasked(Conflict):
    """Somebody works on this finding."""

    code = "already_tasked"

    def __init__(self, task: Row) -> None:
        super().__init__("Somebody works on this already.", task_id=str(task["id"]), owner=task["owner"])


@router.get("")
async def health(me: Reader, house: Wired) -> Health:
    """Return how the knowledge base stands."""
    async with house.store.reading() as db:
        counts = await findings.counts(db)
    newest, done = await house.health.newest(), await house.health.newest(state="done")
    return Health(
        counts=counts,
        measured_at=done["finished_at"] if done else None,
        check=Check.model_validate(newest) if newest else None,
    )


@router.post("/refresh", status_code=202)
async def refresh(me: Editing, house: Wired) -> Check:
    """Measure now, in the background."""
    return Check.model_validate(await house.health.start(me.name))


@router.get("/findings")
async def found(
    me: Reader,
    house: Wired,
    kind: Kind | None = None,
    state: Listed | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FindingPage:
    """List findings, heaviest first; without a state, those that are open or worked on."""
    states: list[State] = [state] if state else ["open", "tasked"]
    after = opened(cursor, (float, str)) if cursor is not None else None
    async with house.store.reading() as db:
        rows, total = await findings.page(
            db, kind=kind, states=states, limit=limit, after=(after[0], after[1]) if after else None
        )
        page = rows[:limit]
        items = [_out(row, await _article(db, row)) for row in page]
    more = cursor_of((page[-1]["weight"], page[-1]["key"])) if len(rows) > limit else None
    return FindingPage(items=items, next_cursor=more, total=total)


@router.post("/findings/task", status_code=201)
async def make_task(wanted: TaskIn, me: Editing, house: Wired) -> Task:
    """Make a finding somebody's task."""
    now = house.clock()
    async with house.store.writing() as db:
        row = await findings.needed(db, wanted.key, lock=True)
        if (task := await tasks.open_of_finding(db, wanted.key)) is not None:
            raise AlreadyTasked(task)
        article_id = row["data"].get("article_id") or row["data"].get("nearest")
        known = await repository.article(db, article_id) if article_id else None
        owner_id = wanted.owner_id
        if owner_id is None and known is not None and known["owner_id"] is not None:
            owner_id = known["owner_id"] if await repository.agent(db, known["owner_id"]) else None
        task = await tasks.make(
            db,
            ids=house.ids,
            kind=row["kind"],
            title=row["title"],
            owner_id=owner_id,
            due_at=wanted.due_at or due(now, TASK_DAYS),
            by=me.name,
            by_id=me.id,
            now=now,
            data={"finding": row["data"]},
            finding=row["key"],
            article_id=row["data"].get("article_id"),
            locale=row["data"].get("locale"),
        )
        await findings.change(db, row["key"], state="tasked", decided_by=me.name)
        await _audit(db, house, me, "finding.tasked", row["key"], {"task": str(task["id"])})
    return task_out(task, now)


@router.post("/findings/ignore")
async def ignore(wanted: IgnoreIn, me: Editing, house: Wired) -> Finding:
    """Take a finding off the list, with a reason."""
    async with house.store.writing() as db:
        row = await findings.ignore(db, wanted.key, by=me.name, reason=wanted.reason)
        await _audit(db, house, me, "finding.ignored", wanted.key, {"reason": wanted.reason})
        return _out(row, await _article(db, row))


@router.get("/coverage")
async def covered(me: Reader, house: Wired) -> Coverage:
    """Return how well each workflow is covered."""
    async with house.store.reading() as db:
        flows, types = await coverage(db, now=house.clock())
    return Coverage(
        workflows=[
            WorkflowOut(
                intent=flow.intent,
                title=flow.title,
                questions=flow.questions,
                answered=flow.answered,
                share=flow.share,
                articles=len(flow.articles),
                types=dict(flow.types),
                gaps=flow.gaps,
            )
            for flow in flows
        ],
        types=types,
    )


def _out(row: Row, article: ArticleOfFinding | None) -> Finding:
    hidden = {"digest", "ignored", "middle"}
    data = {name: value for name, value in row["data"].items() if name not in hidden}
    return Finding.model_validate({**row, "data": data, "article": article})


async def _article(db: Any, row: Row) -> ArticleOfFinding | None:
    article_id, locale = row["data"].get("article_id"), row["data"].get("locale")
    if not article_id or not locale:
        return None
    found = await repository.translation(db, article_id, locale)
    return ArticleOfFinding(id=article_id, locale=locale, title=found["title"]) if found else None


async def _audit(db: Any, house: Wired, me: Principal, action: str, target: str, data: dict[str, Any]) -> None:
    await access.audit(
        db,
        id=house.ids(),
        at=house.clock(),
        actor=me.email or me.name,
        action=action,
        target=target,
        data=data,
    )
