import { describe, expect, it } from "vitest";
import { translation } from "../testing";
import { nextStep, stateSentence, whoCan } from "./moves";

describe("the next step of a text", () => {
  it("follows its state, if the server lets this person", () => {
    expect(nextStep(translation(2, "a"))).toEqual({ step: "submit", may: true, because: null });
    expect(nextStep(translation(2, "a", { state: "approved", may: ["publish"] })).step).toBe("publish");
    expect(nextStep(translation(2, "a", { state: "published", may: ["save"] })).step).toBeNull();
  });

  it("says in the server's words why it cannot be made", () => {
    const because = "Another person has to approve this: you wrote it.";
    const own = translation(2, "a", { state: "in_review", may: ["withdraw"], why_not: { approve: because } });
    expect(nextStep(own)).toEqual({ step: "approve", may: false, because });
  });

  it("says who can where a right is missing", () => {
    expect(whoCan("You need the permission knowledge.approve to approve it.")).toBe("Approvers can approve it.");
    expect(whoCan("Readers see no revision of it.")).toBe("Readers see no revision of it.");
  });

  it("tells what readers see meanwhile", () => {
    expect(stateSentence(translation(4, "a", { published: 3 }))).toContain("Readers still see revision 3");
    expect(stateSentence(translation(4, "a"))).toContain("Readers do not see it yet");
  });
});
