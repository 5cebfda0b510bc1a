import { Button, Modal, Radio, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "../../../../api/problem";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { articleAt } from "../addresses";
import { articlesApi } from "../api";
import { LocaleSelect } from "../LocaleSelect";
import { keys, useFinding } from "../queries";
import { directionOf, TYPE_MEANING, TYPES, typeWords } from "../words";
import css from "./list.module.css";
import { templateOf } from "./templates";

/** Titles that are alike, so that nobody writes what is there. */
function Alike({ title }: { title: string }) {
  const [settled] = useDebouncedValue(title.trim(), 300);
  const found = useFinding(settled, 3, settled.length >= 4);
  const items = settled.length >= 4 ? (found.data?.items ?? []) : [];
  if (items.length === 0) return null;
  return (
    <div className={css.alike}>
      <p className={css.meta}>Is it one of these?</p>
      <ul>
        {items.map((line) => (
          <li key={`${line.id} ${line.locale}`}>
            <Link to={articleAt(line.id, line.locale)}>{line.title}</Link>{" "}
            <span className={css.meta}>{line.locale}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Asks for type, language and title, and opens the new draft. */
export function NewArticle({ close }: { close: () => void }) {
  const go = useNavigate();
  const queries = useQueryClient();
  const [type, setType] = useState<string>("article");
  const [locale, setLocale] = useState("en");
  const [title, setTitle] = useState("");
  const make = useMutation({
    networkMode: "always",
    mutationFn: () =>
      articlesApi.create({
        type,
        locale,
        content: {
          title: title.trim(),
          summary: "",
          text: templateOf(type),
          tags: [],
          regions: [],
          accounts: [],
          audience: [type === "playbook" ? "agents" : "public"],
        },
      }),
    onSuccess: (article) => {
      void queries.invalidateQueries({ queryKey: keys.lists });
      void queries.invalidateQueries({ queryKey: keys.facets });
      close();
      void go(articleAt(article.id, locale));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (title.trim() !== "" && !make.isPending) make.mutate();
  };
  return (
    <Modal opened onClose={close} title="New article" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} className={css.form}>
        <TextInput
          label="Title"
          description="What a reader would ask, in their words"
          data-autofocus
          maxLength={300}
          dir={directionOf(locale)}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Alike title={title} />
        <LocaleSelect label="Language" value={locale} change={setLocale} />
        <Radio.Group label="Type" value={type} onChange={setType}>
          <div className={css.types}>
            {TYPES.map((one) => (
              <Radio key={one} value={one} label={typeWords(one)} description={TYPE_MEANING[one]} />
            ))}
          </div>
        </Radio.Group>
        {make.isError && <ProblemNote problem={asProblem(make.error)} />}
        <div className={css.actions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={make.isPending} disabled={title.trim() === ""}>
            Begin the draft
          </Button>
        </div>
      </form>
    </Modal>
  );
}
