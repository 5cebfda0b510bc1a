import { Select } from "@mantine/core";
import { useState } from "react";
import { useFacets } from "./queries";
import { LOCALES, localeWords } from "./words";

const CODE = /^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$/;

/** A language: those that are in use first, any other by its code. */
export function LocaleSelect({
  label,
  value,
  change,
  without = [],
}: {
  label: string;
  value: string | null;
  change: (locale: string) => void;
  without?: readonly string[];
}) {
  const facets = useFacets();
  const [search, setSearch] = useState("");
  const typed = search.trim();
  const all = [...new Set([...Object.keys(facets.data?.locales ?? {}), ...LOCALES, ...(value ? [value] : [])])].filter(
    (locale) => !without.includes(locale),
  );
  const isNew = CODE.test(typed) && !all.includes(typed) && !without.includes(typed);
  const data = (isNew ? [...all, typed] : all).map((locale) => ({
    value: locale,
    label: `${localeWords(locale)} (${locale})`,
  }));
  return (
    <Select
      label={label}
      searchable
      allowDeselect={false}
      data={data}
      value={value}
      onChange={(locale) => locale !== null && change(locale)}
      searchValue={search}
      onSearchChange={setSearch}
      nothingFoundMessage="Write a code, like pt-BR"
      maxDropdownHeight={260}
      comboboxProps={{ withinPortal: true }}
    />
  );
}
