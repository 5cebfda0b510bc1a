import { expect, test } from "vitest";
import { ahead, relative, span, stamp } from "./time";

const NOW = new Date(2026, 4, 12, 15, 0, 0).getTime();

test("times are told as people tell them", () => {
  expect(relative(NOW - 5_000, NOW, "en")).toBe("now");
  expect(relative(NOW - 5 * 60_000, NOW, "en")).toBe("5 min. ago");
  expect(relative(NOW - 26 * 3_600_000, NOW, "en")).toBe("yesterday");
  expect(relative(NOW - 30 * 86_400_000, NOW, "en-GB")).toBe("12 Apr 2026");
});

test("times to come are told as people tell them, and past ones are past", () => {
  expect(ahead(NOW + 5 * 60_000, NOW, "en")).toBe("in 5 min.");
  expect(ahead(NOW + 26 * 3_600_000, NOW, "en")).toBe("tomorrow");
  expect(ahead(NOW + 30 * 86_400_000, NOW, "en-GB")).toBe("11 Jun 2026");
  expect(ahead(NOW - 26 * 3_600_000, NOW, "en")).toBe("yesterday");
});

test("spans have one unit", () => {
  expect([5_000, 125_000, 7_300_000, 200_000_000].map(span)).toEqual(["5 s", "2 m", "2 h", "2 d"]);
});

test("today needs no date", () => {
  expect(stamp(NOW - 3_600_000, NOW, "en-GB")).toBe("14:00");
  expect(stamp(NOW - 3 * 86_400_000, NOW, "en-GB")).toBe("9 May, 15:00");
});
