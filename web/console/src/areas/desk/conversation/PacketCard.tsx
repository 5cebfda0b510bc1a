import { Button, Collapse, UnstyledButton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconArrowRampRight, IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import type { Packet } from "../../../api/packet";
import { Ago } from "../../../ui/Time";
import { Facts, Why } from "../../../ui/Why";
import type { Opener } from "../article/useArticle";
import { readable, reasonWords } from "../words";
import css from "./Packet.module.css";

function Part({ name, isWords = true, children }: { name: string; isWords?: boolean; children: ReactNode }) {
  return (
    <div className={css.part}>
      <dt>{name}</dt>
      <dd dir={isWords ? "auto" : undefined}>{children}</dd>
    </div>
  );
}

function HalfDone({ of }: { of: NonNullable<Packet["half_done"]> }) {
  const filled = Object.entries(of.filled);
  const total = filled.length + of.missing.length;
  return (
    <>
      {readable(of.form)} {filled.length} of {total}
      <span className={css.steps} aria-hidden="true">
        {Array.from({ length: total }, (_, at) => (
          <i key={at} data-done={at < filled.length || undefined} />
        ))}
      </span>
      <span className={css.soft}>
        {filled.map(([name, value]) => `${readable(name)}: ${String(value)}`).join(" · ")}
        {of.missing.length > 0 &&
          ` · still missing: ${of.missing.map((name) => readable(name).toLowerCase()).join(", ")}`}
      </span>
    </>
  );
}

const HELPED = { true: "helped", false: "did not help", null: "shown" } as const;
const hasTried = ({ tried }: Packet): boolean => tried.actions.length + tried.articles.length > 0;

function TriedList({ packet: { tried }, open }: { packet: Packet; open: Opener }) {
  return (
    <ul className={css.tried}>
      {tried.actions.map((action) => (
        <li key={action}>{readable(action)}</li>
      ))}
      {tried.articles.map((article) => (
        <li key={`${article.article_id}-${article.revision}`}>
          <button type="button" className={css.article} onClick={() => open(article)}>
            <bdi>{article.title}</bdi>
          </button>{" "}
          <span className={css.inlineSoft}>{HELPED[`${article.helped}`]}</span>
        </li>
      ))}
    </ul>
  );
}

/** The facts and versions behind the handover. */
export function HandoffWhy({ packet }: { packet: Packet }) {
  return (
    <Why about="Why this was handed over">
      <p className={css.whyTitle}>{packet.reason.detail}</p>
      <Facts
        of={[
          ["Rule", packet.reason.rule],
          ["Reason code", packet.reason.code],
          ...Object.entries(packet.reason.facts).map(([name, value]) => [readable(name), String(value)] as const),
          ...Object.entries(packet.versions).map(([name, value]) => [readable(name), value] as const),
        ]}
      />
    </Why>
  );
}

interface Props {
  packet: Packet;
  open: Opener;
  /** Puts the suggested first reply into the box; null while the conversation is not yours. */
  insert: ((words: string) => void) | null;
}

/** What a person must know before the first word: nobody has to ask the customer again. */
export function PacketCard({ packet, open, insert }: Props) {
  const isNarrow = window.matchMedia("(width < 768px)").matches;
  const [isOpen, setOpen] = useLocalStorage({
    key: isNarrow ? "warmline.packet-open.narrow" : "warmline.packet-open",
    defaultValue: !isNarrow,
    getInitialValueInEffect: false,
  });
  const body = useId();
  return (
    <section className={css.card} aria-label="What happened so far">
      <div className={css.head}>
        <div className={css.headWords}>
          <IconArrowRampRight size={16} className={css.icon} aria-hidden="true" />
          <span className={css.reason} title={packet.reason.code}>
            {reasonWords(packet.reason.code)}
          </span>
          <span className={css.soft}>
            handed over <Ago at={packet.built_at} />
            <span className={css.made}> · written by the assistant</span>
          </span>
          <HandoffWhy packet={packet} />
        </div>
        <UnstyledButton
          className={css.toggle}
          aria-expanded={isOpen}
          aria-controls={body}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Less" : "More"}
          {isOpen ? <IconChevronUp size={14} aria-hidden="true" /> : <IconChevronDown size={14} aria-hidden="true" />}
        </UnstyledButton>
      </div>
      {!isOpen && packet.wants !== "" && (
        <p className={css.brief} dir="auto">
          {packet.wants}
        </p>
      )}
      <Collapse expanded={isOpen} id={body} transitionDuration={120}>
        <dl className={css.parts}>
          {packet.wants !== "" && (
            <Part name="Wants">
              <strong>{packet.wants}</strong>
            </Part>
          )}
          {hasTried(packet) && (
            <Part name="Tried">
              <TriedList packet={packet} open={open} />
            </Part>
          )}
          {packet.half_done !== null && (
            <Part name="Half done">
              <HalfDone of={packet.half_done} />
            </Part>
          )}
          <Part name="Summary">{packet.summary}</Part>
          {packet.suggested_first_reply !== "" && (
            <Part name="First reply" isWords={false}>
              <div className={css.first}>
                <p className={css.firstWords} dir="auto">
                  {packet.suggested_first_reply}
                </p>
                {insert !== null && (
                  <Button size="compact-xs" onClick={() => insert(packet.suggested_first_reply)}>
                    Insert
                  </Button>
                )}
              </div>
            </Part>
          )}
        </dl>
      </Collapse>
    </section>
  );
}
