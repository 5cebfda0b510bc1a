import { ActionIcon, Button, Modal, Radio, Select, Textarea, Tooltip } from "@mantine/core";
import { IconRobot, IconRobotOff } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { accountWords, channelWords } from "../areas/desk/words";
import type { AiSwitch as Switch } from "../api/contract";
import { asProblem } from "../api/problem";
import { useLink } from "../realtime/LinkProvider";
import { useStore } from "../realtime/store";
import { Await } from "../ui/Await";
import { ProblemNote } from "../ui/ProblemNote";
import { Ago } from "../ui/Time";
import css from "./Shell.module.css";

function scopeWords({ scope, key }: Pick<Switch, "scope" | "key">): string {
  switch (scope) {
    case "global":
      return "everywhere";
    case "account":
      return `for ${accountWords(key ?? "one account")}`;
    case "channel":
      return `on ${channelWords(key ?? "one channel")}`;
    case "intent":
      return `for “${(key ?? "one topic").replaceAll("_", " ")}”`;
  }
}

function useSwitches() {
  const queries = useQueryClient();
  const list = useQuery({ queryKey: ["switches"], queryFn: api.switches, refetchInterval: 60_000 });
  const change = useMutation({
    mutationFn: api.setSwitch,
    onSuccess: (answer) => queries.setQueryData(["switches"], answer),
  });
  return { list, change };
}

function Panel({ list, change }: ReturnType<typeof useSwitches>) {
  const link = useLink();
  const accounts = useStore(link.book, (book) =>
    [...new Set([...book.values()].map(({ account }) => account))].sort().join("\n"),
  );
  const [scope, setScope] = useState<"global" | "account">("global");
  const [account, setAccount] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [isSure, setSure] = useState(false);
  const off = list.data?.items.filter((one) => one.off) ?? [];
  const wanted = { scope, key: scope === "account" ? account : null };
  const isReady = reason.trim() !== "" && (scope === "global" || account !== null);
  if (list.isPending) return <Await what="Loading the switches" />;
  if (list.isError) return <ProblemNote problem={asProblem(list.error)} retry={() => void list.refetch()} />;
  return (
    <div className={css.switch}>
      {off.length > 0 && (
        <ul className={css.offList}>
          {off.map((one) => (
            <li key={`${one.scope}-${one.key ?? ""}`} className={css.offItem}>
              <IconRobotOff size={18} className={css.aiOff} aria-hidden="true" />
              <div>
                <p>Off {scopeWords(one)}</p>
                <p className={css.meta}>
                  {one.by ?? "Somebody"} {one.at !== null && <Ago at={one.at} />}
                  {one.reason !== null && <>: {one.reason}</>}
                </p>
              </div>
              <Button
                size="xs"
                loading={change.isPending}
                onClick={() =>
                  change.mutate({ scope: one.scope, key: one.key, off: false, reason: "Switched on again" })
                }
              >
                Switch on
              </Button>
            </li>
          ))}
        </ul>
      )}
      {!off.some((one) => one.scope === "global") && (
        <>
          <p className={css.soft}>
            Switch the assistant off when it does harm. Customers are told that a person will answer, and every new
            message goes to Waiting.
          </p>
          <Radio.Group
            label="Where"
            value={scope}
            onChange={(value) => setScope(value === "account" ? "account" : "global")}
          >
            <Radio value="global" label="Everywhere" mt={6} />
            <Radio value="account" label="For one account" mt={6} />
          </Radio.Group>
          {scope === "account" && (
            <Select
              label="Account"
              data={accounts.split("\n").filter(Boolean)}
              value={account}
              onChange={setAccount}
              comboboxProps={{ withinPortal: true }}
            />
          )}
          <Textarea
            label="Reason"
            description="Kept in the history, so that others know why"
            autosize
            minRows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {change.isError && <ProblemNote problem={asProblem(change.error)} />}
          {isSure ? (
            <Button
              variant="filled"
              color="bad"
              loading={change.isPending}
              onClick={() =>
                change.mutate(
                  { ...wanted, off: true, reason: reason.trim() },
                  { onSuccess: () => (setReason(""), setSure(false)) },
                )
              }
            >
              Yes, switch off {scopeWords(wanted)}
            </Button>
          ) : (
            <Button disabled={!isReady} onClick={() => setSure(true)}>
              Switch the assistant off…
            </Button>
          )}
        </>
      )}
    </div>
  );
}

/** The emergency switch of the assistant, for those who may use it. */
export function AiSwitch() {
  const [isOpen, setOpen] = useState(false);
  const switches = useSwitches();
  const isOff = switches.list.data?.items.some((one) => one.off) ?? false;
  const label = isOff ? "Assistant: switched off" : "Assistant: on";
  return (
    <>
      <Tooltip label={label} position="right">
        <ActionIcon
          size={36}
          onClick={() => setOpen(true)}
          aria-label={label}
          className={isOff ? (css.aiOff ?? "") : ""}
        >
          {isOff ? (
            <IconRobotOff size={20} stroke={1.75} aria-hidden="true" />
          ) : (
            <IconRobot size={20} stroke={1.75} aria-hidden="true" />
          )}
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="The assistant"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Panel {...switches} />
      </Modal>
    </>
  );
}
