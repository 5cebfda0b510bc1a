import { ActionIcon, Button, Popover, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { NavLink, useNavigate } from "react-router";
import { articleAt } from "../addresses";
import { LocaleSelect } from "../LocaleSelect";
import { StatePill } from "../marks";
import type { Article } from "../types";
import { localeWords, stateWords } from "../words";
import css from "./article.module.css";

/** The languages of an article with how far each has got, and a way to one more. */
export function LocaleTabs({ article, locale, mayAdd }: { article: Article; locale: string; mayAdd: boolean }) {
  const go = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [wanted, setWanted] = useState<string | null>(null);
  const lines = [...article.translations].sort(
    (a, b) =>
      Number(b.locale === article.source_locale) - Number(a.locale === article.source_locale) ||
      a.locale.localeCompare(b.locale),
  );
  const isNew = !lines.some((line) => line.locale === locale);
  return (
    <nav className={css.locales} aria-label="Languages">
      {lines.map((line) => (
        <NavLink
          key={line.locale}
          to={articleAt(article.id, line.locale)}
          className={css.localeTab ?? ""}
          data-selected={line.locale === locale || undefined}
          title={`${localeWords(line.locale)}: ${stateWords(line.state)}${line.outdated ? ", outdated" : ""}`}
        >
          <StatePill state={line.state} bare />
          {line.locale}
          {line.outdated && <IconAlertTriangle size={13} className={css.outdated} role="img" aria-label="outdated" />}
        </NavLink>
      ))}
      {isNew && (
        <span className={css.localeTab} data-selected="">
          {locale} <span className={css.meta}>new</span>
        </span>
      )}
      {mayAdd && (
        <Popover opened={isOpen} onChange={setOpen} width={280} trapFocus withinPortal>
          <Popover.Target>
            <Tooltip label="Translate into another language">
              <ActionIcon size={28} aria-label="Translate into another language" onClick={() => setOpen(!isOpen)}>
                <IconPlus size={16} aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
          </Popover.Target>
          <Popover.Dropdown>
            <form
              className={css.addLocale}
              onSubmit={(event) => {
                event.preventDefault();
                if (wanted === null) return;
                setOpen(false);
                setWanted(null);
                void go(articleAt(article.id, wanted));
              }}
            >
              <LocaleSelect
                label="Translate into"
                value={wanted}
                change={setWanted}
                without={lines.map((line) => line.locale)}
              />
              <p className={css.meta}>It begins with the words of the source, shown beside it.</p>
              <Button type="submit" variant="filled" size="xs" disabled={wanted === null}>
                Begin
              </Button>
            </form>
          </Popover.Dropdown>
        </Popover>
      )}
    </nav>
  );
}
