import { ActionIcon, Indicator, Popover, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconBell } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { components } from "@warmline/wire/api";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "../api/problem";
import { body, client, type Whole } from "../api/client";
import { ProblemNote } from "../ui/ProblemNote";
import { Ago } from "../ui/Time";
import css from "./Notices.module.css";
import { saidBy } from "./noticeWords";

export type Notice = Whole<components["schemas"]["Notice"]>;
const KEY = ["notices"] as const;
const ROUND_MS = 30_000;

/** What this person should know: a count that is quiet at zero, and the list with what each is about. */
export function Notices() {
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  // The bar of places is below on a phone, and on the left elsewhere.
  const isPhone = useMediaQuery("(width < 768px)") ?? false;
  const notices = useQuery({
    queryKey: KEY,
    queryFn: () => body(client.GET("/api/v1/notices", { params: { query: { limit: 30 } } })),
    refetchInterval: ROUND_MS,
    refetchOnWindowFocus: true,
  });
  const see = useMutation({
    mutationFn: (ids: string[]) => body(client.POST("/api/v1/notices/seen", { body: { ids } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const unseen = notices.data?.unseen ?? 0;
  const items = notices.data?.items ?? [];
  const toggle = (): void => {
    setOpen(!isOpen);
    const news = items.filter(({ seen_at }) => seen_at === null).map(({ id }) => id);
    // They stay marked while the list is read: it is fetched again when it is closed.
    if (isOpen && news.length > 0) see.mutate(news);
  };
  const close = (): void => {
    if (isOpen) toggle();
  };
  return (
    <Popover opened={isOpen} onChange={(open) => open || close()} position={isPhone ? "top" : "right-end"} width={340} withinPortal trapFocus>
      <Popover.Target>
        <Tooltip label="What is new for you" position="right" disabled={isOpen}>
          <Indicator disabled={unseen === 0} label={unseen > 99 ? "99+" : unseen} size={16} offset={6} color="accent">
            <ActionIcon
              size={36}
              onClick={toggle}
              aria-expanded={isOpen}
              aria-label={unseen === 0 ? "What is new for you: nothing" : `What is new for you: ${unseen}`}
            >
              <IconBell size={20} stroke={1.75} aria-hidden="true" />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={css.panel ?? ""}>
        <h2 className={css.title}>New for you</h2>
        {notices.isError && <ProblemNote problem={asProblem(notices.error)} retry={() => void notices.refetch()} />}
        {notices.isSuccess && items.length === 0 && (
          <p className={css.meta}>Nothing yet. You are told here what becomes of what you proposed.</p>
        )}
        <ul className={css.list}>
          {items.map((notice) => {
            const { words, to } = saidBy(notice);
            return (
              <li key={notice.id} className={css.notice} data-new={notice.seen_at === null || undefined}>
                {to === null ? (
                  <span>{words}</span>
                ) : (
                  <Link className={css.link} to={to} onClick={close}>
                    {words}
                  </Link>
                )}
                <span className={css.meta}>
                  {notice.seen_at === null && "New · "}
                  <Ago at={notice.at} />
                </span>
              </li>
            );
          })}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
