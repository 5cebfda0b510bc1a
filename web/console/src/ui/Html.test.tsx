import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Html } from "./Html";

it("shows an article's HTML and opens what it links to in the same place", async () => {
  const open = vi.fn();
  render(<Html source={'<p>See <a href="article:refunds#s-how">refunds</a> <script>alert(1)</script></p>'} open={open} />);
  await userEvent.click(screen.getByText("refunds"));
  expect(open).toHaveBeenCalledWith("refunds", "s-how");
  expect(document.querySelector("script")).toBeNull();
});
