import { Button, Modal, Switch, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "../../../api/problem";
import { ProblemNote } from "../../../ui/ProblemNote";
import { LocaleSelect } from "../articles/LocaleSelect";
import { ArticlePicker, type Picked } from "./ArticlePicker";
import { type Judged, keys, workbenchApi } from "./api";
import css from "./workbench.module.css";

/** A judged query, new or changed. */
export function QueryDialog({ query, close }: { query: Judged | null; close: () => void }) {
  const queries = useQueryClient();
  const [text, setText] = useState(query?.text ?? "");
  const [history, setHistory] = useState(query?.history.join("\n") ?? "");
  const [locale, setLocale] = useState(query?.locale ?? "en");
  const [region, setRegion] = useState(query?.region ?? "");
  const [expected, setExpected] = useState<readonly Picked[]>(query?.expected ?? []);
  const [note, setNote] = useState(query?.note ?? "");
  const [isActive, setActive] = useState(query?.active ?? true);
  const save = useMutation({
    mutationFn: () => {
      const draft = {
        text: text.trim(),
        history: history
          .split("\n")
          .map((turn) => turn.trim())
          .filter((turn) => turn !== ""),
        locale,
        region: region.trim() === "" ? null : region.trim().toUpperCase(),
        account: query?.account ?? null,
        audience: query?.audience ?? ["public"],
        expected: expected.map(({ article_id, heading, grade }) => ({ article_id, heading, grade })),
        note: note.trim(),
        active: isActive,
      };
      return query ? workbenchApi.change(query.id, draft, query.version) : workbenchApi.add(draft);
    },
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: keys.allQueries });
    },
  });
  const forget = useMutation({
    mutationFn: async () => {
      if (query) await workbenchApi.forget(query.id);
    },
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: keys.allQueries });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== "") save.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={query ? "Change judged query" : "New judged query"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form className={css.form} onSubmit={submit}>
        <Textarea
          label="Question"
          description="In a customer's words, typing errors and all"
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Textarea
          label="What was said before"
          description="Optional; one turn a line, oldest first"
          autosize
          minRows={1}
          maxRows={6}
          value={history}
          onChange={(event) => setHistory(event.currentTarget.value)}
        />
        <ArticlePicker label="Right answers" picked={expected} change={setExpected} />
        <div className={css.pair}>
          <LocaleSelect label="Language" value={locale} change={setLocale} />
          <TextInput
            label="Region"
            placeholder="Any"
            maxLength={2}
            value={region}
            onChange={(event) => setRegion(event.currentTarget.value)}
          />
        </div>
        <TextInput label="Note" maxLength={2000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <Switch
          label="Counts in measurements and for the gate"
          checked={isActive}
          onChange={(event) => setActive(event.currentTarget.checked)}
        />
        {save.isError && <ProblemNote problem={asProblem(save.error)} />}
        {forget.isError && <ProblemNote problem={asProblem(forget.error)} />}
        <div className={css.actions}>
          {query && (
            <Button className={css.first} variant="subtle" color="bad" loading={forget.isPending} onClick={() => forget.mutate()}>
              Delete query
            </Button>
          )}
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={save.isPending} disabled={text.trim() === ""}>
            {query ? "Save" : "Add query"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
