import { Button, FileButton, Select, TextInput } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type DragEvent, type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { asProblem } from "../../../api/problem";
import { ProblemNote } from "../../../ui/ProblemNote";
import { LocaleSelect } from "../articles/LocaleSelect";
import { audienceWords, TYPES, typeWords } from "../articles/words";
import { type Format, importsApi, keys, type Wanted } from "./api";
import css from "./imports.module.css";
import { FORMATS, guess } from "./words";

const MOST_BYTES = 100 * 1024 * 1024;
const ENCODINGS = ["", "cp1252", "latin-1"] as const;

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** A file, what it is, and what holds for articles that do not say otherwise. */
export function UploadForm() {
  const go = useNavigate();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [isOver, setOver] = useState(false);
  const [wanted, setWanted] = useState<Wanted>({
    format: "markdown",
    locale: "en",
    type: "article",
    audience: "public",
    tags: "",
    encoding: "",
  });
  const put = <Name extends keyof Wanted>(name: Name, value: Wanted[Name]) =>
    setWanted((now) => ({ ...now, [name]: value }));
  const take = (chosen: File | null): void => {
    if (!chosen) return;
    setFile(chosen);
    put("format", guess(chosen.name));
  };
  const upload = useMutation({
    mutationFn: (chosen: File) => importsApi.takeIn(chosen, wanted),
    onSuccess: (made) => {
      queries.setQueryData(keys.one(made.id), made);
      void go(`/knowledge/imports/${made.id}`);
    },
  });
  const tooLarge = file !== null && file.size > MOST_BYTES;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (file && !tooLarge) upload.mutate(file);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0] ?? null);
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <div
        className={css.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconFileUpload size={28} stroke={1.5} aria-hidden="true" />
        <p className={css.plain} role="status">
          {file ? `${file.name}, ${size(file.size)}` : "Drop a file here, or choose one"}
        </p>
        <FileButton onChange={take} accept={Object.values(FORMATS).map(({ accept }) => accept).join(",")}>
          {(props) => (
            <Button {...props} size="xs">
              {file ? "Choose another file" : "Choose a file"}
            </Button>
          )}
        </FileButton>
        <p className={css.meta}>Nothing is written before you have seen what would become of each article.</p>
      </div>
      <div className={css.fields}>
        <Select
          label="Kind of file"
          description={FORMATS[wanted.format].hint}
          allowDeselect={false}
          data={Object.entries(FORMATS).map(([value, { title }]) => ({ value, label: title }))}
          value={wanted.format}
          onChange={(value) => value !== null && put("format", value as Format)}
        />
        <LocaleSelect label="Language, where a file says none" value={wanted.locale} change={(to) => put("locale", to)} />
        <Select
          label="Type, where a file says none"
          allowDeselect={false}
          data={TYPES.map((value) => ({ value, label: typeWords(value) }))}
          value={wanted.type}
          onChange={(value) => value !== null && put("type", value as Wanted["type"])}
        />
        <Select
          label="Audience, where a file says none"
          allowDeselect={false}
          data={["public", "agents"].map((value) => ({ value, label: audienceWords(value) }))}
          value={wanted.audience}
          onChange={(value) => value !== null && put("audience", value)}
        />
        <TextInput
          label="Tags for all"
          placeholder="orders, delivery"
          value={wanted.tags}
          onChange={(event) => put("tags", event.currentTarget.value)}
        />
        <Select
          label="Encoding"
          allowDeselect={false}
          data={ENCODINGS.map((value) => ({ value, label: value === "" ? "Unicode (found out)" : value }))}
          value={wanted.encoding}
          onChange={(value) => put("encoding", value ?? "")}
        />
      </div>
      {tooLarge && (
        <p className={css.bad} role="alert">
          This file is larger than 100 MB. Split it, or leave the pictures out.
        </p>
      )}
      {upload.isError && <ProblemNote problem={asProblem(upload.error)} />}
      <div className={css.actions}>
        <Button type="submit" variant="filled" disabled={!file || tooLarge} loading={upload.isPending}>
          Look at it first
        </Button>
      </div>
    </form>
  );
}
