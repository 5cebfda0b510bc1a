import type { ConversationSummary, Suggestion } from "@warmline/wire/frames";
import type { ReactNode } from "react";
import type { DeskThread } from "../../../realtime/deskThread";
import { Await } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import type { Opener } from "../article/useArticle";
import { HandoffWhy } from "../conversation/PacketCard";
import type { PacketState } from "../conversation/usePacket";
import { reasonWords } from "../words";
import { CustomerCard } from "./CustomerCard";
import { MoodLine } from "./MoodLine";
import { nextSteps } from "./nextSteps";
import css from "./Sidebar.module.css";
import { Suggestions } from "./Suggestions";

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.section}>
      <h2 className={css.heading}>{title}</h2>
      {children}
    </section>
  );
}

interface Props {
  line: ConversationSummary;
  thread: DeskThread;
  packet: PacketState;
  /** Null while the conversation is not yours. */
  insert: ((words: string, from: Suggestion) => void) | null;
  open: Opener;
}

/** What helps to answer: why it is here, what to say, who it is, what is left to do. */
export function Sidebar({ line, thread, packet, insert, open }: Props) {
  const ready = packet.name === "ready" ? packet.packet : null;
  const steps = nextSteps(ready, line);
  return (
    <div className={css.sidebar}>
      {(line.reason !== null || thread.moods.length > 0) && (
        <Section title={line.reason === null ? "Mood" : "Why handed over"}>
          {line.reason !== null && (
            <p className={css.reason}>
              {reasonWords(line.reason)} {ready && <HandoffWhy packet={ready} />}
            </p>
          )}
          <MoodLine points={thread.moods} />
        </Section>
      )}
      <Section title="Suggestions">
        <Suggestions conversation={line.id} offered={thread.offered} insert={insert} open={open} />
      </Section>
      <Section title="Customer">
        {packet.name === "loading" && <Await what="Loading the customer" />}
        {packet.name === "failed" && <ProblemNote problem={packet.problem} retry={packet.retry} />}
        <CustomerCard customer={thread.customer ?? line.customer} packet={ready} line={line} />
      </Section>
      {steps.length > 0 && (
        <Section title="Next steps">
          <ul className={css.steps}>
            {steps.map((step) => (
              <li key={step} dir="auto">
                {step}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
