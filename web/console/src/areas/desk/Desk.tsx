import { IconMessages } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useParams } from "react-router";
import { api } from "../../api/client";
import { useCommands } from "../../app/commands";
import { useLink } from "../../realtime/LinkProvider";
import { Empty } from "../../ui/Empty";
import { ConversationPane, type PaneHandle } from "./conversation/ConversationPane";
import { type Move, useMoves } from "./conversation/useMoves";
import css from "./Desk.module.css";
import { deskCommands } from "./deskCommands";
import { isView } from "./list/lines";
import { type ListHandle, ListPane } from "./list/ListPane";

/** The desk: list, conversation, and what helps to answer. */
export default function Desk() {
  const { view, id } = useParams();
  if (!isView(view)) return <Navigate to="/desk/unassigned" replace />;
  return <Panes view={view} id={id} />;
}

function Panes({ view, id }: { view: Parameters<typeof ListPane>[0]["view"]; id: string | undefined }) {
  const go = useNavigate();
  const link = useLink();
  const moves = useMoves();
  const list = useRef<ListHandle>(null);
  const pane = useRef<PaneHandle>(null);
  const { make } = moves;

  // Own conversations are known from the start, so that the palette finds them in every view.
  useQuery({
    queryKey: ["list", "mine", "first"],
    queryFn: async () => {
      link.learn((await api.list("mine", null)).items);
      return true;
    },
  });

  useEffect(() => {
    if (id === undefined) document.title = "Desk · Warmline";
  }, [id]);

  const move = useCallback(
    async (which: Move) => {
      if (id === undefined) return;
      const done = await make(which, id);
      if (done && which === "take") pane.current?.reply();
      else pane.current?.focus();
    },
    [id, make],
  );

  const step = useCallback(
    (by: 1 | -1) => {
      const ids = list.current?.ids() ?? [];
      const at = id === undefined ? -1 : ids.indexOf(id);
      const next = ids[at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by))];
      if (next === undefined) return;
      void go(`/desk/${view}/${next}`);
      list.current?.focusLine(next);
    },
    [go, id, view],
  );

  const commands = useMemo(
    () =>
      deskCommands({
        go: (path) => void go(path),
        step,
        move: (which) => void move(which),
        reply: () => pane.current?.reply(),
        note: () => pane.current?.note(),
        search: () => list.current?.focusSearch(),
        people: () => [...link.book.read().values()],
        isOpen: id !== undefined,
      }),
    [go, step, move, link, id],
  );
  useCommands(commands);

  return (
    <div className={css.desk} data-open={id !== undefined || undefined}>
      <div className={css.list}>
        <ListPane view={view} selected={id} handle={list} />
      </div>
      <div className={css.main}>
        {id === undefined ? (
          <Empty heading icon={<IconMessages size={32} stroke={1.5} />} title="Choose a conversation">
            Press <kbd>j</kbd> and <kbd>k</kbd> to move through the list, <kbd>?</kbd> for all shortcuts.
          </Empty>
        ) : (
          <ConversationPane
            id={id}
            back={`/desk/${view}`}
            moves={moves}
            make={(which) => void move(which)}
            handle={pane}
          />
        )}
      </div>
    </div>
  );
}
