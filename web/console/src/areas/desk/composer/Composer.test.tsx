import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useRef } from "react";
import { describe, expect, it } from "vitest";
import { type Link } from "../../../realtime/link";
import { useLink } from "../../../realtime/LinkProvider";
import { draw } from "../../../testing/app";
import { suggestion } from "../../../testing/builders";
import { Composer } from "./Composer";
import { useDraft } from "./useDraft";

let link: Link;

function Rig({ mayReply = true }: { mayReply?: boolean }) {
  link = useLink();
  const box = useRef<HTMLTextAreaElement>(null);
  const { draft, change, insert } = useDraft("robin", "c1", box);
  return (
    <>
      <Composer conversation="c1" customer="Ana" draft={draft} change={change} box={box} mayReply={mayReply} mayNote />
      <button type="button" onClick={() => insert("Within 30 days.", suggestion())}>
        Put it in
      </button>
    </>
  );
}

const outbox = () => link.outbox.read().map(({ body }) => body);

describe("the box to write in", () => {
  it("sends once with Enter, however often it is pressed, and is empty then", async () => {
    draw(<Rig />);
    await userEvent.type(screen.getByRole("textbox"), "Hello Ana{Enter}{Enter}");
    expect(outbox()).toEqual([{ conversation_id: "c1", kind: "reply", text: "Hello Ana", citations: [] }]);
    expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("");
  });

  it("begins a new line with Shift Enter", async () => {
    draw(<Rig />);
    await userEvent.type(screen.getByRole("textbox"), "one{Shift>}{Enter}{/Shift}two");
    expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("one\ntwo");
  });

  it("takes a suggestion at the cursor and sends its source along, unless it is removed", async () => {
    draw(<Rig />);
    const box = screen.getByRole<HTMLTextAreaElement>("textbox");
    await userEvent.type(box, "Hi Ana. Bye.");
    box.setSelectionRange(7, 7);
    await userEvent.click(screen.getByRole("button", { name: "Put it in" }));
    expect(box.value).toBe("Hi Ana. Within 30 days. Bye.");
    await userEvent.click(screen.getByRole("button", { name: /^Send/ }));
    expect(outbox()[0]?.citations).toMatchObject([
      { article_id: "refunds", revision: 12, suggestion_id: "s1", edited: false },
    ]);

    await userEvent.click(screen.getByRole("button", { name: "Put it in" }));
    await userEvent.click(screen.getByRole("button", { name: "Remove the source Refunds" }));
    await userEvent.click(screen.getByRole("button", { name: /^Send/ }));
    expect(outbox()[1]?.citations).toEqual([]);
  });

  it("only takes notes while the conversation is not mine", async () => {
    draw(<Rig mayReply={false} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Note for colleagues" }), "look at the invoice{Enter}");
    expect(outbox()).toMatchObject([{ kind: "note", text: "look at the invoice" }]);
    expect(screen.queryByText("Reply")).toBeNull();
  });
});
