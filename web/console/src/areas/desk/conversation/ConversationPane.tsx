import { Button, Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconHandStop, IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ConversationSummary } from "@warmline/wire/frames";
import { type Ref, useCallback, useEffect, useImperativeHandle, useRef, useState } from "react";
import { api } from "../../../api/client";
import { asProblem } from "../../../api/problem";
import { EMPTY } from "../../../realtime/deskThread";
import type { Written } from "../../../realtime/link";
import { useLink } from "../../../realtime/LinkProvider";
import { useStore } from "../../../realtime/store";
import { useSession } from "../../../session/session";
import { Await, Bones } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { ArticleDrawer } from "../article/ArticleDrawer";
import type { ArticleRef } from "../article/useArticle";
import { Composer } from "../composer/Composer";
import { useDraft } from "../composer/useDraft";
import { Contribute } from "../contribute/Contribute";
import { Sidebar } from "../sidebar/Sidebar";
import { Transcript } from "../thread/Transcript";
import { customerName } from "../words";
import css from "./Conversation.module.css";
import { Header } from "./Header";
import { PacketCard } from "./PacketCard";
import { type Move, movesOf, type Moves } from "./useMoves";
import { usePacket } from "./usePacket";

/** What keyboard shortcuts may ask of the open conversation. */
export interface PaneHandle {
  reply: () => void;
  note: () => void;
  focus: () => void;
}

interface Props {
  id: string;
  back: string;
  moves: Moves;
  make: (move: Move) => void;
  handle: Ref<PaneHandle>;
}

/** Finds the line of a conversation that was opened by its address before any list knew it. */
export function ConversationPane(props: Props) {
  const link = useLink();
  const line = useStore(link.book, (book) => book.get(props.id));
  const lookup = useQuery({
    queryKey: ["conversation", props.id],
    queryFn: async () => {
      const found = await api.conversation(props.id);
      link.learn([found]);
      return found.id;
    },
    enabled: line === undefined,
  });
  if (line !== undefined) return <Known key={props.id} {...props} line={line} />;
  return (
    <section className={css.pane} aria-label="Conversation">
      {lookup.isError ? (
        <ProblemNote problem={asProblem(lookup.error)} retry={() => void lookup.refetch()} page />
      ) : (
        <Await what="Opening the conversation">
          <Bones rows={6} />
        </Await>
      )}
    </section>
  );
}

function TakeBar({
  line,
  mayTake,
  busy,
  take,
}: {
  line: ConversationSummary;
  mayTake: boolean;
  busy: boolean;
  take: () => void;
}) {
  if (!mayTake)
    return (
      <div className={css.bar}>
        <IconLock size={16} aria-hidden="true" />
        <span className={css.barWords}>
          {line.state === "with_agent" ? (
            <>
              <bdi>{line.agent?.name ?? "A colleague"}</bdi> has this conversation. You can write notes.
            </>
          ) : (
            "Your role can read along. Agents can take conversations."
          )}
        </span>
      </div>
    );
  const isElse = line.state === "with_agent";
  return (
    <div className={css.bar}>
      <span className={css.barWords}>
        {isElse ? (
          <>
            <bdi>{line.agent?.name ?? "A colleague"}</bdi> has this conversation. As a supervisor you can take it over.
          </>
        ) : line.state === "with_bot" ? (
          "The assistant is answering. Take the conversation to reply yourself."
        ) : (
          "The customer is waiting for a person."
        )}
      </span>
      <Button
        variant={isElse ? "default" : "filled"}
        leftSection={<IconHandStop size={16} aria-hidden="true" />}
        rightSection={<kbd className={css.kbd}>T</kbd>}
        loading={busy}
        onClick={take}
      >
        {isElse ? "Take over" : "Take conversation"}
      </Button>
    </div>
  );
}

function Known({ id, back, moves, make, handle, line }: Props & { line: ConversationSummary }) {
  const link = useLink();
  const { me } = useSession();
  const opened = useStore(link.opened, (all) => all.get(id));
  const box = useRef<HTMLTextAreaElement>(null);
  const pane = useRef<HTMLElement>(null);
  const { draft, change, insert } = useDraft(me.id, id, box);
  const [article, setArticle] = useState<ArticleRef | null>(null);
  const [isSidebarOpen, setSidebar] = useState(false);
  const isWide = useMediaQuery("(width >= 1280px)", true, { getInitialValueInEffect: false });

  useEffect(() => {
    link.open(id);
    return () => link.leave(id);
  }, [link, id]);

  const isMine = line.state === "with_agent" && line.agent?.id === me.id;
  const mayReply = isMine && me.permissions.has("conversation.reply");
  const mayNote = me.permissions.has("conversation.note");
  const possible = movesOf(line, me.id, me.permissions);
  const thread = opened?.thread ?? EMPTY;
  const packet = usePacket(id, thread.packets, line.reason !== null);
  const name = customerName(line.customer);

  useEffect(() => {
    document.title = `${name} · Warmline`;
  }, [name]);

  useImperativeHandle(handle, () => ({
    reply: () => {
      if (mayReply) change({ tab: "reply" });
      requestAnimationFrame(() => box.current?.focus());
    },
    note: () => {
      if (mayNote) change({ tab: "note" });
      requestAnimationFrame(() => box.current?.focus());
    },
    focus: () => requestAnimationFrame(() => pane.current?.focus()),
  }));

  const edit = useCallback(
    (written: Written) =>
      change(written.kind === "note" ? { tab: "note", note: written.text } : { tab: "reply", reply: written.text }),
    [change],
  );
  const ready = packet.name === "ready" ? packet.packet : null;
  const canInsert = mayReply ? insert : null;
  const sidebar = (
    <Sidebar
      line={line}
      thread={thread}
      packet={packet}
      insert={
        canInsert === null
          ? null
          : (words, from) => {
              canInsert(words, from);
              setSidebar(false);
            }
      }
      open={setArticle}
    />
  );
  return (
    <Contribute conversation={id} locale={line.locale}>
      <section ref={pane} className={css.pane} aria-label="Conversation" tabIndex={-1}>
        <Header
          line={line}
          me={me.id}
          back={back}
          moves={possible}
          busy={moves.busy}
          make={make}
          toggleSidebar={() => setSidebar(true)}
        />
        {ready && <PacketCard packet={ready} open={setArticle} insert={canInsert} />}
        {opened === undefined || (opened.name === "loading" && thread.items.length === 0) ? (
          <div className={css.fill}>
            <Await what="Loading the conversation">
              <Bones rows={7} height={28} />
            </Await>
          </div>
        ) : opened.name === "failed" ? (
          <div className={css.fill}>
            <ProblemNote problem={opened.problem} retry={() => link.open(id)} />
          </div>
        ) : (
          <Transcript conversation={id} thread={thread} customer={name} open={setArticle} edit={edit} />
        )}
        {!isMine && line.state !== "closed" && (
          <TakeBar line={line} mayTake={possible.has("take")} busy={moves.busy === "take"} take={() => make("take")} />
        )}
        {line.state === "closed" && (
          <p className={css.closed}>This conversation is closed.{mayNote && " You can still write notes."}</p>
        )}
        {(mayReply || mayNote) && (
          <Composer
            conversation={id}
            customer={name}
            draft={draft}
            change={change}
            box={box}
            mayReply={mayReply}
            mayNote={mayNote}
          />
        )}
      </section>
      {isWide ? (
        <aside className={css.sidebar} aria-label="Help for this conversation">
          {sidebar}
        </aside>
      ) : (
        <Drawer
          opened={isSidebarOpen}
          onClose={() => setSidebar(false)}
          position="right"
          size={380}
          title="Suggestions and customer"
          closeButtonProps={{ "aria-label": "Close" }}
          classNames={{ body: css.drawerBody ?? "" }}
        >
          {sidebar}
        </Drawer>
      )}
      <ArticleDrawer article={article} locale={line.locale} close={() => setArticle(null)} />
    </Contribute>
  );
}
