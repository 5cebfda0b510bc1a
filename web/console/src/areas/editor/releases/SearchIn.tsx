import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { asProblem } from "../../../api/problem";
import { Await } from "../../../ui/Await";
import { ProblemNote } from "../../../ui/ProblemNote";
import { articleAt } from "../articles/addresses";
import { localeWords } from "../articles/words";
import { type Hit, releasesApi } from "./api";
import css from "./releases.module.css";

const NOTICES: Readonly<Record<string, string>> = {
  locale_fallback: "The best answer is in another language than the question's.",
  words_only: "This language is searched by words only.",
  degraded: "The sentence encoder was not there; words alone were compared.",
};

function whyWords({ why }: Hit): string {
  const { terms, vector_rank, lexical_rank } = why as {
    terms?: string[];
    vector_rank?: number | null;
    lexical_rank?: number | null;
  };
  const parts = [
    terms && terms.length > 0 && `says ${terms.slice(0, 6).join(", ")}`,
    typeof lexical_rank === "number" && `place ${lexical_rank} by words`,
    typeof vector_rank === "number" && `place ${vector_rank} by meaning`,
  ].filter((part) => typeof part === "string");
  return parts.join(" · ");
}

/** Searches one release as it would have answered. */
export function SearchIn({ number }: { number: number }) {
  const [words, setWords] = useState("");
  const [locale, setLocale] = useState("en");
  const [region, setRegion] = useState("");
  const [asked, setAsked] = useState<{ q: string; locale: string; region: string } | null>(null);
  const found = useQuery({
    queryKey: ["releases", "search", number, asked],
    queryFn: ({ signal }) =>
      releasesApi.search(number, asked?.q ?? "", asked?.locale ?? "en", asked?.region ?? "", signal),
    enabled: asked !== null,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (words.trim() !== "")
      setAsked({ q: words.trim(), locale: locale.trim() || "en", region: region.trim().toUpperCase() });
  };
  return (
    <>
      <form className={css.search} onSubmit={submit}>
        <TextInput
          className={css.question}
          label="Question"
          placeholder="As a customer would ask it"
          maxLength={2000}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <TextInput
          label="Language"
          w={84}
          maxLength={16}
          value={locale}
          onChange={(event) => setLocale(event.currentTarget.value)}
        />
        <TextInput
          label="Region"
          w={84}
          maxLength={2}
          placeholder="any"
          value={region}
          onChange={(event) => setRegion(event.currentTarget.value)}
        />
        <Button type="submit" loading={found.isFetching}>
          Search
        </Button>
      </form>
      {found.isPending && asked !== null && <Await what="Searching" />}
      {found.isError && <ProblemNote problem={asProblem(found.error)} retry={() => void found.refetch()} />}
      {found.data && (
        <div role="status">
          <p className={css.meta}>
            {found.data.hits.length === 0
              ? "Nothing was found."
              : found.data.confident
                ? `Found in ${Math.round(found.data.took_ms)} ms`
                : "No confident answer; this is what is nearest."}{" "}
            {found.data.notices.map((notice) => NOTICES[notice] ?? "").join(" ")}
          </p>
          <ol className={css.hits}>
            {found.data.hits.map((hit) => (
              <li key={`${hit.article_id} ${hit.locale} ${hit.heading ?? ""} ${hit.snippet}`}>
                <p className={css.hitTitle}>
                  <Link to={articleAt(hit.article_id, hit.locale)} className={css.link}>
                    {hit.title}
                  </Link>
                  {hit.heading && <span className={css.meta}> {hit.heading}</span>}
                </p>
                <p className={css.snippet}>{hit.snippet}</p>
                <p className={css.meta}>
                  {hit.confident ? "Likely" : "Unsure"}, {Math.round(hit.score * 100)} % · revision {hit.revision} ·{" "}
                  {localeWords(hit.locale)} · {whyWords(hit)}
                </p>
              </li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}
