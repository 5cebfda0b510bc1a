import { Button, CloseButton, Combobox, Select, TextInput, UnstyledButton, useCombobox } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconFilter, IconSearch } from "@tabler/icons-react";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTagLabel, useFacets } from "../queries";
import type { Facets } from "../types";
import { audienceWords, localeWords, readable, regionWords, STATES, stateWords, typeWords } from "../words";
import { FLAGS, type Filters, type Flag, NO_FILTERS, type Sort, type ValueName, withFlag, withValue } from "./filters";
import css from "./list.module.css";

export interface FilterHandle {
  search: () => void;
  filter: () => void;
}

const FLAG_WORDS: Readonly<Record<Flag, string>> = {
  outdated: "Outdated translation",
  overdue: "Review overdue",
  withheld: "Withheld after an audit",
};

const GROUPS: Readonly<Record<ValueName | "flag", string>> = {
  state: "State",
  locale: "Language",
  type: "Type",
  tag: "Tag",
  owner: "Owner",
  region: "Region",
  audience: "Audience",
  flag: "Needs work",
};

interface Option {
  group: ValueName | "flag";
  value: string;
  label: string;
  count: number | null;
}

const counted = (
  group: ValueName,
  counts: Record<string, number> | undefined,
  words: (value: string) => string,
): Option[] =>
  Object.entries(counts ?? {})
    .map(([value, count]) => ({ group, value, label: words(value), count }))
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));

function optionsOf(facets: Facets | undefined, tagLabel: (name: string) => string): Option[] {
  return [
    ...FLAGS.map((flag) => ({
      group: "flag" as const,
      value: flag,
      label: FLAG_WORDS[flag],
      count: facets?.[flag] ?? null,
    })),
    ...counted("locale", facets?.locales, localeWords),
    ...counted("type", facets?.types, typeWords),
    { group: "owner" as const, value: "me", label: "Me", count: null },
    ...(facets?.owners ?? []).flatMap(({ id, name, count }) =>
      id === null ? [] : [{ group: "owner" as const, value: id, label: name, count }],
    ),
    ...counted("tag", facets?.tags, tagLabel),
    ...counted("region", facets?.regions, regionWords),
    ...[
      "public",
      "agents",
      ...(facets?.teams ?? []).map((team) => (team.startsWith("team:") ? team : `team:${team}`)),
    ].map((value) => ({ group: "audience" as const, value, label: audienceWords(value), count: null })),
  ];
}

function Picker({
  options,
  choose,
  button,
}: {
  options: readonly Option[];
  choose: (option: Option) => void;
  button: Ref<HTMLButtonElement>;
}) {
  const [search, setSearch] = useState("");
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => {
      box.resetSelectedOption();
      setSearch("");
    },
  });
  const wanted = search.trim().toLowerCase();
  const shown = options.filter(({ label, group, value }) =>
    `${GROUPS[group]} ${label} ${value}`.toLowerCase().includes(wanted),
  );
  const groups = [...new Set(shown.map(({ group }) => group))];
  return (
    <Combobox
      store={box}
      width={280}
      position="bottom-start"
      withinPortal={false}
      onOptionSubmit={(key) => {
        const option = options.find(({ group, value }) => `${group}:${value}` === key);
        if (option) choose(option);
        box.closeDropdown();
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Button
          ref={button}
          size="xs"
          variant="subtle"
          leftSection={<IconFilter size={14} aria-hidden="true" />}
          aria-haspopup="listbox"
          aria-expanded={box.dropdownOpened}
          onClick={() => box.toggleDropdown()}
        >
          Filter
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            box.selectFirstOption();
          }}
          placeholder="Filter by…"
          aria-label="Filter by"
        />
        <Combobox.Options mah={340} style={{ overflowY: "auto" }} aria-label="Filters" tabIndex={0}>
          {shown.length === 0 && <Combobox.Empty>Nothing has this name</Combobox.Empty>}
          {groups.map((group) => (
            <Combobox.Group key={group} label={GROUPS[group]}>
              {shown
                .filter((option) => option.group === group)
                .map(({ value, label, count }) => (
                  <Combobox.Option key={value} value={`${group}:${value}`} className={css.option ?? ""}>
                    <span>{label}</span>
                    {count !== null && <span className={css.count}>{count.toLocaleString("en")}</span>}
                  </Combobox.Option>
                ))}
            </Combobox.Group>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** States as tabs, everything else behind one button, what is chosen as words that can be taken away. */
export function FilterBar({
  filters,
  change,
  handle,
  children,
}: {
  filters: Filters;
  change: (filters: Filters) => void;
  handle: Ref<FilterHandle>;
  children?: React.ReactNode;
}) {
  const facets = useFacets();
  const tagLabel = useTagLabel();
  const searchBox = useRef<HTMLInputElement>(null);
  const filterButton = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState(filters.q);
  const options = optionsOf(facets.data, tagLabel);
  const total = Object.values(facets.data?.states ?? {}).reduce((sum, one) => sum + one, 0);

  useImperativeHandle(handle, () => ({
    search: () => searchBox.current?.focus(),
    filter: () => filterButton.current?.click(),
  }));

  // The address may change without this box: back, a saved view, "clear".
  useEffect(() => setTyped(filters.q), [filters.q]);
  const newest = useRef(filters);
  newest.current = filters;
  const search = useDebouncedCallback((q: string) => change({ ...newest.current, q: q.trim() }), 250);

  const labelOf = (group: ValueName, value: string): string =>
    options.find((option) => option.group === group && option.value === value)?.label ??
    (group === "state" ? stateWords(value) : readable(value));

  const chips = [
    ...(Object.entries(filters.values) as [ValueName, string][])
      .filter(([name]) => name !== "state")
      .map(([name, value]) => ({
        id: name,
        words: `${GROUPS[name]}: ${labelOf(name, value)}`,
        drop: () => change(withValue(filters, name, null)),
      })),
    ...filters.flags.map((flag) => ({
      id: flag,
      words: FLAG_WORDS[flag],
      drop: () => change(withFlag(filters, flag, false)),
    })),
  ];

  return (
    <div className={css.bar}>
      <div className={css.tabs} role="group" aria-label="State">
        {[null, ...STATES].map((state) => (
          <UnstyledButton
            key={state ?? "all"}
            className={css.tab}
            aria-pressed={(filters.values.state ?? null) === state}
            onClick={() => change(withValue(filters, "state", state))}
          >
            {state === null ? "All" : stateWords(state)}
            {facets.data && (
              <span className={css.count}>
                {(state === null ? total : (facets.data.states[state] ?? 0)).toLocaleString("en")}
              </span>
            )}
          </UnstyledButton>
        ))}
      </div>
      <div className={css.tools}>
        <TextInput
          ref={searchBox}
          size="xs"
          className={css.search ?? ""}
          aria-label="Search titles and texts"
          placeholder="Search titles and texts"
          leftSection={<IconSearch size={14} aria-hidden="true" />}
          rightSection={
            typed !== "" && (
              <CloseButton
                size="xs"
                aria-label="Clear the search"
                onClick={() => {
                  setTyped("");
                  change({ ...filters, q: "" });
                }}
              />
            )
          }
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            search(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            setTyped("");
            change({ ...filters, q: "" });
            event.currentTarget.blur();
          }}
        />
        <Picker
          button={filterButton}
          options={options}
          choose={({ group, value }) =>
            change(group === "flag" ? withFlag(filters, value as Flag, true) : withValue(filters, group, value))
          }
        />
        {chips.map(({ id, words, drop }) => (
          <span key={id} className={css.chip}>
            {words}
            <CloseButton size={16} iconSize={12} aria-label={`Remove the filter ${words}`} onClick={drop} />
          </span>
        ))}
        {chips.length > 1 && (
          <Button size="compact-xs" variant="subtle" onClick={() => change({ ...NO_FILTERS, sort: filters.sort })}>
            Clear all
          </Button>
        )}
        {children}
        <Select
          size="xs"
          className={css.sort ?? ""}
          aria-label="Order"
          allowDeselect={false}
          value={filters.sort}
          onChange={(sort) => change({ ...filters, sort: (sort ?? "updated") as Sort })}
          data={[
            { value: "updated", label: "Last changed first" },
            { value: "title", label: "By title" },
            { value: "review_by", label: "Review due first" },
          ]}
        />
      </div>
    </div>
  );
}
