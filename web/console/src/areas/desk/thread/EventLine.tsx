import {
  IconArrowBackUp,
  IconArrowRampRight,
  IconBan,
  IconBuilding,
  IconCircleCheck,
  IconFlag,
  IconInfoCircle,
  IconPlugX,
  IconRefresh,
  IconUserCheck,
} from "@tabler/icons-react";
import type { Line, Subject } from "@warmline/kit/thread";
import type { DecisionMade } from "@warmline/wire/frames";
import { memo, type ReactNode } from "react";
import { Stamp } from "../../../ui/Time";
import { Facts, Why } from "../../../ui/Why";
import { outcomeWords, readable, reasonWords } from "../words";
import css from "./Thread.module.css";

const ICONS: Readonly<Record<Subject, typeof IconFlag>> = {
  started: IconFlag,
  handoff: IconArrowRampRight,
  assigned: IconUserCheck,
  given_back: IconArrowBackUp,
  closed: IconCircleCheck,
  reopened: IconRefresh,
  notice: IconInfoCircle,
  dropped: IconBan,
  decision: IconInfoCircle,
  bot_failed: IconPlugX,
  company: IconBuilding,
};

const COMPANY = { done: "done", refused: "refused", failed: "failed" } as const;

function sentence(line: Line): ReactNode {
  switch (line.subject) {
    case "started":
      return "Conversation started";
    case "handoff":
      return <>Handed over: {reasonWords(line.detail ?? "").toLowerCase()}</>;
    case "assigned":
      return <>{line.name ?? "An agent"} took the conversation</>;
    case "given_back":
      return "Given back to the assistant";
    case "closed":
      return <>{outcomeWords(line.detail ?? "closed")}</>;
    case "reopened":
      return "Opened again";
    case "dropped":
      return "A reply of the assistant was not sent, because the conversation had left it";
    case "bot_failed":
      return <>The assistant did not answer ({readable(line.detail ?? "error").toLowerCase()})</>;
    case "company":
      return (
        <>
          {readable(line.detail ?? "company")}:{" "}
          {line.text === null
            ? "asked"
            : (COMPANY[line.text as keyof typeof COMPANY] ?? readable(line.text).toLowerCase())}
        </>
      );
    case "notice":
    case "decision":
      return line.text;
  }
}

interface Props {
  line: Line;
  decision: Line | null;
  full: DecisionMade | null;
}

/** One thing that happened, as a quiet line; automatic ones can say why. */
export const EventLine = memo(function EventLine({ line, decision, full }: Props) {
  const Icon = ICONS[line.subject];
  return (
    <div className={css.event} data-subject={line.subject}>
      <Icon size={14} aria-hidden="true" />
      <span>{sentence(line)}</span>
      <Stamp at={line.at} />
      {line.subject === "handoff" && decision !== null && (
        <Why about="Why this was handed over">
          <p className={css.whyTitle}>{reasonWords(line.detail ?? "")}</p>
          <p className={css.whyMade}>{decision.text}</p>
          <Facts
            of={[
              ["Rule", decision.detail],
              ["Code", line.detail],
              ...Object.entries(full?.facts ?? {}).map(([name, value]) => [readable(name), String(value)] as const),
            ]}
          />
        </Why>
      )}
      {line.subject === "dropped" && line.text !== null && (
        <Why about="Which reply was not sent" label="show">
          <p className={css.whyMade} dir="auto">
            {line.text}
          </p>
        </Why>
      )}
    </div>
  );
});
