import { act, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { draw } from "../../../../testing/app";
import { article, translation } from "../testing";
import { EMPTY } from "./content";
import { draftKey, loadDraft } from "./drafts";
import { useWriting, type Writing } from "./useWriting";

let writing: Writing;

function Rig() {
  writing = useWriting(article(), "en", translation(3, "Return it."), EMPTY, null);
  return (
    <>
      <textarea
        aria-label="Text"
        value={writing.now.content.text}
        onChange={(event) => writing.step({ type: "write", part: { text: event.currentTarget.value } })}
      />
      <p>{writing.dirty ? "unsaved" : "saved"}</p>
    </>
  );
}

/** Answers the next requests; remembers what was sent. */
function server(status: number, body: unknown): { sent: unknown[] } {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "PUT") sent.push(await request.json());
    return Response.json(body, { status: request.method === "PUT" ? status : 404 });
  });
  return { sent };
}

afterEach(() => vi.unstubAllGlobals());

describe("saving a text", () => {
  it("stores what is written as the revision after the one it began from", async () => {
    const { sent } = server(200, translation(4, "Return it soon."));
    draw(<Rig />);
    await userEvent.type(screen.getByLabelText("Text"), "{Backspace} soon.");
    expect(screen.getByText("unsaved")).toBeTruthy();
    await act(() => writing.save("why"));
    expect(sent).toMatchObject([{ base: 3, note: "why", source_revision: null, content: { text: "Return it soon." } }]);
    expect(screen.getByText("saved")).toBeTruthy();
    expect(writing.now.base).toBe(4);
  });

  it("somebody else's save in between asks for a decision, and no word is lost", async () => {
    server(409, {
      code: "revision_conflict",
      detail: "Somebody saved.",
      base: 3,
      latest: 4,
      latest_author: "Kim",
      latest_at: "2026-05-12T11:00:00Z",
    });
    draw(<Rig />);
    await userEvent.type(screen.getByLabelText("Text"), " Mine.");
    await act(() => writing.save());
    expect(writing.conflict).toEqual({ base: 3, latest: 4, author: "Kim", at: "2026-05-12T11:00:00Z" });
    expect(writing.now.content.text).toBe("Return it. Mine.");
    expect(writing.dirty).toBe(true);
  });

  it("without a server it says so, and the text waits on this device", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    draw(<Rig />);
    await userEvent.type(screen.getByLabelText("Text"), " Mine.");
    await act(() => writing.save());
    await waitFor(() => expect(writing.problem?.code).toBe("unreachable"));
    window.dispatchEvent(new Event("pagehide"));
    expect(loadDraft("robin", draftKey("returns", "en"))).toMatchObject({
      base: 3,
      content: { text: "Return it. Mine." },
    });
  });

  it("does not send what the server would refuse", async () => {
    const { sent } = server(200, translation(4, ""));
    draw(<Rig />);
    await userEvent.clear(screen.getByLabelText("Text"));
    expect(writing.missing).toBe("An article says something.");
    await act(() => writing.save());
    expect(sent).toEqual([]);
  });
});
