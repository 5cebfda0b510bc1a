import { ActionIcon, Button, MultiSelect, Select, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "../../../../api/problem";
import { useSession } from "../../../../session/session";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articlesApi } from "../api";
import type { Actions } from "../article/useActions";
import type { Writing } from "../article/useWriting";
import { keys, useFacets, useTags } from "../queries";
import type { Article } from "../types";
import { audienceWords, COUNTRIES, readable, regionWords, TYPES, typeWords } from "../words";
import css from "./rail.module.css";

const NEW = "\u0000new:";

/** A tag's name out of what somebody typed: small letters, digits and dashes. */
export function tagName(label: string): string {
  return label
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^a-z0-9._]+/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, 64);
}

function Tags({
  value,
  change,
  readOnly,
}: {
  value: readonly string[];
  change: (tags: string[]) => void;
  readOnly: boolean;
}) {
  const queries = useQueryClient();
  const tags = useTags();
  const [search, setSearch] = useState("");
  const typed = search.trim();
  const known = tags.data?.items ?? [];
  const name = tagName(typed);
  const isNew =
    name !== "" && !known.some((tag) => tag.name === name || tag.label.toLowerCase() === typed.toLowerCase());
  const make = useMutation({
    mutationFn: ({ name: made, label }: { name: string; label: string }) => articlesApi.makeTag(made, label),
    onSuccess: (_, { name: made }) => {
      void queries.invalidateQueries({ queryKey: keys.tags });
      if (!value.includes(made)) change([...value, made]);
    },
  });
  const labels = new Map(known.map((tag) => [tag.name, tag.label]));
  const data = [...new Set([...labels.keys(), ...value])].map((one) => ({ value: one, label: labels.get(one) ?? one }));
  return (
    <>
      <MultiSelect
        label="Tags"
        searchable
        readOnly={readOnly}
        data={isNew ? [...data, { value: NEW + name, label: `Make the tag “${typed}”` }] : data}
        value={[...value]}
        searchValue={search}
        onSearchChange={setSearch}
        onChange={(chosen) => {
          const made = chosen.find((one) => one.startsWith(NEW));
          if (made === undefined) change(chosen);
          else make.mutate({ name: made.slice(NEW.length), label: typed });
          setSearch("");
        }}
        placeholder={value.length === 0 ? "None" : ""}
        nothingFoundMessage="Type a word to make a tag"
        maxDropdownHeight={240}
      />
      {make.isError && <ProblemNote problem={asProblem(make.error)} />}
    </>
  );
}

function Slug({ article, actions, readOnly }: { article: Article; actions: Actions; readOnly: boolean }) {
  const [value, setValue] = useState<string | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const slug = value?.trim() ?? "";
    if (slug === article.slug || slug === "") setValue(null);
    else if (await actions.change({ slug })) setValue(null);
  };
  if (value === null)
    return (
      <div className={css.slug}>
        <span className={css.label}>Address</span>
        <span className={css.slugLine}>
          <code>{article.slug}</code>
          {!readOnly && (
            <ActionIcon size={24} aria-label="Change the address" onClick={() => setValue(article.slug)}>
              <IconPencil size={14} aria-hidden="true" />
            </ActionIcon>
          )}
        </span>
        {article.old_slugs.length > 0 && (
          <span className={css.meta}>Also leads here: {article.old_slugs.slice(0, 3).join(", ")}</span>
        )}
      </div>
    );
  return (
    <form onSubmit={(event) => void submit(event)} className={css.slugForm}>
      <TextInput
        label="Address"
        autoFocus
        maxLength={160}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && setValue(null)}
      />
      <p className={css.meta}>The old address goes on leading here.</p>
      {actions.problem && <ProblemNote problem={actions.problem} />}
      <div className={css.actions}>
        <Button size="xs" variant="subtle" onClick={() => setValue(null)}>
          Cancel
        </Button>
        <Button type="submit" size="xs" loading={actions.isBusy}>
          Rename
        </Button>
      </div>
    </form>
  );
}

/** What belongs to the article in every language, stored at once; and what belongs to this text, saved with it. */
export function Details({
  article,
  writing,
  actions,
  readOnly,
}: {
  article: Article;
  writing: Writing;
  actions: Actions;
  readOnly: boolean;
}) {
  const { me } = useSession();
  const facets = useFacets();
  const { content } = writing.now;
  const write = (part: Partial<typeof content>): void => writing.step({ type: "write", part });
  const owners = new Map<string, string>([[me.id, `${me.name} (you)`]]);
  for (const { id, name } of facets.data?.owners ?? []) if (id !== null && !owners.has(id)) owners.set(id, name);
  if (article.owner?.id && !owners.has(article.owner.id)) owners.set(article.owner.id, article.owner.name);
  const teams = (facets.data?.teams ?? []).map((team) => `team:${team}`);
  const audiences = [...new Set(["public", "agents", ...teams, ...content.audience])];
  const accounts = [...new Set([...(facets.data?.accounts ?? []), ...content.accounts])];
  const fixed = readOnly || !actions.mayEdit;

  return (
    <div className={css.details}>
      <section className={css.group} aria-label="This text">
        <h2 className={css.groupTitle}>
          This text <span>saved as a revision</span>
        </h2>
        <Tags value={content.tags} change={(tags) => write({ tags })} readOnly={fixed} />
        <MultiSelect
          label="For"
          readOnly={fixed}
          data={audiences.map((value) => ({ value, label: audienceWords(value) }))}
          value={[...content.audience]}
          onChange={(audience) => write({ audience: audience.length === 0 ? ["public"] : audience })}
        />
        <MultiSelect
          label="Regions"
          searchable
          readOnly={fixed}
          data={[...new Set([...COUNTRIES, ...content.regions])].map((value) => ({ value, label: regionWords(value) }))}
          value={[...content.regions]}
          onChange={(regions) => write({ regions })}
          placeholder={content.regions.length === 0 ? "Everywhere" : ""}
          maxDropdownHeight={240}
        />
        <MultiSelect
          label="Brands"
          searchable
          readOnly={fixed}
          data={accounts.map((value) => ({ value, label: readable(value) }))}
          value={[...content.accounts]}
          onChange={(chosen) => write({ accounts: chosen })}
          placeholder={content.accounts.length === 0 ? "Every brand" : ""}
        />
      </section>
      <section className={css.group} aria-label="The article in every language">
        <h2 className={css.groupTitle}>
          Every language <span>saved at once</span>
        </h2>
        <Select
          label="Owner"
          readOnly={fixed}
          clearable={!fixed}
          searchable
          placeholder="Nobody"
          data={[...owners].map(([value, label]) => ({ value, label }))}
          value={article.owner?.id ?? null}
          onChange={(owner) => void actions.change({ owner_id: owner })}
        />
        <TextInput
          key={article.review_by ?? ""}
          type="date"
          label="Review by"
          readOnly={fixed}
          defaultValue={article.review_by ?? ""}
          onBlur={(event) => {
            const day = event.currentTarget.value || null;
            if (!fixed && day !== article.review_by) void actions.change({ review_by: day });
          }}
        />
        <Select
          label="Type"
          readOnly={fixed}
          allowDeselect={false}
          data={TYPES.map((value) => ({ value, label: typeWords(value) }))}
          value={article.type}
          onChange={(type) => type !== null && type !== article.type && void actions.change({ type })}
        />
        <Slug article={article} actions={actions} readOnly={fixed} />
        <p className={`${css.meta} ${css.ident}`}>
          Links to it say <code>article:{article.id}</code>
        </p>
      </section>
    </div>
  );
}
