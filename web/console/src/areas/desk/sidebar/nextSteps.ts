import type { ConversationSummary } from "@warmline/wire/frames";
import type { Packet } from "../../../api/packet";
import { readable } from "../words";

/** What is left to do, read from the packet: promises, unfinished forms, an identity that is not proven. */
export function nextSteps(packet: Packet | null, line: ConversationSummary): string[] {
  if (line.state === "closed" || packet === null) return [];
  const form = packet.half_done;
  return [
    ...packet.promised.map((promise) => `Promised: ${promise}`),
    ...(form !== null && form.missing.length > 0
      ? [
          `Finish the ${readable(form.form).toLowerCase()}: ${form.missing.map((name) => readable(name).toLowerCase()).join(", ")}`,
        ]
      : []),
    ...(line.customer.level === "verified" ? [] : ["Confirm who the customer is before changing anything"]),
  ];
}
