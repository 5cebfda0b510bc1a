import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Ago } from "../../../ui/Time";
import { importsApi, keys } from "./api";
import css from "./imports.module.css";
import { UploadForm } from "./UploadForm";
import { FORMATS, stateWords } from "./words";

const EXPORTS = [
  { format: "markdown", what: "published", words: "Published, as Markdown" },
  { format: "markdown", what: "latest", words: "Newest texts, as Markdown" },
  { format: "jsonl", what: "published", words: "Published, as JSON lines" },
  { format: "jsonl", what: "latest", words: "Newest texts, as JSON lines" },
] as const;

function Before() {
  const imports = useQuery({ queryKey: keys.all, queryFn: importsApi.list });
  if (imports.isPending) return <Await what="Loading imports" bare />;
  if (imports.isError) return <ProblemNote problem={asProblem(imports.error)} retry={() => void imports.refetch()} />;
  if (imports.data.items.length === 0) return null;
  return (
    <section className={css.card} aria-labelledby="before">
      <h3 id="before" className={css.subtitle}>
        Imports until now
      </h3>
      <ul className={css.list}>
        {imports.data.items.map((one) => (
          <li key={one.id} className={css.line}>
            <Link className={css.link} to={`/knowledge/imports/${one.id}`}>
              {one.name}
            </Link>
            <span className={css.meta}>
              {FORMATS[one.format].title} · {stateWords(one)} · {one.by.name} · <Ago at={one.at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Taking articles in, and giving all of them out. */
export function Imports() {
  useEffect(() => {
    document.title = "Import · Warmline";
  }, []);
  return (
    <section className={css.pane} aria-label="Import">
      <div className={css.column}>
        <h2 className={css.title}>Import and export</h2>
        <section className={css.card} aria-labelledby="in">
          <h3 id="in" className={css.subtitle}>
            Take articles in
          </h3>
          <UploadForm />
        </section>
        <Before />
        <section className={css.card} aria-labelledby="out">
          <h3 id="out" className={css.subtitle}>
            Give all articles out
          </h3>
          <p className={css.plain}>
            With translations, tags, regions and, as Markdown, pictures. What comes out can be taken in again as it is.
          </p>
          <div className={css.exports}>
            {EXPORTS.map(({ format, what, words }) => (
              <Button
                key={words}
                component="a"
                size="xs"
                href={`/api/v1/article-export?format=${format}&what=${what}`}
                download
              >
                {words}
              </Button>
            ))}
          </div>
        </section>
      </div>
    </section>
  );
}
