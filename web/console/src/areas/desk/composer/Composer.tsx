import { ActionIcon, Button, Menu, SegmentedControl, Textarea } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconBook2, IconSend2, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef } from "react";
import { useLink } from "../../../realtime/LinkProvider";
import { citationUses, type Cited, type Draft, NO_DRAFT, type Tab } from "./drafts";
import css from "./Composer.module.css";
import { modKey, sends, useSendKey } from "./sendKey";

const MAX_TEXT = 8_000;
const TYPING_PAUSE_MS = 4_000;

function useTypingSignal(conversation: string): (on: boolean) => void {
  const link = useLink();
  const stop = useRef<ReturnType<typeof setTimeout> | null>(null);
  const say = useCallback(
    (on: boolean) => {
      if (stop.current === null && on) link.sayTyping(conversation, true);
      if (stop.current !== null) clearTimeout(stop.current);
      if (!on && stop.current !== null) link.sayTyping(conversation, false);
      stop.current = on
        ? setTimeout(() => {
            stop.current = null;
            link.sayTyping(conversation, false);
          }, TYPING_PAUSE_MS)
        : null;
    },
    [link, conversation],
  );
  useEffect(() => () => say(false), [say]);
  return say;
}

function Chips({ cited, remove }: { cited: readonly Cited[]; remove: (at: number) => void }) {
  if (cited.length === 0) return null;
  return (
    <ul className={css.chips} aria-label="Sources that go along">
      {cited.map((one, at) => (
        <li key={`${one.article_id}-${one.heading ?? ""}`} className={css.chip}>
          <IconBook2 size={13} aria-hidden="true" />
          <bdi className={css.chipTitle}>{one.title}</bdi>
          <span className={css.chipRevision}>v{one.revision}</span>
          <button type="button" aria-label={`Remove the source ${one.title}`} onClick={() => remove(at)}>
            <IconX size={12} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function SendKeyMenu() {
  const [key, setKey] = useSendKey();
  return (
    <Menu position="top-end">
      <Menu.Target>
        <ActionIcon size={30} aria-label="How to send">
          <IconAdjustmentsHorizontal size={16} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Send with</Menu.Label>
        <Menu.RadioGroup value={key} onChange={(value) => setKey(value === "mod_enter" ? "mod_enter" : "enter")}>
          <Menu.RadioItem value="enter">Enter, new line with Shift + Enter</Menu.RadioItem>
          <Menu.RadioItem value="mod_enter">{modKey()} + Enter, new line with Enter</Menu.RadioItem>
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

interface Props {
  conversation: string;
  customer: string;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  box: RefObject<HTMLTextAreaElement | null>;
  mayReply: boolean;
  mayNote: boolean;
}

/** The box for replies and notes. Words go to the outbox at once, so that nothing is lost on the way. */
export function Composer({ conversation, customer, draft, change, box, mayReply, mayNote }: Props) {
  const link = useLink();
  const say = useTypingSignal(conversation);
  const [key] = useSendKey();
  const tab: Tab = mayReply && (draft.tab === "reply" || !mayNote) ? "reply" : "note";
  const text = draft[tab];
  const canSend = text.trim() !== "" && text.length <= MAX_TEXT;

  const send = (): void => {
    if (!canSend) return box.current?.focus();
    link.write({
      conversation_id: conversation,
      kind: tab,
      text: text.trim(),
      citations: tab === "reply" ? citationUses(draft.cited, text) : [],
    });
    say(false);
    change(tab === "reply" ? { reply: NO_DRAFT.reply, cited: NO_DRAFT.cited } : { note: NO_DRAFT.note });
    box.current?.focus();
  };

  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === "Escape") return event.currentTarget.blur();
    if (
      !sends(
        {
          ...event,
          key: event.key,
          isComposing: event.nativeEvent.isComposing,
          shiftKey: event.shiftKey,
          ctrlKey: event.ctrlKey,
          metaKey: event.metaKey,
          altKey: event.altKey,
        },
        key,
      )
    )
      return;
    event.preventDefault();
    send();
  };

  const hint = key === "enter" ? "⏎" : `${modKey()} ⏎`;
  return (
    <div className={css.composer} data-tab={tab}>
      <div className={css.tabs}>
        {mayReply && mayNote ? (
          <SegmentedControl
            size="xs"
            aria-label="Write a"
            value={tab}
            onChange={(value) => {
              change({ tab: value === "note" ? "note" : "reply" });
              box.current?.focus();
            }}
            data={[
              { value: "reply", label: "Reply" },
              { value: "note", label: "Note" },
            ]}
          />
        ) : (
          <span className={css.only}>{tab === "reply" ? "Reply" : "Note"}</span>
        )}
        {tab === "note" && <span className={css.private}>Only colleagues see notes</span>}
      </div>
      <Textarea
        ref={box}
        aria-label={tab === "reply" ? `Reply to ${customer}` : "Note for colleagues"}
        placeholder={tab === "reply" ? `Write to ${customer}` : "Write a note for colleagues"}
        variant="unstyled"
        autosize
        minRows={mayReply ? 2 : 1}
        maxRows={10}
        dir="auto"
        value={text}
        onChange={(event) => {
          change({ [tab]: event.currentTarget.value, tab });
          if (tab === "reply") say(event.currentTarget.value !== "");
        }}
        onKeyDown={press}
        classNames={{ input: css.input ?? "" }}
      />
      {tab === "reply" && (
        <Chips cited={draft.cited} remove={(at) => change({ cited: draft.cited.filter((_, other) => other !== at) })} />
      )}
      <div className={css.foot}>
        {text.length > MAX_TEXT - 500 && (
          <span className={css.length} data-over={text.length > MAX_TEXT || undefined}>
            {text.length.toLocaleString("en")} of 8,000 characters
          </span>
        )}
        <SendKeyMenu />
        <Button
          variant={tab === "reply" ? "filled" : "default"}
          aria-disabled={!canSend}
          data-quiet={!canSend || undefined}
          className={css.send ?? ""}
          onClick={send}
          rightSection={<kbd className={css.kbd}>{hint}</kbd>}
          leftSection={<IconSend2 size={16} aria-hidden="true" />}
        >
          {tab === "reply" ? "Send" : "Add note"}
        </Button>
      </div>
    </div>
  );
}
