import { ActionIcon, Button, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowLeft,
  IconCheck,
  IconLayoutSidebarRight,
  IconRosetteDiscountCheck,
} from "@tabler/icons-react";
import { span } from "@warmline/kit/time";
import type { ConversationSummary } from "@warmline/wire/frames";
import { Link } from "react-router";
import { useNow } from "../../../ui/now";
import { Ago } from "../../../ui/Time";
import { age } from "../list/lines";
import listCss from "../list/List.module.css";
import { accountWords, channelWords, customerName, levelWords } from "../words";
import css from "./Conversation.module.css";
import type { Move } from "./useMoves";

function Waits({ since }: { since: string }) {
  const now = useNow(1_000);
  const waited = now - Date.parse(since);
  return (
    <span className={listCss.waiting} data-age={age(waited)}>
      waiting {span(waited)}
    </span>
  );
}

function Standing({ line, me }: { line: ConversationSummary; me: string }) {
  switch (line.state) {
    case "waiting":
      return <Waits since={line.waiting_since ?? line.updated_at} />;
    case "with_agent":
      return (
        <>
          {line.agent?.id === me ? (
            "with you"
          ) : (
            <>
              with <bdi>{line.agent?.name ?? "an agent"}</bdi>
            </>
          )}
        </>
      );
    case "with_bot":
      return <>with the assistant</>;
    case "closed":
      return (
        <>
          closed <Ago at={line.closed_at ?? line.updated_at} />
        </>
      );
  }
}

interface Props {
  line: ConversationSummary;
  me: string;
  back: string;
  moves: ReadonlySet<Move>;
  busy: Move | null;
  make: (move: Move) => void;
  toggleSidebar: () => void;
}

export function Header({ line, me, back, moves, busy, make, toggleSidebar }: Props) {
  return (
    <header className={css.header}>
      <ActionIcon component={Link} to={back} className={css.back ?? ""} aria-label="Back to the list">
        <IconArrowLeft size={18} aria-hidden="true" />
      </ActionIcon>
      <div className={css.title}>
        <h1 className={css.name}>
          <bdi>{customerName(line.customer)}</bdi>
          {line.customer.level === "verified" && (
            <Tooltip label={levelWords("verified")}>
              <span className={css.verified} role="img" aria-label="Verified customer">
                <IconRosetteDiscountCheck size={16} aria-hidden="true" />
              </span>
            </Tooltip>
          )}
        </h1>
        <p className={css.sub}>
          <span>{channelWords(line.channel)}</span>
          <span>{accountWords(line.account)}</span>
          <span>
            <Standing line={line} me={me} />
          </span>
        </p>
      </div>
      <div className={css.actions}>
        {moves.has("give_back") && (
          <Tooltip label="Give back to the assistant (b)">
            <Button
              className={css.action ?? ""}
              leftSection={<IconArrowBackUp size={16} aria-hidden="true" />}
              loading={busy === "give_back"}
              onClick={() => make("give_back")}
              aria-label="Give back to the assistant"
            >
              <span className={css.actionWords}>Give back</span>
            </Button>
          </Tooltip>
        )}
        {moves.has("resolve") && (
          <Tooltip label="Resolve (e)">
            <Button
              className={css.action ?? ""}
              leftSection={<IconCheck size={16} aria-hidden="true" />}
              loading={busy === "resolve"}
              onClick={() => make("resolve")}
              aria-label="Resolve"
            >
              <span className={css.actionWords}>Resolve</span>
            </Button>
          </Tooltip>
        )}
        <Tooltip label="Suggestions and customer">
          <ActionIcon
            className={css.sidebarToggle ?? ""}
            onClick={toggleSidebar}
            aria-label="Show suggestions and customer"
          >
            <IconLayoutSidebarRight size={18} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}
