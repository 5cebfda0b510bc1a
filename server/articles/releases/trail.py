"""What a release leaves in the audit trail."""

from dataclasses import dataclass
from typing import Any

from knowledge.types import ReleaseInfo
from server.articles.people import Editor
from server.articles.releases.building import Job
from server.articles.releases.wanted import Key
from server.kit.clock import Clock
from server.kit.ids import Ids


@dataclass(frozen=True, slots=True)
class Trail:
    """Makes entries; they are stored in the transaction that they tell of."""

    clock: Clock
    ids: Ids

    def of(self, job: Job, info: ReleaseInfo, gate: dict[str, Any] | None) -> list[dict[str, Any]]:
        """Return an entry for the release, for a gate that was overridden, and for each article that changes."""
        what = "release.served" if job.serve else "release.kept"
        data = {"number": job.number, "base": job.plan.base, "note": job.note, "changes": len(job.plan.changes)}
        entries = [self.entry(job.by, what, f"release:{info.id}", data)]
        if gate is not None and gate["overridden"] is not None:
            lost = [one["query_id"] for one in gate["lost"]]
            reason = {"number": job.number, "reason": job.override, "why": gate["why"], "lost": lost}
            entries.append(self.entry(job.by, "release.gate_overridden", f"release:{info.id}", reason))
        if not job.serve:
            return entries
        for key, revision in job.plan.put.items():
            entries.append(self._about(job, info, key, "article.published", {"revision": revision}))
        for key, why in job.plan.drop.items():
            action = "article.expired" if why == "expire" else "article.retired"
            entries.append(self._about(job, info, key, action, {"revision": job.plan.before.get(key)}))
        return entries

    def _about(self, job: Job, info: ReleaseInfo, key: Key, action: str, data: dict[str, Any]) -> dict[str, Any]:
        return self.entry(job.by, action, f"article:{key[0]}:{key[1]}", data | {"release": info.id})

    def entry(self, by: Editor, action: str, target: str, data: dict[str, Any]) -> dict[str, Any]:
        """Return one entry."""
        return {
            "id": self.ids(),
            "at": self.clock(),
            "actor": by.actor,
            "action": action,
            "target": target,
            "data": data,
        }
